"""How a search ends: by its own proof, by the clock, by the user; and that it ends the same way twice."""

import threading

import numpy as np

import sharedride
from sharedride.planning.solution import Objective, Status
from tests.planning.days import lawfully, served, tiny_day
from tests.reference.random_days import random_day


def test_the_same_seed_gives_the_same_routes() -> None:
    """Run twice to optimality, a plan is the same stop by stop."""
    for seed in range(30):
        day = tiny_day(seed)
        first, second = (lawfully(day, Objective.COST, seed=seed) for _ in range(2))
        assert first.status is second.status is Status.OPTIMAL
        assert first.routes == second.routes


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
