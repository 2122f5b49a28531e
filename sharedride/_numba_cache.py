"""A folder for compiled code, where the usual ones cannot be written."""

import os
import stat
import sys
import tempfile
from pathlib import Path

_COMPILED = ("planning", "rides")


def ensure_numba_cache() -> None:
    """Give numba a folder of the user's own if neither the package's nor the user's cache is writable.

    Without one numba refuses to load what it is to keep. Call it before numba is imported; what the user
    set as ``NUMBA_CACHE_DIR`` stays.
    """
    if os.environ.get("NUMBA_CACHE_DIR"):
        return
    package = Path(__file__).parent
    if all(_writable(package / part / "__pycache__") for part in _COMPILED) or _writable(_user_cache()):
        return
    folder = _own_folder()
    os.environ["NUMBA_CACHE_DIR"] = folder
    if "numba" in sys.modules:
        # Numba has read its environment when it was imported.
        sys.modules["numba"].config.CACHE_DIR = folder


def _user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "numba"


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _own_folder() -> str:
    """Return a temporary folder that lasts, or a new one if that cannot be trusted."""
    user = os.getuid() if hasattr(os, "getuid") else "user"
    folder = Path(tempfile.gettempdir()) / f"sharedride-numba-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return tempfile.mkdtemp(prefix="sharedride-numba-")
    # What lies in a cache is executed: a folder that others may fill must not be used.
    private = stat.S_ISDIR(found.st_mode) and (
        user == "user" or (found.st_uid == user and not found.st_mode & 0o077)
    )
    return str(folder) if private and _writable(folder) else tempfile.mkdtemp(prefix="sharedride-numba-")
