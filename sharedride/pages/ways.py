"""How the routes run: along the roads where the day's travel engine tells, else straight."""

from collections.abc import Sequence
from dataclasses import dataclass

from sharedride.day.model import Day
from sharedride.errors import InputError
from sharedride.planning.solution import Solution
from sharedride.travel import geometry
from sharedride.travel.engine import Line

_MOST_STOPS = 20
"""Places of one question; what a Valhalla server takes unless told more."""


@dataclass(frozen=True)
class Ways:
    """The routes as drawn.

    Attributes
    ----------
    lines
        Per route one line for each leg, corners as latitude and longitude; ``None`` if straight.
    engine
        The road engine that was asked, empty if none was.
    missing
        Why the engine gave no ways, in its own words; empty if it did.
    """

    lines: tuple[tuple[Line, ...], ...] | None = None
    engine: str = ""
    missing: str = ""


STRAIGHT = Ways()


def ways_along_roads(day: Day, solution: Solution) -> Ways:
    """Ask the day's travel engine how the routes run; straight where it has none, or none that answers.

    The engine learns in which order the places are driven to, and nothing else it does not know from the
    travel table.
    """
    pieces = [_pieces([stop.place for stop in route.stops]) for route in solution.routes]
    engine = day.travel.model
    try:
        found = geometry(day, [piece for route in pieces for piece in route])
    except InputError as error:
        return Ways(engine=engine, missing="; ".join(problem.message for problem in error.problems))
    if found is None:
        return STRAIGHT
    each = iter(found)
    return Ways(
        lines=tuple(tuple(leg for _ in route for leg in next(each)) for route in pieces), engine=engine
    )


def _pieces(places: Sequence[int]) -> list[Sequence[int]]:
    """Cut a route into questions an engine takes; each begins where the one before ends."""
    step = _MOST_STOPS - 1
    return [places[at : at + _MOST_STOPS] for at in range(0, max(len(places) - 1, 1), step)]
