"""Fares worked out by hand from the payer's table and the taxi convention."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedride.checking.fares import fare, in_big_city
from sharedride.day.model import Operator, VehicleType
from sharedride.errors import InputError

TUESDAY = date(2026, 3, 17)
SATURDAY = date(2026, 3, 21)
SUNDAY = date(2026, 3, 22)


def at(hours: int, minutes: int = 0) -> float:
    return 60.0 * hours + minutes


def vsl(km: float, flat: Any = "A", certified: bool = False, aboard: int = 1, **keys: Any) -> Decimal:
    """A VSL trip, by default not certified, zone A, Tuesday 10:00, alone."""
    operator = Operator(id="op", vsl_flat=flat)
    minute, on = keys.pop("minute", at(10)), keys.pop("on", TUESDAY)
    return fare(VehicleType.VSL, operator, certified, km, aboard, 0.0, minute, on, **keys)


def taxi(km: float, department: str = "90", aboard: int = 1, alone_km: float = 0.0, **keys: Any) -> Decimal:
    """A taxi trip, by default of département 90 (1.08 a km), Tuesday 10:00, alone."""
    operator = Operator(id="op", taxi_department=department)
    minute, on = keys.pop("minute", at(10)), keys.pop("on", TUESDAY)
    return fare(VehicleType.TAXI, operator, False, km, aboard, alone_km, minute, on, **keys)


@pytest.mark.parametrize(
    ("flat", "amount"), [("A", "28.28"), ("B", "27.92"), ("C", "27.15"), ("D", "26.54"), ("pickup", "32.15")]
)
def test_flat_and_km_of_the_payers_table(flat: str, amount: str) -> None:
    """20 km: a zone's flat holds 3 km, then 0.93 x 17 = 15.81; the pick-up fee none, 0.93 x 20 = 18.60."""
    assert vsl(20, flat) == Decimal(amount)


@pytest.mark.parametrize(("flat", "amount"), [("A", "34.45"), ("D", "34.45"), ("pickup", "38.80")])
def test_flat_and_km_of_the_certified_tariff(flat: str, amount: str) -> None:
    """20 km: one flat of 15.75 for all zones + 1.10 x 17, or 16.80 + 1.10 x 20."""
    assert vsl(20, flat, certified=True) == Decimal(amount)


@pytest.mark.parametrize(
    ("km", "amount"),
    [
        (0.5, "21.01"),
        (3, "21.01"),
        (7, "24.73"),
        (7.0004, "24.73"),
        (7.001, "23.87"),
        (8, "24.80"),
        (9, "25.08"),
        (10, "25.33"),
        (11, "25.13"),
        (12, "25.46"),
        (13, "25.78"),
        (14, "26.11"),
        (15, "26.43"),
        (16, "26.63"),
        (17, "26.99"),
        (18, "27.33"),
        (18.001, "26.42"),
    ],
)
def test_each_step_of_the_short_trip_supplement(km: float, amount: str) -> None:
    """Zone A: 12.47 + 0.93 a km past 3 + the row of the payer's table, bounds included, to the metre."""
    assert vsl(km) == Decimal(amount)


@pytest.mark.parametrize(
    ("certified", "aboard", "amount"),
    [(False, 2, "21.78"), (False, 3, "18.38"), (True, 2, "29.28"), (True, 3, "23.08")],
)
def test_vsl_shared_reduction_by_regime_and_number_aboard(certified: bool, aboard: int, amount: str) -> None:
    """23 and 35 % off 28.28 without certification, 15 and 33 % off 34.45 with it."""
    assert vsl(20, certified=certified, aboard=aboard) == Decimal(amount)


@pytest.mark.parametrize(
    ("minute", "on", "amount"),
    [
        (at(8), TUESDAY, "28.28"),
        (at(7, 59), TUESDAY, "42.42"),
        (at(19, 59), TUESDAY, "28.28"),
        (at(20), TUESDAY, "42.42"),
        (at(32), TUESDAY, "28.28"),
        (at(25), TUESDAY, "42.42"),
        (at(11, 59), SATURDAY, "28.28"),
        (at(12), SATURDAY, "35.35"),
        (at(10), SUNDAY, "35.35"),
        (at(21), SUNDAY, "42.42"),
        (at(34), SATURDAY, "35.35"),
        (at(34), SUNDAY, "28.28"),
        (at(10), date(2026, 5, 1), "35.35"),
        (at(34), date(2026, 4, 30), "35.35"),
        (at(10), date(2026, 4, 6), "35.35"),
        (at(10), date(2026, 4, 3), "28.28"),
    ],
)
def test_vsl_night_and_rest_day_supplement_at_pick_up(minute: float, on: date, amount: str) -> None:
    """50 % from 20:00 to 08:00, 25 % on Saturday from noon, Sunday and holidays of all France, the larger."""
    assert vsl(20, minute=minute, on=on) == Decimal(amount)


def test_vsl_supplement_and_reduction_multiply_and_round_once_half_up() -> None:
    """28.28 x 1.5 x 0.77 = 32.6634; certified 12 km at night is 30.27 x 1.5 = 45.405, rounded up."""
    assert vsl(20, minute=at(21), aboard=2) == Decimal("32.66")
    assert vsl(12, certified=True, minute=at(21)) == Decimal("45.41")


@pytest.mark.parametrize(
    ("tariff_date", "certified", "km", "amount"),
    [
        (date(2025, 9, 30), False, 20, "32.52"),
        (date(2025, 10, 1), False, 20, "28.28"),
        (date(2022, 1, 10), False, 20, "31.19"),
        (date(2022, 1, 10), False, 7, "24.50"),
        (date(2022, 1, 10), True, 7, "24.50"),
        (date(2023, 11, 6), True, 20, "31.19"),
        (date(2023, 11, 7), True, 20, "32.52"),
        (date(2024, 12, 31), True, 20, "32.52"),
        (date(2025, 1, 1), True, 20, "34.45"),
    ],
)
def test_the_tariff_date_chooses_the_table(
    tariff_date: date, certified: bool, km: float, amount: str
) -> None:
    """Before October 2025 zone A is 14.33 + 1.07 a km, in 2022 13.85 + 1.02 and its own short trips.

    Before 2025 a certified operator is priced as the others.
    """
    assert vsl(km, certified=certified, tariff_date=tariff_date) == Decimal(amount)


@pytest.mark.parametrize(
    ("km", "keys", "amount"),
    [
        (3.5, {}, "13.00"),
        (4, {}, "13.00"),
        (20, {}, "30.28"),
        (20, {"department": "2A"}, "33.32"),
        (20, {"big_city": True}, "45.28"),
        (20, {"empty_return": True}, "34.60"),
        (20, {"empty_return": True, "aboard": 2}, "23.32"),
        (49.999, {"empty_return": True}, "75.10"),
        (50, {"empty_return": True}, "87.52"),
        (20, {"tariff_date": date(2025, 10, 31)}, "30.28"),
        (20, {"minute": at(20)}, "45.42"),
        (20, {"minute": at(12), "on": SATURDAY}, "45.42"),
        (20, {"minute": at(11, 59), "on": SATURDAY}, "30.28"),
        (20, {"minute": at(21), "on": SUNDAY}, "45.42"),
        (20, {"on": date(2026, 5, 1)}, "45.42"),
        (20, {"aboard": 2}, "23.32"),
        (20, {"aboard": 3}, "19.68"),
        (20, {"aboard": 4}, "19.08"),
        (20, {"aboard": 6}, "19.08"),
        (40, {"aboard": 2, "alone_km": 29.999}, "39.95"),
        (40, {"aboard": 2, "alone_km": 30.0}, "49.29"),
        (40, {"aboard": 1, "alone_km": 40.0}, "51.88"),
        (20, {"wheelchair": True}, "60.28"),
        (20, {"aboard": 2, "minute": at(21), "wheelchair": True}, "64.97"),
        (20, {"aboard": 2, "minute": at(21), "big_city": True, "wheelchair": True}, "82.30"),
    ],
)
def test_each_step_of_the_taxi_fare(km: float, keys: dict[str, Any], amount: str) -> None:
    """13 with 4 km, 15 in a city, 1.08 a km, empty return on the km part, x 1.5, shared, wheelchair last."""
    assert taxi(km, **keys) == Decimal(amount)


@pytest.mark.parametrize(
    ("price", "missing"),
    [
        (lambda: vsl(20, None), "operators.op.vsl_flat"),
        (lambda: vsl(20, "C", tariff_date=date(2025, 9, 1)), "tariffs.vsl.socle_before_2025_10.flat_zone_c"),
        (lambda: vsl(20, tariff_date=date(2021, 3, 7)), "tariffs.vsl"),
        (lambda: taxi(20, "20"), "operators.op.taxi_department"),
    ],
)
def test_an_amount_that_is_not_known_is_named_and_never_guessed(price: Any, missing: str) -> None:
    """What no source gives is an error that says which amount is missing."""
    with pytest.raises(InputError) as error:
        price()
    assert [problem.path for problem in error.value.problems] == [missing]


@pytest.mark.parametrize(
    ("commune", "listed"),
    [
        ("75056", True),
        ("75113", True),
        ("69123", True),
        ("69385", True),
        ("13055", True),
        ("13208", True),
        ("06088", True),
        ("92012", True),
        ("93066", True),
        ("94028", True),
        ("90010", False),
        ("69266", False),
        ("13001", False),
        (None, False),
    ],
)
def test_the_big_cities_are_known_by_their_commune_code(commune: str | None, listed: bool) -> None:
    """Paris, Lyon and Marseille by arrondissement too, départements 92 to 94 wholly; Villeurbanne is not."""
    assert in_big_city(commune) is listed


@given(
    km=st.floats(0, 200),
    minute=st.floats(0, 2879),
    aboard=st.integers(1, 3),
    certified=st.booleans(),
    flat=st.sampled_from(["A", "B", "C", "D", "pickup"]),
)
def test_sharing_the_same_way_never_costs_the_payer_more(
    km: float, minute: float, aboard: int, certified: bool, flat: str
) -> None:
    """Without a detour one more aboard is cheaper, in VSL and taxi, at any hour."""
    two_cars = vsl(km, flat, certified, aboard, minute=minute), taxi(km, aboard=aboard, minute=minute)
    fuller = vsl(km, flat, certified, aboard + 1, minute=minute), taxi(km, aboard=aboard + 1, minute=minute)
    assert all(more <= less for more, less in zip(fuller, two_cars, strict=True))
    assert min(fuller) > 0
