"""The map: where every vehicle goes, in the flat of a drawing 1,000 wide."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, cos, log10, radians

from sharedride.pages.facts import Facts
from sharedride.pages.simplify import simplified
from sharedride.planning.solution import Route

WIDTH = 1000.0
_MARGIN = 40.0
_SHAPE = (0.62, 1.25)
"""Least and most height of the drawing for its width."""
_KM_PER_DEGREE = 111.195
_FINEST = 0.1
"""Corners that move a line by less, in units of the drawing, are left out: no eye sees them."""
_MOST_CORNERS = 60_000
"""Corners of all lines; beyond, more are left out, so that the page stays small."""
_MOST_NUMBERS = 4
"""Stop numbers written at one point; more end in an ellipsis."""

Point = tuple[float, float]


@dataclass(frozen=True)
class RouteDrawing:
    """A vehicle's way as SVG paths: nobody aboard, one patient, several; and its stops, numbered."""

    vehicle: str
    empty: str
    alone: str
    shared: str
    stops: tuple[tuple[float, float, str], ...]


@dataclass(frozen=True)
class Mark:
    """A named place."""

    x: float
    y: float
    label: str
    kind: str
    visits: int


@dataclass(frozen=True)
class MapView:
    """The drawing; ``km`` is the length of its scale bar, ``km_width`` that length in the drawing.

    ``along`` is the engine along whose roads it runs, empty if straight; ``missing`` why it does not.
    """

    width: float
    height: float
    routes: tuple[RouteDrawing, ...]
    homes: str
    marks: tuple[Mark, ...]
    km: float
    km_width: float
    along: str
    missing: str


class _Projection:
    """Equirectangular at the middle latitude: over a region, true to shape within a percent."""

    def __init__(self, corners: Sequence[Point]) -> None:
        lats, lons = zip(*corners, strict=True)
        self.middle = ((min(lats) + max(lats)) / 2.0, (min(lons) + max(lons)) / 2.0)
        self.squeeze = cos(radians(self.middle[0]))
        wide = max((max(lons) - min(lons)) * self.squeeze, 1e-3)
        high = max(max(lats) - min(lats), 1e-3)
        self.height = WIDTH * min(max(high / wide, _SHAPE[0]), _SHAPE[1])
        self.scale = min((WIDTH - 2 * _MARGIN) / wide, (self.height - 2 * _MARGIN) / high)

    def __call__(self, corner: Point) -> Point:
        x = WIDTH / 2.0 + (corner[1] - self.middle[1]) * self.squeeze * self.scale
        y = self.height / 2.0 - (corner[0] - self.middle[0]) * self.scale
        return round(x, 1), round(y, 1)


def map_view(facts: Facts) -> MapView:
    """Draw every used vehicle's way, along the roads where they are known, and the places."""
    day, ways = facts.day, facts.ways
    visits: dict[int, int] = {}
    for route in facts.solution.routes:
        for stop in route.stops:
            visits[stop.place] = visits.get(stop.place, 0) + 1
    asked = {facts.place_index[id_] for trip in day.trips for id_ in (trip.origin, trip.destination)}
    shown = sorted(asked | set(visits)) or list(range(len(day.places)))
    spots = [(place.lat, place.lon) for place in day.places]
    roads = [corner for route in ways.lines or () for leg in route for corner in leg]
    flat = _Projection([*(spots[index] for index in shown), *roads])
    at = [flat(spot) for spot in spots]
    legs = _legs(facts, flat, at)
    km_scale = flat.scale / _KM_PER_DEGREE
    km = _round_length(WIDTH / 6.0 / km_scale)
    return MapView(
        width=WIDTH,
        height=round(flat.height, 1),
        routes=tuple(
            _drawing(facts, route, at, lines)
            for route, lines in zip(facts.solution.routes, legs, strict=True)
        ),
        homes="".join(f"M{_xy(at[index])}h0" for index in shown if day.places[index].kind == "home"),
        marks=tuple(
            Mark(*at[index], facts.place_label(index), day.places[index].kind, visits.get(index, 0))
            for index in sorted(shown, key=lambda index: -visits.get(index, 0))
            if day.places[index].kind != "home"
        ),
        km=km,
        km_width=round(km * km_scale, 2),
        along="" if ways.lines is None else ways.engine,
        missing=ways.missing,
    )


def _legs(facts: Facts, flat: _Projection, at: Sequence[Point]) -> list[list[list[Point]]]:
    """Return the corners of every leg of every route, in the flat, from dot to dot."""
    routes = facts.solution.routes
    legs = [[[at[stop.place], at[after.place]] for stop, after in pairwise(route.stops)] for route in routes]
    if facts.ways.lines is None:
        return legs
    for route, lines in zip(legs, facts.ways.lines, strict=True):
        for leg, line in zip(route, lines, strict=True):
            # An engine's way begins and ends on the road, the patient's at the door.
            leg[1:1] = [flat(corner) for corner in line]
    tolerance = _FINEST
    while True:
        legs = [[simplified(leg, tolerance) for leg in route] for route in legs]
        if sum(len(leg) for route in legs for leg in route) <= _MOST_CORNERS or tolerance > WIDTH:
            return legs
        tolerance *= 2.0


def _drawing(
    facts: Facts, route: Route, at: Sequence[Point], legs: Sequence[Sequence[Point]]
) -> RouteDrawing:
    parts: dict[str, list[str]] = {"empty": [], "alone": [], "shared": []}
    aboard = 0
    for stop, leg in zip(route.stops, legs, strict=False):
        aboard += len(stop.board) - len(stop.alight)
        if len(set(leg)) > 1:
            kind = "shared" if aboard > 1 else "alone" if aboard else "empty"
            parts[kind].append(_path(leg))
    numbers: dict[Point, list[int]] = {}
    for number, stop in enumerate(route.stops[1:-1], start=1):
        numbers.setdefault(at[stop.place], []).append(number)
    return RouteDrawing(
        vehicle=facts.vehicle(route.vehicle).id,
        **{kind: "".join(drawn) for kind, drawn in parts.items()},
        stops=tuple((x, y, _numbers(found)) for (x, y), found in numbers.items()),
    )


def _path(leg: Sequence[Point]) -> str:
    """Write corners as an SVG path: after the first, each as seen from the one before, which is shorter."""
    moves = [(round(x - u, 1), round(y - v, 1)) for (u, v), (x, y) in pairwise(leg)]
    return f"M{_xy(leg[0])}l{' '.join(_xy(move) for move in moves if move != (0.0, 0.0))}".replace(" -", "-")


def _numbers(found: Sequence[int]) -> str:
    text = "·".join(map(str, found[:_MOST_NUMBERS]))
    return text if len(found) <= _MOST_NUMBERS else f"{text}…"


def _xy(point: Point) -> str:
    return f"{point[0]:g} {point[1]:g}"


def _round_length(km: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is no longer."""
    power = 10.0 ** (ceil(log10(km)) - 1)
    return next(power * step for step in (10.0, 5.0, 2.0, 1.0) if power * step <= km * (1 + 1e-9))
