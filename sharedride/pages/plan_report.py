"""What reporting on a plan answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from sharedride.errors import InputError, Problem
from sharedride.pages.calendar import calendars
from sharedride.pages.csv_files import Rows, csv_bytes
from sharedride.pages.facts import Facts
from sharedride.pages.render import render
from sharedride.report.files import check_writable, write_whole


@dataclass(frozen=True)
class PlanReport:
    """A plan to be looked at: as a page, as tables, as calendars.

    Attributes
    ----------
    facts
        Everything shown.
    """

    facts: Facts

    @property
    def violations(self) -> tuple[tuple[str, str], ...]:
        """What the checker found, as rule and sentence; the page names them first."""
        return self.facts.violations

    @property
    def straight_because(self) -> str:
        """Why the map does not follow the roads though it was to; empty otherwise."""
        return self.facts.ways.missing

    @cached_property
    def html(self) -> str:
        """The page, one file that works from disk without any network."""
        return render(self.facts)

    def csv(self, rows: Rows = "trip", *, decimal_comma: bool = False) -> bytes:
        """Return a table for the carrier's software, a row per ``trip`` or per ``stop``.

        UTF-8 with a byte order mark, semicolons between the columns; see ``docs/report.md``.
        """
        return csv_bytes(self.facts, rows, decimal_comma=decimal_comma)

    @cached_property
    def ics(self) -> dict[str, bytes]:
        """A calendar per used vehicle, by the name of its file."""
        return {f"{quote(vehicle, safe='')}.ics": data for vehicle, data in calendars(self.facts).items()}

    def write(
        self,
        html: str | Path | None = None,
        *,
        csv: str | Path | None = None,
        csv_rows: Rows = "trip",
        decimal_comma: bool = False,
        ics: str | Path | None = None,
    ) -> tuple[Path, ...]:
        """Write the page, the table, the calendars into a folder: what is named.

        Everything is made and every place looked at before the first file is written. The folder of the
        calendars is made where only it is missing.

        Returns
        -------
        The files written.

        Raises
        ------
        InputError
            When a file cannot be written there.
        """
        outputs: dict[Path, bytes] = {}
        if html is not None:
            outputs[Path(html)] = self.html.encode("utf-8")
        if csv is not None:
            outputs[Path(csv)] = self.csv(csv_rows, decimal_comma=decimal_comma)
        if ics is not None:
            outputs |= {Path(ics) / name: data for name, data in self.ics.items()}
        missing = Path(ics) if ics is not None and not Path(ics).exists() else None
        problems = _problems([missing, *(path for path in outputs if path.parent != missing)])
        if problems:
            raise InputError(problems)
        if missing is not None:
            missing.mkdir()
        for path, data in outputs.items():
            write_whole(path, data)
        return tuple(outputs)


def _problems(paths: Sequence[Path | None]) -> list[Problem]:
    found: list[Problem] = []
    for path in paths:
        try:
            if path is not None:
                check_writable(path)
        except InputError as error:
            found += error.problems
    return found
