"""What holds the rides of a plan in place, and where they leave slack, linear in how far each moves."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Break, Day
from sharedride.planning.solution import Route, Stop
from sharedride.report.rest import rest_of
from sharedride.report.slack import rides_of
from sharedride.rules import Rules
from sharedride.tariffs import TariffBook
from sharedride.travel import TravelTable

ONE_SECOND = 1.0 / 60.0
EPS = 1e-6


@dataclass(frozen=True)
class Slack:
    """Minutes a delay is taken up by: ``minutes`` now, plus ``sign`` times each move in ``moves``.

    ``patients`` are those it protects.
    """

    minutes: float
    moves: tuple[tuple[int, float], ...]
    patients: int


@dataclass(frozen=True)
class RouteTiming:
    """Numbers of a route's rides, their first and last stops, and when a driver's break asks it to leave."""

    rides: tuple[int, ...]
    stops: tuple[tuple[int, int], ...]
    leave_by: Callable[[float], float] | None


@dataclass
class Timing:
    """The rides of a plan.

    Attributes
    ----------
    least, most
        Minutes each ride may move at least and at most, by itself.
    gaps
        Pairs of rides and the minutes by which the first may move beyond the second.
    slacks
        Where delays are taken up.
    waiting
        Minutes more of waiting at places of care per minute each ride moves.
    """

    least: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    gaps: list[tuple[int, int, float]] = field(default_factory=list)
    slacks: list[Slack] = field(default_factory=list)
    routes: list[RouteTiming] = field(default_factory=list)
    waits: dict[int, tuple[int, float, float]] = field(default_factory=dict)

    @property
    def rides(self) -> int:
        """How many rides there are."""
        return len(self.least)

    @property
    def waiting(self) -> npt.NDArray[np.float64]:
        """Minutes more of waiting per minute each ride moves, shape ``(rides,)``."""
        total = np.zeros(self.rides)
        for ride, _, sign in self.waits.values():
            total[ride] += sign
        return total


def timing_of(
    day: Day, table: TravelTable, rules: Rules, book: TariffBook, routes: Sequence[Route]
) -> Timing:
    """Collect what a plan's rides are bound by, as :func:`sharedride.robust.retime.retime` moves them."""
    timing = Timing()
    for route in routes:
        _route(day, table, rules, book, route, timing)
    _visits(day, rules, timing)
    return timing


def _route(
    day: Day, table: TravelTable, rules: Rules, book: TariffBook, route: Route, timing: Timing
) -> None:
    vehicle, stops = day.vehicles[route.vehicle], route.stops
    spans = tuple(rides_of(route))
    numbers = tuple(range(timing.rides, timing.rides + len(spans)))
    for number, (first, last) in zip(numbers, spans, strict=True):
        least, most = -inf, inf
        for low, high in _limits(day, rules, book, route, stops[first : last + 1]):
            least, most = max(least, low), min(most, high)
        timing.least.append(min(least, 0.0))
        timing.most.append(max(most, 0.0))
        _ride_slack(day, stops[first : last + 1], number, timing)
    away = float(table.minutes[stops[0].place, stops[1].place])
    home = float(table.minutes[stops[-2].place, stops[-1].place])
    begin, end = vehicle.shift
    _bound(timing, numbers[0], least=begin + away - stops[1].service_start)
    _bound(timing, numbers[-1], most=end - home - stops[-2].departure)
    drives = [0.0] + [float(table.minutes[stops[a - 1].place, stops[a].place]) for a, _ in spans[1:]]
    pause = vehicle.break_
    rested = _rested(day, route, spans)
    for k in range(1, len(spans)):
        before, stop = stops[spans[k - 1][1]], stops[spans[k][0]]
        room = stop.service_start - before.departure - drives[k]
        if rested == k and pause is not None:
            room -= pause.minutes
        timing.gaps.append((numbers[k - 1], numbers[k], room))
        patients = sum(len(stop.board) for stop in stops[spans[k][0] : spans[k][1] + 1])
        timing.slacks.append(Slack(room, ((numbers[k - 1], -1.0), (numbers[k], 1.0)), patients))
    leave_by = None
    if pause is not None:
        at = rested or 0
        leave_by = _keep_rest(pause, begin, rested, stops, spans[at], (drives[at], away), numbers, timing)
    timing.routes.append(RouteTiming(numbers, spans, leave_by))


def _bound(timing: Timing, ride: int, least: float = -inf, most: float = inf) -> None:
    timing.least[ride] = min(max(timing.least[ride], least), 0.0)
    timing.most[ride] = max(min(timing.most[ride], most), 0.0)


def _limits(
    day: Day, rules: Rules, book: TariffBook, route: Route, stops: Sequence[Stop]
) -> Iterator[tuple[float, float]]:
    """What each patient of a ride, and the supplement of the pick-up, allows it to move by."""
    kind = day.vehicles[route.vehicle].type
    for stop in stops:
        at, leaves = stop.service_start, stop.departure
        for index in stop.board:
            trip = day.trips[index]
            changes = book.supplement_breaks(kind, day.date, at - 1440.0, at + 1440.0)
            told = round(at / ONE_SECOND) * ONE_SECOND
            since = max((change for change in changes if change <= told + EPS), default=-inf)
            until = min((change for change in changes if change > told + EPS), default=inf)
            yield since - at, until - ONE_SECOND - at
            if trip.ready is not None:
                yield trip.ready - at, trip.ready + rules.wait_min - at
            if trip.earliest_pickup is not None:
                yield trip.earliest_pickup - at, inf
            if trip.lock is not None and trip.lock.pickup is not None:
                yield 0.0, 0.0
        for index in stop.alight:
            trip = day.trips[index]
            if trip.appointment is not None:
                yield trip.appointment - rules.wait_min - at, trip.appointment - leaves
            if trip.latest_dropoff is not None:
                yield -inf, trip.latest_dropoff - leaves


def _ride_slack(day: Day, stops: Sequence[Stop], ride: int, timing: Timing) -> None:
    """Slack in front of the ride's appointments, and who waits for how long."""
    spare, patients = inf, 0
    for stop in stops:
        for index in stop.board:
            ready = day.trips[index].ready
            if ready is not None:
                timing.waits[index] = (ride, stop.service_start - ready, 1.0)
        for index in stop.alight:
            appointment = day.trips[index].appointment
            if appointment is not None:
                spare, patients = min(spare, appointment - stop.departure), patients + 1
                timing.waits[index] = (ride, appointment - stop.service_start, -1.0)
    if patients:
        timing.slacks.append(Slack(spare, ((ride, -1.0),), patients))


def _visits(day: Day, rules: Rules, timing: Timing) -> None:
    """The wait of both trips of a visit together, and what a late return may add to it."""
    legs: dict[tuple[str, str], list[int]] = {}
    for index in sorted(timing.waits):
        trip = day.trips[index]
        key = (trip.patient, trip.visit) if trip.visit is not None else (trip.patient, f"\0{index}")
        legs.setdefault(key, []).append(index)
    for pair in legs.values():
        told = [timing.waits[index] for index in pair]
        spare = rules.wait_min - sum(wait for _, wait, _ in told)
        if len(told) == 2:
            there, back = sorted(told, key=lambda item: item[2])
            timing.gaps.append((back[0], there[0], spare))
        if any(sign > 0 for _, _, sign in told):
            timing.slacks.append(Slack(spare, tuple((ride, -sign) for ride, _, sign in told), 1))


def _rested(day: Day, route: Route, spans: Sequence[tuple[int, int]]) -> int | None:
    """The ride before which the driver rests, 0 for the first; ``None`` where no break is due."""
    rest = rest_of(day, route)
    return None if rest is None else next(k for k, (first, _) in enumerate(spans) if first == rest.stop)


def _keep_rest(
    pause: Break, begin: float, rested: int | None, stops: Sequence[Stop], span: tuple[int, int],
    drives: tuple[float, float], numbers: Sequence[int], timing: Timing,
) -> Callable[[float], float] | None:  # fmt: skip
    """Bind the rides so that the break stays where it is, or stays needless.

    Parameters
    ----------
    begin
        When the shift begins.
    span, drives
        First and last stop of the ride after the break, and the minutes to it from the ride before, and from
        the depot to the first ride.

    Returns
    -------
    Where the break comes before the first ride: when to leave the depot, by when that ride starts.
    """
    opens, closes = pause.window
    drive, away = drives
    if rested is None:
        if stops[-1].arrival <= opens + EPS:
            _bound(timing, numbers[-1], most=opens - stops[-1].arrival)
        else:
            _bound(timing, numbers[0], least=closes - stops[0].departure)
        return None
    start = stops[span[0]].service_start
    _bound(timing, numbers[rested], least=opens + pause.minutes - start)
    if rested:
        arrival = stops[span[0] - 1].departure + drive
        _bound(timing, numbers[rested - 1], most=closes - pause.minutes - arrival)
        return None
    _bound(timing, numbers[0], least=begin + away + pause.minutes - start)
    return lambda first: min(first, closes) - pause.minutes - away
