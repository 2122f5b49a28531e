"""A sheet of text cells, with the row numbers and column letters people see in their spreadsheet."""

import re
from dataclasses import dataclass

_INVISIBLE = re.compile("[\x00\u200b-\u200f\u2060\ufeff]")
_FORMULA_TEXT = re.compile(r'="(.*)"')


@dataclass(frozen=True)
class Row:
    """One row: its number in the file, counted from 1, and its cells as cleaned text."""

    number: int
    cells: tuple[str, ...]

    def __getitem__(self, column: int) -> str:
        """Return the cell of a column, empty past the last one."""
        return self.cells[column] if column < len(self.cells) else ""

    @property
    def filled(self) -> tuple[str, ...]:
        """The cells that hold something."""
        return tuple(cell for cell in self.cells if cell)


@dataclass(frozen=True)
class Grid:
    """The rows of one sheet that hold anything; ``name`` is the sheet's, empty for a text file."""

    name: str
    rows: tuple[Row, ...]


def grid_of(name: str, rows: list[list[str]]) -> Grid:
    """Return the grid of raw rows, without those that hold nothing."""
    cleaned = (
        Row(number, tuple(clean(cell) for cell in cells)) for number, cells in enumerate(rows, start=1)
    )
    return Grid(name, tuple(row for row in cleaned if row.filled))


def clean(cell: str) -> str:
    """Return a cell without invisible signs, ``="00123"`` disguises and needless spaces."""
    text = " ".join(_INVISIBLE.sub("", cell).split())
    disguised = _FORMULA_TEXT.fullmatch(text)
    if disguised:
        text = disguised[1].strip()
    return text[1:] if text.startswith("'") and text[1:2].isdigit() else text


def letter(column: int) -> str:
    """Return the letter a spreadsheet shows over a column: ``A`` for 0, ``AA`` for 26."""
    text, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        text = chr(ord("A") + digit) + text
    return text
