"""What a road engine did to a day that a person should look at."""

from collections.abc import Iterator

import numpy as np

from sharedride.day.model import Day
from sharedride.errors import Problem
from sharedride.travel.travel_table import TravelTable

FAR_M = 200.0
"""Metres to the nearest road from which a place is worth a second look (assumption)."""


def travel_warnings(day: Day, table: TravelTable) -> Iterator[Problem]:
    """Yield each place that an engine moved far to reach a road."""
    if table.snapped_m is None:
        return
    for index in np.flatnonzero(table.snapped_m > FAR_M):
        message = (
            f"is {table.snapped_m[index]:.0f} m from the nearest road the engine knows and is reached "
            "from there, are its coordinates right?"
        )
        yield Problem(f"places[{index}]", message)
