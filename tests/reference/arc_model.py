"""Exact optimum of a medium day: a plain CP-SAT model with one arc per pair of stops.

Every boarding and every alighting is a node of one graph; routes are circuits through the depot. Nothing is
enumerated, and nothing of the optimizer is used: no rides, no duties, no pricing. Made for days of up to some
14 trips whose km and minutes are whole numbers (:func:`integral`), on which every sum is exact.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from sharedride.day.model import Day, Trip, Vehicle, VehicleType
from sharedride.travel import travel_table

from .limits import limits_of
from .random_days import SERVICE, UNHURRIED, random_day

VSL_PATIENTS = 3
"""Convention of 2003, art. 34."""

LATEST = 48 * 60
"""Minutes after midnight by which everything is over."""


@dataclass(frozen=True)
class ArcOptimum:
    """The best plan of a day: most trips served, then ``value``; ``proven`` if the search came to its end."""

    served: int
    value: float
    proven: bool
    seconds: float


def integral(day: Day) -> Day:
    """Return the day with its travel table rounded to whole km and minutes, zero from a place to itself."""
    table = travel_table(day)
    tables = {}
    for name, numbers in (("km", table.km), ("minutes", table.minutes)):
        whole = np.maximum(1.0, np.round(numbers))
        np.fill_diagonal(whole, 0.0)
        tables[name] = whole.tolist()
    content = day.model_dump(mode="json", by_alias=True, exclude_none=True)
    return Day.model_validate(content | {"travel": {"model": "matrix", **tables}})


def medium_day(seed: int) -> Day:
    """Return a random day of 8 to 14 trips, whole km and minutes, a vehicle for every three or four trips.

    On those of odd seeds boarding and alighting take some time, so that there is a ride network.
    """
    rng = np.random.default_rng(seed)
    trips = int(rng.integers(8, 15))
    service = UNHURRIED if seed % 2 else SERVICE
    return integral(random_day(rng, trips, max(2, round(trips / 3.5)), service=service))


def _whole(number: float) -> int:
    assert number == round(number), f"{number} is not whole: make the day integral first"
    return round(number)


class ArcModel:
    """One day as a CP-SAT model; ``objective`` is ``cost``, ``km`` or ``shared``.

    Nodes are ``2 t`` (trip ``t`` boards) and ``2 t + 1`` (it alights). Consecutive nodes at one place are one
    stop: they share its start ``begin`` and its end ``end``, and ``work`` adds up the service so far.
    """

    def __init__(self, day: Day, objective: str) -> None:
        self.day, self.objective = day, objective
        self.trips, self.vehicles, self.limits = day.trips, day.vehicles, limits_of(day)
        table, index = travel_table(day), {place.id: i for i, place in enumerate(day.places)}
        self.km = [[_whole(x) for x in row] for row in table.km.tolist()]
        self.min = [[_whole(x) for x in row] for row in table.minutes.tolist()]
        self.quickest = _quickest(self.min)
        self.place = [index[end] for trip in self.trips for end in (trip.origin, trip.destination)]
        self.service = [_whole(x) for trip in self.trips for x in (trip.board_min, trip.alight_min)]
        self.depots = [(index[v.start], index[v.end]) for v in self.vehicles]
        self.model = model = cp_model.CpModel()
        self.all = range(len(self.trips))
        self.nodes = range(2 * len(self.trips))
        self.served = [model.new_bool_var(f"served {t}") for t in self.all]
        self.window = [window for t in self.all for window in self._windows(t)]
        self.begin = [model.new_int_var(*self.window[x], f"begin {x}") for x in self.nodes]
        self.end, self.work, self.odometer = (
            [model.new_int_var(0, LATEST, f"{name} {x}") for x in self.nodes]
            for name in ("end", "work", "km")
        )
        # aboard[t][x]: whether trip t is aboard right after node x.
        self.aboard: list[list[Any]] = [
            [1 if x == 2 * t else 0 if x == 2 * t + 1 else model.new_bool_var("") for x in self.nodes]
            for t in self.all
        ]
        self.empty = [model.new_bool_var(f"empty {x}") for x in self.nodes]
        self.terms: list[tuple[Fraction, Any]] = []
        self._vehicles_of_trips()
        self._routes()
        self._seats()
        self._company()
        self._clock()
        self._detours()
        self._breaks()

    def _windows(self, t: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """First and last minute at which the boarding and the alighting stop of a trip may begin.

        A ride lasts no longer than its most km driven at the slowest leg's pace, and everybody's service.
        """
        trip, wait = self.trips[t], _whole(self.limits.wait_min)
        pace = max(
            (
                m / k
                for ms, ks in zip(self.min, self.km, strict=True)
                for m, k in zip(ms, ks, strict=True)
                if k
            )
        )
        here, there = self.place[2 * t], self.place[2 * t + 1]
        most = max((self.limits.detour_km(v.seats) for v in self.vehicles), default=0.0)
        longest = math.ceil(pace * (self.km[here][there] + most)) + sum(self.service)
        shortest = self.service[2 * t] + self.quickest[here][there]
        if trip.appointment is not None:
            last = _whole(trip.appointment) - self.service[2 * t + 1]
            first = max(0, _whole(trip.appointment) - wait)
            windows = (max(0, first - longest), last - shortest), (first, last)
        else:
            assert trip.ready is not None
            first = _whole(trip.ready)
            last = first + wait
            windows = (first, last), (first + shortest, last + longest)
        if all(low <= high for low, high in windows):
            return windows
        self.model.add(self.served[t] == 0)
        return (0, LATEST), (0, LATEST)

    # -- who is carried by what ----------------------------------------------------------------------

    def _vehicles_of_trips(self) -> None:
        model = self.model
        self.on: list[list[Any]] = [
            [model.new_bool_var("") if _may_carry(v, trip) else 0 for v in self.vehicles]
            for trip in self.trips
        ]
        for t in self.all:
            model.add(sum(self.on[t]) == self.served[t])

    def _routes(self) -> None:
        model = self.model
        arcs: list[tuple[int, int, Any]] = []
        self.starts: dict[tuple[int, int], Any] = {}
        self.ends: dict[tuple[int, int], Any] = {}
        self.arc: dict[tuple[int, int], Any] = {}
        for t in self.all:
            first, last = model.new_bool_var(""), model.new_bool_var("")
            arcs += [(0, 2 * t + 1, first), (2 * t + 2, 0, last)]
            arcs += [(2 * t + 1, 2 * t + 1, ~self.served[t]), (2 * t + 2, 2 * t + 2, ~self.served[t])]
            for table, literal in ((self.starts, first), (self.ends, last)):
                for v in range(len(self.vehicles)):
                    table[t, v] = model.new_bool_var("")
                    model.add(table[t, v] <= self.on[t][v])
                model.add(sum(table[t, v] for v in range(len(self.vehicles))) == literal)
            model.add_implication(last, self.empty[2 * t + 1])
            model.add(self.end[2 * t + 1] == self.begin[2 * t + 1] + self.work[2 * t + 1]).only_enforce_if(
                last
            )
            model.add(self.work[2 * t] == self.service[2 * t]).only_enforce_if(first)
            for other in self.all:
                if other != t:
                    model.add(self.aboard[other][2 * t] == 0).only_enforce_if(first)
        for x in self.nodes:
            load = sum(self.aboard[t][x] for t in self.all)
            model.add(load == 0).only_enforce_if(self.empty[x])
            model.add(load >= 1).only_enforce_if(~self.empty[x])
            for y in self.nodes:
                if self._possible(x, y):
                    self.arc[x, y] = model.new_bool_var(f"{x} to {y}")
                    arcs.append((x + 1, y + 1, self.arc[x, y]))
                    self._along(x, y, self.arc[x, y])
        # The constraint asks for a circuit even where nobody can be served.
        spare, always = len(self.nodes) + 1, model.new_constant(1)
        model.add_multiple_circuit([*arcs, (0, spare, always), (spare, 0, always)])
        self.used = []
        for v in range(len(self.vehicles)):
            self.used.append(model.new_bool_var(f"used {v}"))
            model.add(sum(self.starts[t, v] for t in self.all) == self.used[v])

    def _possible(self, x: int, y: int) -> bool:
        if x == y or (x % 2 == 1 and y == x - 1):
            return False
        here, there = self.place[x], self.place[y]
        if here == there and x % 2 == 0 and y % 2 == 1:
            # Those who alight at a stop leave before the others board.
            return False
        low, high = self.window[x]
        tight = x % 2 == 0 or y % 2 == 1
        if here == there and tight:
            return max(low, self.window[y][0]) <= min(high, self.window[y][1])
        soonest = low + self.service[x] + self.min[here][there]
        latest = high + sum(self.service) + self.min[here][there]
        in_time = (soonest if here != there else low) <= self.window[y][1]
        return in_time and not (tight and latest < self.window[y][0])

    def _along(self, x: int, y: int, arc: Any) -> None:
        """What holds between two nodes driven one after the other."""
        model, here, there = self.model, self.place[x], self.place[y]
        for v in range(len(self.vehicles)):
            model.add(self.on[x // 2][v] == self.on[y // 2][v]).only_enforce_if(arc)
        for t in self.all:
            before, after = self.aboard[t][x], self.aboard[t][y]
            if t == y // 2:
                model.add(before == y % 2).only_enforce_if(arc)
            else:
                model.add(before == after).only_enforce_if(arc)
            if here != there and t != x // 2 and self.place[2 * t + 1] == here:
                # Who is at the destination alights there (docs/model.md).
                model.add(before == 0).only_enforce_if(arc)
        model.add(self.odometer[y] == self.odometer[x] + self.km[here][there]).only_enforce_if(arc)
        may_be_empty = x % 2 == 1 and y % 2 == 0
        loaded = [arc, ~self.empty[x]] if may_be_empty else [arc]
        if here == there:
            model.add(self.begin[y] == self.begin[x]).only_enforce_if(loaded)
            model.add(self.end[y] == self.end[x]).only_enforce_if(loaded)
            model.add(self.work[y] == self.work[x] + self.service[y]).only_enforce_if(loaded)
        else:
            self._leaves(x, y, loaded)
            model.add(self.begin[y] == self.end[x] + self.min[here][there]).only_enforce_if(loaded)
        if may_be_empty:
            idle = [arc, self.empty[x]]
            self._leaves(x, y, idle)
            model.add(self.begin[y] >= self.end[x] + self.min[here][there]).only_enforce_if(idle)

    def _leaves(self, x: int, y: int, when: Sequence[Any]) -> None:
        self.model.add(self.end[x] == self.begin[x] + self.work[x]).only_enforce_if(when)
        self.model.add(self.work[y] == self.service[y]).only_enforce_if(when)

    # -- rules ---------------------------------------------------------------------------------------

    def _seats(self) -> None:
        for x in self.nodes[::2]:
            for v, vehicle in enumerate(self.vehicles):
                on = self.on[x // 2][v]
                if isinstance(on, int):
                    continue
                weights = [([trip.seats_needed for trip in self.trips], vehicle.seats)]
                weights.append(([int(trip.wheelchair) for trip in self.trips], vehicle.wheelchairs))
                if vehicle.type is VehicleType.VSL:
                    weights.append(([1] * len(self.trips), VSL_PATIENTS))
                for each, room in weights:
                    load = sum(w * self.aboard[t][x] for t, w in enumerate(each))
                    self.model.add(load <= room).only_enforce_if(on)

    def _company(self) -> None:
        number = {trip.id: t for t, trip in enumerate(self.trips)}
        for t, trip in enumerate(self.trips):
            for u, other in enumerate(self.trips):
                if t != u and _apart(trip, other):
                    self.model.add(self.aboard[t][2 * u] == 0)
            for name in trip.lock.with_ if trip.lock is not None else ():
                u = number[name]
                together = [self.aboard[t][2 * u], self.aboard[u][2 * t]]
                self.model.add(sum(together) >= 1).only_enforce_if(self.served[t])
                self.model.add_implication(self.served[t], self.served[u])

    def _clock(self) -> None:
        model = self.model
        waits: dict[tuple[str, str], list[tuple[int, Any]]] = {}
        limit = _whole(self.limits.wait_min)
        for t, trip in enumerate(self.trips):
            on, (off, at) = self.served[t], (2 * t + 1, 2 * t)
            if trip.appointment is not None:
                model.add(self.end[off] <= _whole(trip.appointment)).only_enforce_if(on)
                wait = _whole(trip.appointment) - self.begin[off]
            else:
                assert trip.ready is not None
                model.add(self.begin[at] >= _whole(trip.ready)).only_enforce_if(on)
                wait = self.begin[at] - _whole(trip.ready)
            model.add(wait <= limit).only_enforce_if(on)
            if trip.visit is not None:
                waits.setdefault((trip.patient, trip.visit), []).append((t, wait))
            if trip.earliest_pickup is not None:
                model.add(self.begin[at] >= _whole(trip.earliest_pickup)).only_enforce_if(on)
            if trip.latest_dropoff is not None:
                model.add(self.end[off] <= _whole(trip.latest_dropoff)).only_enforce_if(on)
            if trip.max_ride_min is not None:
                model.add(self.begin[off] - self.end[at] <= _whole(trip.max_ride_min)).only_enforce_if(on)
            if trip.lock is not None and trip.lock.pickup is not None:
                model.add(self.begin[at] == _whole(trip.lock.pickup)).only_enforce_if(on)
            for v, vehicle in enumerate(self.vehicles):
                away = self.min[self.depots[v][0]][self.place[at]]
                back = self.min[self.place[off]][self.depots[v][1]]
                opens, closes = map(_whole, vehicle.shift)
                model.add(self.begin[at] >= opens + away).only_enforce_if(self.starts[t, v])
                model.add(self.end[off] + back <= closes).only_enforce_if(self.ends[t, v])
        for legs in waits.values():
            if len(legs) == 2:
                both = [self.served[t] for t, _ in legs]
                model.add(sum(wait for _, wait in legs) <= limit).only_enforce_if(both)

    def _detours(self) -> None:
        """A detour of the limit for ``n`` needs a node at which ``n`` are aboard, this trip among them."""
        model = self.model
        most = max((v.seats for v in self.vehicles), default=1)
        self.shared = []
        for t in self.all:
            witness: dict[int, list[Any]] = {}
            for x in self.nodes:
                load = sum(self.aboard[u][x] for u in self.all)
                for n in range(2, most + 1):
                    if x != 2 * t + 1:
                        seen = model.new_bool_var("")
                        model.add(load >= n).only_enforce_if(seen)
                        model.add(self.aboard[t][x] == 1).only_enforce_if(seen)
                        # A node of a trip left out carries nobody.
                        model.add_implication(seen, self.served[x // 2])
                        witness.setdefault(n, []).append(seen)
            level = [model.new_bool_var("") for _ in range(most)]
            model.add(sum(level) == self.served[t])
            ridden = self.odometer[2 * t + 1] - self.odometer[2 * t]
            direct = self.km[self.place[2 * t]][self.place[2 * t + 1]]
            for n, chosen in enumerate(level, 1):
                model.add(ridden - direct <= _whole(self.limits.detour_km(n))).only_enforce_if(chosen)
                if n > 1:
                    model.add_bool_or(witness[n]).only_enforce_if(chosen)
            self.shared.append(sum(level[1:]))

    def _breaks(self) -> None:
        model = self.model
        for v, vehicle in enumerate(self.vehicles):
            if vehicle.break_ is None:
                continue
            opens, closes = map(_whole, vehicle.break_.window)
            pause, (start, end) = _whole(vehicle.break_.minutes), self.depots[v]
            ways = [model.new_bool_var("home before"), model.new_bool_var("leaves after")]
            for t in self.all:
                at, off = 2 * t, 2 * t + 1
                home = self.end[off] + self.min[self.place[off]][end]
                model.add(home <= opens).only_enforce_if([ways[0], self.ends[t, v]])
                away = self.min[start][self.place[at]]
                model.add(self.begin[at] - away >= closes).only_enforce_if([ways[1], self.starts[t, v]])
                rest, since = model.new_bool_var(""), model.new_int_var(0, LATEST, "")
                ways.append(rest)
                model.add(rest <= self.on[t][v])
                model.add(since >= opens).only_enforce_if(rest)
                model.add(since + pause <= closes).only_enforce_if(rest)
                model.add(since + pause <= self.begin[at]).only_enforce_if(rest)
                early = _whole(vehicle.shift[0]) + away
                model.add(since >= early).only_enforce_if([rest, self.starts[t, v]])
                for (x, y), arc in self.arc.items():
                    if y != at:
                        continue
                    if x % 2 == 0:
                        model.add_implication(arc, ~rest)
                        continue
                    model.add_bool_or(self.empty[x], ~arc, ~rest)
                    drive = self.min[self.place[x]][self.place[y]]
                    model.add(since >= self.end[x] + drive).only_enforce_if([arc, rest])
            model.add_bool_or(ways).only_enforce_if(self.used[v])

    # -- objective -----------------------------------------------------------------------------------

    def _price(self) -> list[tuple[Fraction, Any]]:
        costs = self.day.costs
        per_km, per_min = Fraction(str(costs.per_km)), Fraction(str(costs.per_hour)) / 60
        per_vehicle = Fraction(str(costs.per_vehicle))
        if self.objective == "km":
            per_km, per_min, per_vehicle = Fraction(1), Fraction(0), Fraction(0)
        if self.objective == "shared":
            return [(Fraction(-1), shared) for shared in self.shared]

        def leg(here: int, there: int) -> Fraction:
            return per_km * self.km[here][there] + per_min * self.min[here][there]

        terms = [(leg(self.place[x], self.place[y]), arc) for (x, y), arc in self.arc.items()]
        for (t, v), start in self.starts.items():
            terms.append((leg(self.depots[v][0], self.place[2 * t]), start))
            terms.append((leg(self.place[2 * t + 1], self.depots[v][1]), self.ends[t, v]))
        terms += [(per_vehicle, used) for used in self.used]
        terms += [
            (per_min * (self.service[2 * t] + self.service[2 * t + 1]), on)
            for t, on in enumerate(self.served)
        ]
        return terms

    def solve(self, seconds: float, workers: int = 8) -> ArcOptimum:
        """Most trips served, then the objective, in one weighted sum of whole numbers."""
        terms = self._price()
        scale = math.lcm(*(price.denominator for price, _ in terms)) if terms else 1
        value = sum(int(price * scale) * term for price, term in terms)
        # More than any two plans' values can differ by.
        legs = 2 * len(self.trips) + 2 * len(self.vehicles)
        dearest = max((abs(int(price * scale)) for price, _ in terms), default=1)
        weight = dearest * (legs + len(self.vehicles) + len(self.trips)) + 1
        self.model.minimize(value - weight * sum(self.served))
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = workers
        solver.parameters.random_seed = 0
        status = solver.solve(self.model)
        assert status in (cp_model.OPTIMAL, cp_model.FEASIBLE), solver.status_name(status)
        worth = float(Fraction(solver.value(value), scale))
        count = sum(solver.value(on) for on in self.served)
        sign = -1.0 if self.objective == "shared" else 1.0
        return ArcOptimum(count, sign * worth + 0.0, status == cp_model.OPTIMAL, solver.wall_time)


def arc_optimum(day: Day, objective: str = "cost", seconds: float = 60.0, workers: int = 8) -> ArcOptimum:
    """Return the exact optimum of an integral day, as far as ``seconds`` suffice to prove it."""
    return ArcModel(day, objective).solve(seconds, workers)


def _quickest(minutes: list[list[int]]) -> list[list[int]]:
    """Shortest driving time over any detour: a table need not keep the triangle inequality."""
    short = np.array(minutes)
    for k in range(len(short)):
        short = np.minimum(short, short[:, k, None] + short[None, k, :])
    return [[int(x) for x in row] for row in short]


def _may_carry(vehicle: Vehicle, trip: Trip) -> bool:
    locked = trip.lock.vehicle if trip.lock is not None else None
    return (
        vehicle.type in trip.vehicle_types
        and trip.operator in (None, vehicle.operator)
        and locked in (None, vehicle.id)
        and trip.seats_needed <= vehicle.seats
        and int(trip.wheelchair) <= vehicle.wheelchairs
    )


def _apart(trip: Trip, other: Trip) -> bool:
    return (
        trip.patient == other.patient
        or trip.must_ride_alone
        or other.must_ride_alone
        or other.patient in trip.not_with
        or trip.patient in other.not_with
    )
