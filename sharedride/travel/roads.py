"""Travel tables from a road engine: asked once, kept, and refused where a place is off the road."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day
from sharedride.errors import InputError, Problem
from sharedride.travel.cache import keep, key_of, recall
from sharedride.travel.engine import Engine
from sharedride.travel.points import Points, points_of
from sharedride.travel.tables import UNREACHABLE, RoadTable, ask
from sharedride.travel.travel_table import TravelTable

_MOST_ALIKE = 5


@dataclass(frozen=True)
class RoadProvider:
    """The distances and times of a road engine.

    Attributes
    ----------
    path
        Where in the day the engine is named, for messages.
    max_snap_m
        Metres from a road beyond which a place is refused.
    data_version
        What the engine must call its data, if anything.
    cached
        Whether tables are kept on disk.
    """

    engine: Engine
    path: str
    max_snap_m: float
    data_version: str | None
    cached: bool

    def table(self, day: Day) -> TravelTable:
        """Return the distances and driving times between all places of the day.

        Raises
        ------
        InputError
            When the engine is away, its data are of another version, or places cannot be reached.
        """
        points = points_of(day)
        key = key_of(self.engine.identity, points)
        table = recall(key, on_disk=self.cached)
        if table is None:
            table = ask(self.engine, points, self.path)
            self._check_version(table.version)
            keep(key, table, on_disk=self.cached)
        problems = [*self._off_road(day, points, table), *self._unreachable(day, points, table)]
        if problems:
            raise InputError(problems)
        of_place = points.of_place
        both = np.ix_(of_place, of_place)
        return TravelTable(
            km=table.km()[both],
            minutes=table.minutes()[both],
            snapped_m=table.snapped_m[of_place],
            data_version=table.version or None,
        )

    def _check_version(self, found: str) -> None:
        if self.data_version is not None and found != self.data_version:
            has = f'has data of version "{found}"' if found else "does not tell the version of its data"
            message = f'the day asks for "{self.data_version}", the engine {has}'
            raise InputError([Problem(f"{self.path}.data_version", message)])

    def _off_road(self, day: Day, points: Points, table: RoadTable) -> Iterator[Problem]:
        snapped = table.snapped_m[points.of_place]
        name = self.engine.name
        for index in np.flatnonzero(~(snapped <= self.max_snap_m)):
            where = f'"{day.places[index].id}"'
            if np.isfinite(snapped[index]):
                found = f"is {snapped[index]:.0f} m from the nearest road {name} knows"
            else:
                found = f"is off every road {name} knows"
            remedy = f"correct its coordinates, take data that cover it, or raise {self.path}.max_snap_m"
            yield Problem(f"places[{index}]", f"{where} {found}, {self.max_snap_m:g} m are allowed: {remedy}")

    def _unreachable(self, day: Day, points: Points, table: RoadTable) -> Iterator[Problem]:
        """Yield places cut off from most others, then pairs of the rest."""
        near = table.snapped_m <= self.max_snap_m
        missing = (table.decimetres == UNREACHABLE) | (table.deciseconds == UNREACHABLE)
        missing &= near[:, None] & near[None, :]
        first = np.full(len(points), -1, dtype=np.int64)
        first[points.of_place[::-1]] = np.arange(len(day.places))[::-1]
        for point in _cut_off(missing):
            place = int(first[point])
            message = f'no road leads from or to "{day.places[place].id}", correct its coordinates'
            yield Problem(f"places[{place}]", message)
            missing[point, :] = missing[:, point] = False
        pairs = np.argwhere(missing)
        for one, other in pairs[:_MOST_ALIKE]:
            start, end = day.places[int(first[one])].id, day.places[int(first[other])].id
            yield Problem(self.path, f'{self.engine.name} knows no way from "{start}" to "{end}"')
        if len(pairs) > _MOST_ALIKE:
            yield Problem(self.path, f"and no way between {len(pairs) - _MOST_ALIKE} more pairs of places")


def _cut_off(missing: npt.NDArray[np.bool_]) -> list[int]:
    """Points without a way from or to more than half of the others, the worst first."""
    left, found = missing.copy(), []
    while left.any():
        lacking = np.maximum(left.sum(axis=0), left.sum(axis=1))
        worst = int(np.argmax(lacking))
        if 2 * lacking[worst] <= len(left) - 1:
            break
        found.append(worst)
        left[worst, :] = left[:, worst] = False
    return found
