"""OSRM in this process, through the package ``osrm-bindings`` (Python 3.12 or later)."""

import importlib
from collections.abc import Sequence
from typing import Any

from sharedride.errors import InputError, Problem
from sharedride.travel.engine import Block, IntArray, Line
from sharedride.travel.osrm import block_of, joined, lines_of, way_of
from sharedride.travel.osrm_mend import mended
from sharedride.travel.points import Points

_ANY_SIZE = 100_000
_KEYS = (
    *("data_version", "distances", "durations", "sources", "distance"),
    *("routes", "distance", "duration", "legs", "steps", "geometry", "coordinates"),
)
"""What is read of an answer; the package's objects cannot be asked for their keys."""


class OsrmProcess:
    """A prepared data set, loaded by this process; see :class:`sharedride.travel.osrm.OsrmServer`."""

    def __init__(self, file: str, path: str) -> None:
        self._path = path
        self._osrm: Any = importlib.import_module("osrm")
        try:
            self._engine = self._osrm.OSRM(
                algorithm="MLD",
                storage_config=file,
                use_shared_memory=False,
                max_locations_distance_table=_ANY_SIZE,
                max_locations_viaroute=_ANY_SIZE,
            )
        except RuntimeError as error:
            raise self._problem(f"cannot be loaded by OSRM: {error}") from None

    def block(self, points: Points, rows: IntArray, columns: IntArray) -> Block:
        """Return distances and times between some of the points."""
        both, sources, destinations = joined(rows, columns)
        asked = self._osrm.TableParameters(
            coordinates=[(float(points.lon[at]), float(points.lat[at])) for at in both],
            sources=[int(at) for at in sources],
            destinations=[int(at) for at in destinations],
            annotations=["distance", "duration"],
            generate_hints=False,
        )
        block = block_of(self._answer(self._engine.Table, asked), len(rows), len(columns))
        return mended(block, points, rows, columns, self._way)

    def _way(self, start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
        asked = self._osrm.RouteParameters(
            coordinates=[(lon, lat) for lat, lon in (start, end)], overview="false", generate_hints=False
        )
        return way_of(self._answer(self._engine.Route, asked))

    def line(self, stops: Sequence[tuple[float, float]]) -> list[Line]:
        """Return the way along the roads through the stops, leg by leg."""
        asked = self._osrm.RouteParameters(
            coordinates=[(lon, lat) for lat, lon in stops],
            steps=True,
            geometries="geojson",
            overview="false",
            generate_hints=False,
        )
        return lines_of(self._answer(self._engine.Route, asked))

    def _answer(self, ask: Any, parameters: Any) -> Any:
        try:
            return self._plain(ask(parameters))
        except RuntimeError as error:
            raise self._problem(f"OSRM refuses: {error}") from None

    def _plain(self, value: Any) -> Any:
        """Turn the package's own lists and objects into Python's."""
        if isinstance(value, self._osrm.Array):
            return [self._plain(item) for item in value]
        if isinstance(value, self._osrm.Object):
            return {key: self._plain(value[key]) for key in _KEYS if key in value}
        return value

    def _problem(self, message: str) -> InputError:
        return InputError([Problem(self._path, message)])
