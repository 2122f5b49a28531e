"""Branching: no side loses a plan, no bound passes the optimum, and small days are closed."""

import time
from dataclasses import replace

import numpy as np
import pytest

from sharedride.planning.incumbent import Incumbent, timed_duties
from sharedride.planning.master import Master
from sharedride.planning.node import solved
from sharedride.planning.problem import Duty, Problem
from sharedride.planning.route_search import RouteSearch
from sharedride.planning.starts import as_driven
from sharedride.planning.tree import Decisions, Tree
from tests.planning.days import whole_problem
from tests.reference.arc_model import arc_optimum, medium_day


def never() -> bool:
    """Go on."""
    return False


def tree_of(problem: Problem, seconds: float = 5.0) -> Tree:
    """A tree from a problem's linear program."""
    master = Master(problem)
    state = master.solve(time.perf_counter() + seconds, never)
    return Tree(problem, state, master.cuts, 1)


@pytest.fixture(autouse=True)
def without_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small days are closed by cuts alone: without them there is something to branch on."""
    monkeypatch.setattr(Master, "_cut", lambda master: False)


OPEN = (209, 212, 217, 220, 224, 238, 239, 245, 250)
"""Seeds of days that a linear program without cuts leaves open."""


@pytest.mark.parametrize("seed", OPEN)
def test_a_tree_ends_at_the_optimum(seed: int) -> None:
    """Beside the arc model: no bound passes its optimum on the way, and the last plan and bound meet."""
    day = medium_day(seed)
    problem, exact = whole_problem(day), arc_optimum(day, "cost", 60.0, 2)
    assert exact.proven
    assert exact.served == len(day.trips)
    tree = tree_of(problem)
    assert tree.bound < exact.value * (1.0 - 1e-3)
    plans = [10.0 * exact.value]

    def found(duties: tuple[Duty, ...]) -> None:
        plan = as_driven(problem, duties)
        if plan is not None and not plan.unserved:
            plans.append(plan.primary)

    def check() -> None:
        assert tree.bound <= exact.value + 1e-6 or min(plans) <= exact.value + 1e-6

    tree.run(lambda: min(plans), time.perf_counter() + 60.0, never, found, check)
    assert tree.done
    assert min(plans) == pytest.approx(exact.value)
    assert min(tree.bound, min(plans)) == pytest.approx(exact.value, rel=1e-4)


def admits(tree: Tree, decisions: Decisions, plan: Incumbent) -> bool:
    """Whether a plan keeps to some decisions: its rides are there at its starts, its vehicles as many."""
    state = replace(tree._heap[0].state, columns=timed_duties(plan))
    node = tree._node(decisions, state)
    used = np.bincount([duty.group for duty in plan.duties], minlength=len(node.problem.counts))
    least, most = np.array(node.problem.least), np.array(node.problem.counts)
    # A duty is moved to other starts where it must; a plan that keeps to the decisions is not.
    same = sum(
        new.starts == pytest.approx(old.starts)
        for old in timed_duties(plan)
        for new in node.state.columns
        if node.whole(new).offers == old.offers and new.group == old.group
    )
    return bool(same == len(plan.duties) and (least <= used).all() and (used <= most).all())


@pytest.mark.parametrize("seed", OPEN)
def test_every_plan_is_on_one_side_of_every_decision(seed: int) -> None:
    """Down a path that a lawful plan keeps to, one side of all that could be decided next holds it too."""
    problem = whole_problem(medium_day(seed))
    tree = tree_of(problem)
    for chance in range(3):
        plan = RouteSearch(problem, chance, 1).run(time.perf_counter() + 20.0, never, rounds=20)
        top = tree._heap[0]
        decisions, state, cuts = Decisions(), top.state, top.cuts
        for _ in range(4):
            node, cuts = solved(tree._node(decisions, state), cuts, time.perf_counter() + 20.0, never)
            ways = []
            for score, *both in tree._choices(decisions, node):
                sides = [way for way in both if admits(tree, way, plan)]
                assert sides, both
                ways += sides if score > 1e-4 else []
            if not ways:
                break
            decisions = ways[chance % len(ways)]
            state = replace(node.state, columns=[node.whole(duty) for duty in node.state.columns])


def test_vehicles_asked_for_never_raise_the_bound_past_a_plan_that_uses_them() -> None:
    """But raise it they do, where more are asked for than the cheapest plan would use."""
    raised = 0
    for seed in OPEN:
        problem = whole_problem(medium_day(seed))
        plan = RouteSearch(problem, seed, 1).run(time.perf_counter() + 20.0, never, rounds=200)
        used = tuple(
            np.bincount([duty.group for duty in plan.duties], minlength=len(problem.counts)).tolist()
        )
        free = Master(problem).solve(time.perf_counter() + 20.0, never)
        asked = Master(replace(problem, least=used)).solve(time.perf_counter() + 20.0, never)
        assert asked.converged
        assert asked.bound <= plan.cost(problem) + 1e-6
        one = tuple(
            min(n, int(len(offer) > 0)) for n, offer in zip(problem.counts, problem.offers, strict=True)
        )
        more = Master(replace(problem, least=one)).solve(time.perf_counter() + 20.0, never)
        assert more.bound >= free.bound * (1.0 - 1e-6) - 1e-6
        raised += more.bound > free.bound + 1.0
    assert raised >= 3
