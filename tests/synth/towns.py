"""Territories the tests share: reading the country takes a second."""

import datetime
from functools import cache

from sharedride.synth import Territory, default_assumptions, territory

TUESDAY = datetime.date(2026, 3, 17)


@cache
def town(code: str = "90") -> Territory:
    return territory(code, default_assumptions())
