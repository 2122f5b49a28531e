"""From duties and starts to the stops of every vehicle."""

from sharedride.day.model import Day
from sharedride.planning.incumbent import Incumbent
from sharedride.planning.problem import Problem
from sharedride.planning.solution import Route, Stop
from sharedride.rides.pool import RidePool


def vehicles_of(problem: Problem, plan: Incumbent) -> list[int]:
    """Vehicle of each duty of a plan, those of a group taken in the day's order."""
    free = [list(group.vehicles) for group in problem.groups]
    vehicles = [0] * len(plan.duties)
    order = sorted(
        range(len(plan.duties)), key=lambda d: (plan.duties[d].group, plan.starts[d], plan.duties[d].offers)
    )
    for d in order:
        vehicles[d] = free[plan.duties[d].group].pop(0)
    return vehicles


def routes_of(day: Day, problem: Problem, pool: RidePool, plan: Incumbent) -> tuple[Route, ...]:
    """Write a plan out stop by stop."""
    routes = []
    for duty, starts, vehicle in zip(plan.duties, plan.starts, vehicles_of(problem, plan), strict=True):
        rides = [int(problem.offers[duty.group].ride[o]) for o in duty.offers]
        routes.append(_route(day, problem, pool, vehicle, duty.group, rides, starts))
    return tuple(sorted(routes, key=lambda route: route.vehicle))


def _route(
    day: Day,
    problem: Problem,
    pool: RidePool,
    vehicle: int,
    group: int,
    rides: list[int],
    starts: tuple[float, ...],
) -> Route:
    minutes = problem.table.minutes
    place = {p.id: i for i, p in enumerate(day.places)}
    depot, home = problem.groups[group].start, problem.groups[group].end
    stops: list[Stop] = []
    leave = starts[0] - float(minutes[depot, pool.first[rides[0]]])
    rest = problem.groups[group].break_
    if rest is not None and leave < rest.window[1]:
        # A break before the first boarding is taken there, not at the depot: drive up early enough.
        leave = max(problem.groups[group].shift[0], min(leave, _early(problem, group, rides, starts, pool)))
    stops.append(Stop(depot, leave, leave, leave))
    here, now = depot, leave
    for ride, start in zip(rides, starts, strict=True):
        offset = start
        work: list[tuple[int, list[int], list[int]]] = []
        for code in pool.events[2 * pool.ptr[ride] : 2 * pool.ptr[ride + 1]].tolist():
            trip = code if code >= 0 else ~code
            where = place[day.trips[trip].origin if code >= 0 else day.trips[trip].destination]
            if not work or work[-1][0] != where:
                work.append((where, [], []))
            (work[-1][1] if code >= 0 else work[-1][2]).append(trip)
        for k, (where, board, alight) in enumerate(work):
            arrival = now + float(minutes[here, where])
            begin = offset if k == 0 else arrival
            service = sum(day.trips[t].board_min for t in board) + sum(
                day.trips[t].alight_min for t in alight
            )
            stops.append(
                Stop(where, min(arrival, begin), begin, begin + service, tuple(board), tuple(alight))
            )
            here, now = where, begin + service
    arrival = now + float(minutes[here, home])
    stops.append(Stop(home, arrival, arrival, arrival))
    return Route(vehicle, tuple(stops))


def _early(
    problem: Problem, group: int, rides: list[int], starts: tuple[float, ...], pool: RidePool
) -> float:
    """Latest departure from the depot that leaves room for a break before the first boarding.

    Only where the route needs a break and has none later; otherwise the plain latest departure.
    """
    where, minutes = problem.groups[group], problem.table.minutes
    rest = where.break_
    away = float(minutes[where.start, pool.first[rides[0]]])
    plain = starts[0] - away
    assert rest is not None
    begin, finish = rest.window
    end = starts[-1] + float(pool.duration[rides[-1]]) + float(minutes[pool.last[rides[-1]], where.end])
    if end <= begin + 1e-6:
        return plain
    for k in range(1, len(rides)):
        free = starts[k - 1] + float(pool.duration[rides[k - 1]])
        free += float(minutes[pool.last[rides[k - 1]], pool.first[rides[k]]])
        if min(starts[k], finish) - max(free, begin) >= rest.minutes - 1e-6:
            return plain
    return min(starts[0], finish) - rest.minutes - away
