"""Names and numbers of persons to pseudonyms, by a keyed hash whose key the user keeps.

HMAC-SHA256 (RFC 2104, FIPS 198-1): without the key nobody can try names or numbers until one fits, and
with the same key a patient has the same pseudonym every day.
"""

import csv
import hashlib
import hmac
import io
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sharedride.errors import InputError, Problem
from sharedride.importing.grid import Row
from sharedride.importing.header import Column, Sheet
from sharedride.importing.identity import (
    CIVILITIES,
    holds_nir,
    looks_like_name,
    names_somebody,
    nir_digits,
    without_names,
)
from sharedride.importing.missions import is_total
from sharedride.importing.outcome import LeftOut, Rejection
from sharedride.importing.partners import FIELD, moved_rows
from sharedride.importing.words import folded, worded

KEY_BYTES = 32
_LEAST_KEY_BYTES = 16
_PSEUDONYM_DIGITS = 16
_OTHERS = 0o077
BASES = ("patient", "nir", "name")
"""What a pseudonym may be made from, the best first: the software's own patient number never changes."""


@dataclass(frozen=True)
class Pseudonymized:
    """The outcome.

    Attributes
    ----------
    text
        The file without persons, CSV with ``;``.
    basis
        What the pseudonyms are made from.
    patients
        How many there are.
    dropped
        Headers of the columns that are not in it.
    rejected, left_out
        Rows that are not in it.
    """

    text: str
    basis: str
    patients: int
    dropped: tuple[str, ...]
    rejected: tuple[Rejection, ...]
    left_out: tuple[LeftOut, ...]


def new_key(path: Path) -> None:
    """Write a new random key that only its owner can read; an existing file is left alone.

    Raises
    ------
    InputError
        When the file exists or cannot be written.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
    except FileExistsError:
        message = "exists already; use it with --key, or name another file: a new key changes every pseudonym"
        raise InputError([Problem(str(path), message)]) from None
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise InputError([Problem(str(path), f"cannot be written: {reason}")]) from None


def read_key(path: Path) -> bytes:
    """Return the key of a key file.

    Raises
    ------
    InputError
        When it cannot be read, others may read it, or it is too short to be a key.
    """
    try:
        key = path.read_bytes().strip()
        mode = path.stat().st_mode
    except FileNotFoundError:
        message = f"does not exist; make a key once: sharedride pseudonymize --new-key {path}"
        raise InputError([Problem(str(path), message)]) from None
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise InputError([Problem(str(path), f"cannot be read: {reason}")]) from None
    problems = []
    if os.name == "posix" and mode & _OTHERS:
        problems.append(Problem(str(path), f"may be read by others; make it private: chmod 600 {path}"))
    if len(key) < _LEAST_KEY_BYTES:
        problems.append(Problem(str(path), f"is too short for a key, {_LEAST_KEY_BYTES} signs at least"))
    if problems:
        raise InputError(problems)
    return key


def pseudonym(identity: str, key: bytes) -> str:
    """Return the pseudonym of an identity: ``p-`` and 64 bits of its keyed hash in hex."""
    return "p-" + hmac.new(key, identity.encode(), hashlib.sha256).hexdigest()[:_PSEUDONYM_DIGITS]


def pseudonymize(
    sheet: Sheet, key: bytes, basis: str | None = None, keep: tuple[str, ...] = ()
) -> Pseudonymized:
    """Return a missions file in which a pseudonym stands for everything that tells who a patient is.

    Only columns whose meaning is known are kept; free text may name anybody.

    Parameters
    ----------
    basis
        ``patient`` (the software's own number), ``nir`` or ``name`` (with the date of birth where there
        is one); if ``None`` the first that every row has, else the one most rows have.
    keep
        Headers of unknown columns to keep all the same.

    Raises
    ------
    InputError
        When the file has none of these, or ``keep`` names a column that is not there.
    """
    rows = [row for row in sheet.rows if not is_total(row) and len(row.filled) > 1]
    numbers = {row.number for row in rows}
    left_out = [
        LeftOut(sheet.source, row.number, "no mission") for row in sheet.rows if row.number not in numbers
    ]
    chosen, identify = _basis(sheet, rows, basis)
    headers = {column.header for column in sheet.columns}
    if missing := [name for name in keep if name not in headers]:
        raise InputError([Problem(sheet.source, f'has no column "{name}" to keep') for name in missing])
    kept = [column for column in sheet.columns if _kept(column, keep)]
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";", lineterminator="\n")
    writer.writerow(["patient", *(_header(column) for column in kept)])
    rejected: list[Rejection] = []
    written: list[tuple[Row, list[str]]] = []
    patients = set()
    everybody = {
        word for row in rows for name in _names(sheet, row) for word in worded(name).split() if len(word) > 1
    }
    for row in rows:
        identity = identify(row)
        if identity is None:
            message = f"has nothing to make a pseudonym from ({_BASIS_WORDS[chosen]}); fill it in"
            rejected.append(Rejection(sheet.source, row.number, "", "", message))
            continue
        name = pseudonym(f"{chosen}:{identity}", key)
        patients.add(name)
        names = _names(sheet, row)
        cells = [_scrubbed(column, row[column.index], names, everybody) for column in kept]
        written.append((row, [name, *cells]))
    numbers_now = {row.number: number for number, (row, _) in enumerate(written, start=2)}
    partners = [at for at, column in enumerate(kept, start=1) if column.field == FIELD]
    for _, cells in written:
        for at in partners:
            cells[at] = moved_rows(sheet, cells[at], numbers_now)
        writer.writerow(cells)
    dropped = tuple(column.header for column in sheet.columns if column not in kept)
    return Pseudonymized(
        output.getvalue(), _BASIS_WORDS[chosen], len(patients), dropped, tuple(rejected), tuple(left_out)
    )


_BASIS_WORDS = {
    "patient": "the patient's number in your software",
    "nir": "the social security number",
    "name": "names and date of birth",
}


def _kept(column: Column, keep: tuple[str, ...]) -> bool:
    if column.field is None:
        return column.header in keep
    # Partners are named as people name them, and would need a pseudonym each.
    return column.field not in ("patient", "not_with") and not column.field.startswith("identity.")


def _header(column: Column) -> str:
    unit = f" ({column.unit})" if column.unit else ""
    return f"{column.field}{unit}" if column.field else column.header


def _identity(sheet: Sheet, row: Row, field: str) -> list[str]:
    return [
        row[column.index]
        for column in sheet.columns
        if column.field == f"identity.{field}" and row[column.index]
    ]


def _basis(sheet: Sheet, rows: list[Row], asked: str | None) -> tuple[str, Callable[[Row], str | None]]:
    readers: dict[str, Callable[[Row], str | None]] = {
        "patient": lambda row: _number(sheet, row),
        "nir": lambda row: _nir(sheet, row),
        "name": lambda row: _name(sheet, row),
    }
    counts = {name: sum(readers[name](row) is not None for row in rows) for name in readers}
    if asked is not None:
        if not counts[asked]:
            raise InputError([Problem(sheet.source, f"has no column that holds {_BASIS_WORDS[asked]}")])
        return asked, readers[asked]
    best = max(BASES, key=lambda name: counts[name])
    if not counts[best]:
        message = "has no column to make pseudonyms from: a patient's number, NIR, or name"
        raise InputError([Problem(sheet.source, message)])
    return best, readers[best]


def _number(sheet: Sheet, row: Row) -> str | None:
    cell = sheet.cell(row, "patient")
    # Some software shows a name or a NIR as the patient; people write those in many ways.
    return None if holds_nir(cell) or looks_like_name(cell) else _said(cell) or None


def _nir(sheet: Sheet, row: Row) -> str | None:
    cells = [*_identity(sheet, row, "nir"), sheet.cell(row, "patient")]
    return next((digits for cell in cells if (digits := nir_digits(cell))), None)


def _name(sheet: Sheet, row: Row) -> str | None:
    names = " ".join(_names(sheet, row))
    if not _said(names):
        return None
    return " ".join([_said(names), *(folded(cell) for cell in _identity(sheet, row, "birth"))])


def _said(text: str) -> str:
    """Return the words of a name in one order and without M. or Mme: people write them either way."""
    return " ".join(sorted(word for word in worded(text).split() if word not in CIVILITIES))


def _names(sheet: Sheet, row: Row) -> list[str]:
    names = [cell for field in ("name", "first_name") for cell in _identity(sheet, row, field)]
    patient = sheet.cell(row, "patient")
    return [*names, patient] if looks_like_name(patient) else names


def _scrubbed(column: Column, cell: str, names: list[str], everybody: set[str]) -> str:
    """Return a cell that is kept, without persons in it: the row's own names, or anybody's in an id."""
    field = column.field or ""
    if field.endswith((".lat", ".lon", ".gps", ".score")):
        return cell
    if holds_nir(cell):
        return ""
    if field.endswith((".address", ".place", ".name")):
        return without_names(cell, names)
    said = set(worded(cell).split())
    free = column.field is None or field in ("id", "visit", "operator", FIELD)
    return "" if free and (said & everybody or names_somebody(cell)) else cell
