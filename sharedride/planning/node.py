"""Problems with some decisions made: on who waits how long, who rides with whom, and what is driven."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sharedride.planning.master import Master, Relaxation
from sharedride.planning.pricer import Cut, Prices
from sharedride.planning.problem import Duty, Problem, part_of

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

EPS = 1e-6

GAP = 2e-4
"""Gap at which the linear program of a node counts as solved, unless told."""


@dataclass(frozen=True)
class Node:
    """A problem with some of its decisions made.

    Attributes
    ----------
    problem, origin
        What is left, and the number in the whole problem of each offer of each group.
    state
        Its linear solution, or what is left of the one before.
    fixed
        Duties decided, in the whole problem.
    """

    problem: Problem
    origin: tuple[IntArray, ...]
    state: Relaxation
    fixed: tuple[Duty, ...] = ()

    def whole(self, duty: Duty) -> Duty:
        """A duty of the node as one of the whole problem."""
        return replace(duty, offers=tuple(self.origin[duty.group][list(duty.offers)].tolist()))

    def cost(self, problem: Problem) -> float:
        """Cost of the duties decided."""
        return sum(problem.cost(duty) for duty in self.fixed)


def whole_node(problem: Problem, state: Relaxation) -> Node:
    """A problem with nothing decided."""
    return Node(problem, tuple(np.arange(len(offer)) for offer in problem.offers), state)


def visits_of(problem: Problem) -> list[tuple[int, int]]:
    """Outbound and return trip of every visit that has two trips in the problem."""
    outbound: set[int] = set()
    for offer in problem.offers:
        outbound.update(np.unique(offer.trip[offer.wait_sign < 0]).tolist())
    partner = problem.partner
    return [(trip, int(partner[trip])) for trip in sorted(outbound) if partner[trip] >= 0]


def solved(
    node: Node,
    cuts: Sequence[Cut],
    until: float,
    stop: Callable[[], bool],
    *,
    cutoff: float = np.inf,
    gap: float = GAP,
) -> tuple[Node, list[Cut]]:
    """Solve the linear program of a node, from the duties and prices it was left with.

    Parameters
    ----------
    cutoff
        Bound at which the rest no longer matters.
    gap
        Gap at which the linear program counts as solved.
    """
    passed = False

    def report(state: Relaxation) -> None:
        nonlocal passed
        passed = state.bound >= cutoff

    master = Master(node.problem)
    for cut in cuts:
        master.add_cut(cut)
    master.add(node.state.columns)
    duals = node.state.duals
    center = None
    if duals is not None:
        charged = dict(zip(node.state.cuts, duals.cut.tolist(), strict=False))
        center = Prices(duals.trip, np.array([charged.get(cut, 0.0) for cut in master.cuts]))
    state = master.solve(until, lambda: passed or stop(), report, gap=gap, center=center)
    return replace(node, state=state), master.cuts


def confined(node: Node, longest: FloatArray) -> Node:
    """The node with waits of at most so many minutes, and the duties that keep to them."""
    problem, kept = part_of(node.problem, longest_wait=longest)
    return _moved(node, problem, kept)


def keeping(node: Node, free: Sequence[npt.NDArray[np.bool_]]) -> Node:
    """The node with some of its offers only: a mask of each group's."""
    kept = [np.flatnonzero(mask) for mask in free]
    offers = tuple(offer.take(keep) for offer, keep in zip(node.problem.offers, kept, strict=True))
    return _moved(node, replace(node.problem, offers=offers), kept)


def without(node: Node, duties: Sequence[int]) -> Node:
    """The node with some of its duties fixed: their trips and vehicles are no longer its own."""
    p = node.problem
    chosen = [node.state.columns[k] for k in duties]
    counts = list(p.counts)
    for duty in chosen:
        counts[duty.group] -= 1
    carried = {trip for duty in chosen for trip in duty.trips}
    left = [k for k, trip in enumerate(p.trips.tolist()) if trip not in carried]
    problem, kept = part_of(p, trips=p.trips[left].tolist(), counts=counts)
    fixed = node.fixed + tuple(node.whole(duty) for duty in chosen)
    duals = node.state.duals
    if duals is not None:
        duals = Prices(duals.trip[left], np.empty(0))
    return _moved(replace(node, fixed=fixed, state=replace(node.state, duals=duals)), problem, kept)


def _moved(node: Node, problem: Problem, kept: Sequence[IntArray]) -> Node:
    """A node of fewer offers, with the duties that are still made of them."""
    number = [np.full(len(offer), -1) for offer in node.problem.offers]
    for place, keep in zip(number, kept, strict=True):
        place[keep] = np.arange(len(keep))
    columns = []
    for duty in node.state.columns:
        offers = number[duty.group][list(duty.offers)].tolist()
        starts = None if min(offers) < 0 else _starts(problem, duty.group, offers, duty.starts)
        if starts is not None:
            columns.append(replace(duty, offers=tuple(offers), starts=starts))
    origin = tuple(own[keep] for own, keep in zip(node.origin, kept, strict=True))
    return replace(node, problem=problem, origin=origin, state=replace(node.state, columns=columns))


def _starts(
    problem: Problem, group: int, offers: Sequence[int], starts: Sequence[float]
) -> tuple[float, ...] | None:
    """Starts as near to given ones as narrower windows allow; ``None`` where there are none so simple."""
    offer, minutes = problem.offers[group], problem.table.minutes
    found: list[float] = []
    free = -np.inf
    for k, (o, start) in enumerate(zip(offers, starts, strict=True)):
        if k:
            free = found[-1] + float(
                offer.duration[offers[k - 1]] + minutes[offer.last[offers[k - 1]], offer.first[o]]
            )
        now = max(float(np.clip(start, offer.lo[o], offer.hi[o])), free)
        if now > offer.hi[o] + EPS or (problem.groups[group].break_ is not None and abs(now - start) > EPS):
            return None
        found.append(now)
    return tuple(found)
