"""The cells of one row, read field by field; what cannot be read becomes a rejection."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from sharedride.day.words import listed, quoted
from sharedride.importing.grid import Row
from sharedride.importing.header import Column, Sheet
from sharedride.importing.identity import HIDDEN, holds_nir, looks_like_name, reference
from sharedride.importing.outcome import Rejection
from sharedride.importing.values import row_number, several
from sharedride.importing.vocabulary import cell_words, values_of
from sharedride.importing.words import worded

T = TypeVar("T")

Words = Mapping[str, Mapping[str, str]]
"""Of a mapping file: by field, what a cell says and the value it stands for."""

_MISSING = frozenset({"", "?", "-", "--", "nc", "n/a", "na", "neant", "nr", "null", "none", "#n/a"})
_TELLING = (".address", ".place", ".name")
"""Parts of a home that tell where somebody lives."""


class Cells:
    """One row of a sheet; every problem is added to ``rejected``, none is raised."""

    def __init__(self, sheet: Sheet, row: Row, words: Words) -> None:
        self.sheet, self.row, self.words = sheet, row, words
        self.rejected: list[Rejection] = []

    def text(self, field: str) -> str:
        """Return the cell of a field, empty for the signs people write when there is nothing."""
        cell = self.sheet.cell(self.row, field)
        return "" if cell.casefold() in _MISSING else cell

    def read(self, field: str, reader: Callable[[str], T]) -> T | None:
        """Return the value of a field, ``None`` when the cell is empty or wrong."""
        text = self.text(field)
        if not text:
            return None
        try:
            return reader(text)
        except ValueError as error:
            self.reject(field, str(error))
            return None

    def word(self, field: str) -> str | None:
        """Return the value the word in a cell stands for, ``None`` when the cell is empty or unknown."""

        def known(text: str) -> str:
            own = {worded(word): value for word, value in self.words.get(field, {}).items()}
            meanings = {**cell_words(field), **own}
            if worded(text) in meanings:
                return meanings[worded(text)]
            values = listed(values_of(field), "or")
            raise ValueError(
                f"is no known word for {values}; correct it, or say in a mapping file under "
                f"[values.{field}] what it stands for"
            )

        return self.read(field, known)

    def reject(self, field: str, remedy: str) -> None:
        """Refuse the row for what stands in a field."""
        column = self.sheet.column(field)
        self.refuse(remedy, column, self._shown(field, column))

    def refuse(self, remedy: str, column: Column | None = None, value: str = "") -> None:
        """Refuse the row."""
        where = "" if column is None else str(column)
        self.rejected.append(
            Rejection(self.sheet.source, self.row.number, where, value, remedy, reference(self.text("id")))
        )

    def _shown(self, field: str, column: Column | None) -> str:
        if column is None:
            return ""
        text = self.row[column.index]
        telling = field.startswith(("home", "from", "to")) and field.endswith(_TELLING)
        named = field in ("patient", "not_with", "visit", "id") and looks_like_name(text)
        if field == "together_with":
            named = any(looks_like_name(part) for part in several(text) if row_number(part) is None)
        if telling or named or holds_nir(text):
            return HIDDEN
        return quoted(text) if text else ""
