"""What kind of day a date is for care, and how many weekdays' worth of trips a year holds."""

import datetime

from sharedride.synth.assumptions import Assumptions
from sharedride.tariffs.holiday import is_holiday

EPOCH = datetime.date(2020, 1, 6)
"""A Monday; series of care are counted from it."""


def is_working_day(date: datetime.date) -> bool:
    """Whether offices and day care are open: Monday to Friday, no public holiday."""
    return date.weekday() < 5 and not is_holiday(date)


def week(date: datetime.date) -> int:
    """Weeks since the epoch."""
    return (date - EPOCH).days // 7


def weekday_number(date: datetime.date) -> int:
    """Mondays to Fridays since the epoch, holidays included; a weekend counts as its Friday."""
    return 5 * week(date) + min(date.weekday(), 4)


def one_off_weight(date: datetime.date, assumed: Assumptions) -> float:
    """Consultations, admissions and discharges of a date, as a fraction of a weekday's trips."""
    if is_working_day(date):
        return assumed.one_off
    return assumed.saturday if date.weekday() == 5 and not is_holiday(date) else assumed.sunday


def weekday_equivalents(year: int, assumed: Assumptions) -> float:
    """How many weekdays' trips a year holds: dialysis runs Monday to Saturday, the rest as one_off_weight."""
    total = 0.0
    date = datetime.date(year, 1, 1)
    while date.year == year:
        series = 1.0 - assumed.dialysis - assumed.one_off if is_working_day(date) else 0.0
        total += (assumed.dialysis if date.weekday() < 6 else 0.0) + series + one_off_weight(date, assumed)
        date += datetime.timedelta(days=1)
    return total
