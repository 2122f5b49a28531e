"""Trips that no plan serves, against brute force."""

import time

import numpy as np

from sharedride.planning.coverage import least_left_out
from sharedride.planning.solution import Objective
from tests.planning.days import whole_problem
from tests.reference.brute_force import Reference
from tests.reference.random_days import random_day


def never() -> bool:
    """Nobody stops it."""
    return False


def test_no_plan_leaves_out_fewer_trips_than_proven() -> None:
    """Of one vehicle and five trips brute force leaves out as many or more, and most often as many."""
    missing = told = 0
    for seed in range(60):
        day = random_day(np.random.default_rng(seed), 5, 1)
        best = 5 - Reference(day).optimum(Objective.KM).served
        until = time.perf_counter() + 5.0
        fewest = least_left_out(whole_problem(day), (), (), until, never, enough=5)
        assert fewest <= best, f"seed {seed}"
        missing += best > 0
        told += 0 < fewest == best
    assert missing >= 20
    assert told >= 0.8 * missing
