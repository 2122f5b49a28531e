"""From the travel model a day names to its travel table: one provider for direct and ridden distances."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from sharedride.day.model import (
    CrowFly,
    Day,
    Distancier,
    Matrix,
    Osrm,
    RoadLike,
    TravelModel,
    Valhalla,
)
from sharedride.travel.crowfly import crowfly_km
from sharedride.travel.travel_table import TravelTable

__all__ = ["TravelProvider", "TravelTable", "travel_provider", "travel_table"]


class TravelProvider(Protocol):
    """Anything that answers a day's travel table; road engines implement this too."""

    def table(self, day: Day) -> TravelTable:
        """Return the distances and driving times between all places of the day."""
        ...


@dataclass(frozen=True)
class CrowFlyProvider:
    """Great-circle distance times ``road_factor``, at ``speed_kmh``."""

    road_factor: float
    speed_kmh: float

    def table(self, day: Day) -> TravelTable:
        """Return the distances and driving times between all places of the day."""
        lat = np.array([place.lat for place in day.places], dtype=np.float64)
        lon = np.array([place.lon for place in day.places], dtype=np.float64)
        km = self.road_factor * crowfly_km(lat, lon)
        return TravelTable(km=km, minutes=60.0 * km / self.speed_kmh, metric=True)


@dataclass(frozen=True)
class MatrixProvider:
    """Tables given by the user, inline or in an npz file with the arrays ``km`` and ``minutes``."""

    matrix: Matrix

    def table(self, day: Day) -> TravelTable:
        """Return the distances and driving times between all places of the day."""
        if self.matrix.file is not None:
            with np.load(Path(self.matrix.file), allow_pickle=False) as arrays:
                km, minutes = arrays["km"], arrays["minutes"]
        else:
            km, minutes = self.matrix.km, self.matrix.minutes
        size = len(day.places)
        return TravelTable(
            km=np.asarray(km, dtype=np.float64).reshape(size, size),
            minutes=np.asarray(minutes, dtype=np.float64).reshape(size, size),
        )


@dataclass(frozen=True)
class RoadLikeProvider:
    """Shortest ways over the network of French communes; see :mod:`sharedride.travel.roadlike`."""

    def table(self, day: Day) -> TravelTable:
        """Return the distances and driving times between all places of the day."""
        from sharedride.travel.points import points_of
        from sharedride.travel.roadlike import factors

        points = points_of(day)
        km = _roadlike_km(points.lat.tobytes(), points.lon.tobytes())
        both = np.ix_(points.of_place, points.of_place)
        return TravelTable(km=km[both], minutes=factors().minutes_of(km)[both], metric=True)


@lru_cache(maxsize=4)
def _roadlike_km(lat: bytes, lon: bytes) -> npt.NDArray[np.float64]:
    """Distances between points; reading a day, planning and checking it ask for the same."""
    from sharedride.travel.network import french_network
    from sharedride.travel.roadlike import factors, roadlike_km

    return roadlike_km(np.frombuffer(lat), np.frombuffer(lon), french_network(), factors())


def travel_provider(day: Day) -> TravelProvider:
    """Return the provider the day names in its ``travel`` block."""
    return provider_of(day.travel, "travel")


def provider_of(travel: TravelModel, path: str) -> TravelProvider:
    """Return the provider of a travel model; ``path`` is where in the day it stands, for messages."""
    match travel:
        case CrowFly():
            return CrowFlyProvider(travel.road_factor, travel.speed_kmh)
        case Matrix():
            return MatrixProvider(travel)
        case RoadLike():
            return RoadLikeProvider()
        case Distancier():
            from sharedride.travel.distancier import DistancierProvider

            return DistancierProvider(travel, path)
        case Osrm() | Valhalla():
            from sharedride.travel.engines import engine_of
            from sharedride.travel.roads import RoadProvider

            return RoadProvider(
                engine=engine_of(travel, path),
                path=path,
                max_snap_m=travel.max_snap_m,
                data_version=travel.data_version,
                cached=travel.cache,
            )


def travel_table(day: Day) -> TravelTable:
    """Return the travel table of the provider the day names, with the km billed if they come from another.

    Raises
    ------
    InputError
        When an engine is away, places are off its roads, or a file the day names cannot be used.
    """
    table = _in_traffic(day, day.travel, provider_of(day.travel, "travel").table(day))
    if day.billed_travel is None:
        return table
    return replace(table, billed_km=provider_of(day.billed_travel, "billed_travel").table(day).km)


def _in_traffic(day: Day, travel: TravelModel, table: TravelTable) -> TravelTable:
    file: str | None = getattr(travel, "rush_hours", None)
    if file is None:
        return table
    from sharedride.travel.rush import rush_factors

    factor = rush_factors(day, file, "travel.rush_hours")
    return replace(table, minutes=table.minutes * factor, metric=False)
