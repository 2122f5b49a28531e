from collections.abc import Sequence

import pytest

from sharedride.planning.solution import Objective, Route
from sharedride.practice import share_by_hand
from sharedride.practice.case import account_of, pooled_day
from sharedride.practice.neighbourhood import replan
from sharedride.practice.reach import among_all, in_companies
from sharedride.practice.routes import plan_by_hand
from sharedride.rules import rule_sets, rules_of
from sharedride.synth import synth_day
from sharedride.tariffs import tariff_book
from tests.synth.towns import TUESDAY, town


def test_a_piece_keeps_the_names_of_its_day() -> None:
    """Some cars' trips planned anew are the same trips in the same cars, and never dearer."""
    made = synth_day(town(), TUESDAY, seed=2, trips=40)
    day = pooled_day(made)
    by_hand = plan_by_hand(made, share_by_hand(made, 0.0, rules=rule_sets()["decree"]))
    old = [route for route in by_hand.routes if route.vehicle % 2]
    cars = [route.vehicle for route in old]
    new = replan(
        day,
        cars,
        old,
        book=tariff_book(day.date),
        rules=rules_of(day, "decree"),
        objective=Objective.KM,
        seconds=1.0,
        seed=0,
    )
    assert {route.vehicle for route in new.routes} <= set(cars)
    assert _trips(new.routes) == _trips(old)
    assert new.bound is None or new.bound <= new.value + 1e-6


@pytest.mark.slow
def test_each_step_of_freedom_serves_all_and_costs_no_more() -> None:
    """Practice, companies, pooled in pieces: lawful by the checker, and each no dearer than the last."""
    made = synth_day(town(), TUESDAY, seed=2)
    by_hand = plan_by_hand(made, share_by_hand(made, 0.4, rules=rule_sets()["decree"]))
    company = in_companies(by_hand.day, by_hand.routes, objective=Objective.COST, seconds=4.0)
    free = pooled_day(made)
    pooled = among_all(free, company.routes, objective=Objective.COST, seconds=4.0)
    accounts = [by_hand.document.kpis.operator.running_cost]
    for day, routes in ((by_hand.day, company.routes), (free, pooled.routes)):
        assert _trips(routes) == _trips(by_hand.routes)
        # The account is refused where the checker finds anything.
        accounts.append(account_of(day, routes, Objective.COST).running_cost)
    assert accounts == sorted(accounts, reverse=True)
    assert accounts[2] < accounts[0]


def _trips(routes: Sequence[Route]) -> set[int]:
    return {trip for route in routes for stop in route.stops for trip in stop.board}
