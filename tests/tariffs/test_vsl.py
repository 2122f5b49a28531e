"""The VSL tariff against amounts worked out by hand from the payer's table."""

import datetime
from typing import Any

import pytest

from sharedride.day.model import Operator, VehicleType
from sharedride.errors import InputError
from sharedride.tariffs import tariff_book
from tests.tariffs.pricing import TODAY, trip, vsl_fare


@pytest.mark.parametrize(
    ("flat", "expected"),
    [
        # 19 km: no short-trip supplement; 16 km at 0.93 = 14.88 beyond the 3 km of the flat.
        ("A", 27.35),  # 12.47 + 14.88
        ("B", 26.99),  # 12.11 + 14.88
        ("C", 26.22),  # 11.34 + 14.88
        ("D", 25.61),  # 10.73 + 14.88
        ("pickup", 31.22),  # 13.55 + 19 * 0.93 = 13.55 + 17.67
    ],
)
def test_flats_of_the_payer(flat: str, expected: float) -> None:
    """Each flat of the payer's table of October 2025 prices as printed."""
    assert vsl_fare(19.0, flat) == expected


@pytest.mark.parametrize(
    ("km", "expected"),
    [
        # Zone A: 12.47 + 0.93 * (km - 3) + the short-trip step.
        (2.0, 21.01),  # 12.47 + 0 + 8.54
        (7.0, 24.73),  # 12.47 + 3.72 + 8.54
        (7.0004, 24.73),  # billed to the metre: 7.000
        (7.001, 23.87),  # 12.47 + 3.72093 + 7.68
        (8.0, 24.80),  # 12.47 + 4.65 + 7.68
        (9.0, 25.08),  # 12.47 + 5.58 + 7.03
        (10.0, 25.33),  # 12.47 + 6.51 + 6.35
        (11.0, 25.13),  # 12.47 + 7.44 + 5.22
        (12.0, 25.46),  # 12.47 + 8.37 + 4.62
        (13.0, 25.78),  # 12.47 + 9.30 + 4.01
        (14.0, 26.11),  # 12.47 + 10.23 + 3.41
        (15.0, 26.43),  # 12.47 + 11.16 + 2.80
        (16.0, 26.63),  # 12.47 + 12.09 + 2.07
        (17.0, 26.99),  # 12.47 + 13.02 + 1.50
        (18.0, 27.33),  # 12.47 + 13.95 + 0.91
        (18.001, 26.42),  # 12.47 + 13.95093
    ],
)
def test_short_trip_steps_of_the_payer(km: float, expected: float) -> None:
    """Each short-trip step of the payer's table holds up to its last metre and no further."""
    assert vsl_fare(km) == expected


@pytest.mark.parametrize(
    ("certified", "aboard", "expected"),
    [
        # 10 km, non-certified zone A: 25.33 alone.
        (False, 1, 25.33),
        (False, 2, 19.50),  # 25.33 * 0.77 = 19.5041
        (False, 3, 16.46),  # 25.33 * 0.65 = 16.4645
        # 10 km, certified: 15.75 + 7 * 1.10 + 6.35 = 29.80 alone, the same in all zones.
        (True, 1, 29.80),
        (True, 2, 25.33),  # 29.80 * 0.85
        (True, 3, 19.97),  # 29.80 * 0.67 = 19.966
    ],
)
def test_shared_reduction(certified: bool, aboard: int, expected: float) -> None:
    """Two and three patients aboard reduce the whole invoice, by a rate that depends on certification."""
    assert vsl_fare(10.0, certified=certified, aboard=aboard) == expected


def test_certified_pickup_fee() -> None:
    """A certified operator under the pick-up fee bills every km: 16.80 + 10 * 1.10 + 6.35."""
    assert vsl_fare(10.0, "pickup", certified=True) == 34.15


def test_fare_is_rounded_once_at_the_end() -> None:
    """Supplement and reduction apply to unrounded amounts."""
    # 23 km: (12.47 + 20 * 0.93) * 1.5 = 46.605, * 0.65 = 30.29325; from 46.61 it would be 30.2965, so 30.30.
    assert vsl_fare(23.0, rate=0.5, aboard=3) == 30.29


@pytest.mark.parametrize(
    ("km", "changes", "expected"),
    [
        # All end on half a cent; binary arithmetic puts those marked * below it.
        (10.0, {"rate": 0.5}, 38.00),  # 25.33 * 1.5 = 37.995
        (4.0, {"rate": 0.25}, 27.43),  # * (12.47 + 0.93 + 8.54) * 1.25 = 27.425
        (5.0, {"rate": 0.5}, 34.31),  # * (12.47 + 1.86 + 8.54) * 1.5 = 34.305
        (22.5, {"certified": True, "rate": 0.25, "aboard": 3}, 31.16),  # * 37.20 * 1.25 * 0.67 = 31.155
        (35.5, {"certified": True, "aboard": 3}, 34.51),  # * (15.75 + 35.75) * 0.67 = 34.505
        (25.5, {"certified": True, "aboard": 2}, 34.43),  # (15.75 + 24.75) * 0.85 = 34.425
    ],
)
def test_half_cents_round_up(km: float, changes: dict[str, Any], expected: float) -> None:
    """A fare on half a cent goes up, whatever binary arithmetic makes of it."""
    assert vsl_fare(km, **changes) == expected


@pytest.mark.parametrize(
    ("on", "certified", "expected"),
    [
        # 10 km, zone A.
        (datetime.date(2025, 10, 1), False, 25.33),
        (datetime.date(2025, 9, 30), False, 28.17),  # 14.33 + 7 * 1.07 + 6.35
        (datetime.date(2023, 11, 7), False, 28.17),
        (datetime.date(2023, 11, 6), False, 26.24),  # 13.85 + 7 * 1.02 + 5.25
        (datetime.date(2021, 3, 8), False, 26.24),
        (datetime.date(2025, 1, 1), True, 29.80),
        (datetime.date(2024, 12, 31), True, 28.17),
    ],
)
def test_tariff_in_force_on_a_date(on: datetime.date, certified: bool, expected: float) -> None:
    """Each tariff begins on its own date and ends the day before the next."""
    assert vsl_fare(10.0, on=on, certified=certified) == expected


def test_cut_of_october_2025() -> None:
    """The tariff before October 2025 is the one whose 13 % cut gives the payer's table."""
    old, new = (tariff_book(datetime.date(2025, month, 1)).non_certified for month in (9, 10))
    # 14.33, 13.92 and 12.33 * 0.87 = 12.4671, 12.1104 and 10.7271; 1.07 * 0.87 = 0.9309.
    assert {zone: round(0.87 * amount, 2) for zone, amount in old.flats.items()} == {
        "A": 12.47,
        "B": 12.11,
        "D": 10.73,
    }
    assert all(round(0.87 * amount, 2) == new.flats[zone] for zone, amount in old.flats.items())
    assert round(0.87 * old.per_km, 2) == new.per_km == 0.93


def test_unknown_amount_is_named() -> None:
    """An amount the data leaves out is an error that names it, not a guess."""
    with pytest.raises(InputError, match=r"vsl\.socle_before_2025_10\.flat_zone_c is not known"):
        vsl_fare(10.0, "C", on=datetime.date(2025, 9, 30))
    with pytest.raises(InputError, match=r"vsl\.socle_before_2025_10\.pickup_fee is not known"):
        vsl_fare(10.0, "pickup", on=datetime.date(2025, 9, 30))


def test_missing_flat_and_too_early_date_are_errors() -> None:
    """An operator without a flat and a day before the oldest tariff cannot be priced."""
    with pytest.raises(InputError, match="vsl_flat"):
        tariff_book(TODAY).fares(VehicleType.VSL, Operator(id="op"), km=10.0, **trip())
    with pytest.raises(InputError, match="2021-03-08"):
        tariff_book(datetime.date(2021, 3, 7))
