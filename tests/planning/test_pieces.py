"""Days too large to be searched at once are planned piece by piece, as lawfully as any."""

import threading

import numpy as np
import pytest

import sharedride
from sharedride.day.model import Day
from sharedride.planning import optimize, pieces
from sharedride.planning.pieces import Planned
from sharedride.planning.solution import Objective, Status
from sharedride.rules import rules_of
from sharedride.tariffs import tariff_book
from sharedride.travel import travel_table
from tests.planning.days import lawfully, running_cost, served
from tests.reference.random_days import random_day

CENT = 1e-3


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat every day as too large, and take few trips at a time."""
    for module, name, value in (
        (optimize, "VAST_TRIPS", 0),
        (optimize, "VAST", 0),
        (pieces, "PIECE", 10),
        (pieces, "PART", 10),
        (pieces, "PIECE_SECONDS", 0.15),
    ):
        monkeypatch.setattr(module, name, value)


def some_day(seed: int, rich: bool) -> Day:
    """Return a random day of 20 to 40 trips."""
    rng = np.random.default_rng(seed)
    return random_day(rng, int(rng.integers(20, 41)), int(rng.integers(6, 13)), rich=rich)


@pytest.mark.parametrize("seed", range(10))
def test_a_plan_made_in_pieces_is_lawful(seed: int) -> None:
    """It keeps every rule, tells its value rightly, and claims no bound."""
    day = some_day(seed, rich=seed % 2 > 0)
    objective = list(Objective)[seed % 5]
    plan = lawfully(day, objective, time_limit=1.5, seed=seed)
    assert plan.status is Status.FEASIBLE
    assert plan.bound is None
    assert served(plan) > 0.5 * len(day.trips)
    if objective is Objective.COST:
        assert plan.value == pytest.approx(running_cost(day, plan.routes), abs=CENT)


def test_pieces_go_on_from_a_plan_at_hand() -> None:
    """Started from a plan, the search serves as many and costs no more."""
    for seed in range(4):
        day = some_day(seed, rich=False)
        table, rules, book = travel_table(day), rules_of(day), tariff_book(day.date)
        first = sharedride.plan(day, time_limit=1.0).solution
        then = optimize.optimize(day, table, rules, book, given=first.routes, time_limit=1.5).solution
        assert served(then) >= served(first)
        if served(then) == served(first):
            assert then.value <= first.value + CENT


def test_more_pieces_make_a_better_plan() -> None:
    """Over several days, planning pieces anew costs less than the first round alone."""
    before, after = 0.0, 0.0
    for seed in range(4):
        day = some_day(seed, rich=False)
        for seconds in (0.1, 2.0):
            plan = lawfully(day, Objective.COST, time_limit=seconds, seed=1)
            cost = plan.value + 1000.0 * (len(day.trips) - served(plan))
            if seconds < 1.0:
                before += cost
            else:
                after += cost
    assert after < before


def test_a_stopped_search_leaves_what_is_planned() -> None:
    """Stopped at once, nothing is planned and the plan says it was interrupted."""
    stop = threading.Event()
    stop.set()
    day = some_day(0, rich=False)
    result = sharedride.plan(day, time_limit=5.0, stop=stop)
    assert result.solution.status is Status.INTERRUPTED
    assert sharedride.check(day, result) == []


def test_cars_of_one_depot_are_dealt_out_to_trips_near_each_other() -> None:
    """Where all cars stand at one place, the first round has several parts, each trip in one of them."""
    for seed in range(4):
        day = some_day(seed, rich=False)
        yard = day.vehicles[0].start
        vehicles = tuple(v.model_copy(update={"start": yard, "end": yard}) for v in day.vehicles)
        day = day.model_copy(update={"vehicles": vehicles})
        made = pieces.Pieces(
            day, travel_table(day), rules_of(day), lambda piece, seconds, seed: Planned((), {})
        )
        parts = made._parts()
        assert len(parts) > 1
        carried = [trip for _, trips in parts for trip in trips]
        assert len(carried) == len(set(carried))
        assert sorted(car for cars, _ in parts for car in cars) == list(range(len(vehicles)))
        for _, trips in parts:
            assert all(made.partner[trip] < 0 or made.partner[trip] in trips for trip in trips)


def test_a_large_company_whose_rides_cannot_all_be_listed_is_planned_in_pieces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However few its depots and shifts, it is searched whole only while its rides can be listed."""
    day = random_day(np.random.default_rng(1), 10, 6, rich=False)
    monkeypatch.setattr(optimize, "VAST", 10**9)
    monkeypatch.setattr(optimize, "WHOLE_TRIPS", 5)
    monkeypatch.setattr(optimize, "LISTED_TRIPS", 10**9)
    whole = sharedride.plan(day, time_limit=1.0)
    assert not any("piece by piece" in note for note in whole.solution.notes)
    parted = sharedride.plan(day, time_limit=1.0, ride_limit=1)
    assert any("piece by piece" in note for note in parted.solution.notes)
    assert sharedride.check(day, parted) == []
    monkeypatch.setattr(optimize, "LISTED_TRIPS", 5)
    assert any("piece by piece" in note for note in sharedride.plan(day, time_limit=1.0).solution.notes)
