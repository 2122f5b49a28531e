"""A repaired plan written out: what has begun word for word, the rest as it will be driven."""

from dataclasses import replace
from itertools import pairwise

from sharedride.changing.rest import Rest
from sharedride.changing.standing import Standing
from sharedride.clock import parse_clock
from sharedride.planning.incumbent import Incumbent
from sharedride.planning.routes import routes_of
from sharedride.planning.solution import Route, Stop


def written_routes(rest: Rest, plan: Standing, repaired: Incumbent) -> tuple[Route, ...]:
    """Return the routes of a repaired plan.

    The stops of rides that have begun, and of the way to them, are those of the plan at hand. The first stop
    after them is reached when the vehicle can be there.
    """
    routes = []
    for route in routes_of(rest.day, rest.problem, rest.pool, repaired):
        where = rest.wheres[route.vehicle]
        name = rest.day.vehicles[route.vehicle].id
        past: tuple[Stop, ...] = ()
        kept = {number for ride in where.begun for number in range(ride.first, ride.last + 1)}
        if kept:
            past = tuple(_stop(rest, plan, name, number) for number in sorted({0} | kept))
        stops = [*past, *route.stops[len(past) :]]
        at = max(1, len(past))
        if at < len(stops) - 1:
            before, stop = stops[at - 1], stops[at]
            reached = before.departure + float(rest.problem.table.minutes[before.place, stop.place])
            # Where a break may be counted on the way, the straight drive is what the plan counts with.
            if rest.day.vehicles[route.vehicle].break_ is None:
                reached = max(reached, float(where.reaches[stop.place]))
            stops[at] = replace(stop, arrival=max(stop.arrival, min(stop.service_start, reached)))
        routes.append(Route(route.vehicle, tuple(_home(rest, route.vehicle, stops))))
    return tuple(routes)


def _home(rest: Rest, vehicle: int, stops: list[Stop]) -> list[Stop]:
    """The last leg again, from the departure that is printed."""
    minutes = rest.problem.table.minutes
    *_, (before, last) = pairwise(stops)
    arrival = before.departure + float(minutes[before.place, last.place])
    return [*stops[:-1], Stop(last.place, arrival, arrival, arrival)]


def _stop(rest: Rest, plan: Standing, vehicle: str, number: int) -> Stop:
    place = {p.id: i for i, p in enumerate(rest.day.places)}
    stop = plan.routes[vehicle].stops[number]
    return Stop(
        place[stop.place],
        parse_clock(stop.arrival),
        parse_clock(stop.service_start),
        parse_clock(stop.departure),
        tuple(rest.trips[trip] for trip in stop.board),
        tuple(rest.trips[trip] for trip in stop.alight),
    )
