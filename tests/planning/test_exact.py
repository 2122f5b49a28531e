"""Against a plain arc model in CP-SAT: days beyond brute force, whose optimum it proves by itself."""

import pytest

from sharedride.planning.solution import Objective, Status
from tests.planning.days import lawfully, served, tiny_day
from tests.reference.arc_model import arc_optimum, integral, medium_day
from tests.reference.brute_force import Reference

CENT = 0.011
"""Euros or km: value and bound may each be half a cent off, the checker grants a cent."""

DAYS = range(200, 210)
"""Seeds of the days compared here; ``python -m benchmarks exact`` compares fifty."""


@pytest.mark.parametrize("seed", range(24))
def test_the_arc_model_agrees_with_brute_force(seed: int) -> None:
    """Two exact methods that share nothing but the day serve as many trips, at the same value."""
    day = integral(tiny_day(seed))
    reference = Reference(day)
    for objective in (Objective.COST, Objective.KM, Objective.SHARED):
        best, exact = reference.optimum(objective), arc_optimum(day, objective, 30.0, 2)
        assert exact.proven
        assert (exact.served, exact.value) == pytest.approx((best.served, best.value)), objective


@pytest.mark.parametrize("seed", DAYS)
def test_the_optimum_lies_between_bound_and_plan(seed: int) -> None:
    """No plan is better than the arc model's optimum, no bound beyond it, and optimal means equal to it."""
    day = medium_day(seed)
    exact = arc_optimum(day, "cost", 60.0, 2)
    assert exact.proven
    plan = lawfully(day, Objective.COST, time_limit=2.0)
    assert served(plan) <= exact.served
    assert plan.served_bound is None or plan.served_bound >= exact.served
    if served(plan) == exact.served:
        assert plan.value >= exact.value - CENT
    if plan.bound is not None:
        assert plan.bound <= exact.value + CENT
    if plan.status is Status.OPTIMAL:
        assert (served(plan), plan.value) == pytest.approx((exact.served, exact.value), rel=1.1e-4, abs=CENT)
    by_network = lawfully(day, Objective.COST, time_limit=2.0, ride_limit=1).bound
    assert by_network is None or by_network <= exact.value + CENT


def test_a_small_day_of_many_duties_is_searched_like_any_other() -> None:
    """Where listing every duty would use up the time, the optimum is found and proven all the same."""
    day = medium_day(246)
    exact = arc_optimum(day, "cost", 60.0, 2)
    plan = lawfully(day, Objective.COST, time_limit=10.0)
    assert plan.status is Status.OPTIMAL
    assert plan.seconds < 10.5
    assert plan.value == pytest.approx(exact.value, abs=CENT)
