"""Travel tables given by the user: whole, square, in the order of the places, and usable numbers."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sharedride.day.document import child
from sharedride.day.draft import Draft
from sharedride.day.explain import MOST_ALIKE, more_alike
from sharedride.day.model import Matrix, Osrm, Valhalla
from sharedride.day.words import listed, quoted
from sharedride.errors import Problem

_TABLES = ("km", "minutes")
_UNREADABLE = (
    OSError,
    ValueError,
    EOFError,
    MemoryError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
)


def table_problems(draft: Draft) -> Iterator[Problem]:
    """Yield what is wrong with the tables of a matrix, and where an engine is to be found."""
    for path, travel in (("travel", draft.travel), ("billed_travel", draft.billed_travel)):
        if isinstance(travel, Matrix):
            yield from _matrix_problems(travel, draft, path)
        elif isinstance(travel, (Osrm, Valhalla)) and (travel.url is None) == (travel.file is None):
            found = "neither is there" if travel.url is None else "both are there"
            yield Problem(path, f'give either "url" for a server or "file" for data of your own, {found}')


def _matrix_problems(matrix: Matrix, draft: Draft, path: str) -> Iterator[Problem]:
    inline = {"km": matrix.km, "minutes": matrix.minutes}
    given = [name for name, rows in inline.items() if rows is not None]
    if matrix.file is not None and given:
        yield Problem(f"{path}.file", f"give either a file or {listed(given)}, not both")
        return
    if matrix.file is not None:
        yield from _file_problems(Path(matrix.file), draft, f"{path}.file")
        return
    if not given:
        yield Problem(path, 'a matrix needs "km" and "minutes", or "file" with these two arrays')
        return
    for name, rows in inline.items():
        if rows is None:
            yield Problem(f"{path}.{name}", "missing, a matrix needs both km and minutes")
        else:
            yield from _inline_problems(rows, draft, f"{path}.{name}")


def _inline_problems(rows: list[list[float]], draft: Draft, path: str) -> Iterator[Problem]:
    size = len(draft.places.items)
    ragged = [index for index, row in enumerate(rows) if len(row) != size]
    if not draft.places.given:
        return
    if len(rows) != size:
        yield Problem(path, f"has {len(rows)} rows for {size} places, write one per place in their order")
    elif ragged:
        row = ragged[0]
        message = f"has {len(rows[row])} entries for {size} places, write one per place in their order"
        yield Problem(child(path, row), message)
    else:
        yield from _entry_problems(np.array(rows, dtype=np.float64).reshape(size, size), path)


def _file_problems(file: Path, draft: Draft, path: str) -> Iterator[Problem]:
    try:
        found = _arrays(file)
    except FileNotFoundError:
        yield Problem(path, f"there is no file {quoted(file.name)} in the folder {file.parent}")
        return
    except _UNREADABLE as error:
        yield Problem(path, f"cannot be read as npz ({type(error).__name__}), write it with numpy.savez")
        return
    for name in _TABLES:
        if name not in found:
            yield Problem(path, f'lacks the array "{name}"')
    size = len(draft.places.items)
    for name, table in found.items():
        if not (np.issubdtype(table.dtype, np.floating) or np.issubdtype(table.dtype, np.integer)):
            yield Problem(path, f'the array "{name}" holds {table.dtype}, save numbers')
        elif draft.places.given and table.shape != (size, size):
            message = f'the array "{name}" has shape {table.shape}, {size} places need {(size, size)}'
            yield Problem(path, message)
        elif draft.places.given:
            yield from _entry_problems(table.astype(np.float64), f"{path}:{name}")


def _arrays(file: Path) -> dict[str, npt.NDArray[Any]]:
    # Only an npz will do: numpy.load would answer a lone array for any other file it can read.
    with file.open("rb") as handle, np.lib.npyio.NpzFile(handle, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in _TABLES if name in arrays.files}


def _entry_problems(table: npt.NDArray[np.float64], path: str) -> Iterator[Problem]:
    off_diagonal = ~np.eye(len(table), dtype=bool)
    wrong = (
        (~np.isfinite(table), "must be a finite number"),
        (np.isfinite(table) & (table < 0.0), "must not be negative"),
        (~off_diagonal & (table > 0.0) & np.isfinite(table), "must be 0, from a place to itself"),
    )
    for mask, words in wrong:
        entries = np.argwhere(mask)
        for row, column in entries[:MOST_ALIKE]:
            yield Problem(f"{path}[{row}][{column}]", f"{words}, not {table[row, column]:g}")
        if len(entries) > MOST_ALIKE:
            yield Problem(path, f"{words}: {more_alike(len(entries))}")
