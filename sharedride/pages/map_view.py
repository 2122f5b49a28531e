"""The map: where every vehicle goes, in the flat of a drawing 1,000 wide."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, cos, log10, radians

from sharedride.day.model import Place
from sharedride.pages.facts import Facts
from sharedride.planning.solution import Route

WIDTH = 1000.0
_MARGIN = 40.0
_SHAPE = (0.62, 1.25)
"""Least and most height of the drawing for its width."""
_KM_PER_DEGREE = 111.195
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
    whole: str
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
    """The drawing; ``km`` is the length of its scale bar, ``km_width`` that length in the drawing."""

    width: float
    height: float
    routes: tuple[RouteDrawing, ...]
    homes: str
    marks: tuple[Mark, ...]
    km: float
    km_width: float


class _Projection:
    """Equirectangular at the middle latitude: over a region, true to shape within a percent."""

    def __init__(self, places: Sequence[Place]) -> None:
        lats, lons = [place.lat for place in places], [place.lon for place in places]
        self.middle = ((min(lats) + max(lats)) / 2.0, (min(lons) + max(lons)) / 2.0)
        self.squeeze = cos(radians(self.middle[0]))
        wide = max((max(lons) - min(lons)) * self.squeeze, 1e-3)
        high = max(max(lats) - min(lats), 1e-3)
        self.height = WIDTH * min(max(high / wide, _SHAPE[0]), _SHAPE[1])
        self.scale = min((WIDTH - 2 * _MARGIN) / wide, (self.height - 2 * _MARGIN) / high)

    def __call__(self, place: Place) -> Point:
        x = WIDTH / 2.0 + (place.lon - self.middle[1]) * self.squeeze * self.scale
        y = self.height / 2.0 - (place.lat - self.middle[0]) * self.scale
        return round(x, 1), round(y, 1)


def map_view(facts: Facts) -> MapView:
    """Draw every used vehicle's way, straight from stop to stop, and the places."""
    day = facts.day
    visits: dict[int, int] = {}
    for route in facts.solution.routes:
        for stop in route.stops:
            visits[stop.place] = visits.get(stop.place, 0) + 1
    asked = {facts.place_index[id_] for trip in day.trips for id_ in (trip.origin, trip.destination)}
    shown = sorted(asked | set(visits)) or list(range(len(day.places)))
    flat = _Projection([day.places[index] for index in shown])
    at = [flat(place) for place in day.places]
    km_scale = flat.scale / _KM_PER_DEGREE
    km = _round_length(WIDTH / 6.0 / km_scale)
    return MapView(
        width=WIDTH,
        height=round(flat.height, 1),
        routes=tuple(_drawing(facts, route, at) for route in facts.solution.routes),
        homes="".join(f"M{_xy(at[index])}h0" for index in shown if day.places[index].kind == "home"),
        marks=tuple(
            Mark(*at[index], facts.place_label(index), day.places[index].kind, visits.get(index, 0))
            for index in sorted(shown, key=lambda index: -visits.get(index, 0))
            if day.places[index].kind != "home"
        ),
        km=km,
        km_width=round(km * km_scale, 2),
    )


def _drawing(facts: Facts, route: Route, at: Sequence[Point]) -> RouteDrawing:
    parts: dict[str, list[str]] = {"empty": [], "alone": [], "shared": []}
    aboard = 0
    for stop, after in pairwise(route.stops):
        aboard += len(stop.board) - len(stop.alight)
        if at[stop.place] != at[after.place]:
            kind = "shared" if aboard > 1 else "alone" if aboard else "empty"
            parts[kind].append(f"M{_xy(at[stop.place])}L{_xy(at[after.place])}")
    numbers: dict[Point, list[int]] = {}
    for number, stop in enumerate(route.stops[1:-1], start=1):
        numbers.setdefault(at[stop.place], []).append(number)
    return RouteDrawing(
        vehicle=facts.vehicle(route.vehicle).id,
        **{kind: "".join(legs) for kind, legs in parts.items()},
        whole="M" + "L".join(_xy(at[stop.place]) for stop in route.stops),
        stops=tuple((x, y, _numbers(found)) for (x, y), found in numbers.items()),
    )


def _numbers(found: Sequence[int]) -> str:
    text = "·".join(map(str, found[:_MOST_NUMBERS]))
    return text if len(found) <= _MOST_NUMBERS else f"{text}…"


def _xy(point: Point) -> str:
    return f"{point[0]:g} {point[1]:g}"


def _round_length(km: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is no longer."""
    power = 10.0 ** (ceil(log10(km)) - 1)
    return next(power * step for step in (10.0, 5.0, 2.0, 1.0) if power * step <= km * (1 + 1e-9))
