"""A distancier: the user's own table of distances from commune to commune.

Two places of one commune are 0 km apart unless the table has a row for it, and where only the way back is in
the table it counts for both (assumptions).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sharedride.day.model import Day, Distancier
from sharedride.errors import InputError, Problem
from sharedride.travel.csv_rows import csv_rows, positive
from sharedride.travel.travel_table import TravelTable

_COLUMNS = ("from_insee", "to_insee", "km")
_MINUTES = "minutes"
_MOST_ALIKE = 5


@dataclass(frozen=True)
class _Row:
    start: str
    end: str
    km: float
    minutes: float | None


@dataclass(frozen=True)
class DistancierProvider:
    """Distances looked up by the communes of the places; ``path`` is where in the day it is named."""

    asked: Distancier
    path: str

    def table(self, day: Day) -> TravelTable:
        """Return the distances and driving times between all places of the day.

        Raises
        ------
        InputError
            When the table cannot be read, a place has no commune, or pairs of communes are not in it.
        """
        rows = csv_rows(self.asked.file, f"{self.path}.file", _COLUMNS, _row)
        known = {(row.start, row.end): row for row in rows}
        problems = list(self._without_commune(day))
        communes = sorted({place.commune for place in day.places if place.commune})
        at = {commune: index for index, commune in enumerate(communes)}
        km = np.zeros((len(communes), len(communes)))
        minutes = np.zeros_like(km)
        missing = []
        for start in communes:
            for end in communes:
                row = known.get((start, end)) or known.get((end, start))
                if row is not None:
                    km[at[start], at[end]] = row.km
                    usual = 60.0 * row.km / self.asked.speed_kmh
                    minutes[at[start], at[end]] = usual if row.minutes is None else row.minutes
                elif start < end:
                    missing.append((start, end))
        problems += self._not_in_table(missing)
        if problems:
            raise InputError(problems)
        of_place = np.array([at[place.commune or ""] for place in day.places], dtype=np.int64)
        both = np.ix_(of_place, of_place)
        table = TravelTable(km=km[both], minutes=minutes[both])
        np.fill_diagonal(table.km, 0.0)
        np.fill_diagonal(table.minutes, 0.0)
        return table

    def _without_commune(self, day: Day) -> Iterator[Problem]:
        for index, place in enumerate(day.places):
            if not place.commune:
                message = "missing, add the INSEE code: the distancier looks places up by it"
                yield Problem(f"places[{index}].commune", message)

    def _not_in_table(self, missing: list[tuple[str, str]]) -> Iterator[Problem]:
        for start, end in missing[:_MOST_ALIKE]:
            yield Problem(f"{self.path}.file", f"no row between the communes {start} and {end}, add one")
        if len(missing) > _MOST_ALIKE:
            message = f"no row between {len(missing) - _MOST_ALIKE} more pairs of the day's communes"
            yield Problem(f"{self.path}.file", message)


def _row(row: Mapping[str, str]) -> _Row:
    start, end = row["from_insee"].strip(), row["to_insee"].strip()
    if not start or not end:
        raise ValueError("from_insee and to_insee are INSEE codes such as 90010")
    given = row.get(_MINUTES, "").strip()
    return _Row(
        start=start,
        end=end,
        km=positive(row["km"], "km", zero=True),
        minutes=positive(given, _MINUTES, zero=True) if given else None,
    )
