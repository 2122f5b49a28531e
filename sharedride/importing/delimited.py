"""Text with ``;`` ``,`` tab or ``|`` between cells, to rows."""

import csv
import io
import re
from collections import Counter

from sharedride.errors import InputError, Problem

_DELIMITERS = ";\t,|"
_SAMPLE = 60
_SEP_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def split_rows(text: str) -> list[list[str]]:
    """Return the rows of delimited text; row and list position agree, blank lines included.

    Raises
    ------
    InputError
        When a quotation mark opens a cell and does not close it.
    """
    told = _SEP_LINE.match(text)
    # The line that only names the separator still counts as row 1 in a spreadsheet's eyes.
    if told:
        return [[], *_parsed(text[told.end() :], told[1])]
    delimiter = _delimiter(text)
    rows = _parsed(text, delimiter)
    if max(map(len, rows), default=0) == 1 and any(mark in text for mark in _DELIMITERS):
        # Some software puts each whole line into quotation marks.
        lines = "\n".join(row[0] if row else "" for row in rows)
        delimiter = _delimiter(lines)
        rows = _parsed(lines, delimiter)
    return rows


def _delimiter(text: str) -> str:
    def regularity(mark: str) -> int:
        try:
            widths = [len(row) for row in _head(text, mark)]
        except csv.Error:
            return 0
        if not widths:
            return 0
        # Titles and totals are narrow; what counts is the width most rows with this mark agree on.
        width, count = max(Counter(widths).items(), key=lambda item: (item[0] - 1) * item[1])
        return (width - 1) * count

    return max(_DELIMITERS, key=regularity)


def _head(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [row for row, _ in zip(reader, range(_SAMPLE), strict=False) if row]


def _parsed(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            _check_quotes(row, delimiter, len(rows))
    except csv.Error as error:
        reason = "a cell is far too long, is a quotation mark missing?" if "limit" in str(error) else error
        raise InputError([Problem(f"row {len(rows) + 1}", f"{reason}")]) from None
    return rows


def _check_quotes(row: list[str], delimiter: str, number: int) -> None:
    for cell in row:
        lines = cell.splitlines()
        if len(lines) > 1 and any(line.count(delimiter) > 1 for line in lines):
            message = "a quotation mark opens a cell that swallows the next rows; close it or delete it"
            raise InputError([Problem(f"row {number}", message)])
