"""Write a file whole or not at all."""

import os
import secrets
from pathlib import Path

from sharedride.errors import InputError, Problem


def check_writable(path: Path) -> None:
    """Make sure a file can be put at a path, by putting one beside it and taking it away again.

    Raises
    ------
    InputError
        When the folder is missing or not writable, or the path is a folder.
    """
    target = _target(path)
    if target.is_dir():
        raise InputError([Problem(str(path), "is a folder, name a file in it")])
    if _is_device(target):
        return
    if not target.parent.is_dir():
        raise InputError([Problem(str(path), f"the folder {target.parent} does not exist, make it first")])
    probe = _beside(target)
    try:
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError as error:
        raise _unwritable(path, error) from None


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, or leave what is there untouched.

    The bytes go to a file beside it first, reach the disk, and take the name in one step. A device or
    pipe is written to directly.

    Raises
    ------
    InputError
        When the system refuses to write there.
    """
    target = _target(path)
    try:
        if _is_device(target):
            target.write_bytes(data)
            return
        draft = _beside(target)
        try:
            with draft.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from None


def _target(path: Path) -> Path:
    """The file itself where the path is a link: the link is to stay one."""
    return Path(os.path.realpath(path))


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file()


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")


def _unwritable(path: Path, error: OSError) -> InputError:
    reason = (error.strerror or type(error).__name__).lower()
    return InputError([Problem(str(path), f"cannot be written: {reason}")])
