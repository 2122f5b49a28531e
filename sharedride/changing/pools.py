"""The rides a change may use: all among the trips near it, and those of every vehicle's own trips."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from sharedride.changing.standing import PlannedRide
from sharedride.day.model import Day
from sharedride.rides.pool import RidePool, joined, lawful_rides
from sharedride.rules import Rules
from sharedride.travel import TravelTable

IntArray = npt.NDArray[np.int64]

NEAR_TRIPS = 80
"""Trips whose rides are all looked at, those nearest to what happened."""

NEAR_RIDES = 50_000
NEAR_EFFORT = 10_000_000
"""Rides listed among them, and steps that may take, a fraction of a second: on a dense day the longest rides
are left out."""


def near_trips(day: Day, table: TravelTable, affected: Iterable[int], free: Iterable[int]) -> list[int]:
    """Trips that are affected, and those of ``free`` nearest to one of them, in minutes.

    Two trips are as far apart as their hours, plus the drives between their origins and their destinations.
    """
    centre, others = sorted(set(affected)), sorted(set(free))
    if not centre:
        return []
    place = {p.id: i for i, p in enumerate(day.places)}
    at = np.array([t.appointment if t.appointment is not None else t.ready for t in day.trips], np.float64)
    origin = np.array([place[t.origin] for t in day.trips])
    goal = np.array([place[t.destination] for t in day.trips])
    apart = np.abs(at[others][:, None] - at[centre][None, :])
    apart += table.minutes[np.ix_(origin[others], origin[centre])]
    apart += table.minutes[np.ix_(goal[others], goal[centre])]
    order = np.argsort(apart.min(axis=1), kind="stable")
    room = max(0, NEAR_TRIPS - len(centre))
    chosen = [others[k] for k in order.tolist() if others[k] not in centre][:room]
    return sorted(set(centre) | set(chosen))


def rides_among(
    day: Day, table: TravelTable, rules: Rules, near: Sequence[int], own: Iterable[Sequence[int]]
) -> RidePool:
    """Lawful rides among ``near`` trips, and all of those among the trips of each set of ``own``.

    A ride of two sets may be there twice.
    """
    pools = [lawful_rides(day, table, rules, trips=trips) for trips in own if len(trips)]
    pools.append(lawful_rides(day, table, rules, trips=near, limit=NEAR_RIDES, effort=NEAR_EFFORT))
    return replace(joined(pools), complete=False)


def find_ride(day: Day, pool: RidePool, ride: PlannedRide, trips: dict[str, int]) -> int | None:
    """The ride of a pool that does the same work stop by stop, or ``None``."""
    wanted = sorted(trips[name] for name in ride.trips)
    size = np.diff(pool.ptr)
    starts = pool.ptr[:-1]
    for k in np.flatnonzero((size == len(wanted)) & np.isin(pool.trip[starts], wanted)).tolist():
        if sorted(pool.members(k).tolist()) == wanted and _work(day, pool, k) == ride.work:
            return int(k)
    return None


def _work(day: Day, pool: RidePool, ride: int) -> tuple[tuple[str, frozenset[str], frozenset[str]], ...]:
    places: list[str] = []
    board: list[set[str]] = []
    alight: list[set[str]] = []
    for code in pool.events[2 * pool.ptr[ride] : 2 * pool.ptr[ride + 1]].tolist():
        trip = day.trips[code if code >= 0 else ~code]
        where = trip.origin if code >= 0 else trip.destination
        if not places or places[-1] != where:
            places.append(where)
            board.append(set())
            alight.append(set())
        (board if code >= 0 else alight)[-1].add(trip.id)
    return tuple(zip(places, map(frozenset, board), map(frozenset, alight), strict=True))
