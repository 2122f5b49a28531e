"""Ways through the ride network are priced no dearer than the duties of listed rides they stand for."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from sharedride.planning.master import Master
from sharedride.planning.network_pricer import NetworkDuties, NetworkPricer
from sharedride.planning.node import visits_of
from sharedride.planning.pricer import Cut, Pricer, Prices, SubsetCut, WaitCut
from sharedride.planning.pricing import MOST_FRONT
from sharedride.planning.problem import Problem
from sharedride.planning.repeats import Repeats, starts_of
from sharedride.planning.solution import Objective
from sharedride.rides.network import RideNetwork, ride_network
from sharedride.rules import rules_of
from sharedride.travel import travel_table
from tests.planning.days import whole_problem
from tests.reference.random_days import UNHURRIED, random_day

SLACK = 1e-6


def drawn(seed: int, objective: Objective = Objective.COST) -> tuple[Problem, RideNetwork]:
    """Problem and network of one random day."""
    rng = np.random.default_rng(seed)
    day = random_day(rng, int(rng.integers(6, 13)), 3, rich=seed % 3 > 0, service=UNHURRIED)
    network = ride_network(day, travel_table(day), rules_of(day))
    assert network is not None
    return whole_problem(day, objective), network


def prices_and_cuts(problem: Problem, rng: np.random.Generator) -> tuple[Prices, list[Cut]]:
    """Random prices around what trips cost, wait cuts of visits and subset cuts of trips near in number."""
    cuts: list[Cut] = [
        WaitCut(out, back, float(share))
        for out, back in visits_of(problem)
        for share in rng.integers(0, int(problem.wait_limit) + 1, 2)
    ]
    triples = combinations(problem.trips.tolist(), 3)
    cuts += [SubsetCut(triple) for triple in triples if rng.random() < 0.1][:8]
    trip = rng.uniform(-5.0, 40.0, len(problem.trips))
    return Prices(trip, -rng.uniform(0.0, 15.0, len(cuts)) * (rng.random(len(cuts)) < 0.7)), cuts


def pairs(problem: Problem, network: RideNetwork) -> Iterator[tuple[Pricer, NetworkPricer]]:
    """Both pricers of every vehicle group."""
    for group in range(len(problem.groups)):
        yield Pricer(problem, group), NetworkPricer(problem, network, group)


@pytest.mark.parametrize("seed", range(90))
def test_no_duty_is_cheaper_than_the_cheapest_way(seed: int) -> None:
    """At any prices, repetitions forbidden or not; and what a way is said to cost is what it costs."""
    objective = (Objective.COST, Objective.KM, Objective.SHARED)[seed % 3]
    problem, network = drawn(seed, objective)
    rng = np.random.default_rng(seed)
    own = Repeats(network.span - network.origin, range(len(problem.trips)))
    every = Repeats(starts_of(problem), range(len(problem.trips)))
    for _ in range(4):
        duals, cuts = prices_and_cuts(problem, rng)
        for listed, ways in pairs(problem, network):
            # Kept apart, not merged into what is only a bound.
            listed.front = ways.front = MOST_FRONT
            least, _ = listed.price(duals, cuts, every, 50)
            loose, _ = ways.price(duals, cuts, Repeats(network.span - network.origin), 50)
            best, duties = ways.price(duals, cuts, own, 50)
            assert loose <= best + SLACK
            assert best <= least + SLACK
            assert duties or best >= 0.0
            for reduced, duty in duties:
                assert duty.elementary or not set(own.bit) >= {problem.row[t] for t in duty.trips}
                due = sum(duals.trip[problem.row[trip]] for trip in duty.trips)
                due += sum(duals.cut[k] * times for k, times in ways.counts(cuts, duty).items())
                assert reduced == pytest.approx(problem.cost(duty) - due, abs=SLACK)


@pytest.mark.parametrize("seed", range(60))
def test_few_labels_only_make_ways_cheaper(seed: int) -> None:
    """Where labels of a state are merged for want of room, the least cost said is at most the true one."""
    problem, network = drawn(seed)
    duals, cuts = prices_and_cuts(problem, np.random.default_rng(seed))
    own = Repeats(network.span - network.origin, range(len(problem.trips)))
    for _, ways in pairs(problem, network):
        least, _ = ways.price(duals, cuts, own, 50)
        ways.front = 1
        assert ways.price(duals, cuts, own, 50)[0] <= least + SLACK


@pytest.mark.parametrize("seed", range(60))
def test_ways_that_cannot_pay_are_passed_over_and_no_other(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Knowing what is left to pay from each state on, the same ways below nothing are found as without."""
    problem, network = drawn(seed, (Objective.COST, Objective.KM, Objective.SHARED)[seed % 3])
    duals, cuts = prices_and_cuts(problem, np.random.default_rng(seed))
    own = Repeats(network.span - network.origin, range(len(problem.trips)))
    monkeypatch.setattr("sharedride.planning.network_pricer.WORTH", np.inf)
    for _, ways in pairs(problem, network):
        ways.front = MOST_FRONT
        (least, every), (again, some) = (ways.price(duals, cuts, own, 10_000) for _ in range(2))
        assert again == pytest.approx(min(least, 0.0), abs=SLACK)
        cheap = [reduced for reduced, _ in every if reduced < -SLACK]
        assert [reduced for reduced, _ in some if reduced < -SLACK] == pytest.approx(cheap, abs=SLACK)


@pytest.mark.parametrize("seed", range(12))
def test_the_linear_program_over_ways_is_a_bound_near_that_over_rides(seed: int) -> None:
    """Solved to the end it is at most the one over duties of listed rides, and seldom far below."""
    problem, network = drawn(seed)
    by_rides = Master(problem).solve(np.inf, lambda: False)
    by_ways = Master(problem, source=NetworkDuties(problem, network)).solve(np.inf, lambda: False)
    assert by_rides.converged
    assert by_ways.converged
    assert by_ways.bound <= by_rides.value + SLACK * abs(by_rides.value)
    assert by_ways.bound >= 0.9 * by_rides.value


def test_a_kind_that_carries_nobody_has_no_ways() -> None:
    """A group whose kind is not in the network has no way, at an infinite cost."""
    problem, network = drawn(0)
    pricer = NetworkPricer(problem, replace(network, kinds=()), 0)
    duals = Prices(np.zeros(len(problem.trips)), np.empty(0))
    assert pricer.price(duals, (), Repeats(network.span - network.origin), 50) == (np.inf, [])
