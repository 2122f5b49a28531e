"""Valhalla: a server, or tiles read in this process by the package ``pyvalhalla``.

Answers follow the `matrix <https://valhalla.github.io/valhalla/api/matrix/api-reference/>`_ and
`locate <https://valhalla.github.io/valhalla/api/locate/api-reference/>`_ services.
"""

import importlib
import importlib.util
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sharedride.day.model import Valhalla
from sharedride.errors import InputError, Problem
from sharedride.travel.crowfly import crowfly_km_between
from sharedride.travel.engine import Block, IntArray, Line, Session
from sharedride.travel.http import Client
from sharedride.travel.points import Points

_SHAPE_DIGITS = 1e6
Ask = Callable[[str, dict[str, Any]], Any]
"""Asks a service by its name, such as ``locate``."""


@dataclass(frozen=True)
class ValhallaEngine:
    """Valhalla as a day names it; ``path`` is where in the day."""

    asked: Valhalla
    path: str
    name: str = "valhalla"

    @property
    def sizes(self) -> tuple[int, ...]:
        """As the day says."""
        return (self.asked.block,)

    @property
    def identity(self) -> dict[str, str]:
        """Server or tiles, costing and the version asked for."""
        if self.asked.file is not None:
            source = {"data": _tiles(self.asked.file, f"{self.path}.file")}
        else:
            source = {"url": str(self.asked.url).rstrip("/")}
        wanted = {"costing": self.asked.costing, "version": self.asked.data_version or ""}
        return {"engine": self.name, **wanted, **source}

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Make the engine ready: connect to the server, or open the tiles."""
        if self.asked.file is not None:
            path = f"{self.path}.file"
            _tiles(self.asked.file, path)
            yield _Session(_in_process(self.asked.file, path), self.asked.costing, path)
            return
        path = f"{self.path}.url"
        client = Client(str(self.asked.url), path)
        services = {"matrix": "sources_to_targets"}
        try:
            yield _Session(
                lambda name, body: client.post(f"/{services.get(name, name)}", body), self.asked.costing, path
            )
        finally:
            client.close()


def _tiles(file: str, path: str) -> str:
    """Return what tells one set of tiles from another: where it is and when it was made."""
    try:
        mjolnir = json.loads(Path(file).read_text(encoding="utf-8"))["mjolnir"]
        places = [Path(mjolnir[key]) for key in ("tile_extract", "tile_dir") if mjolnir.get(key)]
        found = next(place for place in places if place.exists())
        return f"{found} {found.stat().st_mtime_ns}"
    except OSError as error:
        raise InputError(
            [Problem(path, f"{file} cannot be read: {(error.strerror or '?').lower()}")]
        ) from None
    except (ValueError, KeyError, TypeError):
        raise InputError([Problem(path, f"{file} is no valhalla.json that names its tiles")]) from None
    except StopIteration:
        raise InputError([Problem(path, f"the tiles that {file} names are not there")]) from None


def _in_process(file: str, path: str) -> Ask:
    if importlib.util.find_spec("valhalla") is None:
        remedy = 'install it with: pip install "sharedride[valhalla]", or name a server as "url"'
        raise InputError([Problem(path, f"tiles are read by the package pyvalhalla, {remedy}")])
    valhalla: Any = importlib.import_module("valhalla")
    actor = valhalla.Actor(file)
    one_at_a_time = threading.Lock()

    def ask(name: str, body: dict[str, Any]) -> Any:
        # An actor is not made for several threads.
        with one_at_a_time:
            try:
                return getattr(actor, name)(body)
            except RuntimeError as error:
                raise InputError([Problem(path, f"Valhalla refuses: {error}")]) from None

    return ask


@dataclass(frozen=True)
class _Session:
    ask: Ask
    costing: str
    path: str
    _snapped: dict[tuple[float, float], float] = field(default_factory=dict)
    _version: list[str] = field(default_factory=list)

    def block(self, points: Points, rows: IntArray, columns: IntArray) -> Block:
        """Return distances and times between some of the points; one off all roads is not asked for."""
        snapped = self._located(points, np.unique(np.concatenate([rows, columns])))
        on_row = np.array([snapped[at] for at in rows])
        good = [np.flatnonzero([np.isfinite(snapped[at]) for at in part]) for part in (rows, columns)]
        metres = np.full((len(rows), len(columns)), np.nan)
        seconds = np.full_like(metres, np.nan)
        if len(good[0]) and len(good[1]):
            answer = self.ask(
                "matrix",
                {
                    "sources": [_place(points, at) for at in rows[good[0]]],
                    "targets": [_place(points, at) for at in columns[good[1]]],
                    "costing": self.costing,
                    "units": "kilometers",
                    "verbose": False,
                },
            )
            try:
                found = answer["sources_to_targets"]
                window = np.ix_(good[0], good[1])
                shape = (len(good[0]), len(good[1]))
                metres[window] = 1000.0 * np.array(found["distances"], dtype=np.float64).reshape(shape)
                seconds[window] = np.array(found["durations"], dtype=np.float64).reshape(shape)
            except (KeyError, TypeError, ValueError):
                raise self._nonsense("table of distances and times: is it Valhalla 3.2 or later?") from None
        return Block(metres, seconds, on_row, self._data_version())

    def line(self, stops: Sequence[tuple[float, float]]) -> list[Line]:
        """Return the way along the roads through the stops, leg by leg."""
        answer = self.ask(
            "route",
            {
                "locations": [{"lat": lat, "lon": lon} for lat, lon in stops],
                "costing": self.costing,
                "directions_type": "none",
            },
        )
        try:
            return [_decoded(leg["shape"]) for leg in answer["trip"]["legs"]]
        except (KeyError, TypeError, IndexError):
            raise self._nonsense("route that can be drawn") from None

    def _located(self, points: Points, wanted: IntArray) -> dict[int, float]:
        """Return metres to the road for points, NaN off all roads."""
        where = {int(at): (float(points.lat[at]), float(points.lon[at])) for at in wanted}
        new = [place for place in where.values() if place not in self._snapped]
        if new:
            locations = [{"lat": lat, "lon": lon} for lat, lon in new]
            answer = self.ask("locate", {"locations": locations, "costing": self.costing, "verbose": False})
            try:
                for place, found in zip(new, answer, strict=True):
                    self._snapped[place] = _metres_to(place, found.get("edges") or [])
            except (KeyError, TypeError, ValueError, AttributeError):
                raise self._nonsense("list of roads near places") from None
        return {at: self._snapped[place] for at, place in where.items()}

    def _data_version(self) -> str:
        if not self._version:
            answer = self.ask("status", {})
            answer = json.loads(answer) if isinstance(answer, str) else answer
            self._version.append(str(answer.get("tileset_last_modified", "")))
        return self._version[0]

    def _nonsense(self, what: str) -> InputError:
        return InputError([Problem(self.path, f"answers no {what}")])


def _place(points: Points, at: int) -> dict[str, float]:
    return {"lat": float(points.lat[at]), "lon": float(points.lon[at])}


def _metres_to(place: tuple[float, float], edges: list[dict[str, float]]) -> float:
    if not edges:
        return float("nan")
    lat = np.array([edge["correlated_lat"] for edge in edges])
    lon = np.array([edge["correlated_lon"] for edge in edges])
    return 1000.0 * float(crowfly_km_between(np.array(place[:1]), np.array(place[1:]), lat, lon).min())


def _decoded(shape: str) -> Line:
    """Read an encoded polyline of six decimals.

    Source: `Valhalla, Decoding a route shape <https://valhalla.github.io/valhalla/decoding/>`_.
    """
    numbers, value, shift = [], 0, 0
    for letter in shape:
        chunk = ord(letter) - 63
        value |= (chunk & 0x1F) << shift
        shift += 5
        if chunk < 0x20:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value, shift = 0, 0
    corners = np.cumsum(np.array(numbers, dtype=np.int64).reshape(-1, 2), axis=0) / _SHAPE_DIGITS
    return tuple((float(lat), float(lon)) for lat, lon in corners)
