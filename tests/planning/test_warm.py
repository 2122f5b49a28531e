"""A plan at hand, in the terms of a problem."""

import numpy as np
import pytest

import sharedride
from sharedride.planning.warm import (
    plan_among,
    plan_of_routes,
    rides_among,
    with_rides_among,
    with_rides_of,
)
from sharedride.rides.pool import RidePool, lawful_rides
from sharedride.rules import rules_of
from sharedride.travel import travel_table
from tests.planning.days import whole_problem
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


@pytest.mark.parametrize("seed", range(4))
def test_a_plan_stays_itself_among_fewer_rides(seed: int) -> None:
    """Of its own rides and those of pairs a plan has the same duties, times and cost; without one, none."""
    day = larger_day(seed)
    table, rules = travel_table(day), rules_of(day)
    pool = lawful_rides(day, table, rules)
    problem = whole_problem(day, pool=pool)
    plan = plan_of_routes(day, problem, sharedride.plan(day, time_limit=1.0, seed=seed).solution.routes)
    assert plan is not None
    rides = [problem.offers[duty.group].ride[list(duty.offers)].tolist() for duty in plan.duties]
    sets = {tuple(sorted(pool.members(ride).tolist())) for own in rides for ride in own}
    kept = rides_among(day, pool, problem.trips.tolist(), sets)
    fewer = pool.take(kept)
    assert len(fewer) < len(pool)
    assert groups(fewer) == {g for g in groups(pool) if len(g) <= 2 or tuple(sorted(g)) in sets}
    small = whole_problem(day, pool=fewer)
    same = plan_among(problem, plan, small, kept)
    assert same is not None
    assert same.primary == pytest.approx(plan.primary)
    assert same.unserved == plan.unserved
    assert [kept[small.offers[duty.group].ride[list(duty.offers)]].tolist() for duty in same.duties] == rides
    without = kept[kept != rides[0][0]]
    assert plan_among(problem, plan, whole_problem(day, pool=pool.take(without)), without) is None


def test_a_pool_takes_in_the_rides_of_sets_of_patients() -> None:
    """Sets whose rides are missing get all of them; sets asking for too many steps, or unlawful, get none."""
    day = larger_day(1)
    table, rules = travel_table(day), rules_of(day)
    pool = lawful_rides(day, table, rules)
    longer = {tuple(sorted(g)) for g in groups(pool) if len(g) == 3}
    pairs = lawful_rides(day, table, rules, max_members=2)
    assert longer
    assert groups(with_rides_among(day, table, rules, pairs, longer)) == groups(pairs) | set(
        map(frozenset, longer)
    )
    assert groups(with_rides_among(day, table, rules, pairs, longer, effort=0)) == groups(pairs)
    apart = {(a, b, c) for a in range(4) for b in range(a) for c in range(b)} - longer
    assert groups(with_rides_among(day, table, rules, pairs, apart)) == groups(pairs)
