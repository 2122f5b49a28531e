"""Days too large for brute force: whatever the search had time for is lawful, and its figures are right."""

from itertools import cycle

import numpy as np
import pytest

from sharedride.day.model import Day
from sharedride.planning import part
from sharedride.planning.incumbent import Incumbent
from sharedride.planning.solution import Objective
from tests.planning.days import lawfully, served
from tests.reference.random_days import random_day

CHUNKS, DAYS = 26, 20

RIDE_LIMIT = 10_000
"""Rides kept at most: what is asked here holds of plans from part of the rides as well."""


def larger_day(seed: int) -> Day:
    """Return a random day of 7 to 60 trips; half of them have vehicles for most trips, half have too few."""
    rng = np.random.default_rng(seed)
    trips = int(rng.integers(7, 61))
    return random_day(rng, trips, max(2, int(trips / rng.choice([3, 4, 8, 12]))))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_plans_cut_short_are_lawful(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """No violation, no bound worse than its value, and no fewer trips served than by insertion alone."""
    first: list[Incumbent] = []

    def insertion(*arguments: object) -> Incumbent:
        first.append(original(*arguments))
        return first[-1]

    original = part.insertion
    monkeypatch.setattr(part, "insertion", insertion)
    for seed, objective in zip(range(DAYS * chunk, DAYS * chunk + DAYS), cycle(Objective), strict=False):
        day = larger_day(seed)
        first.clear()
        plan = lawfully(day, objective, time_limit=0.4, ride_limit=RIDE_LIMIT)
        where = f"seed {seed}, {objective}"
        if first:
            assert served(plan) >= len(day.trips) - sum(len(start.unserved) for start in first), where
        if plan.served_bound is not None:
            assert plan.served_bound >= served(plan), where
        if plan.bound is not None:
            most = objective in (Objective.MARGIN, Objective.SHARED)
            assert (plan.bound >= plan.value) if most else (plan.bound <= plan.value), where
