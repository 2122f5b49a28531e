"""Days to plan, and what the tests ask of a plan without the optimizer's help."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

import sharedride
from sharedride.day.model import Day
from sharedride.planning.fleet import vehicle_groups
from sharedride.planning.objective import prices
from sharedride.planning.offers import group_offers, kind_offers
from sharedride.planning.problem import Problem, problem_of
from sharedride.planning.solution import Objective, Route, Solution
from sharedride.planning.visits import partners
from sharedride.rides.pool import RidePool, lawful_rides
from sharedride.rules import rules_of
from sharedride.tariffs import tariff_book
from sharedride.travel import travel_table
from tests.reference.random_days import SERVICE, random_day


def tiny_day(seed: int, service: Sequence[int] = SERVICE) -> Day:
    """Return a random day of up to 5 trips and 2 vehicles."""
    rng = np.random.default_rng(seed)
    return random_day(rng, int(rng.integers(1, 6)), int(rng.integers(1, 3)), service=service)


def copied(day: Day, times: int) -> Day:
    """Return a day of several companies that have the same work: all patients keep to their own."""
    vehicles, trips = [], []
    for k in range(times):

        def copy(item: Any, k: int = k, **update: object) -> Any:
            return item.model_copy(update={"id": f"{item.id}-{k}", "operator": f"op-{k}", **update})

        vehicles += [copy(v) for v in day.vehicles]
        trips += [
            copy(t, patient=f"{t.patient}-{k}", not_with=tuple(f"{p}-{k}" for p in t.not_with))
            for t in day.trips
        ]
    operators = tuple(day.operators[0].model_copy(update={"id": f"op-{k}"}) for k in range(times))
    return day.model_copy(update={"operators": operators, "vehicles": tuple(vehicles), "trips": tuple(trips)})


def lawfully(day: Day, objective: Objective, **options: object) -> Solution:
    """Plan a day; the plan is lawful and every figure of it right, as the checker reads them."""
    result = sharedride.plan(day, objective=objective, **options)
    assert sharedride.check(day, result) == []
    return result.solution


def served(solution: Solution) -> int:
    """Trips a plan serves."""
    return sum(len(stop.board) for route in solution.routes for stop in route.stops)


def running_cost(day: Day, routes: tuple[Route, ...]) -> float:
    """Running cost in euros, added up along the stops."""
    table, costs = travel_table(day), day.costs
    total = costs.per_vehicle * len(routes)
    for route in routes:
        for here, there in pairwise(route.stops):
            total += costs.per_km * table.km[here.place, there.place]
            total += costs.per_hour / 60.0 * table.minutes[here.place, there.place]
        total += sum(costs.per_hour / 60.0 * (stop.departure - stop.service_start) for stop in route.stops)
    return float(total)


def whole_problem(day: Day, objective: Objective = Objective.COST, pool: RidePool | None = None) -> Problem:
    """Return the selection problem of a day, of all its trips and vehicles, and of all rides or a pool's."""
    table, rules, book = travel_table(day), rules_of(day), tariff_book(day.date)
    pool = pool or lawful_rides(day, table, rules)
    price, partner, groups = prices(day, table, objective), partners(day), vehicle_groups(day)
    offers = [
        group_offers(
            kind_offers(day, pool, group.kind, prices=price, book=book, coupled=partner >= 0), group, table
        )
        for group in groups
    ]
    return problem_of(
        groups, [group.size for group in groups], offers, range(len(day.trips)), partner=partner,
        wait_limit=rules.wait_min, table=table, prices=price, tie=0.0, penalty=1e4,
    )[0]  # fmt: skip
