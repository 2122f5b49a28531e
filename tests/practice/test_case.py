from collections.abc import Sequence

import pytest

from sharedride.planning.solution import Objective, Route
from sharedride.practice import share_by_hand
from sharedride.practice.case import account_of, pooled_day, reached
from sharedride.practice.routes import plan_by_hand
from sharedride.rules import rule_sets
from sharedride.synth import synth_day
from tests.synth.towns import TUESDAY, town


@pytest.mark.slow
def test_each_step_of_freedom_serves_all_and_costs_no_more() -> None:
    """Practice, companies, pooled: lawful by the checker, and each no dearer than the last."""
    made = synth_day(town(), TUESDAY, seed=2)
    by_hand = plan_by_hand(made, share_by_hand(made, 0.4, rules=rule_sets()["decree"]))
    company = reached(by_hand.day, by_hand.routes, Objective.COST, 4.0, 0)
    free = pooled_day(made)
    pooled = reached(free, company.routes, Objective.COST, 4.0, 0)
    accounts = [by_hand.document.kpis.operator.running_cost]
    for day, solution in ((by_hand.day, company), (free, pooled)):
        assert _trips(solution.routes) == _trips(by_hand.routes)
        # The account is refused where the checker finds anything.
        accounts.append(account_of(day, solution).running_cost)
    assert accounts == sorted(accounts, reverse=True)
    assert accounts[2] < accounts[0]


def _trips(routes: Sequence[Route]) -> set[int]:
    return {trip for route in routes for stop in route.stops for trip in stop.board}
