"""Vehicles with rides at fixed starts, and the cheapest lawful way to put one more trip into them."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.rides import EPS, Ride, fits, make_ride
from benchmarks.view import View

NEAR_MIN = 60.0
"""Rides that start further than this from a trip's own time are not looked at for sharing."""

JOIN_MOST = 4
"""Patients of a ride beyond which no more are added."""


@dataclass(frozen=True)
class Span:
    """Where and when a ride, lawful or not, binds its car."""

    first: int
    last: int
    start: float
    end: float


@dataclass(frozen=True)
class Placed:
    """A ride and when it starts."""

    ride: Ride
    start: float

    @property
    def span(self) -> "Span":
        """Where and when it binds its car."""
        return Span(self.ride.first, self.ride.last, self.start, self.end)

    @property
    def end(self) -> float:
        """When its last patient has left."""
        return self.start + self.ride.duration


@dataclass(frozen=True)
class Move:
    """A ride to put at a position of a vehicle, in place of the one there if it ``replaces`` it."""

    cost: float
    vehicle: int
    position: int
    placed: Placed
    replaces: bool


class Schedule:
    """A lawful plan in the making."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.rides: list[list[Placed]] = [[] for _ in view.vehicles]
        self.at: dict[int, tuple[int, Placed]] = {}

    def wait_left(self, trip: int, reserve: float) -> float:
        """Minutes a trip may wait: what its visit's other trip leaves, or all but a reserve for that one."""
        limit, other = self.view.rules.wait_min, self.view.partner[trip]
        if other < 0:
            return limit
        if other in self.at:
            placed = self.at[other][1]
            return limit - placed.ride.wait(self.view, other, placed.start)
        return limit - reserve

    def put(self, move: Move) -> None:
        """Carry a move out."""
        rides = self.rides[move.vehicle]
        if move.replaces:
            rides[move.position] = move.placed
        else:
            rides.insert(move.position, move.placed)
        for t in move.placed.ride.trips:
            self.at[t] = (move.vehicle, move.placed)

    def best(self, trip: int, *, reserve: float, share: bool = True) -> Move | None:
        """Return the cheapest lawful move that serves a trip, the other rides' starts as they are."""
        moves = list(self._alone(trip, reserve))
        if share and not self.view.trips[trip].must_ride_alone:
            moves += self._joined(trip, reserve)
        return min(moves, key=lambda m: (m.cost, m.vehicle, m.position), default=None)

    def place(self, ride: Ride, vehicle: int, near: float | None = None) -> Move | None:
        """Return how a ride fits into a vehicle as a new one, at the start nearest to ``near``."""
        rides = self.rides[vehicle]
        low = bisect_left(rides, ride.low - 1e-9, key=lambda p: p.start)
        high = bisect_left(rides, ride.high + 1e-9, key=lambda p: p.start)
        found = [m for k in range(low, high + 1) if (m := self._between(ride, vehicle, k, False, near))]
        return min(found, key=lambda m: m.cost, default=None)

    def _alone(self, trip: int, reserve: float) -> Iterator[Move]:
        ride = make_ride(self.view, [(trip, True), (trip, False)], {trip: self.wait_left(trip, reserve)})
        if ride is None:
            return
        fresh: set[tuple[object, ...]] = set()
        for v in self.view.carriers[trip]:
            if not self.rides[v]:
                # Cars that differ in nothing but their name cost the same while unused.
                car = self.view.vehicles[v]
                kind = (car.operator, car.type, car.seats, car.wheelchairs, car.start, car.end, car.shift)
                if (kind, car.break_ is None) in fresh:
                    continue
                fresh.add((kind, car.break_ is None))
            move = self.place(ride, v)
            if move is not None:
                yield move

    def _joined(self, trip: int, reserve: float) -> Iterator[Move]:
        view = self.view
        when, budget = view.clock(trip), self.wait_left(trip, reserve)
        outbound = view.trips[trip].outbound
        care = view.destination[trip] if outbound else view.origin[trip]
        for v in view.carriers[trip]:
            rides = self.rides[v]
            first = bisect_left(rides, when - 2 * NEAR_MIN, key=lambda p: p.start)
            for k in range(first, len(rides)):
                placed = rides[k]
                if placed.start > when + NEAR_MIN:
                    break
                members = placed.ride.trips
                if len(members) >= JOIN_MOST or not all(self._like(t, outbound, care) for t in members):
                    continue
                if any(view.trips[t].must_ride_alone for t in members):
                    continue
                budgets = {t: self.wait_left(t, reserve) for t in members} | {trip: budget}
                for ride in _with(view, placed.ride, trip, budgets):
                    move = self._between(ride, v, k, True, placed.start) if fits(view, ride, v) else None
                    if move is not None:
                        yield move

    def _like(self, other: int, outbound: bool, care: int) -> bool:
        view = self.view
        same = view.trips[other].outbound == outbound
        return same and (view.destination[other] if outbound else view.origin[other]) == care

    def _between(self, ride: Ride, v: int, k: int, replaces: bool, near: float | None) -> Move | None:
        """Return the move to the k-th position of a vehicle, where the neighbours leave it time."""
        view, rides = self.view, self.rides[v]
        car = view.vehicles[v]
        after = k + 1 if replaces else k
        here = rides[k - 1].ride.last if k else view.start[v]
        free = rides[k - 1].end if k else car.shift[0]
        there = rides[after].ride.first if after < len(rides) else view.end[v]
        due = rides[after].start if after < len(rides) else car.shift[1]
        low = max(ride.low, free + view.minutes[here][ride.first])
        high = min(ride.high, due - ride.duration - view.minutes[ride.last][there])
        if low > high + EPS:
            return None
        if near is None:
            near = high if view.trips[ride.trips[0]].outbound else low
        placed = Placed(ride, max(low, min(high, near)))
        rest = [*rides[:k], placed, *rides[after:]]
        if car.break_ is not None and leaving(view, v, [each.span for each in rest]) is None:
            return None
        cost = ride.cost + view.leg_cost(here, ride.first) + view.leg_cost(ride.last, there)
        if replaces:
            old = rides[k].ride
            cost -= old.cost + view.leg_cost(here, old.first) + view.leg_cost(old.last, there)
        elif rides:
            cost -= view.leg_cost(here, there)
        else:
            cost += view.day.costs.per_vehicle
        return Move(cost, v, k, placed, replaces)


def _with(view: View, ride: Ride, trip: int, budgets: dict[int, float]) -> Iterator[Ride]:
    events = ride.events
    for i in range(len(events) + 1):
        for j in range(i, len(events) + 1):
            grown = [*events[:i], (trip, True), *events[i:j], (trip, False), *events[j:]]
            if _empty_inside(grown):
                continue
            made = make_ride(view, grown, budgets)
            if made is not None:
                yield made


def _empty_inside(events: Sequence[tuple[int, bool]]) -> bool:
    aboard = 0
    for _, boards in events[:-1]:
        aboard += 1 if boards else -1
        if aboard == 0:
            return True
    return False


def leaving(view: View, v: int, rides: Sequence[Span]) -> float | None:
    """Latest departure from the start that leaves room for the break, ``None`` where it has none."""
    car, first, last = view.vehicles[v], rides[0], rides[-1]
    latest = first.start - view.minutes[view.start[v]][first.first]
    if car.break_ is None:
        return latest
    opens, closes = car.break_.window
    home = last.end + view.minutes[last.last][view.end[v]]
    if latest >= closes - EPS or home <= opens + EPS:
        return latest
    for one, then in pairwise(rides):
        arrival = one.end + view.minutes[one.last][then.first]
        if min(then.start, closes) - max(arrival, opens) >= car.break_.minutes - EPS:
            return latest
    early = min(first.start, closes) - car.break_.minutes - (first.start - latest)
    stands = min(first.start, closes) - car.break_.minutes >= opens - EPS
    return early if stands and early >= car.shift[0] - EPS else None
