"""An export's file to its sheets, by what the bytes are and not by what the file is called."""

import re
from pathlib import Path

from sharedride.errors import InputError, Problem
from sharedride.importing.decode import decoded
from sharedride.importing.delimited import split_rows
from sharedride.importing.grid import Grid, grid_of
from sharedride.importing.workbook import MOST_ROWS, workbook_rows

MOST_BYTES = 50_000_000
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_HTML = re.compile(rb"\s*<(!doctype|html|table|\?xml)", re.IGNORECASE)


def read_sheets(path: Path) -> list[Grid]:
    """Return the sheets of a CSV or .xlsx file that hold anything; a CSV has one, without a name.

    Raises
    ------
    InputError
        When the file cannot be read, is of another kind, or holds nothing.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            message = f"is larger than {MOST_BYTES // 10**6} MB, no export of a day; is it the right file?"
            raise InputError([Problem(path.name, message)])
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise InputError([Problem(str(path), f"cannot be read: {reason}")]) from None
    try:
        return sheets_of(data)
    except InputError as error:
        raise InputError(
            [Problem(" ".join(filter(None, (path.name, item.path))), item.message) for item in error.problems]
        ) from None


def sheets_of(data: bytes) -> list[Grid]:
    """Return the sheets of a file's bytes; see :func:`read_sheets`."""
    if data.startswith(_ZIP):
        sheets = [grid_of(name, rows) for name, rows in workbook_rows(data).items()]
    else:
        if data.startswith(_OLE):
            raise InputError([Problem("", "is an old .xls workbook; save it as .xlsx or CSV")])
        if _HTML.match(data):
            raise InputError([Problem("", "is a web page under another name; open it, save as .xlsx or CSV")])
        if data.startswith(b"%PDF"):
            raise InputError([Problem("", "is a PDF; export CSV or .xlsx from your software")])
        rows = split_rows(decoded(data)[0])
        if len(rows) > MOST_ROWS:
            raise InputError([Problem("", f"has more than {MOST_ROWS} rows; export one day")])
        sheets = [grid_of("", rows)]
    filled = [sheet for sheet in sheets if sheet.rows]
    if not filled:
        raise InputError([Problem("", "holds no rows; was the export cut off?")])
    return filled
