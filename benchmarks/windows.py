"""A day in the whole numbers peers reckon in, and time windows for those who know no other rule."""

import math
from dataclasses import dataclass

from benchmarks.view import View

CENTS = 100
DAY_MIN = 24 * 60.0
SECONDS = 60
SPARE_MIN = 2.0
"""Windows at the place of care end this much before the appointment (and begin this much after the patient is
ready), the work of one other patient: the law takes the work at one place as one stop, peers one by one."""

ALONE = 100
"""Units of a vehicle's room for company: a patient who rides alone takes all, any other one."""


@dataclass(frozen=True)
class Windows:
    """When service may start at both ends of a trip, in whole seconds from midnight."""

    pickup: tuple[int, int]
    delivery: tuple[int, int]


@dataclass(frozen=True)
class Tables:
    """Seconds (rounded up, so that no clock runs ahead), metres and cents between places."""

    seconds: list[list[int]]
    metres: list[list[int]]
    cents: list[list[int]]


def tables(view: View) -> Tables:
    """Return the travel tables in whole numbers."""
    seconds = [[math.ceil(SECONDS * m - 1e-6) for m in row] for row in view.minutes]
    metres = [[math.ceil(1000 * km - 1e-6) for km in row] for row in view.km]
    size = range(len(seconds))
    cents = [[round(CENTS * view.leg_cost(a, b)) for b in size] for a in size]
    return Tables(seconds, metres, cents)


def open_windows(view: View, trip: int, wait: float) -> Windows:
    """Windows that keep the wait at the place of care, and nothing else."""
    return _windows(view, trip, wait, DAY_MIN)


def trimmed_windows(view: View, trip: int) -> Windows:
    """Windows so short that whoever keeps them keeps detour and wait, shared with whomever.

    Between the first pick-up and the last drop-off they leave the direct way and as many minutes as driving
    the detour two patients are allowed takes at the day's pace, and no more than half the wait of a visit.
    """
    pace = view.direct_min[trip] / view.direct_km[trip] if view.direct_km[trip] else 1.0
    slack = min(view.rules.detour_limit_km(2) * pace, view.rules.wait_min / 2 - 2 * SPARE_MIN)
    return _windows(view, trip, slack + 2 * SPARE_MIN, slack)


def _windows(view: View, trip: int, wait: float, slack: float) -> Windows:
    asked = view.trips[trip]
    ride = asked.board_min + view.direct_min[trip]
    if asked.appointment is not None:
        last = asked.appointment - asked.alight_min - SPARE_MIN
        first = min(last, asked.appointment - wait + SPARE_MIN)
        pickup, delivery = (last - ride - slack, last - ride), (first, last)
    else:
        assert asked.ready is not None
        first = asked.ready + SPARE_MIN
        last = max(first, asked.ready + wait)
        pickup, delivery = (first, last), (first + ride, last + ride + slack)
    low, high = asked.earliest_pickup, asked.latest_dropoff
    if low is not None:
        pickup = (max(pickup[0], low), max(pickup[1], low))
    if high is not None:
        delivery = (min(delivery[0], high - asked.alight_min), min(delivery[1], high - asked.alight_min))
    return Windows(_whole(*pickup), _whole(*delivery))


def _whole(low: float, high: float) -> tuple[int, int]:
    first = max(0, math.ceil(SECONDS * low - 1e-6))
    return first, max(first, math.floor(SECONDS * high + 1e-6))
