"""An .xlsx workbook to rows of text."""

import datetime
import io
import re
from typing import Any

from sharedride.errors import InputError, Problem

MOST_ROWS = 50_000
_MOST_COLUMNS = 300
_PADDED = re.compile(r"0{2,20}")


def workbook_rows(data: bytes) -> dict[str, list[list[str]]]:
    """Return the rows of each visible sheet by its name.

    Dates become ``2026-03-17``, times ``07:30``, durations ``4:00``; a number keeps the leading zeros its
    cell shows.

    Raises
    ------
    InputError
        When the bytes are no workbook that can be read.
    """
    from openpyxl import load_workbook

    sheets: dict[str, list[list[str]]] = {}
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            # Some writers state a size of one cell; without it all rows are walked.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_col=_MOST_COLUMNS, max_row=MOST_ROWS + 1)
            sheets[sheet.title] = [[_text(cell) for cell in row] for row in rows]
    # A damaged workbook fails in whatever way zip, XML or the reader please.
    except Exception as error:
        message = f"is no workbook that can be read ({type(error).__name__}); save it again as .xlsx or CSV"
        raise InputError([Problem("", message)]) from None
    if any(len(rows) > MOST_ROWS for rows in sheets.values()):
        raise InputError([Problem("", f"has more than {MOST_ROWS} rows; export one day")])
    return sheets


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime.datetime):
        if value.time() == datetime.time():
            return value.date().isoformat()
        # Day zero of a spreadsheet: the cell holds a time of day alone.
        return _clock(value.time()) if value.year < 1901 else f"{value.date()} {_clock(value.time())}"
    if isinstance(value, datetime.time):
        return _clock(value)
    if isinstance(value, datetime.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int):
        shown = cell.number_format or ""
        return str(value).zfill(len(shown)) if _PADDED.fullmatch(shown) else str(value)
    return str(value)


def _clock(value: datetime.time) -> str:
    # Times of day are fractions of a day and may miss the minute by microseconds.
    seconds = round(value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6)
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours:02d}:{minutes:02d}" + (f":{rest:02d}" if rest else "")
