"""Public holidays of metropolitan France."""

import datetime
from functools import lru_cache


@lru_cache(maxsize=8)
def _holidays(year: int) -> frozenset[datetime.date]:
    # Imported here because the package is slow to load and days without supplements never need it.
    import holidays

    return frozenset(holidays.country_holidays("FR", years=year))


def is_holiday(date: datetime.date) -> bool:
    """Whether the date is one of the eleven national holidays.

    *Assumption*: the two holidays of Alsace and Moselle alone (Good Friday, 26 December) do not count.
    """
    return date in _holidays(date.year)
