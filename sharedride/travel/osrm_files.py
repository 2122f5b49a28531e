"""OSRM on this computer: where its programs and data are, and a private server over them.

The programs come with the package ``osrm-bindings``. Its Python part needs Python 3.12, but the programs run
beside any: ``sharedride roads install`` fetches them.
"""

import hashlib
import importlib.util
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from sharedride.errors import InputError, Problem

FOLDER_VARIABLE = "SHAREDRIDE_OSRM"
"""Names the folder of the programs, before all other places."""

LARGEST_TABLE = 10_000
LOCAL_HOST = "127.0.0.1"
_START_S = 120.0
_STOP_S = 5.0
_LOOK_S = 0.02
_DATA_SUFFIX = ".osrm"
_NEEDED = (".osrm.mldgr", ".osrm.cells", ".osrm.cell_metrics", ".osrm.partition")


def bindings_there() -> bool:
    """Whether the package ``osrm-bindings`` can be imported by this Python."""
    return sys.version_info >= (3, 12) and importlib.util.find_spec("osrm") is not None


def installed_folder() -> Path:
    """Return the folder ``sharedride roads install`` puts the package in; it need not exist."""
    from platformdirs import user_data_dir

    return Path(user_data_dir("sharedride", appauthor=False)) / "osrm-bindings"


def program(name: str) -> Path | None:
    """Return the path of a program such as ``osrm-extract``, ``None`` where there is none.

    Looked for in the folder named by ``SHAREDRIDE_OSRM``, in the package ``osrm-bindings``, in what
    ``sharedride roads install`` fetched, and on the search path.
    """
    file = f"{name}.exe" if platform.system() == "Windows" else name
    named = os.environ.get(FOLDER_VARIABLE)
    folders = [Path(named)] if named else []
    spec = importlib.util.find_spec("osrm")
    if spec is not None and spec.origin is not None:
        folders.append(Path(spec.origin).parent / "bin")
    folders.append(installed_folder() / "osrm" / "bin")
    for folder in folders:
        if (folder / file).is_file():
            return folder / file
    found = shutil.which(name)
    return Path(found) if found else None


def needed_program(name: str) -> Path:
    """Return the path of a program.

    Raises
    ------
    InputError
        When it is nowhere; says how to get it.
    """
    found = program(name)
    if found is None:
        remedy = "fetch OSRM's programs with: sharedride roads install"
        raise InputError([Problem("", f"the program {name} is not on this computer, {remedy}")])
    return found


def data_base(file: str | Path, path: str) -> Path:
    """Return the common beginning of the files of a data set, its ``region.osrm``.

    Parameters
    ----------
    file
        The data set's ``region.osrm``, or the folder that holds one data set.
    path
        Where the user named it, for messages.

    Raises
    ------
    InputError
        When there is no prepared data set.
    """
    base = Path(file)
    if base.is_dir():
        found = sorted(base.glob(f"*{_NEEDED[0]}"))
        if len(found) != 1:
            message = f"the folder {base} holds {len(found)} prepared data sets, name the region.osrm of one"
            raise InputError([Problem(path, message)])
        base = found[0].with_suffix("")
    if base.suffix != _DATA_SUFFIX:
        base = base.with_name(base.name + _DATA_SUFFIX)
    stem = base.with_suffix("")
    missing = [suffix for suffix in _NEEDED if not stem.with_name(stem.name + suffix).is_file()]
    if missing:
        message = f"{base} is no prepared data set, make one with: sharedride roads build region.osm.pbf"
        raise InputError([Problem(path, message)])
    return base


def fingerprint(file: str, path: str) -> str:
    """Return a digest that changes when the files of a data set do: their names, sizes and times."""
    base = data_base(file, path)
    digest = hashlib.sha256()
    for part in sorted(base.parent.glob(f"{base.name}.*")):
        found = part.stat()
        digest.update(f"{part.name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def server_command(base: Path, port: int) -> list[str]:
    """Return the command that serves a data set on this computer alone."""
    return [
        *(str(needed_program("osrm-routed")), "--algorithm", "mld", "--ip", LOCAL_HOST, "--port", str(port)),
        # At its usual verbosity the server would print every question, coordinates and all.
        *("--verbosity", "ERROR"),
        *("--max-table-size", str(LARGEST_TABLE), "--max-viaroute-size", str(LARGEST_TABLE), str(base)),
    ]


@contextmanager
def serving(file: str, path: str) -> Iterator[str]:
    """Serve a data set on a free port of this computer for as long as the context lasts.

    Yields
    ------
    The server's address.

    Raises
    ------
    InputError
        When the program is missing, or does not take the data.
    """
    base = data_base(file, path)
    port = free_port()
    process = _started(base, port)
    try:
        _await(process, base, port, path)
        yield f"http://{LOCAL_HOST}:{port}"
    finally:
        stop(process)


def serve(data: Path, port: int, ready: Callable[[str], None]) -> None:
    """Serve a data set until Ctrl-C, and call ``ready`` with the address once it is.

    Raises
    ------
    InputError
        When the port is taken, the program missing or the data not prepared; or when the server ends.
    """
    base = data_base(data, str(data))
    if _answers(port):
        raise InputError([Problem("port", f"{port} is taken by another program, choose another: --port")])
    # However it is asked to end, the server must end with it. A shell starts what runs in the background
    # deaf to Ctrl-C.
    before = [(number, signal.signal(number, _interrupt)) for number in (signal.SIGINT, signal.SIGTERM)]
    process = _started(base, port)
    try:
        _await(process, base, port, str(data))
        ready(f"http://{LOCAL_HOST}:{port}")
        ended = process.wait()
    except KeyboardInterrupt:
        return
    finally:
        stop(process)
        for number, handler in before:
            signal.signal(number, handler)
    raise InputError([Problem(str(data), f"the server ended by itself (exit code {ended})")])


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _started(base: Path, port: int) -> subprocess.Popen[str]:
    command = server_command(base, port)
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def _await(process: subprocess.Popen[str], base: Path, port: int, path: str) -> None:
    """Wait until a server listens; raise what it says if it does not."""
    if not wait_until_ready(process, port):
        process.kill()
        words = (process.communicate()[1].strip().splitlines() or ["no reason given"])[-1]
        raise InputError([Problem(path, f"OSRM does not serve {base}: {words}")])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(_LOOK_S)
        return probe.connect_ex((LOCAL_HOST, port)) == 0


def free_port() -> int:
    """Return a port of this computer that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOCAL_HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until_ready(process: subprocess.Popen[str], port: int) -> bool:
    """Wait for a server to listen; whether it does, rather than having ended or taking too long."""
    until = time.monotonic() + _START_S
    while time.monotonic() < until and process.poll() is None:
        if _answers(port):
            return True
        time.sleep(_LOOK_S)
    return False


def stop(process: subprocess.Popen[str]) -> None:
    """End a server, gently first."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
