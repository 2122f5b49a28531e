"""Diving: what it decides is kept to, and its duties can be driven, whenever it has to end."""

import time
from dataclasses import replace

import numpy as np
import pytest

from sharedride.day.model import Break
from sharedride.planning import dive as diving
from sharedride.planning.dive import Dive
from sharedride.planning.incumbent import waits_of
from sharedride.planning.master import Master, Relaxation
from sharedride.planning.node import Node, confined, visits_of, whole_node
from sharedride.planning.problem import part_of
from sharedride.planning.solution import Objective
from sharedride.planning.starts import as_driven
from tests.planning.days import tiny_day, whole_problem
from tests.planning.test_lawful import larger_day
from tests.reference.brute_force import Reference


def never() -> bool:
    """Go on."""
    return False


@pytest.mark.parametrize("seed", range(8))
def test_a_dive_finds_duties_that_can_be_driven_and_beat_no_bound(seed: int) -> None:
    """Whatever order chance gives the visits, no trip is carried twice and every rule of timing kept."""
    problem = whole_problem(larger_day(seed))
    master = Master(problem)
    relaxed = master.solve(time.perf_counter() + 1.0, never)
    dive = Dive(problem, seed, noise=0.3)
    for _ in range(2):
        duties = dive.run(relaxed, master.cuts, np.inf, time.perf_counter() + 2.0, never)
        used = np.bincount([duty.group for duty in duties], minlength=len(problem.counts))
        assert (used <= problem.counts).all()
        plan = as_driven(problem, duties)
        assert plan is not None
        assert plan.cost(problem) >= relaxed.bound - 1e-6
        assert set(plan.unserved) == set(problem.trips.tolist()) - {t for d in duties for t in d.trips}
        for duty in duties:
            again = problem.duty(duty.group, duty.offers, duty.starts)
            assert (again.trips, again.primary) == (duty.trips, pytest.approx(duty.primary))
        # As they come, too: where drivers have breaks, starts anew are not always found.
        waits = waits_of(problem, replace(plan, starts=tuple(duty.starts for duty in duties)))
        for trip, wait in waits.items():
            other = waits.get(int(problem.partner[trip]))
            assert other is None or wait + other <= problem.wait_limit + 1e-6
        waits = waits_of(problem, plan)
        for trip, wait in waits.items():
            other = waits.get(int(problem.partner[trip]))
            assert other is None or wait + other <= problem.wait_limit + 1e-6


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.1])
def test_a_dive_cut_short_leaves_nothing_unlawful(seconds: float) -> None:
    """Out of time its duties can still be driven together, however few they are."""
    problem = whole_problem(larger_day(4))
    master = Master(problem)
    relaxed = master.solve(time.perf_counter() + 1.0, never)
    duties = Dive(problem, 0).run(relaxed, master.cuts, np.inf, time.perf_counter() + seconds, never)
    assert as_driven(problem, duties) is not None


def test_dives_of_tiny_days_mostly_find_the_optimum() -> None:
    """Beside brute force: never below it, and at it on nine days of ten that can be served."""
    met, days = 0, 0
    for seed in range(60):
        day = tiny_day(seed)
        problem, best = whole_problem(day), Reference(day).optimum(Objective.COST)
        if best.served < len(day.trips):
            continue
        days += 1
        master = Master(problem)
        relaxed = master.solve(time.perf_counter() + 1.0, never)
        duties = Dive(problem, seed).run(relaxed, master.cuts, np.inf, time.perf_counter() + 2.0, never)
        plan = as_driven(problem, duties)
        assert plan is not None
        if not plan.unserved:
            assert plan.primary >= best.value - 1e-6, seed
            met += plan.primary <= best.value + 1e-6
    assert days >= 20
    assert met >= 0.9 * days


def test_a_dive_that_cannot_become_better_is_given_up() -> None:
    """Where the best plan costs less than the bound, nothing comes of a dive with minutes to share out."""
    tried = 0
    for seed in range(30):
        problem = whole_problem(tiny_day(seed))
        master = Master(problem)
        relaxed = master.solve(time.perf_counter() + 5.0, never)
        if not (relaxed.converged and visits_of(problem)):
            continue
        tried += 1
        until = time.perf_counter() + 5.0
        assert Dive(problem, 0).run(relaxed, master.cuts, relaxed.bound - 1.0, until, never) == ()
    assert tried


def test_no_duty_is_fixed_whose_driver_has_no_break() -> None:
    """Pricing may bound with a duty that lacks its break; driven it is never."""
    problem = whole_problem(larger_day(4))
    group = next(g for g, where in enumerate(problem.groups) if where.break_ is not None)
    offer = problem.offers[group]
    alone = int(np.flatnonzero(np.diff(offer.ptr) == 1)[0])
    duty = problem.duty(group, [alone], [float(offer.lo[alone])])
    state = Relaxation(columns=[duty], weight=np.ones(1))
    for begins, fixed in ((duty.starts[0], []), (problem.groups[group].shift[1], [0])):
        rest = Break.model_construct(window=(begins, begins + 1.0), minutes=1.0)
        groups = tuple(replace(where, break_=rest) for where in problem.groups)
        node = Node(replace(problem, groups=groups), (), state)
        assert diving._heaviest(node, every=True) == diving._heaviest(node) == fixed


@pytest.mark.parametrize("seed", range(8))
def test_shared_minutes_are_kept_by_every_ride_left(seed: int) -> None:
    """At any start of its window nobody in an offer waits longer than decided, and nothing else is lost."""
    problem = whole_problem(larger_day(seed))
    dice = np.random.default_rng(seed)
    longest = np.where(problem.partner >= 0, dice.uniform(0.0, 45.0, len(problem.partner)), np.inf)
    narrower, kept = part_of(problem, longest_wait=longest)
    for whole, offer, numbers in zip(problem.offers, narrower.offers, kept, strict=True):
        left = dict(zip(numbers.tolist(), range(len(numbers)), strict=True))
        for o in range(len(whole)):
            part = slice(whole.ptr[o], whole.ptr[o + 1])
            starts = np.linspace(whole.lo[o], whole.hi[o], 9)
            waits = whole.wait_at[part] + whole.wait_sign[part] * starts[:, None]
            fits = (waits <= longest[whole.trip[part]] + 1e-6).all(axis=1)
            if o not in left:
                assert not fits.any()
                continue
            k = left[o]
            assert offer.members(k).tolist() == whole.members(o).tolist()
            inside = (offer.lo[k] - 1e-6 <= starts) & (starts <= offer.hi[k] + 1e-6)
            assert fits.tolist() == inside.tolist()


def test_duties_of_a_node_start_within_its_windows() -> None:
    """Narrowed, a duty known is moved as little as it must, or dropped."""
    problem = whole_problem(larger_day(1))
    master = Master(problem)
    relaxed = master.solve(time.perf_counter() + 2.0, never)
    node = whole_node(problem, relaxed)
    longest = np.where(problem.partner >= 0, 20.0, np.inf)
    narrow = confined(node, longest)
    assert 0 < len(narrow.state.columns) <= len(relaxed.columns)
    for duty in narrow.state.columns:
        offer = narrow.problem.offers[duty.group]
        order = list(duty.offers)
        assert (np.array(duty.starts) >= offer.lo[order] - 1e-6).all()
        assert (np.array(duty.starts) <= offer.hi[order] + 1e-6).all()
        ends = np.array(duty.starts) + offer.duration[order]
        legs = problem.table.minutes[offer.last[order[:-1]], offer.first[order[1:]]]
        assert (ends[:-1] + legs <= np.array(duty.starts)[1:] + 1e-6).all()
