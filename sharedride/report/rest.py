"""When a driver's break is taken."""

from dataclasses import dataclass

from sharedride.day.model import Day
from sharedride.planning.solution import Route

_EXACT = 1e-6


@dataclass(frozen=True)
class Rest:
    """A driver's break within a route.

    Attributes
    ----------
    stop
        Index of the stop before whose service the vehicle stands meanwhile.
    start, end
        When, in minutes from midnight.
    spare
        Minutes by which it may be put off, or the standing cut, without losing it.
    """

    stop: int
    start: float
    end: float
    spare: float


def is_due(day: Day, route: Route) -> bool:
    """Whether the driver has a break to take: not if the route ends before or starts after its window."""
    pause = day.vehicles[route.vehicle].break_
    if pause is None:
        return False
    return route.stops[-1].arrival > pause.window[0] and route.stops[0].departure < pause.window[1]


def rest_of(day: Day, route: Route) -> Rest | None:
    """Return where the driver's break fits with most time to spare, as soon as the vehicle stands there.

    ``None`` where none is due, or where the vehicle never stands empty for long enough.
    """
    pause = day.vehicles[route.vehicle].break_
    if pause is None or not is_due(day, route):
        return None
    best = None
    aboard = 0
    for number, stop in enumerate(route.stops):
        start = max(stop.arrival, pause.window[0])
        spare = min(stop.service_start, pause.window[1]) - start - pause.minutes
        if not aboard and spare >= -_EXACT and (best is None or spare > best.spare):
            best = Rest(number, start, start + pause.minutes, max(spare, 0.0))
        aboard += len(stop.board) - len(stop.alight)
    return best
