"""A plan at hand, in the terms of a problem."""

import numpy as np
import pytest

import sharedride
from sharedride.planning.warm import with_rides_of
from sharedride.rides.pool import RidePool, lawful_rides
from sharedride.rules import rules_of
from sharedride.travel import travel_table
from tests.planning.test_lawful import larger_day


def groups(pool: RidePool) -> set[frozenset[int]]:
    """Return the sets of trips that the rides of a pool carry."""
    return {frozenset(pool.members(ride).tolist()) for ride in range(len(pool))}


@pytest.mark.parametrize("seed", range(4))
def test_a_pool_takes_in_the_rides_of_a_plan(seed: int) -> None:
    """Solo rides and a plan's routes give the groups of the routes, no others; what is known is not added."""
    day = larger_day(seed)
    table, rules = travel_table(day), rules_of(day)
    routes = sharedride.plan(day, time_limit=1.0, seed=seed).solution.routes
    alone = lawful_rides(day, table, rules, max_members=1)
    alone = alone.take(np.flatnonzero(np.diff(alone.ptr) == 1))
    driven: set[frozenset[int]] = set()
    for route in routes:
        aboard: set[int] = set()
        ride: set[int] = set()
        for stop in route.stops:
            aboard = (aboard - set(stop.alight)) | set(stop.board)
            ride |= set(stop.board)
            if ride and not aboard:
                driven.add(frozenset(ride))
                ride = set()
    joined = with_rides_of(day, table, rules, alone, routes)
    assert any(len(trips) > 1 for trips in driven)
    assert groups(joined) == groups(alone) | driven
    assert with_rides_of(day, table, rules, joined, routes) is joined
