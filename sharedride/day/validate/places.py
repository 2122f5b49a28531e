"""Coordinates that stand in each other's place."""

from collections.abc import Iterator

from sharedride.day.draft import Draft
from sharedride.day.model import Place
from sharedride.errors import Problem

FRANCE_LAT = (41.0, 52.0)
FRANCE_LON = (-6.0, 10.0)
"""Box around metropolitan France, WGS 84 degrees."""


def within(value: float, bounds: tuple[float, float]) -> bool:
    """Whether the value lies in the closed interval."""
    return bounds[0] <= value <= bounds[1]


def swapped(place: Place) -> bool:
    """Whether the place would lie in France if latitude and longitude changed places."""
    return within(place.lat, FRANCE_LON) and within(place.lon, FRANCE_LAT)


def place_problems(draft: Draft) -> Iterator[Problem]:
    """Yield a problem for each place whose latitude and longitude are swapped."""
    for index, place in draft.places.valid():
        if swapped(place):
            remedy = f'write "lat": {place.lon:g}, "lon": {place.lat:g}'
            yield Problem(f"places[{index}].lat", f"latitude and longitude look swapped, {remedy}")
