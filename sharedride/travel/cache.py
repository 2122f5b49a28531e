"""Tables kept on this computer, so that a second plan of a day asks nothing.

A file holds distances and times and no coordinates; its name is a digest of the engine, the version of its
data and the points. Only the user can read it.
"""

import contextlib
import hashlib
import json
import os
import tempfile
import time
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np

from sharedride.travel.points import Points
from sharedride.travel.tables import RoadTable

FOLDER_VARIABLE = "SHAREDRIDE_CACHE"
"""Names another folder than the platform's."""

OLDEST_DAYS = 30
"""Age at which a table is asked for anew: a server's data does not stand still."""

_FORMAT = 1
_DAY_S = 86_400.0
_REMEMBERED = 4
_recent: OrderedDict[str, RoadTable] = OrderedDict()


def cache_folder() -> Path:
    """Return the folder the tables are kept in; it need not exist."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("sharedride", appauthor=False)) / "travel"


def key_of(identity: dict[str, str], points: Points) -> str:
    """Return the name of a table: a digest of all that decides what is in it."""
    digest = hashlib.sha256(json.dumps([_FORMAT, identity], sort_keys=True).encode())
    digest.update(points.lat.tobytes())
    digest.update(points.lon.tobytes())
    return digest.hexdigest()


def recall(key: str, *, on_disk: bool) -> RoadTable | None:
    """Return the table of a name, ``None`` if there is none, or none that is young and whole."""
    if key in _recent:
        _recent.move_to_end(key)
        return _recent[key]
    if not on_disk:
        return None
    file = _file(key)
    try:
        if time.time() - file.stat().st_mtime > OLDEST_DAYS * _DAY_S:
            return None
        with np.load(file, allow_pickle=False) as arrays:
            table = RoadTable(
                arrays["decimetres"], arrays["deciseconds"], arrays["snapped_m"], str(arrays["version"])
            )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    _remember(key, table)
    return table


def keep(key: str, table: RoadTable, *, on_disk: bool) -> None:
    """Keep a table under its name; a disk that cannot be written is no reason to fail."""
    _remember(key, table)
    if not on_disk:
        return
    with contextlib.suppress(OSError):
        folder = cache_folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _drop_old(folder)
        # Temporary files are readable by their owner alone, and so is what they are renamed to.
        handle, name = tempfile.mkstemp(dir=folder, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(
                    file,
                    decimetres=table.decimetres,
                    deciseconds=table.deciseconds,
                    snapped_m=table.snapped_m,
                    version=np.array(table.version),
                )
            Path(name).replace(_file(key))
        finally:
            Path(name).unlink(missing_ok=True)


def forget() -> int:
    """Delete every kept table, and return how many there were."""
    _recent.clear()
    files = [*cache_folder().glob("*.npz"), *cache_folder().glob("*.tmp")]
    for file in files:
        file.unlink(missing_ok=True)
    return len(files)


def _file(key: str) -> Path:
    return cache_folder() / f"{key}.npz"


def _remember(key: str, table: RoadTable) -> None:
    _recent[key] = table
    _recent.move_to_end(key)
    while len(_recent) > _REMEMBERED:
        _recent.popitem(last=False)


def _drop_old(folder: Path) -> None:
    for file in folder.glob("*.npz"):
        with contextlib.suppress(OSError):
            if time.time() - file.stat().st_mtime > OLDEST_DAYS * _DAY_S:
                file.unlink()
