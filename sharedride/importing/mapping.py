"""The mapping file: which unknown column is what, and what unknown words stand for."""

import difflib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sharedride.day.words import did_you_mean, quoted
from sharedride.errors import InputError, Problem
from sharedride.importing import values
from sharedride.importing.header import Column, Sheet, lettered
from sharedride.importing.identity import holds_nir
from sharedride.importing.vocabulary import Vocabulary, values_of

IGNORE = "ignore"
_LIKENESS = 0.75
"""How alike a header and a known one must be to be suggested, by difflib's ratio."""

_CONTENT_OF = {
    "date": "holds dates",
    "appointment": "holds times of day",
    "ready": "holds times of day",
    "time": "holds times of day",
    "wheelchair": "holds yes or no",
    "shareable": "holds yes or no",
    "share_incompatible": "holds yes or no",
    "refuses_sharing": "holds yes or no",
}
_CONTENT = (("yes or no", values.yes), ("dates", values.date), ("times of day", values.clock))


@dataclass(frozen=True)
class ColumnMapping:
    """What a mapping file says.

    Attributes
    ----------
    columns
        Field by header, ``None`` to pass the column over.
    words
        By field, what a cell says and the value it stands for.
    """

    columns: Mapping[str, str | None] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_mapping(path: Path, vocabulary: Vocabulary) -> ColumnMapping:
    """Return the content of a mapping file.

    Raises
    ------
    InputError
        When it cannot be read or names a field or value that does not exist.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise InputError([Problem(str(path), f"cannot be read: {reason}")]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError([Problem(str(path), f"is no TOML: {error}")]) from None
    problems: list[Problem] = []
    for key in content:
        if key not in ("columns", "values"):
            hint = did_you_mean(key, ("columns", "values"))
            problems.append(Problem(f"{path} {key}", f"unknown table{hint}"))
    columns: dict[str, str | None] = {}
    for header, name in _strings(content.get("columns", {}), f"{path} columns", problems):
        if name not in (*vocabulary.fields, IGNORE, ""):
            hint = did_you_mean(name, vocabulary.fields)
            message = f"{quoted(name)} is no field{hint}; {IGNORE} passes the column over"
            problems.append(Problem(f"{path} columns.{header}", message))
        columns[header] = name if name in vocabulary.fields else None
    words: dict[str, dict[str, str]] = {}
    tables = content.get("values", {})
    for name, table in tables.items() if isinstance(tables, dict) else []:
        known = values_of("vehicle_type" if name == "type" else name)
        for word, value in _strings(table, f"{path} values.{name}", problems):
            if value not in known:
                message = f"{quoted(value)} is no value of {name}{did_you_mean(value, known)}"
                problems.append(Problem(f"{path} values.{name}.{word}", message))
            words.setdefault(name, {})[word] = value
    if problems:
        raise InputError(problems)
    return ColumnMapping(columns, words)


def _strings(table: Any, where: str, problems: list[Problem]) -> list[tuple[str, str]]:
    if not isinstance(table, dict):
        problems.append(Problem(where, 'must be a table of lines such as "Hr conv." = "appointment"'))
        return []
    wrong = [key for key, value in table.items() if not isinstance(value, str)]
    problems += [Problem(f"{where}.{key}", 'must be a text in quotes such as "appointment"') for key in wrong]
    return [(key, value) for key, value in table.items() if isinstance(value, str)]


def suggested(sheet: Sheet, vocabulary: Vocabulary) -> str:
    """Return a mapping file for a sheet: known columns as they are read, a guess for each other one.

    No cell of the file is in it, only what kind of thing a column holds.
    """
    lines = [
        "# Which column is what. Correct the right-hand sides; ignore passes a column over.",
        '# Where two columns share a header, name one by its letter: "column K" = "appointment".',
        "# Fields: " + ", ".join(name for name in vocabulary.fields if not name.startswith("identity.")),
        "",
        "[columns]",
    ]
    headers = Counter(column.header for column in sheet.columns)
    for column in sheet.columns:
        name, remark = _guess(sheet, column, vocabulary)
        key = lettered(column.index) if headers[column.header] > 1 else column.header
        lines.append(f"{_text(key)} = {_text(name)}  # {remark}")
    lines += [
        "",
        "# What words of cells stand for, for example:",
        "# [values.motive]",
        '# "HDJ 2" = "day_hospital"',
    ]
    return "\n".join(lines) + "\n"


def _guess(sheet: Sheet, column: Column, vocabulary: Vocabulary) -> tuple[str, str]:
    if column.field is not None:
        return column.field, "known"
    holds = _holds(sheet, column)
    words = vocabulary.words(column.header)
    close = difflib.get_close_matches(words, vocabulary.exact, n=1, cutoff=_LIKENESS)
    field = vocabulary.exact[close[0]] if close else IGNORE
    if close and not field.startswith("identity.") and _CONTENT_OF.get(field, holds) == holds:
        return field, f"a guess, looks like {close[0]}; {holds}"
    hint = [name for name, what in _CONTENT_OF.items() if what == holds and name in vocabulary.fields]
    perhaps = f"; perhaps {' or '.join(hint)}" if hint else ""
    return IGNORE, f"unknown, {holds}{perhaps}"


def _holds(sheet: Sheet, column: Column) -> str:
    cells = [row[column.index] for row in sheet.rows if row[column.index]]
    if not cells:
        return "empty"
    if any(map(holds_nir, cells)):
        return "holds social security numbers"
    for what, reader in _CONTENT:
        if sum(_reads(reader, cell) for cell in cells) * 4 >= len(cells) * 3:
            return f"holds {what}"
    return "holds numbers" if all(re.fullmatch(r"[0-9., ]+", cell) for cell in cells) else "holds text"


def _reads(reader: Any, cell: str) -> bool:
    try:
        reader(cell)
    except ValueError:
        return False
    return True


def _text(value: str) -> str:
    return json.dumps(value.encode("utf-8", "replace").decode("utf-8"), ensure_ascii=False).replace(
        "\x7f", "\\u007f"
    )
