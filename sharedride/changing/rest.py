"""The rest of a day as a selection problem: what has begun is fixed, what was promised is bounded.

Every vehicle is a group of its own, because every vehicle is somewhere else. A ride that has begun is an
offer of its vehicle alone, with one start. Every other ride may start when the vehicle can be there, and when
no promised pick-up moves by more than the window. A ride that keeps promises to the minute is offered once
more at just that minute, so that the search can tell what is a change from what is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sharedride.changing.pools import find_ride, rides_among
from sharedride.changing.standing import PlannedRide, Standing, Whereabouts, whereabouts
from sharedride.day.model import Day
from sharedride.errors import InputError, Problem
from sharedride.planning.fleet import VehicleGroup
from sharedride.planning.objective import prices
from sharedride.planning.offers import Offers, group_offers, kind_offers
from sharedride.planning.problem import Problem as Selection
from sharedride.planning.problem import problem_of
from sharedride.planning.solution import Objective
from sharedride.planning.visits import partners
from sharedride.rides.constraints import VehicleKind, kind_of, locked_vehicles
from sharedride.rides.pool import RidePool
from sharedride.rules import Rules
from sharedride.tariffs import TariffBook
from sharedride.travel import TravelTable

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

STEADY_MIN = 0.5
"""Minutes by which a pick-up may move and still be the one that was told: nobody is phoned for less."""

ONE_SECOND = 1.0 / 60.0
EPS = 1e-6


@dataclass(frozen=True)
class Rest:
    """The rest of a day.

    Attributes
    ----------
    changed
        Per vehicle and offer, how many promises it changes.
    begun
        Per vehicle, the offers of its rides that have begun.
    wheres
        Where every vehicle is.
    """

    day: Day
    pool: RidePool
    problem: Selection
    changed: tuple[IntArray, ...]
    begun: tuple[tuple[int, ...], ...]
    wheres: tuple[Whereabouts, ...]
    trips: dict[str, int]


@dataclass(frozen=True)
class Terms:
    """What a change is bound by.

    Attributes
    ----------
    window
        Minutes by which a promised pick-up may move.
    free
        Trips without a promise that binds, by id.
    closed
        Vehicles that begin nothing more.
    delays
        Minutes of delay by vehicle.
    gone
        Trips that fell away.
    """

    window: float
    free: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    delays: Mapping[str, float] | None = None
    gone: frozenset[str] = frozenset()


def rest_of(
    day: Day, table: TravelTable, rules: Rules, book: TariffBook, objective: Objective, plan: Standing,
    terms: Terms, near: list[int], *, penalty: float, tie: float,
) -> Rest:  # fmt: skip
    """Write the rest of a day as a selection problem.

    Parameters
    ----------
    near
        Trips among which all rides are looked at; the others keep to rides of their own vehicle's trips.

    Raises
    ------
    InputError
        When a ride that has begun is no lawful ride of the day.
    """
    trips = {trip.id: i for i, trip in enumerate(day.trips)}
    wheres = tuple(
        whereabouts(day, table, plan, v, delay=(terms.delays or {}).get(vehicle.id, 0.0), gone=terms.gone)
        for v, vehicle in enumerate(day.vehicles)
    )
    begun_trips = {trips[name] for where in wheres for ride in where.begun for name in ride.trips}
    near = [trip for trip in near if trip not in begun_trips]
    own = [
        [
            [trips[name] for ride in plan.rides.get(v.id, ()) for name in ride.trips if _in(ride, where, k)
             and name in trips]
            for k in (True, False)
        ]
        for v, where in zip(day.vehicles, wheres, strict=True)
    ]  # fmt: skip
    pool = rides_among(day, table, rules, near, [part for both in own for part in both])
    pricing, partner = prices(day, table, objective), partners(day)
    locked = locked_vehicles(day)
    listed = _Listed(day, pool, plan, trips, begun_trips, wheres)

    def offers_of(kind: VehicleKind, rides: IntArray) -> Offers:
        some = kind_offers(day, pool.take(rides), kind, prices=pricing, book=book, coupled=partner >= 0)
        return replace(some, ride=rides[some.ride])

    groups, offers, changed, begun = [], [], [], []
    by_kind: dict[VehicleKind, Offers] = {}
    bounds = _Bounds(plan, trips, terms)
    for v, vehicle in enumerate(day.vehicles):
        kind, where = kind_of(vehicle, locked), wheres[v]
        place = {p.id: i for i, p in enumerate(day.places)}
        group = VehicleGroup(
            kind, (v,), place[vehicle.start], place[vehicle.end], (where.leaves, vehicle.shift[1]),
            vehicle.break_,
        )  # fmt: skip
        past = _pinned(offers_of(kind, listed.begun[v]), pool, where)
        parts, counts = [past], [np.zeros(len(past), np.int64)]
        if vehicle.id not in terms.closed:
            if kind not in by_kind:
                by_kind[kind] = offers_of(kind, listed.general)
            for source in (by_kind[kind], offers_of(kind, listed.later[v])):
                for some, count in bounds.of(group_offers(source, group, table), pool, where, vehicle.id):
                    parts.append(some)
                    counts.append(count)
        groups.append(group)
        offers.append(_concatenated(parts))
        changed.append(np.concatenate(counts))
        begun.append(tuple(range(len(past))))
    problem, _ = problem_of(
        groups, [1] * len(groups), offers, range(len(day.trips)), partner=partner, wait_limit=rules.wait_min,
        table=table, prices=pricing, tie=tie, penalty=penalty,
    )  # fmt: skip
    return Rest(day, pool, problem, tuple(changed), tuple(begun), wheres, trips)


def _in(ride: PlannedRide, where: Whereabouts, begun: bool) -> bool:
    return (ride in where.begun) is begun


class _Listed:
    """Rides of the pool by what they are to the plan at hand: begun, still to come, or anything else."""

    def __init__(
        self, day: Day, pool: RidePool, plan: Standing, trips: dict[str, int], frozen: set[int],
        wheres: tuple[Whereabouts, ...],
    ) -> None:  # fmt: skip
        fixed = np.isin(pool.trip, list(frozen))
        general = ~np.logical_or.reduceat(fixed, pool.ptr[:-1]) if len(pool) else np.empty(0, np.bool_)
        self.general: IntArray = np.flatnonzero(general)
        self.begun: list[IntArray] = []
        self.later: list[IntArray] = []
        problems = []
        for vehicle, where in zip(day.vehicles, wheres, strict=True):
            sides: dict[bool, list[int]] = {True: [], False: []}
            for ride in plan.rides.get(vehicle.id, ()):
                has_begun = ride in where.begun
                if not ride.trips <= trips.keys():
                    continue
                found = find_ride(day, pool, ride, trips)
                if found is not None:
                    sides[has_begun].append(found)
                elif has_begun:
                    message = (
                        f"carries {', '.join(sorted(ride.trips))} in a ride that is not lawful on this day"
                    )
                    problems.append(Problem(f"plan: vehicle {vehicle.id}", message))
            self.begun.append(np.array(sides[True], np.int64))
            self.later.append(np.array(sides[False], np.int64))
        if problems:
            raise InputError(problems)


class _Bounds:
    """Cuts offers to where a vehicle can be and to what was promised."""

    def __init__(self, plan: Standing, trips: dict[str, int], terms: Terms) -> None:
        self.pickup = np.full(len(trips), np.nan)
        self.window = terms.window
        self.vehicle = np.full(len(trips), "", dtype=object)
        for name, promise in plan.promises.items():
            if name in trips and name not in terms.free:
                self.pickup[trips[name]] = promise.pickup
                self.vehicle[trips[name]] = promise.vehicle

    def of(
        self, offers: Offers, pool: RidePool, where: Whereabouts, vehicle: str
    ) -> list[tuple[Offers, IntArray]]:
        """Offers with the promises they change: as they are, and where they can be steady, steady."""
        if not len(offers):
            return []
        sizes, first = np.diff(offers.ptr), offers.ptr[:-1]
        member = np.repeat(pool.ptr[offers.ride] - first, sizes) + np.arange(offers.ptr[-1])
        told = self.pickup[offers.trip] - pool.board_start[member]
        bound = ~np.isnan(told)
        low, high = np.where(bound, told, -np.inf), np.where(bound, told, np.inf)
        latest, soonest = np.maximum.reduceat(low, first), np.minimum.reduceat(high, first)
        lo = np.maximum(offers.lo, where.reaches[offers.first])
        total = np.add.reduceat(bound.astype(np.int64), first)
        moved = np.add.reduceat((bound & (self.vehicle[offers.trip] != vehicle)).astype(np.int64), first)
        found = []
        for width, count, wanted in (
            (self.window, total, np.ones(len(offers), np.bool_)),
            (min(STEADY_MIN, self.window), moved, moved < total),
        ):
            least, most = np.maximum(lo, latest - width), np.minimum(offers.hi, soonest + width)
            keep = np.flatnonzero(wanted & (least <= most + EPS))
            cut = offers.take(keep, least[keep], np.maximum(least, most)[keep])
            found.append((cut, count[keep]))
        return found


def _pinned(offers: Offers, pool: RidePool, where: Whereabouts) -> Offers:
    """Rides that have begun, each at the second it began; of one split by fares, the piece of that start."""
    if not len(offers):
        return offers
    start = np.array([ride.start for ride in where.begun])
    keep = []
    # The offers come in the order of the rides they were made of, which is that of the route.
    for at, ride in zip(start, dict.fromkeys(offers.ride.tolist()), strict=True):
        pieces = np.flatnonzero(offers.ride == ride)
        off = np.maximum(np.maximum(offers.lo[pieces] - at, at - offers.hi[pieces]), 0.0)
        keep.append(int(pieces[np.argmin(off)]))
    return offers.take(np.array(keep), start - ONE_SECOND, start + ONE_SECOND)


def _concatenated(parts: list[Offers]) -> Offers:
    ends = np.cumsum([0, *(int(part.ptr[-1]) for part in parts)])
    ptr = np.concatenate([[0], *(part.ptr[1:] + end for part, end in zip(parts, ends[:-1], strict=True))])
    names = [name for name in parts[0].__dict__ if name != "ptr"]
    return Offers(
        ptr=ptr, **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    )
