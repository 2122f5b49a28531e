"""Rows of a user's CSV file, or everything that is wrong with its form."""

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from sharedride.errors import InputError, Problem

_MOST_ALIKE = 5
R = TypeVar("R")


def csv_rows(
    file: str, path: str, columns: tuple[str, ...], read: Callable[[Mapping[str, str]], R]
) -> list[R]:
    """Read a CSV file with a line of headings; commas or semicolons part the columns.

    Parameters
    ----------
    path
        Where the day names the file, for messages.
    columns
        Headings that must be there.
    read
        Turns a row, by heading, into what is wanted; a ``ValueError`` says what is wrong with it.

    Raises
    ------
    InputError
        When the file cannot be read, lacks columns, or holds rows that cannot be used.
    """
    try:
        text = Path(file).read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise InputError([Problem(path, f"{file} cannot be read: {reason}")]) from None
    except UnicodeDecodeError:
        raise InputError([Problem(path, f"{file} is not UTF-8 text, save it as CSV in UTF-8")]) from None
    lines = text.splitlines()
    separator = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    rows = csv.DictReader(lines, delimiter=separator)
    missing = [name for name in columns if name not in (rows.fieldnames or ())]
    if missing:
        wanted = separator.join(columns)
        raise InputError(
            [Problem(path, f"{file}: the first line lacks {', '.join(missing)}, write {wanted}")]
        )
    found, problems = [], []
    for row in rows:
        try:
            found.append(read({key: value or "" for key, value in row.items() if isinstance(key, str)}))
        except ValueError as error:
            problems.append(Problem(path, f"{file}, line {rows.line_num}: {error}"))
    if len(problems) > _MOST_ALIKE:
        more = Problem(path, f"{file}: {len(problems) - _MOST_ALIKE} more lines are wrong alike")
        problems = [*problems[:_MOST_ALIKE], more]
    if problems:
        raise InputError(problems)
    return found


def positive(text: str, name: str, *, zero: bool = False) -> float:
    """Return a number of a row, with a decimal point or comma.

    Raises
    ------
    ValueError
        When it is no finite number above 0, or from 0 with ``zero``.
    """
    least = "0 or more" if zero else "more than 0"
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        raise ValueError(f'{name} is a number, {least}, not "{text.strip()}"') from None
    if not (0.0 < number < float("inf") or (zero and number == 0.0)):
        raise ValueError(f'{name} is a number, {least}, not "{text.strip()}"')
    return number
