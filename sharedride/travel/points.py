"""The distinct points of a day, and the way back from them to its places."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day

_DIGITS = 6
"""Decimals of a degree that are kept: 0.1 m, and what engines read."""


@dataclass(frozen=True)
class Points:
    """Points no two of which are alike.

    Attributes
    ----------
    lat, lon
        WGS 84 degrees, shape ``(n,)``.
    of_place
        Index of the point of each place of the day, shape ``(places,)``.
    """

    lat: npt.NDArray[np.float64]
    lon: npt.NDArray[np.float64]
    of_place: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.lat)


def points_of(day: Day) -> Points:
    """Return the distinct points of the day's places, in an order that depends on nothing but them."""
    all_points = np.array([(place.lat, place.lon) for place in day.places], dtype=np.float64).reshape(-1, 2)
    # Adding 0 makes -0.0 and 0.0 the same bytes.
    distinct, of_place = np.unique(np.round(all_points, _DIGITS) + 0.0, axis=0, return_inverse=True)
    return Points(distinct[:, 0].copy(), distinct[:, 1].copy(), of_place.ravel().astype(np.int64))
