import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedride.day import parse_day
from sharedride.travel import travel_table
from sharedride.travel.crowfly import crowfly_km
from tests.day.days import broken, put

BELFORT, TREVENANS, BESANCON = (47.6380, 6.8630), (47.5765, 6.8725), (47.2247, 5.9628)
POINTS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def km(*points: tuple[float, float]) -> np.ndarray:
    lat, lon = np.array(points).T
    return crowfly_km(lat, lon)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((0.0, 0.0), (0.0, 90.0), 10007.557535),
        ((0.0, 0.0), (0.0, 180.0), 20015.115070),
        (BELFORT, TREVENANS, 6.875484),
        (BELFORT, BESANCON, 81.835278),
    ],
)
def test_distances_are_those_of_the_sphere(
    first: tuple[float, float], second: tuple[float, float], expected: float
) -> None:
    """A quarter and a half of the equator, and two distances by the spherical law of cosines."""
    assert km(first, second)[0, 1] == pytest.approx(expected, abs=1e-5)


@given(POINTS, POINTS, POINTS)
def test_distances_are_a_metric(
    first: tuple[float, float], second: tuple[float, float], third: tuple[float, float]
) -> None:
    """Distances are symmetric, zero to oneself and obey the triangle inequality."""
    table = km(first, second, third)
    assert np.array_equal(table, table.T)
    assert not table.diagonal().any()
    assert table[0, 2] <= table[0, 1] + table[1, 2] + 1e-6


def test_roads_are_longer_and_time_follows_the_speed() -> None:
    """km is road_factor times the great circle, minutes are 60 km / speed."""
    travel = {"model": "crowfly", "road_factor": 1.5, "speed_kmh": 40}
    day = parse_day(broken(put("travel", value=travel)))
    table = travel_table(day)
    straight = km(*((place.lat, place.lon) for place in day.places))
    assert table.km == pytest.approx(1.5 * straight)
    assert table.minutes == pytest.approx(1.5 * straight * 60 / 40)
