"""All lawful rides of a day, as flat arrays."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day
from sharedride.rides.carriers import Carriers, joined_carriers
from sharedride.rides.constraints import INFINITE, Fleet, TripData, VehicleKind, fleet_of, trip_data
from sharedride.rides.search import overlap_matrix, search
from sharedride.rules import Rules
from sharedride.travel import TravelTable

MAX_MEMBERS = 24
"""Patients of one ride, over a whole chain of overlapping patients, that the search can hold."""

DEFAULT_RIDE_LIMIT = 250_000
"""Rides (stop orders counted apart) kept at most; a denser day is cut at shorter rides, and says so."""

EFFORT = 200_000_000
"""Steps of counting after which a day counts as too dense to list: some five seconds of two cores."""

FULL_EFFORT = 60.0
"""Time limit of a search, in seconds, from which on listing one part's rides may take all these steps."""

LEVELS = (2, 3, 4, 5, 6)
"""Patients of the longest ride counted, step by step, before all rides are counted at once."""

HOPELESS = 4
"""Times the steps allowed that rides of one more patient would take, growing as before: not even counted."""

BATCH = 4
"""Chunks of first trips counted between two looks at the limits."""

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class RidePool:
    """Rides as arrays; ``r`` rides, ``m`` members over all rides.

    A ride is rigid: nobody idles aboard, so its start decides every other time. Offsets are minutes
    after ``service_start`` of the first stop.

    Attributes
    ----------
    ptr
        Members of ride ``i`` are ``ptr[i]:ptr[i + 1]``, in boarding order, shape ``(r + 1,)``. Its events
        are ``2 * ptr[i]:2 * ptr[i + 1]`` of ``events``: ``t`` boards trip ``t``, ``~t`` lets it alight.
    trip, aboard
        Trip of each member, and the most patients aboard at once while it is aboard, shape ``(m,)``.
    ridden_km, alone_km
        Km each member rides, and rides as the only patient aboard, shape ``(m,)``.
    board_start, alight_start, alight_end
        Offsets of the service start where the member boards, and of the service start and departure
        where it alights, shape ``(m,)``.
    km, duration, earliest, latest
        Km and minutes from first service start to last departure, and the window of lawful starts in
        minutes from midnight, shape ``(r,)``.
    first, last
        Places of the first and last stop, shape ``(r,)``.
    patients
        Most patients aboard at once, shape ``(r,)``.
    carriers
        Kinds of vehicle that may carry each ride.
    complete
        Whether every lawful ride is here.
    steps
        Steps it took to list them.
    """

    ptr: IntArray
    events: npt.NDArray[np.int32]
    trip: npt.NDArray[np.int32]
    aboard: npt.NDArray[np.int32]
    ridden_km: FloatArray
    alone_km: FloatArray
    board_start: FloatArray
    alight_start: FloatArray
    alight_end: FloatArray
    km: FloatArray
    duration: FloatArray
    earliest: FloatArray
    latest: FloatArray
    first: npt.NDArray[np.int32]
    last: npt.NDArray[np.int32]
    patients: npt.NDArray[np.int32]
    carriers: Carriers
    complete: bool
    steps: int = 0

    def __len__(self) -> int:
        return len(self.km)

    @property
    def kinds(self) -> tuple[VehicleKind, ...]:
        """Kinds of vehicle of the day."""
        return self.carriers.kinds

    def members(self, ride: int) -> npt.NDArray[np.int32]:
        """Trips of a ride, in boarding order."""
        return self.trip[self.ptr[ride] : self.ptr[ride + 1]]

    def ride_of_member(self) -> IntArray:
        """Ride each member belongs to, shape ``(m,)``."""
        return np.repeat(np.arange(len(self)), np.diff(self.ptr))

    def take(self, keep: IntArray) -> "RidePool":
        """Pool of the given rides only, in the given order."""
        sizes = np.diff(self.ptr)[keep]
        ptr = np.concatenate(([0], np.cumsum(sizes)))
        member = np.repeat(self.ptr[keep] - ptr[:-1], sizes) + np.arange(ptr[-1])
        event = np.repeat(2 * (self.ptr[keep] - ptr[:-1]), 2 * sizes) + np.arange(2 * ptr[-1])
        return RidePool(
            ptr=ptr,
            events=self.events[event],
            trip=self.trip[member],
            aboard=self.aboard[member],
            ridden_km=self.ridden_km[member],
            alone_km=self.alone_km[member],
            board_start=self.board_start[member],
            alight_start=self.alight_start[member],
            alight_end=self.alight_end[member],
            km=self.km[keep],
            duration=self.duration[keep],
            earliest=self.earliest[keep],
            latest=self.latest[keep],
            first=self.first[keep],
            last=self.last[keep],
            patients=self.patients[keep],
            carriers=self.carriers.take(keep),
            complete=self.complete,
        )


def lawful_rides(
    day: Day,
    table: TravelTable,
    rules: Rules,
    *,
    trips: Sequence[int] | None = None,
    limit: int = DEFAULT_RIDE_LIMIT,
    effort: int = EFFORT,
    max_members: int = MAX_MEMBERS,
    spare_km: float = INFINITE,
    fleet: Fleet | None = None,
) -> RidePool:
    """Enumerate every lawful ride of the day, with every lawful stop order.

    Outbound, return and mixed rides, chains of overlapping patients included. Lawful means: the detour
    of each patient under its own limit (CSS R.322-11-5), each leg's wait, windows, longest ride,
    consent, exclusions, locks, and at least one vehicle kind with the type, operator and seats. The
    wait summed over the two trips of a visit couples two rides and is left to the plan.

    Parameters
    ----------
    trips
        Indices of the trips to look at; all by default.
    limit
        Rides to keep at most; where the day holds more, the longest (in patients) are left out and the
        pool is not ``complete``.
    effort
        Steps that counting may take; a day that asks for more is cut at shorter rides too.
    max_members
        Patients of one ride at most, over a whole chain.
    spare_km
        Km that a ride may be longer than its patients' direct ways together, for every patient but one: with
        a finite number rides that save little are left out, and the pool is not ``complete``.
    fleet
        The day's vehicles, where they are known already.
    """
    data = trip_data(day, table, rules, trips)
    fleet = fleet or fleet_of(day)
    used = fleet.used(data.order)
    kinds = [fleet.kinds[k] for k in used]
    if not kinds:
        return _empty(fleet.kinds)
    arguments, shape = _search_arguments(data, kinds, fleet.able[data.order][:, used], rules, spare_km)
    workers = min(2, os.cpu_count() or 1)
    bounds = [(int(c[0]), int(c[-1]) + 1) for c in np.array_split(shape, 16 * workers) if len(c)]
    with ThreadPoolExecutor(workers) as threads:
        plan, complete, steps = _largest_that_fits(
            threads, bounds, arguments, limit, effort, max_members, len(kinds)
        )

        def fill(job: tuple[tuple[int, int], int, int, int]) -> tuple[npt.NDArray[np.generic], ...]:
            bound, longest, rides, members = job
            buffers = _buffers(rides, members, len(kinds))
            search(*bound, *arguments, longest, 1 << 60, 1 << 60, True, *buffers)
            return buffers

        parts = list(threads.map(fill, plan))
    complete = complete and spare_km >= INFINITE
    return replace(_collect(parts, data, fleet.kinds, used, complete), steps=steps)


def effort_within(seconds: float, parts: int = 1) -> int:
    """Steps that listing the rides of so many parts may take for a search of so many seconds."""
    return int(min(float(parts), seconds / FULL_EFFORT) * EFFORT)


def joined(pools: Sequence[RidePool]) -> RidePool:
    """Several pools of one day as one; it is complete where all are."""
    ends = np.cumsum([0, *(int(pool.ptr[-1]) for pool in pools)])
    ptr = np.concatenate([[0], *(pool.ptr[1:] + end for pool, end in zip(pools, ends[:-1], strict=True))])
    arrays: dict[str, Any] = {
        item.name: np.concatenate([getattr(pool, item.name) for pool in pools])
        for item in fields(RidePool)
        if item.name not in ("ptr", "carriers", "complete", "steps")
    }
    return replace(
        pools[0],
        **arrays,
        ptr=ptr,
        carriers=joined_carriers([pool.carriers for pool in pools]),
        complete=all(pool.complete for pool in pools),
        steps=sum(pool.steps for pool in pools),
    )


def _largest_that_fits(
    threads: ThreadPoolExecutor,
    bounds: list[tuple[int, int]],
    arguments: tuple[object, ...],
    limit: int,
    effort: int,
    max_members: int,
    kinds: int,
) -> tuple[list[tuple[tuple[int, int], int, int, int]], bool, int]:
    """Count rides of ever more patients until all are counted or there are too many to keep.

    Returns
    -------
    One job per chunk of first trips (chunk, longest ride, rides, members), whether they hold all lawful
    rides, and the steps taken. Rides of up to two patients are kept whatever the limit.
    """
    nothing = _buffers(0, 0, kinds)
    kept: list[tuple[tuple[int, int], int, int, int]] = []
    taken, before, growth = 0, 0, 0.0
    for longest in [*(size for size in LEVELS if size < max_members), max_members]:
        room = effort - taken
        if longest > 2 and before * growth > HOPELESS * room:
            return kept, False, taken
        jobs, total, work, cut = [], 0, 0, False
        for begin in range(0, len(bounds), BATCH):
            most = (limit, room - work) if longest > 2 else (1 << 50, 1 << 60)
            count = partial(_count, arguments, longest, most, nothing)
            batch = bounds[begin : begin + BATCH]
            for bound, (rides, members, steps, stopped) in zip(batch, threads.map(count, batch), strict=True):
                jobs.append((bound, longest, rides, members))
                total, work, cut = total + rides, work + steps, cut or stopped
            if longest > 2 and (total > limit or work > room):
                return kept, False, taken + work
        kept, taken = jobs, taken + work
        before, growth = work, work / before if before else 0.0
        if not cut:
            return kept, True, taken
    return kept, False, taken


def _count(
    arguments: tuple[object, ...],
    longest: int,
    most: tuple[int, int],
    nothing: tuple[npt.NDArray[np.generic], ...],
    bound: tuple[int, int],
) -> tuple[int, int, int, bool]:
    rides, members, steps, cut = search(*bound, *arguments, longest, *most, False, *nothing)
    return int(rides), int(members), int(steps), bool(cut)


def _search_arguments(
    data: TripData, kinds: Sequence[VehicleKind], able: BoolArray, rules: Rules, spare_km: float
) -> tuple[tuple[object, ...], IntArray]:
    most = max(kind.patients for kind in kinds)
    loose = rules.detour_limit_km(max(most, 1))
    near, near_ptr, near_trip = overlapping_trips(data, loose)
    after = rules.detour_km_after_last_pickup
    between = rules.detour_km_between_pickups
    arguments = (
        data.org, data.dst, data.km, data.minutes, data.low_km, data.low_minutes, data.board, data.alight,
        data.board_from, data.board_to, data.alight_from, data.leave_by, data.max_ride, data.direct,
        data.seats, data.chairs, near, near_ptr, near_trip, data.with_ptr, data.with_trip,
        np.ascontiguousarray(able),
        np.array([kind.patients for kind in kinds], dtype=np.int64),
        np.array([kind.seats for kind in kinds], dtype=np.int64),
        np.array([kind.wheelchairs for kind in kinds], dtype=np.int64),
        rules.detour_km_per_extra_patient, rules.detour_km_cap, loose,
        INFINITE if after is None else after, INFINITE if between is None else between, spare_km,
    )  # fmt: skip
    return arguments, np.arange(len(data.order), dtype=np.int64)


def overlapping_trips(data: TripData, loose: float) -> tuple[BoolArray, IntArray, IntArray]:
    """Pairs of trips that may ever be aboard together, as a matrix and as each trip's list."""
    near = overlap_matrix(
        data.org, data.dst, data.low_km, data.low_minutes, data.board, data.alight,
        data.board_from, data.board_to, data.alight_from, data.leave_by, data.direct, loose, data.share,
    )  # fmt: skip
    near_ptr = np.concatenate(([0], np.cumsum(near.sum(axis=1)))).astype(np.int64)
    return near, near_ptr, np.nonzero(near)[1].astype(np.int64)


def _buffers(rides: int, members: int, kinds: int) -> tuple[npt.NDArray[np.generic], ...]:
    return (
        np.empty(rides, np.int64),
        np.empty(2 * members, np.int32),
        np.empty((rides, 4)),
        np.empty((rides, 5), np.int32),
        np.empty((rides, kinds), np.bool_),
        np.empty(members, np.int32),
        np.empty((members, 6)),
        np.empty((members, 1), np.int32),
    )


def _collect(
    parts: list[tuple[npt.NDArray[np.generic], ...]],
    data: TripData,
    kinds: tuple[VehicleKind, ...],
    used: IntArray,
    complete: bool,
) -> RidePool:
    if not parts:
        return _empty(kinds, complete=complete)
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    offsets = np.cumsum([0] + [len(part[5]) for part in parts[:-1]])
    start = np.concatenate([part[0] + offset for part, offset in zip(parts, offsets, strict=True)])
    _, events, rf, ri, able, trip, mf, mi = columns
    order = data.order.astype(np.int32)
    boards = events >= 0
    return RidePool(
        ptr=np.append(start, len(trip)),
        events=np.where(boards, order[np.where(boards, events, 0)], ~order[np.where(boards, 0, ~events)]),
        trip=order[trip],
        aboard=mi[:, 0],
        ridden_km=mf[:, 0],
        alone_km=mf[:, 1],
        board_start=mf[:, 2],
        alight_start=mf[:, 3],
        alight_end=mf[:, 4],
        km=rf[:, 0],
        duration=rf[:, 1],
        earliest=rf[:, 2],
        latest=rf[:, 3],
        first=data.places[ri[:, 0]].astype(np.int32),
        last=data.places[ri[:, 1]].astype(np.int32),
        patients=ri[:, 2],
        carriers=Carriers.of(kinds, used, able.astype(np.bool_, copy=False)),
        complete=complete,
    )


def _empty(kinds: tuple[VehicleKind, ...], complete: bool = True) -> RidePool:
    none, int_none = np.empty(0), np.empty(0, np.int32)
    return RidePool(
        np.zeros(1, np.int64), int_none, int_none, int_none, none, none, none, none, none, none, none,
        none, none, int_none, int_none, int_none,
        Carriers(kinds, np.zeros((0, len(kinds)), np.bool_), int_none), complete,
    )  # fmt: skip
