"""Ways drawn along the roads, where the day's travel model has an engine that gives them."""

from collections.abc import Callable, Sequence

from sharedride.day.model import Day, Osrm, Valhalla
from sharedride.travel.engine import Line

__all__ = ["Line", "geometry"]


def geometry(day: Day, routes: Sequence[Sequence[int]]) -> list[list[Line]] | None:
    """Return how routes run along the roads.

    The engine is asked once per route: draw only where the user wants it.

    Parameters
    ----------
    routes
        Per route the indices of its places, in the order of the stops.

    Returns
    -------
    Per route one line for each leg, a line being corners as latitude and longitude; a leg between two
    stops at one point has no length. ``None`` where the travel model knows no roads.

    Raises
    ------
    InputError
        When the engine is away.
    """
    if not isinstance(day.travel, (Osrm, Valhalla)):
        return None
    from sharedride.travel.engines import engine_of

    with engine_of(day.travel, "travel").session() as session:
        return [_along(day, route, session.line) for route in routes]


def _along(
    day: Day, route: Sequence[int], ask: Callable[[Sequence[tuple[float, float]]], list[Line]]
) -> list[Line]:
    """Ask for the legs that lead somewhere, and fill in the others."""
    points = [(day.places[index].lat, day.places[index].lon) for index in route]
    moves = [points[at + 1] != points[at] for at in range(len(points) - 1)]
    if not any(moves):
        return [(point, point) for point in points[1:]]
    stops = [points[0], *(point for point, move in zip(points[1:], moves, strict=True) if move)]
    legs = iter(ask(stops))
    return [next(legs) if move else (point, point) for point, move in zip(points[1:], moves, strict=True)]
