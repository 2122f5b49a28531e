"""The taxi tariff, each step worked out by hand for Belfort (1.08 a km)."""

from typing import Any

import pytest

from sharedride.day.model import Operator, VehicleType
from sharedride.errors import InputError
from sharedride.tariffs import tariff_book
from tests.tariffs.pricing import TODAY, taxi_fare, trip


@pytest.mark.parametrize(
    ("km", "changes", "expected"),
    [
        (3.0, {}, 13.00),
        (4.0, {}, 13.00),
        (4.5, {}, 13.54),  # 13 + 0.5 * 1.08
        (20.0, {}, 30.28),  # 13 + 16 * 1.08 = 13 + 17.28
        (20.0, {"department": "06"}, 33.32),  # 13 + 16 * 1.27
        (20.0, {"certified": True}, 30.28),
        (20.0, {"big_city": True}, 45.28),
        (20.0, {"rate": 0.5}, 45.42),  # 30.28 * 1.5
        (20.0, {"rate": 0.5, "big_city": True}, 67.92),  # 45.28 * 1.5
        (20.0, {"aboard": 2}, 23.32),  # 30.28 * 0.77 = 23.3156
        (20.0, {"aboard": 3}, 19.68),  # 30.28 * 0.65 = 19.682
        (20.0, {"aboard": 4}, 19.08),  # 30.28 * 0.63 = 19.0764
        (20.0, {"aboard": 6}, 19.08),
        (20.0, {"wheelchair": True}, 60.28),
        (20.0, {"rate": 0.5, "aboard": 2, "wheelchair": True}, 64.97),  # 45.42 * 0.77 + 30 = 64.9734
        # (13 + 15 + 56 * 1.08) * 1.5 * 0.65 + 30 = 88.48 * 0.975 + 30 = 116.268
        (60.0, {"big_city": True, "rate": 0.5, "aboard": 3, "wheelchair": True}, 116.27),
    ],
)
def test_steps(km: float, changes: dict[str, Any], expected: float) -> None:
    """Flat, km, city and supplement are reduced together, the wheelchair stays outside."""
    assert taxi_fare(km, **changes) == expected


@pytest.mark.parametrize(
    ("alone_km", "aboard", "expected"),
    [
        # 40 km: 13 + 36 * 1.08 = 51.88.
        (29.999, 2, 39.95),  # 51.88 * 0.77 = 39.9476
        (29.9996, 2, 49.29),  # counts as 30.000 km: 51.88 * 0.95 = 49.286
        (30.0, 2, 49.29),
        (30.0, 4, 49.29),
        (40.0, 1, 51.88),  # alone all the way is no shared ride
    ],
)
def test_long_way_alone(alone_km: float, aboard: int, expected: float) -> None:
    """A patient alone aboard for 30 km inside a shared ride gets 5 % off only."""
    assert taxi_fare(40.0, alone_km=alone_km, aboard=aboard) == expected


@pytest.mark.parametrize(
    ("km", "changes", "expected"),
    [
        (20.0, {}, 34.60),  # 13 + 17.28 * 1.25
        (49.999, {}, 75.10),  # 13 + 49.67892 * 1.25 = 75.09865
        (50.0, {}, 87.52),  # 13 + 49.68 * 1.5
        (20.0, {"rate": 0.5}, 51.90),  # 34.60 * 1.5
        (20.0, {"aboard": 2}, 23.32),  # off in a shared ride
        (20.0, {"hospital_care": False}, 30.28),
    ],
)
def test_empty_return(km: float, changes: dict[str, Any], expected: float) -> None:
    """The empty return raises the km part by distance, after hospital care, for a patient alone."""
    assert taxi_fare(km, empty_return=True, **changes) == expected


def test_half_cent_rounds_up() -> None:
    """A fare on half a cent goes up: (13 + 0.25 * 1.08) * 1.5 = 19.905."""
    assert taxi_fare(4.25, rate=0.5) == 19.91


@pytest.mark.parametrize(("department", "named"), [("99", '"99"'), (None, "missing")])
def test_unknown_department_is_an_error(department: str | None, named: str) -> None:
    """A département without a rate, or none at all, cannot be priced."""
    operator = Operator(id="op", taxi_department=department)
    with pytest.raises(InputError, match=f"taxi_department.*{named}"):
        tariff_book(TODAY).fares(VehicleType.TAXI, operator, km=20.0, **trip())
