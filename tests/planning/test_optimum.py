"""Against brute force: all assignments, stop orders and timings of days of up to 5 trips and 2 vehicles."""

import numpy as np
import pytest

from sharedride.planning import optimize
from sharedride.planning.solution import Objective, Status
from tests.planning.days import copied, lawfully, running_cost, served, tiny_day
from tests.reference.brute_force import Reference
from tests.reference.random_days import UNHURRIED, random_day

CENT = 1e-3
"""Euros, km or trips under which two sums are the same."""


@pytest.mark.parametrize("chunk", range(12))
def test_a_small_day_is_planned_as_brute_force_plans_it(chunk: int) -> None:
    """Trips served, value, bound and running cost are those of brute force, for every objective."""
    for seed in range(20 * chunk, 20 * chunk + 20):
        day = tiny_day(seed)
        reference = Reference(day)
        for objective in Objective:
            best = reference.optimum(objective)
            plan = lawfully(day, objective)
            where = f"seed {seed}, {objective}"
            assert plan.status is Status.OPTIMAL, where
            assert served(plan) == plan.served_bound == best.served, where
            assert plan.value == pytest.approx(best.value, abs=CENT), where
            assert plan.bound == pytest.approx(best.value, abs=CENT), where
            assert running_cost(day, plan.routes) == pytest.approx(best.running_cost, abs=CENT), where


@pytest.mark.parametrize("chunk", range(8))
def test_the_bound_of_column_generation_holds(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Solved as a large day is, a small one has the optimum between its lawful plan and its bound."""
    monkeypatch.setattr(optimize, "SMALL_TRIPS", 0)
    bounded = 0
    for seed in range(1000 + 13 * chunk, 1000 + 13 * chunk + 13):
        day = tiny_day(seed)
        reference = Reference(day)
        for objective in Objective:
            best = reference.optimum(objective)
            plan = lawfully(day, objective, time_limit=0.4)
            where = f"seed {seed}, {objective}"
            most = objective in (Objective.MARGIN, Objective.SHARED)
            assert served(plan) <= best.served, where
            assert plan.served_bound is None or plan.served_bound >= best.served, where
            if served(plan) == best.served:
                worse = best.value - plan.value if most else plan.value - best.value
                assert worse >= -CENT, where
            if plan.bound is not None:
                bounded += 1
                slack = plan.bound - best.value if most else best.value - plan.bound
                assert slack >= -CENT, where
            if plan.status is Status.OPTIMAL:
                assert plan.value == pytest.approx(best.value, rel=1.1e-4, abs=CENT), where
    assert bounded >= 5


def test_trips_no_shift_reaches_take_no_proof_from_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Searched as a large day is, a day has its bound, and is known to serve all it can, without them."""
    monkeypatch.setattr(optimize, "SMALL_TRIPS", 0)
    bounded = 0
    for seed in range(1000, 1030):
        day = tiny_day(seed)
        best = Reference(day).optimum(Objective.COST)
        if best.served == len(day.trips):
            continue
        plan = lawfully(day, Objective.COST, time_limit=0.4)
        if plan.served_bound is not None and plan.bound is not None:
            bounded += 1
            assert plan.served_bound == served(plan) == best.served, f"seed {seed}"
            assert plan.bound <= best.value + CENT, f"seed {seed}"
    assert bounded >= 3


@pytest.mark.parametrize("chunk", range(8))
def test_the_bound_over_the_ride_network_holds(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only rides of one patient are listed, the optimum keeps to the bound all the same."""
    monkeypatch.setattr(optimize, "SMALL_TRIPS", 0)
    bounded = 0
    for seed in range(3000 + 15 * chunk, 3000 + 15 * chunk + 15):
        day = tiny_day(seed, UNHURRIED)
        reference = Reference(day)
        for objective in (Objective.COST, Objective.KM, Objective.SHARED):
            best = reference.optimum(objective)
            plan = lawfully(day, objective, time_limit=0.4, ride_limit=1)
            if plan.bound is None:
                continue
            bounded += 1
            where = f"seed {seed}, {objective}"
            most = objective is Objective.SHARED
            assert (plan.bound - best.value if most else best.value - plan.bound) >= -CENT, where
            if served(plan) == best.served:
                assert (best.value - plan.value if most else plan.value - best.value) >= -CENT, where
    assert bounded >= 10


@pytest.mark.parametrize("seed", range(12))
def test_a_bound_holds_although_trips_are_left_out(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two companies have one vehicle each and trips too many for it: the optimum keeps to what is proven."""
    monkeypatch.setattr(optimize, "SMALL_TRIPS", 0)
    day = copied(random_day(np.random.default_rng(seed), 5, 1), 1)
    day = day.model_copy(update={"trips": tuple(t.model_copy(update={"lock": None}) for t in day.trips)})
    reference, bounded = Reference(day), 0
    for objective in Objective:
        best = reference.optimum(objective)
        plan = lawfully(copied(day, 2), objective, time_limit=0.4)
        where = f"{objective}, {served(plan)} served"
        assert served(plan) <= 2 * best.served, where
        assert plan.served_bound is None or plan.served_bound == 2 * best.served, where
        if plan.bound is not None:
            bounded += 1
            most = objective in (Objective.MARGIN, Objective.SHARED)
            slack = plan.bound - 2 * best.value if most else 2 * best.value - plan.bound
            assert slack >= -CENT, where
    assert bounded or best.served == 0
