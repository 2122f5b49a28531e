"""A plan document back into the plan: ids into indices, clock text into minutes."""

from collections.abc import Mapping
from dataclasses import dataclass

from sharedride.clock import parse_clock
from sharedride.day.model import Day
from sharedride.document import PlanDocument, RouteDocument, StopDocument
from sharedride.errors import InputError, Problem
from sharedride.planning.solution import Objective, Route, Solution, Status, Stop


@dataclass(frozen=True)
class _Numbers:
    """Indices into the day's lists by id."""

    places: Mapping[str, int]
    vehicles: Mapping[str, int]
    trips: Mapping[str, int]


def solution_of(day: Day, document: PlanDocument) -> Solution:
    """Return the plan a document describes, routes in the order of the document.

    Times are those of the file, so to the second. Why a search proved nothing is not in a plan document, and
    the notes say that.

    Raises
    ------
    InputError
        With every vehicle, place and trip of the document that the day does not have.
    """
    numbers = _Numbers(
        places={place.id: i for i, place in enumerate(day.places)},
        vehicles={vehicle.id: i for i, vehicle in enumerate(day.vehicles)},
        trips={trip.id: i for i, trip in enumerate(day.trips)},
    )
    problems = list(_unknown(document, numbers))
    if problems:
        raise InputError(problems)
    solver = document.solver
    return Solution(
        routes=tuple(_route(route, numbers) for route in document.routes),
        objective=Objective(solver.objective),
        status=Status(solver.status),
        value=solver.value,
        bound=solver.bound,
        served_bound=solver.served_bound,
        seconds=solver.seconds,
        seed=solver.seed,
        notes=() if solver.bound is not None else ("the plan carries no bound.",),
    )


def _unknown(document: PlanDocument, numbers: _Numbers) -> list[Problem]:
    found = []

    def look(path: str, id_: str, known: Mapping[str, int], what: str) -> None:
        if id_ not in known:
            found.append(Problem(path, f'the day has no {what} "{id_}": give the day this plan was made for'))

    for i, route in enumerate(document.routes):
        look(f"routes[{i}].vehicle", route.vehicle, numbers.vehicles, "vehicle")
        for j, stop in enumerate(route.stops):
            path = f"routes[{i}].stops[{j}]"
            look(f"{path}.place", stop.place, numbers.places, "place")
            for trip in (*stop.board, *stop.alight):
                look(path, trip, numbers.trips, "trip")
    for i, served in enumerate(document.trips):
        path = f"trips[{i}]"
        look(f"{path}.vehicle", served.vehicle, numbers.vehicles, "vehicle")
        for trip in (served.id, *served.with_):
            look(path, trip, numbers.trips, "trip")
    for i, missed in enumerate(document.unserved):
        look(f"unserved[{i}].id", missed.id, numbers.trips, "trip")
    return found


def _route(route: RouteDocument, numbers: _Numbers) -> Route:
    return Route(numbers.vehicles[route.vehicle], tuple(_stop(stop, numbers) for stop in route.stops))


def _stop(stop: StopDocument, numbers: _Numbers) -> Stop:
    return Stop(
        place=numbers.places[stop.place],
        arrival=parse_clock(stop.arrival),
        service_start=parse_clock(stop.service_start),
        departure=parse_clock(stop.departure),
        board=tuple(numbers.trips[trip] for trip in stop.board),
        alight=tuple(numbers.trips[trip] for trip in stop.alight),
    )
