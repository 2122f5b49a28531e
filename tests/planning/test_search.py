"""How a search ends: by its own proof, by the clock, by the user; and that it ends the same way twice."""

import threading

import numpy as np
import pytest

import sharedride
from benchmarks.generate import Spec, generate
from sharedride.day.model import Day
from sharedride.planning.solution import Objective, Status
from tests.day.days import SCENARIOS
from tests.planning.days import copied, lawfully, served, tiny_day
from tests.reference.random_days import random_day


def test_the_same_seed_gives_the_same_routes() -> None:
    """Run twice to optimality, a plan is the same stop by stop."""
    for seed in range(30):
        day = tiny_day(seed)
        first, second = (lawfully(day, Objective.COST, seed=seed) for _ in range(2))
        assert first.status is second.status is Status.OPTIMAL
        assert first.routes == second.routes


def test_days_too_large_to_list_end_the_same_way_too() -> None:
    """Solved to the end by search and column generation, a plan is the same stop by stop when run twice."""
    optimal = 0
    for seed in range(4):
        day = random_day(np.random.default_rng(seed), 14, 5, rich=False)
        first, second = (lawfully(day, Objective.COST, seed=seed, time_limit=10) for _ in range(2))
        if first.status is second.status is Status.OPTIMAL:
            optimal += 1
            assert first.routes == second.routes, f"seed {seed}"
    assert optimal >= 3


@pytest.mark.parametrize(
    ("seed", "trips", "vehicles", "objective", "times", "seconds"),
    [(3, 14, 4, Objective.KM, 2, 20), (5, 6, 3, Objective.COST, 60, 40)],
)
def test_companies_that_share_nothing_are_planned_apart(
    seed: int, trips: int, vehicles: int, objective: Objective, times: int, seconds: float
) -> None:
    """Copies of a day, of different operators, cost so many times the one and are proven as well."""
    day = copied(random_day(np.random.default_rng(seed), trips, vehicles, rich=False), 1)
    alone = lawfully(day, objective, time_limit=10)
    many = lawfully(copied(day, times), objective, time_limit=seconds)
    assert alone.status is many.status is Status.OPTIMAL
    assert many.value == pytest.approx(times * alone.value, rel=2e-4)
    assert many.bound == pytest.approx(times * alone.bound, rel=2e-4)


@pytest.mark.parametrize(
    ("objective", "within"), [(Objective.COST, (0.5, 1.0)), (Objective.SHARED, (1.0, 2.0))]
)
def test_what_is_proven_of_one_company_holds_where_another_has_no_proof(
    objective: Objective, within: tuple[float, float]
) -> None:
    """Patients who board in no time have no ride network: they count with their ways alone, or as shared."""
    day = copied(Day.model_validate(generate(Spec.of("dense-company-20-1"))), 2)
    trips = tuple(
        trip.model_copy(update={"board_min": 0.0}) if trip.operator == "op-1" else trip for trip in day.trips
    )
    day = day.model_copy(update={"trips": trips})
    best = lawfully(day, objective, time_limit=30.0)
    assert best.status is Status.OPTIMAL
    plan = lawfully(day, objective, time_limit=25.0, ride_limit=1)
    assert "nothing is proven about 20 trips" in plan.notes[0]
    assert plan.bound is not None
    assert within[0] * best.value <= plan.bound <= within[1] * best.value


def test_a_search_ends_at_the_gap_asked_for() -> None:
    """A company's day nobody proves best within a minute ends long before, within 6 % of it."""
    day = sharedride.read_day(SCENARIOS / "belfort-company.json")
    plan = lawfully(day, Objective.COST, time_limit=120.0, gap_percent=6.0)
    assert plan.status is Status.FEASIBLE
    assert plan.seconds < 60.0
    assert plan.bound is not None
    assert 0.94 * plan.value <= plan.bound <= plan.value


def test_a_search_that_is_stopped_hands_on_its_best_plan() -> None:
    """Stopped after the first plan, the plan is lawful, serves trips and says it was interrupted."""
    day = random_day(np.random.default_rng(11), 50, 12, rich=False)
    stop = threading.Event()

    def seen(progress: object) -> None:
        if getattr(progress, "served", 0) > 0:
            stop.set()

    result = sharedride.plan(day, time_limit=30, progress=seen, stop=stop)
    assert result.solution.status is Status.INTERRUPTED
    assert served(result.solution) > 0
    assert sharedride.check(day, result) == []


def test_an_empty_day_has_an_empty_plan() -> None:
    """No trips: optimal at nothing, with nothing to bound."""
    day = random_day(np.random.default_rng(1), 2, 1)
    plan = lawfully(day.model_copy(update={"trips": ()}), Objective.COST)
    assert plan.status is Status.OPTIMAL
    assert (plan.value, plan.bound, plan.routes) == (0.0, 0.0, ())
