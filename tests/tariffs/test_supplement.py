"""The night, Sunday and holiday supplement at its edges."""

import datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedride.clock import parse_clock
from sharedride.day.model import VehicleType
from sharedride.tariffs import tariff_book
from tests.tariffs.pricing import TODAY

BOOK = tariff_book(TODAY)
TUESDAY = datetime.date(2026, 3, 17)
SATURDAY = datetime.date(2026, 3, 21)
SUNDAY = datetime.date(2026, 3, 22)
EASTER_MONDAY = datetime.date(2026, 4, 6)
GOOD_FRIDAY = datetime.date(2026, 4, 3)
NEW_YEARS_EVE = datetime.date(2026, 12, 31)
THREE_DAYS = st.dates(datetime.date(2025, 11, 1), datetime.date(2027, 12, 31))


@pytest.mark.parametrize(
    ("date", "clock", "vsl", "taxi"),
    [
        (TUESDAY, "00:00", 0.5, 0.5),
        (TUESDAY, "07:59:59", 0.5, 0.5),
        (TUESDAY, "08:00", 0.0, 0.0),
        (TUESDAY, "19:59:59", 0.0, 0.0),
        (TUESDAY, "20:00", 0.5, 0.5),
        (TUESDAY, "25:10", 0.5, 0.5),
        (TUESDAY, "32:00", 0.0, 0.0),  # Wednesday 08:00
        (SATURDAY, "11:59:59", 0.0, 0.0),
        (SATURDAY, "12:00", 0.25, 0.5),
        (SATURDAY, "20:00", 0.5, 0.5),  # night and Saturday: the larger one
        (SATURDAY, "34:00", 0.25, 0.5),  # Sunday 10:00
        (SUNDAY, "07:00", 0.5, 0.5),
        (SUNDAY, "10:00", 0.25, 0.5),
        (SUNDAY, "32:00", 0.0, 0.0),  # Monday 08:00
        (EASTER_MONDAY, "10:00", 0.25, 0.5),
        (GOOD_FRIDAY, "10:00", 0.0, 0.0),  # a holiday in Alsace and Moselle only
        (NEW_YEARS_EVE, "10:00", 0.0, 0.0),
        (NEW_YEARS_EVE, "34:00", 0.25, 0.5),  # New Year's Day, of the next year's calendar
    ],
)
def test_rate_at_pickup(date: datetime.date, clock: str, vsl: float, taxi: float) -> None:
    """The boundary belongs to what begins there, and the larger of two rates applies alone."""
    minute = parse_clock(clock)
    assert BOOK.supplement_rate(VehicleType.VSL, date, minute) == vsl
    assert BOOK.supplement_rate(VehicleType.TAXI, date, minute) == taxi


def test_pickup_counts_to_the_second() -> None:
    """A pick-up that prints as 08:00:00 is a pick-up at 08:00:00."""
    minutes = [480.0 - 1e-9, 480.0 - 0.4 / 60, 480.0 - 0.6 / 60]
    assert BOOK.supplement_rate(VehicleType.VSL, TUESDAY, minutes).tolist() == [0.0, 0.0, 0.5]


def test_breaks_of_a_saturday() -> None:
    """A VSL's rate changes at Saturday 08:00, 12:00 and 20:00 and Sunday 08:00; a taxi's not at 20:00."""
    # Taxi: Saturday from 12:00 and all Sunday stay at 0.5, so nothing changes after noon until Monday 08:00.
    assert BOOK.supplement_breaks(VehicleType.VSL, SATURDAY, 0, 2000) == [480, 720, 1200, 1920]
    assert BOOK.supplement_breaks(VehicleType.TAXI, SATURDAY, 0, 2800) == [480, 720]
    assert BOOK.supplement_breaks(VehicleType.VSL, SATURDAY, 480, 720) == []


@given(st.sampled_from(VehicleType), THREE_DAYS, st.lists(st.integers(0, 2 * 86_400), min_size=2, max_size=2))
def test_rate_is_constant_between_breaks(
    vehicle_type: VehicleType, date: datetime.date, seconds: list[int]
) -> None:
    """Within each piece of a split window every second has the same rate, and neighbours differ."""
    lo, hi = sorted(seconds)
    breaks = BOOK.supplement_breaks(vehicle_type, date, lo / 60, hi / 60)
    edges = [lo, *(round(60 * minute) for minute in breaks), hi + 1]
    pieces = [
        np.unique(BOOK.supplement_rate(vehicle_type, date, np.arange(first, last) / 60))
        for first, last in pairwise(edges)
    ]
    assert all(piece.size == 1 for piece in pieces)
    assert all(one[0] != other[0] for one, other in pairwise(pieces))
