"""How far and how long from place to place: one provider for direct and ridden distances."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from sharedride.day.model import CrowFly, Day, Matrix
from sharedride.travel.crowfly import crowfly_km

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TravelTable:
    """Travel between all places of a day, rows and columns in the order of ``day.places``.

    Attributes
    ----------
    km
        Road distance, shape ``(places, places)``, not necessarily symmetric.
    minutes
        Driving time, same shape.
    """

    km: FloatArray
    minutes: FloatArray


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
        return TravelTable(km=km, minutes=60.0 * km / self.speed_kmh)


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


def travel_provider(day: Day) -> TravelProvider:
    """Return the provider the day names in its ``travel`` block."""
    if isinstance(day.travel, CrowFly):
        return CrowFlyProvider(day.travel.road_factor, day.travel.speed_kmh)
    return MatrixProvider(day.travel)


def travel_table(day: Day) -> TravelTable:
    """Return the travel table of the provider the day names."""
    return travel_provider(day).table(day)
