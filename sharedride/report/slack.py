"""How late each ride may run before anything promised breaks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from sharedride.day.model import Day
from sharedride.document import RouteDocument, StopDocument
from sharedride.planning.solution import Route, Solution, Stop
from sharedride.report.rest import rest_of
from sharedride.rules import Rules


@dataclass(frozen=True)
class RideSlack:
    """How late a ride may start, all else as planned.

    Attributes
    ----------
    ride
        Number of the ride within its route, from 1.
    minutes
        Minutes it may start late.
    because
        What breaks first beyond them.
    trip
        Whose promise that is (index into ``day.trips``); ``None`` where it is the vehicle's shift or break.
    """

    ride: int
    minutes: float
    because: str
    trip: int | None


@dataclass(frozen=True)
class _Limit:
    minutes: float
    because: str
    trip: int | None


def ride_slacks(day: Day, rules: Rules, solution: Solution) -> tuple[tuple[RideSlack, ...], ...]:
    """Return the slack of every ride, one tuple per route.

    A delay is carried through the ride and into the vehicle's later rides; standing time between rides takes
    it up. The other leg of a visit is taken as planned. Looked at: appointments, waits after care, latest
    drop-offs, fixed pick-ups, the end of the shift. *Assumption*: a gap that holds the driver's break takes
    up only what is longer than the break, and not beyond the break's window.

    Notes
    -----
    This is the forward time slack of Savelsbergh (1992), https://doi.org/10.1287/ijoc.4.2.146.
    """
    waits = _planned_waits(day, solution)
    return tuple(_route(day, rules, waits, route) for route in solution.routes)


def rides_of(route: Route | RouteDocument) -> Iterator[tuple[int, int]]:
    """Yield the first and last stop of every ride of a route, as indices into its stops."""
    aboard, first = 0, 0
    stops: Sequence[Stop | StopDocument] = route.stops
    for number, stop in enumerate(stops):
        aboard -= len(stop.alight)
        if stop.board and not aboard:
            first = number
        aboard += len(stop.board)
        if stop.alight and not aboard:
            yield first, number


def _route(day: Day, rules: Rules, waits: dict[int, float], route: Route) -> tuple[RideSlack, ...]:
    vehicle = day.vehicles[route.vehicle]
    last = route.stops[-1]
    later = _Limit(max(vehicle.shift[1] - last.arrival, 0.0), "the end of the shift", None)
    pause = vehicle.break_
    if pause is not None and last.arrival <= pause.window[0] < vehicle.shift[1]:
        # Back any later, and a break would be due.
        later = _Limit(pause.window[0] - last.arrival, "the driver's break", None)
    found: list[RideSlack] = []
    rides = list(rides_of(route))
    gaps = [_gap(route, last, after) for (_, last), (after, _) in pairwise(rides)]
    breaks = _break_gap(day, route, rides)
    for number in range(len(rides), 0, -1):
        first, last_stop = rides[number - 1]
        if number <= len(gaps):
            spare = gaps[number - 1]
            if breaks is not None and breaks[0] == number - 1:
                spare = min(spare, breaks[1])
            later = _Limit(later.minutes + spare, later.because, later.trip)
        own = list(_ride_limits(day, rules, waits, route.stops[first : last_stop + 1]))
        later = min([*own, later], key=lambda limit: limit.minutes)
        found.append(RideSlack(number, max(later.minutes, 0.0), later.because, later.trip))
    return tuple(reversed(found))


def _gap(route: Route, last: int, after: int) -> float:
    """Minutes standing between two rides."""
    stops = route.stops[last + 1 : after + 1]
    return sum(stop.service_start - stop.arrival for stop in stops)


def _break_gap(day: Day, route: Route, rides: Sequence[tuple[int, int]]) -> tuple[int, float] | None:
    """Which gap holds the driver's break, and the delay it takes up without losing the break."""
    rest = rest_of(day, route)
    if rest is None:
        return None
    gaps = (number for number, (_, after) in enumerate(rides[1:]) if after == rest.stop)
    return next(((number, rest.spare) for number in gaps), None)


def _ride_limits(day: Day, rules: Rules, waits: dict[int, float], stops: Sequence[Stop]) -> Iterator[_Limit]:
    for stop in stops:
        for index in stop.board:
            trip = day.trips[index]
            if trip.ready is not None:
                wait = stop.service_start - trip.ready
                spare = rules.wait_min - waits.get(index, 0.0) - wait
                yield _Limit(spare, f"the {rules.wait_min:g} minutes of {trip.id}", index)
            if trip.lock is not None and trip.lock.pickup is not None:
                late = trip.lock.pickup - stop.service_start
                yield _Limit(max(late, 0.0), f"the fixed pick-up of {trip.id}", index)
        for index in stop.alight:
            trip = day.trips[index]
            if trip.appointment is not None:
                yield _Limit(trip.appointment - stop.departure, f"the appointment of {trip.id}", index)
            if trip.latest_dropoff is not None:
                yield _Limit(trip.latest_dropoff - stop.departure, f"the latest drop-off of {trip.id}", index)
    yield _Limit(inf, "", None)


def _planned_waits(day: Day, solution: Solution) -> dict[int, float]:
    """Minutes the other leg of a trip's visit waits in the plan, by trip."""
    own: dict[int, float] = {}
    visits: dict[tuple[str, str], list[int]] = {}
    for route in solution.routes:
        for stop in route.stops:
            for index in stop.board:
                ready = day.trips[index].ready
                if ready is not None:
                    own[index] = stop.service_start - ready
            for index in stop.alight:
                appointment = day.trips[index].appointment
                if appointment is not None:
                    own[index] = appointment - stop.service_start
    for index in own:
        trip = day.trips[index]
        if trip.visit is not None:
            visits.setdefault((trip.patient, trip.visit), []).append(index)
    return {legs[i]: own[legs[1 - i]] for legs in visits.values() if len(legs) == 2 for i in (0, 1)}
