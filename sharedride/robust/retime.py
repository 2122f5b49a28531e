"""The same rides by the same vehicles in the same order, timed so that delays are taken up where it is free.

Nobody idles aboard, so a ride moves as a whole: one unknown each, the minutes by which it starts later than
in the plan at hand. What the law and the day ask of it is linear in them, and so is the slack in front of
every appointment and between two rides (:mod:`sharedride.robust.timing`).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

from sharedride.day.model import Day
from sharedride.planning.solution import Route, Stop
from sharedride.robust.timing import Timing, timing_of
from sharedride.rules import Rules
from sharedride.tariffs import TariffBook
from sharedride.travel import TravelTable

SHARES = (3.0, 2.0, 1.0)
"""Worth of the first, second and last third of the slack: all places get some before one gets all."""

WAITING = 0.01
"""Worth of a minute less waiting at a place of care, beside that of slack: it decides only between equals."""


def retime(
    day: Day, table: TravelTable, rules: Rules, book: TariffBook, routes: Sequence[Route], minutes: float
) -> tuple[Route, ...]:
    """Spread slack over the rides of a plan, up to ``minutes`` at each place that delays can be taken up.

    Who rides with whom in which vehicle stays, and so do km, hours and fares: no pick-up is moved across a
    change of supplement. Times alone move.

    Parameters
    ----------
    routes
        A lawful plan of the day.
    minutes
        Slack worth having, above 0; more than that at one place counts for nothing.
    """
    timing = timing_of(day, table, rules, book, routes)
    moves = _moves(timing, minutes)
    return _moved(table, routes, timing, moves)


def _moves(timing: Timing, minutes: float) -> npt.NDArray[np.float64]:
    """Minutes each ride is moved by: the linear program with the most slack."""
    rides, slacks, pieces = timing.rides, timing.slacks, len(SHARES)
    size = rides + pieces * len(slacks)
    cost = np.zeros(size)
    cost[:rides] = WAITING * timing.waiting
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    limits: list[float] = []

    def below(terms: Sequence[tuple[int, float]], limit: float) -> None:
        for column, value in terms:
            rows.append(len(limits))
            columns.append(column)
            values.append(value)
        limits.append(limit)

    for before, after, room in timing.gaps:
        below([(before, 1.0), (after, -1.0)], room)
    for number, slack in enumerate(slacks):
        first = rides + pieces * number
        cost[first : first + pieces] = [-share * slack.patients for share in SHARES]
        taken = [(first + piece, 1.0) for piece in range(pieces)]
        below([*taken, *((ride, -sign) for ride, sign in slack.moves)], slack.minutes)
    bounds = [*zip(timing.least, timing.most, strict=True)]
    bounds += [(0.0, minutes / pieces)] * (size - rides)
    matrix = coo_matrix((values, (rows, columns)), shape=(len(limits), size)).tocsr()
    # The plan's own times may miss a limit by the hair its search allows itself.
    result = linprog(cost, A_ub=matrix, b_ub=np.maximum(limits, 0.0), bounds=bounds, method="highs")
    if result.status != 0:
        return np.zeros(rides)
    return np.asarray(result.x[:rides], dtype=np.float64)


def _moved(
    table: TravelTable, routes: Sequence[Route], timing: Timing, moves: npt.NDArray[np.float64]
) -> tuple[Route, ...]:
    """Write the routes out with their rides moved."""
    made = []
    for route, part in zip(routes, timing.routes, strict=True):
        stops = list(route.stops)
        for number, (first, last) in zip(part.rides, part.stops, strict=True):
            for at in range(first, last + 1):
                stops[at] = _later(stops[at], float(moves[number]))
        leave = stops[1].service_start - float(table.minutes[stops[0].place, stops[1].place])
        if part.leave_by is not None:
            leave = min(leave, part.leave_by(stops[1].service_start))
        stops[0] = Stop(stops[0].place, leave, leave, leave)
        for first, _ in part.stops:
            before, stop = stops[first - 1], stops[first]
            arrival = before.departure + float(table.minutes[before.place, stop.place])
            stops[first] = replace(stop, arrival=min(arrival, stop.service_start))
        arrival = stops[-2].departure + float(table.minutes[stops[-2].place, stops[-1].place])
        stops[-1] = Stop(stops[-1].place, arrival, arrival, arrival)
        made.append(Route(route.vehicle, tuple(stops)))
    return tuple(made)


def _later(stop: Stop, minutes: float) -> Stop:
    return replace(
        stop,
        arrival=stop.arrival + minutes,
        service_start=stop.service_start + minutes,
        departure=stop.departure + minutes,
    )
