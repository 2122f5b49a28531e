"""OSRM, the Open Source Routing Machine: a server, or a prepared data set on this computer.

Answers follow the `HTTP interface <https://project-osrm.org/docs/v26.4/api/>`_, whose tables give metres
and seconds, and for each point the distance to the road it was moved to.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from sharedride.day.model import Osrm
from sharedride.travel.engine import Block, FloatArray, IntArray, Line, Session
from sharedride.travel.http import Client
from sharedride.travel.osrm_mend import mended
from sharedride.travel.points import Points

SIZES = (1000, 100)
"""Large blocks share the searches from each point, and 100 is what ``osrm-routed`` takes unless told more."""

_DIGITS = 6
"""Decimals of the coordinates asked for."""


@dataclass(frozen=True)
class OsrmEngine:
    """OSRM as a day names it; ``path`` is where in the day."""

    asked: Osrm
    path: str
    name: str = "osrm"

    @property
    def sizes(self) -> tuple[int, ...]:
        """As the day says, else as many as are quick, else what every server takes."""
        return SIZES if self.asked.block is None else (self.asked.block,)

    @property
    def identity(self) -> dict[str, str]:
        """Server or data, profile and the version asked for."""
        if self.asked.file is not None:
            from sharedride.travel.osrm_files import fingerprint

            source = {"data": fingerprint(self.asked.file, f"{self.path}.file")}
        else:
            source = {"url": str(self.asked.url).rstrip("/")}
        return {
            "engine": self.name,
            "profile": self.asked.profile,
            "version": self.asked.data_version or "",
            **source,
        }

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Make the engine ready: connect to the server, or load the data in this process or beside it."""
        if self.asked.file is not None:
            from sharedride.travel.osrm_files import bindings_there, serving
            from sharedride.travel.osrm_process import OsrmProcess

            path = f"{self.path}.file"
            if bindings_there():
                yield OsrmProcess(self.asked.file, path)
                return
            with serving(self.asked.file, path) as url, _connected(url, path, self.asked.profile) as server:
                yield server
            return
        with _connected(str(self.asked.url), f"{self.path}.url", self.asked.profile) as server:
            yield server


@contextmanager
def _connected(url: str, path: str, profile: str) -> Iterator["OsrmServer"]:
    client = Client(url, path)
    try:
        yield OsrmServer(client, profile)
    finally:
        client.close()


@dataclass(frozen=True)
class OsrmServer:
    """A running ``osrm-routed``, or anything that answers alike."""

    client: Client
    profile: str

    def block(self, points: Points, rows: IntArray, columns: IntArray) -> Block:
        """Return distances and times between some of the points."""
        both, sources, destinations = joined(rows, columns)
        target = (
            f"/table/v1/{self.profile}/{_written(points.lat[both], points.lon[both])}"
            f"?annotations=distance,duration&generate_hints=false"
            f"&sources={_indices(sources)}&destinations={_indices(destinations)}"
        )
        answer = self.client.get(target)
        try:
            block = block_of(answer, len(rows), len(columns))
        except (KeyError, TypeError, ValueError):
            raise self.client.problem(
                "answers no table of distances and times: is it OSRM 5.18 or later?"
            ) from None
        return mended(block, points, rows, columns, self._way)

    def _way(self, start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
        lat, lon = np.array([start, end], dtype=np.float64).T
        question = f"/route/v1/{self.profile}/{_written(lat, lon)}?overview=false&generate_hints=false"
        answer = self.client.get(question)
        try:
            return way_of(answer)
        except (KeyError, TypeError, ValueError, IndexError):
            raise self.client.problem("answers no route") from None

    def line(self, stops: Sequence[tuple[float, float]]) -> list[Line]:
        """Return the way along the roads through the stops, leg by leg."""
        lat, lon = np.array(stops, dtype=np.float64).T
        answer = self.client.get(
            f"/route/v1/{self.profile}/{_written(lat, lon)}"
            "?overview=false&steps=true&geometries=geojson&generate_hints=false"
        )
        try:
            return lines_of(answer)
        except (KeyError, TypeError, ValueError, IndexError):
            raise self.client.problem("answers no route that can be drawn") from None


def joined(rows: IntArray, columns: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return the points a block needs, and where among them its rows and columns are."""
    both, where = np.unique(np.concatenate([rows, columns]), return_inverse=True)
    if len(both) == 1:
        # OSRM answers no question about a single point.
        both = np.repeat(both, 2)
    return both, where[: len(rows)], where[len(rows) :]


def block_of(answer: dict[str, Any], rows: int, columns: int) -> Block:
    """Read a table in the form of the HTTP interface.

    Raises
    ------
    KeyError, TypeError, ValueError
        When it is none.
    """
    snapped = [float(source["distance"]) if source is not None else np.nan for source in answer["sources"]]
    return Block(
        metres=_numbers(answer["distances"], rows, columns),
        seconds=_numbers(answer["durations"], rows, columns),
        snapped_m=np.array(snapped, dtype=np.float64).reshape(rows),
        version=str(answer.get("data_version") or ""),
    )


def way_of(answer: dict[str, Any]) -> tuple[float, float]:
    """Read metres and seconds of a route in the form of the HTTP interface; see :func:`block_of`."""
    route = answer["routes"][0]
    return float(route["distance"]), float(route["duration"])


def lines_of(answer: dict[str, Any]) -> list[Line]:
    """Read the legs of a route in the form of the HTTP interface; see :func:`block_of`."""
    lines = []
    for leg in answer["routes"][0]["legs"]:
        corners = [
            (float(lat), float(lon)) for step in leg["steps"] for lon, lat in step["geometry"]["coordinates"]
        ]
        lines.append(
            tuple(now for before, now in zip([None, *corners], corners, strict=False) if now != before)
        )
    return lines


def _numbers(table: Any, rows: int, columns: int) -> FloatArray:
    # A pair without a way is null, which becomes NaN.
    return np.array(table, dtype=np.float64).reshape(rows, columns)


def _written(lat: FloatArray, lon: FloatArray) -> str:
    return ";".join(f"{x:.{_DIGITS}f},{y:.{_DIGITS}f}" for x, y in zip(lon, lat, strict=True))


def _indices(numbers: IntArray) -> str:
    return ";".join(str(int(number)) for number in numbers)
