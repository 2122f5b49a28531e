"""Rush hours: how many times longer a drive takes at the hours at which it can happen.

Travel tables do not know the time of day, so a drive gets one factor (assumption): the largest of the user's
table, in the départements of both ends, over the times at which both ends are visited. A place is visited
in the two hours before each of its appointments and after each time a patient is ready; depots at any time.
Where two places have no common time, all times of both count.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedride.clock import parse_clock
from sharedride.day.model import Day
from sharedride.travel.csv_rows import csv_rows, positive

FloatArray = npt.NDArray[np.float64]

AROUND_MIN = 120.0
"""Minutes before an appointment and after readiness at which a place counts as visited (assumption)."""

_COLUMNS = ("department", "from", "to", "factor")
_SLOT_MIN = 15.0
_SLOTS = int(48 * 60 / _SLOT_MIN)


@dataclass(frozen=True)
class _Row:
    department: str
    start: float
    end: float
    factor: float


def rush_factors(day: Day, file: str, path: str) -> FloatArray:
    """Return what to multiply the driving times by, shape ``(places, places)``.

    Parameters
    ----------
    file
        CSV ``department,from,to,factor`` with clock times; hours that are not in it have the factor 1.
    path
        Where the day names the file, for messages.

    Raises
    ------
    InputError
        When the table cannot be used.
    """
    rows = csv_rows(file, path, _COLUMNS, _row)
    slots: FloatArray = np.arange(_SLOTS, dtype=np.float64) * _SLOT_MIN
    usual = np.ones(_SLOTS)
    by_department = {row.department: np.zeros(_SLOTS) for row in rows}
    for row in rows:
        during = (slots + _SLOT_MIN > row.start) & (slots < row.end)
        known = by_department[row.department]
        known[during] = np.maximum(known[during], row.factor)
    factors = {name: np.where(known > 0.0, known, 1.0) for name, known in by_department.items()}
    of_place = np.array([factors.get(_department(day, index), usual) for index in range(len(day.places))])
    visited = _visited(day, slots)
    size = len(day.places)
    largest = np.where(visited, of_place.reshape(size, _SLOTS), 0.0).max(axis=1, initial=0.0)
    apart = np.maximum(largest[:, None], largest[None, :])
    together = np.zeros((size, size))
    for slot in np.flatnonzero(visited.any(axis=0)):
        there = np.flatnonzero(visited[:, slot])
        now = of_place[there, slot]
        window = np.ix_(there, there)
        together[window] = np.maximum(together[window], np.maximum(now[:, None], now[None, :]))
    factor: FloatArray = np.where(together > 0.0, together, apart)
    return factor


def _visited(day: Day, slots: FloatArray) -> npt.NDArray[np.bool_]:
    at = {place.id: index for index, place in enumerate(day.places)}
    visited = np.zeros((len(day.places), len(slots)), dtype=np.bool_)
    for trip in day.trips:
        if trip.outbound and trip.appointment is not None:
            start, end = trip.appointment - AROUND_MIN, trip.appointment
        elif not trip.outbound and trip.ready is not None:
            start, end = trip.ready, trip.ready + AROUND_MIN
        else:
            continue
        during = (slots + _SLOT_MIN > start) & (slots < end)
        for end_of_trip in (trip.origin, trip.destination):
            # A reference to nowhere is told elsewhere.
            if end_of_trip in at:
                visited[at[end_of_trip]] |= during
    # Depots, and places nobody goes to, may be passed at any time.
    visited[~visited.any(axis=1)] = True
    for index, place in enumerate(day.places):
        if place.kind == "depot":
            visited[index] = True
    return visited


def _department(day: Day, index: int) -> str:
    commune = day.places[index].commune
    if not commune:
        return day.department or ""
    return commune[:3] if commune.startswith("97") else commune[:2]


def _row(row: Mapping[str, str]) -> _Row:
    if not row["department"].strip():
        raise ValueError("department is the number of a département such as 90 or 2A")
    start, end = parse_clock(row["from"].strip()), parse_clock(row["to"].strip())
    if end <= start:
        raise ValueError(f'"to" {row["to"]} is not after "from" {row["from"]}')
    return _Row(row["department"].strip(), start, end, positive(row["factor"], "factor"))
