"""How a part's search goes about a proof that takes time."""

import time

import pytest

from benchmarks.generate import Spec, generate
from sharedride.day.model import Day
from sharedride.planning.network_pricer import NetworkDuties
from sharedride.planning.part import Part
from sharedride.planning.pricer import DutySource
from sharedride.rides.network import ride_network
from sharedride.rides.pool import lawful_rides
from sharedride.rules import rules_of
from sharedride.travel import travel_table
from tests.planning.days import whole_problem


@pytest.mark.parametrize("large", [False, True])
def test_a_network_is_asked_for_again_where_only_time_was_short(large: bool) -> None:
    """Given more time than was too little it is made, and a bound comes of it; one too large never is."""
    day = Day.model_validate(generate(Spec.of("dense-company-20-1")))
    table, rules = travel_table(day), rules_of(day)
    problem = whole_problem(day, pool=lawful_rides(day, table, rules, limit=1))
    asked: list[float] = []

    def wider(until: float) -> DutySource | None:
        asked.append(until - time.perf_counter())
        if large:
            return None
        if len(asked) == 1:
            time.sleep(max(0.0, until - time.perf_counter()))
            return None
        network = ride_network(day, table, rules)
        assert network is not None
        return NetworkDuties(problem, network)

    part = Part(problem, complete=False, tied=False, seed=0, threads=1, wider=wider)
    part.begin(time.perf_counter() + 5.0, lambda: False)
    for seconds, times in ((2.0, 1), (1.0, 1), (8.0, 1 if large else 2)):
        part.improve(time.perf_counter() + seconds, lambda: False)
        assert len(asked) == times
    if large:
        assert part.proven() is None
    else:
        assert asked[1] > asked[0]
        assert part.least_turn() == 0.0
        bound = part.proven()
        assert bound is not None
        assert 0.5 * part.best.primary < bound <= part.best.primary
