"""What an import found: the day, the rows it refused and the rows that are no missions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sharedride.errors import Problem


@dataclass(frozen=True, order=True)
class Rejection:
    """One thing wrong with one row.

    Attributes
    ----------
    source
        The file, with its sheet where it has several.
    row
        Its number in the file, counted from 1 with the titles, as a spreadsheet shows it.
    column
        Letter and header, empty when the whole row is meant.
    value
        What stands there; ``(not shown)`` where it may tell who a patient is.
    remedy
        What is wrong and what would be right.
    mission
        What the file itself calls the row, its mission number or vehicle; empty where it has none, or where
        that may tell who a patient is.
    """

    source: str
    row: int
    column: str
    value: str
    remedy: str
    mission: str = ""

    def problem(self) -> Problem:
        """Return the rejection as a problem with its place in the file."""
        place = f"{self.source} row {self.row}" + (f" ({self.mission})" if self.mission else "")
        place += f", {self.column}" if self.column else ""
        return Problem(place, f"{self.value} {self.remedy}".strip())


@dataclass(frozen=True)
class LeftOut:
    """A row that is no mission of the day: a total, a title, a cancelled or lying transport, another date."""

    source: str
    row: int
    why: str


@dataclass(frozen=True)
class Imported:
    """The outcome of an import.

    Attributes
    ----------
    day
        The content of ``day.json``, valid; of the rows that were not rejected.
    rejected
        Everything wrong with rows, in the order of the files.
    left_out
        Rows that are no missions of the day.
    ignored
        Headers of columns that were not read.
    notes
        What a person should know about the day: assumptions made, places at commune centres.
    rows
        Rows that became trips.
    """

    day: Mapping[str, Any]
    rejected: tuple[Rejection, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rows: int = 0


@dataclass
class Findings:
    """What is collected while rows are read."""

    rejected: list[Rejection] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
