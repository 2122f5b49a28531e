"""Days too large to be searched at once: planned in pieces, some cars and their trips at a time.

The rides among all trips of a pooled département, for every operator's cars, fill any memory long before a
search begins. So the cars are first parted by where they stand and every part gets trips near it; then the
cars about one place after another are planned anew, with the trips they carry and those still left out.

References
----------
Taillard, É. and Voss, S. (2002). POPMUSIC: partial optimization metaheuristic under special intensification
conditions. doi:10.1007/978-1-4615-1507-4_27
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day
from sharedride.planning.solution import Route, Stop
from sharedride.planning.visits import partners
from sharedride.planning.warm import with_rides_of
from sharedride.rides.constraints import INFINITE, kind_of, locked_vehicles, may_carry
from sharedride.rides.pool import RidePool, effort_within, lawful_rides
from sharedride.rules import Rules
from sharedride.travel import TravelTable

FloatArray = npt.NDArray[np.float64]

PIECE = 170
"""Trips of one piece."""

PART = 90
"""Trips of one part of the first round."""

PIECE_SECONDS = 1.2
"""Time of one piece."""

SEARCH = 1.5
"""Least time to search in, in times of what listing the piece's rides took: a busy computer searches too."""

FIRST_SHARE = 0.2
"""Share of the time for the first round, in which every part is planned once."""

LEFT_OUT = 20
"""Trips left out so far that a piece takes in at most."""

IDLE = 8
"""Cars without work that a piece takes in at most."""

SPREAD = 0.02
"""Luck in the distance, in degrees: makes other pieces of the same neighbourhood."""

ALIKE = 3
"""Trips of a car that roams from the one depot, those most like a piece's first, by which it is near."""

DEGREES_PER_MINUTE = 0.0005
"""What a minute between two trips counts beside the way between their ends: some 50 m."""

EPS = 1e-6


@dataclass(frozen=True)
class Piece:
    """What a piece is planned from.

    Attributes
    ----------
    day, table, pool
        The piece as a small day of its own, and its rides: those that leave the visits' trips outside their
        share of the wait.
    given
        Routes to start from.
    """

    day: Day
    table: TravelTable
    pool: RidePool
    given: tuple[Route, ...]


@dataclass(frozen=True)
class Planned:
    """Routes of a piece, and the objective of each, by vehicle."""

    routes: tuple[Route, ...]
    costs: Mapping[int, float]


Solve = Callable[[Piece, float, int], Planned]
"""Plans a piece within some seconds, with a seed."""


class Pieces:
    """A plan of a large day, better piece by piece.

    Parameters
    ----------
    solve
        Plans one piece; called on several threads at once.
    threads
        Pieces planned at a time.
    spare_km
        Km that a ride may be longer than its patients' direct ways together, for every patient but one;
        longer ones are passed over while all trips are served.

    Attributes
    ----------
    routes, costs
        Route and objective of every car in use, by vehicle.
    left
        Trips without a ride.
    """

    def __init__(
        self,
        day: Day,
        table: TravelTable,
        rules: Rules,
        solve: Solve,
        *,
        seed: int = 0,
        threads: int = 2,
        spare_km: float = INFINITE,
    ) -> None:
        self.spare_km = spare_km
        self.day, self.table, self.rules, self.solve, self.threads = day, table, rules, solve, threads
        self.luck = np.random.default_rng(seed)
        place = {p.id: k for k, p in enumerate(day.places)}
        lat = np.array([p.lat for p in day.places])
        lon = np.array([p.lon for p in day.places])
        # Degrees of latitude, about.
        self.spots = np.column_stack((lat, lon * np.cos(np.radians(lat.mean()))))
        self.ends = np.array([(place[t.origin], place[t.destination]) for t in day.trips])
        self.depots = np.array([place[v.start] for v in day.vehicles])
        self.place = place
        self.trip_spot = self.spots[self.ends].mean(axis=1)
        self.nature = _nature(day, self.spots[self.ends])
        self.roaming = not np.ptp(self.spots[self.depots], axis=0).any()
        locked = locked_vehicles(day)
        self.kinds = [kind_of(vehicle, locked) for vehicle in day.vehicles]
        self.partner: list[int] = partners(day).tolist()
        self.routes: dict[int, Route] = {}
        self.costs: dict[int, float] = {}
        self.left: set[int] = set(range(len(day.trips)))
        # The piece each trip was in last, none so far.
        self.turn = np.zeros(len(day.trips))

    @property
    def cost(self) -> float:
        """Objective of the plan, as it is minimised."""
        return float(sum(self.costs.values()))

    def begin(
        self, until: float, stop: Callable[[], bool], tell: Callable[[], None], given: Sequence[Route] = ()
    ) -> None:
        """Plan every part once: round the routes given, or round where the cars stand.

        Every part is planned, however late it is: a plan that serves nobody helps nobody.
        """
        parts = self._parts_of(given) if given else self._parts()
        seconds = FIRST_SHARE * max(0.0, until - time.perf_counter()) * self.threads / max(1, len(parts))
        work = [(cars, trips, float(np.clip(seconds, 0.1, PIECE_SECONDS))) for cars, trips in parts]
        driven = {route.vehicle: route for route in given}
        for first in range(0, len(work), self.threads):
            if stop():
                return
            for job in self._plan(work[first : first + self.threads], driven, until):
                # Two parts planned at the same time used up the wait of one visit: one goes after the other.
                self._plan([job], driven, until)
            tell()

    def improve(self, until: float, stop: Callable[[], bool], tell: Callable[[], None]) -> None:
        """Plan pieces anew until time is up."""
        while not stop() and (left := until - time.perf_counter()) > 0.05:
            taken: set[int] = set()
            asked: set[int] = set()
            work = []
            for _ in range(self.threads):
                cars, trips = self._around(taken, asked)
                if cars:
                    work.append((cars, trips, min(left, PIECE_SECONDS)))
                    taken |= set(cars)
                    asked |= set(trips)
            if not work:
                return
            self._plan(work, self.routes, until)
            tell()

    # -- which cars and trips -----------------------------------------------------------------------

    def _parts(self) -> list[tuple[list[int], list[int]]]:
        """Cars parted by where they stand, with trips near them, as many as their number allows.

        Where many cars stand at one place, their trips are parted by where they go, and the cars dealt out.
        """
        cars = len(self.day.vehicles)
        size = max(2, round(PART * cars / max(1, len(self.day.trips))))
        parts = []
        for group, trips in self._yards(size):
            shares = max(1, round(len(group) / size))
            both = [trip for trip in trips if not trip > self.partner[trip] >= 0]
            areas = _halved(both, self.trip_spot, max(1, -(-len(both) // shares)))
            dealt = sorted(group, key=lambda car: (repr(self.kinds[car]), car))
            for k, area in enumerate(areas):
                mates = [self.partner[trip] for trip in area if self.partner[trip] >= 0]
                parts.append((sorted(dealt[k :: len(areas)]), sorted([*area, *mates])))
        return parts

    def _yards(self, size: int) -> list[tuple[list[int], list[int]]]:
        """Cars parted by where they stand, ``size`` to a part or all of one place, with trips near them."""
        cars = len(self.day.vehicles)
        groups = _halved(list(range(cars)), self.spots[self.depots], size)
        middles = np.array([self.spots[self.depots[group]].mean(axis=0) for group in groups])
        room = [1.1 * len(group) * len(self.day.trips) / cars for group in groups]
        able = [{self.kinds[car] for car in group} for group in groups]
        trips: list[list[int]] = [[] for _ in groups]
        far = np.linalg.norm(self.trip_spot[:, None, :] - middles[None, :, :], axis=2)
        # Those who have the most to lose choose first.
        for trip in np.argsort(-(far.mean(axis=1) - far.min(axis=1)), kind="stable").tolist():
            both = [trip, self.partner[trip]] if self.partner[trip] >= 0 else [trip]
            if any(trip in own for own in trips):
                continue
            order = np.argsort(far[trip], kind="stable").tolist()
            fits = [
                g for g in order if all(any(may_carry(k, self.day.trips[t]) for k in able[g]) for t in both)
            ]
            if not fits:
                continue
            best = next((g for g in fits if len(trips[g]) + len(both) <= room[g]), fits[0])
            trips[best] += both
        return [(group, sorted(own)) for group, own in zip(groups, trips, strict=True) if own]

    def _parts_of(self, given: Sequence[Route]) -> list[tuple[list[int], list[int]]]:
        """Cars of a plan at hand, parted by where they work, with what they carry."""
        cars = [route.vehicle for route in given]
        middles = np.array([self._middle(route) for route in given])
        size = max(2, round(PIECE * len(cars) / max(1, len(self.day.trips))))
        carried = {route.vehicle: _carried(route) for route in given}
        groups = _halved(list(range(len(cars))), middles, size)
        return [
            ([cars[k] for k in group], sorted(trip for k in group for trip in carried[cars[k]]))
            for group in groups
        ]

    def _around(self, taken: Collection[int], asked: Collection[int]) -> tuple[list[int], list[int]]:
        """Cars about one place and the trips they carry or should, none of those in hand already."""
        busy = [car for car in self.routes if car not in taken]
        left = sorted(self.left.difference(asked))
        if left and (not busy or self.luck.random() < 0.5):
            seed = left[int(self.luck.integers(len(left)))]
            seat = self.trip_spot[seed]
        elif busy:
            # Where planning was longest ago.
            since = [self.turn[_carried(self.routes[car])].mean() + self.luck.random() for car in busy]
            first = self.routes[busy[int(np.argmin(since))]]
            own = _carried(first)
            seed, seat = own[int(self.luck.integers(len(own)))], self._middle(first)
        else:
            return [], []
        cars: list[int] = []
        trips: list[int] = []
        distance = self._apart(busy, seed, seat) + self.luck.uniform(0.0, SPREAD, len(busy))
        for k in np.argsort(distance, kind="stable").tolist():
            own = _carried(self.routes[busy[k]])
            if len(trips) + len(own) > PIECE and len(cars) > 1:
                break
            cars.append(busy[k])
            trips += own
        idle = [car for car in range(len(self.day.vehicles)) if car not in self.routes and car not in taken]
        far = np.linalg.norm(self.spots[self.depots[idle]] - seat, axis=1) if idle else np.empty(0)
        cars += [idle[k] for k in np.argsort(far, kind="stable")[:IDLE].tolist()]
        lost = np.linalg.norm(self.trip_spot[left] - seat, axis=1) if left else np.empty(0)
        trips += [left[k] for k in np.argsort(lost, kind="stable")[:LEFT_OUT].tolist()]
        self.turn[trips] = self.turn.max() + 1
        return sorted(cars), sorted(trips)

    def _apart(self, cars: Sequence[int], trip: int, seat: FloatArray) -> FloatArray:
        """How far the work of some cars is from a place; from a trip, where all cars roam from one depot."""
        if self.roaming:
            apart = np.linalg.norm(self.nature - self.nature[trip], axis=1)
            return np.array([np.sort(apart[_carried(self.routes[car])])[:ALIKE].mean() for car in cars])
        near = np.array([self._middle(self.routes[car]) for car in cars]).reshape(-1, 2)
        distance: FloatArray = np.linalg.norm(near - seat, axis=1)
        return distance

    def _middle(self, route: Route) -> FloatArray:
        middle: FloatArray = self.spots[[stop.place for stop in route.stops]].mean(axis=0)
        return middle

    # -- planning them ------------------------------------------------------------------------------

    def _plan(
        self, work: Sequence[tuple[list[int], list[int], float]], driven: Mapping[int, Route], until: float
    ) -> list[tuple[list[int], list[int], float]]:
        """Plan pieces that share no car or trip, at the same time; returns those that clash with another."""
        waits = _waits(self.day, {**driven, **self.routes}.values())

        def one(job: tuple[list[int], list[int], float]) -> Planned:
            cars, trips, seconds = job
            given = [driven[car] for car in cars if car in driven]
            return self._solved(cars, trips, seconds, until, given, waits)

        if len(work) == 1:
            found = [one(work[0])]
        else:
            with ThreadPoolExecutor(len(work)) as threads:
                found = list(threads.map(one, work))
        return [job for job, new in zip(work, found, strict=True) if not self._keep(job[0], new)]

    def _solved(
        self,
        cars: Sequence[int],
        trips: Sequence[int],
        seconds: float,
        until: float,
        given: Sequence[Route],
        waits: Mapping[int, float],
    ) -> Planned:
        began = time.perf_counter()
        used = {*self.ends[list(trips)].ravel().tolist(), *self.depots[list(cars)].tolist()}
        used |= {self.place[self.day.vehicles[car].end] for car in cars}
        places = sorted(used)
        owners = {self.day.vehicles[car].operator for car in cars}
        small = self.day.model_copy(
            update={
                "places": tuple(self.day.places[k] for k in places),
                "operators": tuple(o for o in self.day.operators if o.id in owners),
                "vehicles": tuple(self.day.vehicles[car] for car in cars),
                "trips": tuple(self.day.trips[trip] for trip in trips),
            }
        )
        cut = np.ix_(places, places)
        table = replace(
            self.table,
            km=np.ascontiguousarray(self.table.km[cut]),
            minutes=np.ascontiguousarray(self.table.minutes[cut]),
            billed_km=None if self.table.billed_km is None else self.table.billed_km[cut],
        )
        inside = set(trips)
        # Where cars are scarce every ride may help.
        tight = any(self.turn[trip] for trip in inside & self.left)
        pool = lawful_rides(
            small, table, self.rules, effort=effort_within(seconds),
            spare_km=INFINITE if tight else self.spare_km,
        )  # fmt: skip
        limits = {
            k: self.rules.wait_min - waits[self.partner[trip]]
            for k, trip in enumerate(trips)
            if self.partner[trip] >= 0 and self.partner[trip] not in inside and self.partner[trip] in waits
        }
        outwards = (dict(enumerate(places)), dict(enumerate(trips)), dict(enumerate(cars)))
        before = _renamed(given, _index(places), _index(trips), _index(cars))
        if not pool.complete:
            pool = with_rides_of(small, table, self.rules, pool, before)
        # Nothing is to be proven about a piece: the search gets all its time.
        piece = Piece(small, table, replace(_within(small, pool, limits), complete=False), before)
        now = time.perf_counter()
        limit = min(max(began + seconds - now, SEARCH * (now - began)), until - now)
        found = self.solve(piece, max(0.05, limit), int(self.luck.integers(2**31)))
        return Planned(_renamed(found.routes, *outwards), {cars[k]: cost for k, cost in found.costs.items()})

    def _keep(self, cars: Sequence[int], new: Planned) -> bool:
        """Take the new routes of some cars where they serve more, or the same for less.

        Returns
        -------
        Whether they can stand beside the others: the wait of a visit holds over its two trips.
        """
        old = [self.routes[car] for car in cars if car in self.routes]
        before = {trip for route in old for trip in _carried(route)}
        after = {trip for route in new.routes for trip in _carried(route)}
        cheaper = sum(new.costs.values()) < sum(self.costs[route.vehicle] for route in old) - EPS
        if len(after) < len(before) or (len(after) == len(before) and not cheaper):
            return True
        others = [route for car, route in self.routes.items() if car not in set(cars)]
        # Two pieces planned at once may have used up the wait of one visit between them.
        waits = _waits(self.day, [*others, *new.routes])
        for trip in after:
            other = self.partner[trip]
            if other in waits and waits[trip] + waits[other] > self.rules.wait_min + EPS:
                return False
        for route in old:
            del self.routes[route.vehicle], self.costs[route.vehicle]
        for route in new.routes:
            self.routes[route.vehicle] = route
            self.costs[route.vehicle] = new.costs[route.vehicle]
        self.left = (self.left | before) - after
        return True


def _nature(day: Day, ends: FloatArray) -> FloatArray:
    """Where each trip begins and ends and when, in degrees: trips that are near by it may share a car."""
    when = [t.appointment if t.appointment is not None else t.ready for t in day.trips]
    hours = DEGREES_PER_MINUTE * np.array([w if w is not None else 0.0 for w in when])
    nature: FloatArray = np.column_stack((ends.reshape(-1, 4), hours))
    return nature


def _halved(items: list[int], spots: FloatArray, size: int) -> list[list[int]]:
    """Split items in halves, across the wider side, until they are ``size`` at most or all at one spot."""
    where = spots[items]
    if len(items) <= size or not np.ptp(where, axis=0).any():
        return [items]
    axis = int(np.ptp(where, axis=0).argmax())
    order = [items[k] for k in np.argsort(where[:, axis], kind="stable").tolist()]
    middle = len(order) // 2
    return _halved(order[:middle], spots, size) + _halved(order[middle:], spots, size)


def _carried(route: Route) -> list[int]:
    return [trip for stop in route.stops for trip in stop.board]


def _waits(day: Day, routes: Collection[Route]) -> dict[int, float]:
    """Minutes each trip of some routes waits at the place of care."""
    waits: dict[int, float] = {}
    for route in routes:
        for stop in route.stops:
            for trip in stop.alight:
                due = day.trips[trip].appointment
                if due is not None:
                    waits[trip] = due - stop.service_start
            for trip in stop.board:
                ready = day.trips[trip].ready
                if ready is not None:
                    waits[trip] = stop.service_start - ready
    return waits


def _within(day: Day, pool: RidePool, limits: Mapping[int, float]) -> RidePool:
    """The rides, started so that no trip waits at its place of care for longer than it is allowed."""
    if not limits:
        return pool
    ride = pool.ride_of_member()
    earliest, latest = pool.earliest.copy(), pool.latest.copy()
    for trip, wait in limits.items():
        mine = np.flatnonzero(pool.trip == trip)
        asked = day.trips[trip]
        if asked.appointment is not None:
            np.maximum.at(earliest, ride[mine], asked.appointment - wait - pool.alight_start[mine])
        elif asked.ready is not None:
            np.minimum.at(latest, ride[mine], asked.ready + wait - pool.board_start[mine])
    return replace(pool, earliest=earliest, latest=latest).take(np.flatnonzero(earliest <= latest + EPS))


def _index(items: Sequence[int]) -> dict[int, int]:
    return {item: index for index, item in enumerate(items)}


def _renamed(
    routes: Sequence[Route], place: Mapping[int, int], trip: Mapping[int, int], vehicle: Mapping[int, int]
) -> tuple[Route, ...]:
    """The same routes in the terms of another day."""

    def stop_of(stop: Stop) -> Stop:
        return replace(
            stop,
            place=place[stop.place],
            board=tuple(trip[each] for each in stop.board),
            alight=tuple(trip[each] for each in stop.alight),
        )

    return tuple(Route(vehicle[route.vehicle], tuple(map(stop_of, route.stops))) for route in routes)
