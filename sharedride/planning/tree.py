"""Branching where the linear program ends: on vehicles used, waits, who rides with whom and who drives whom.

Best bound first; every node is solved by column generation anew (branch and price, Barnhart et al. 1998,
doi:10.1287/opre.46.3.316). All decisions but the number of vehicles only take offers away, so that pricing
needs to know nothing of them.
"""

import heapq
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from sharedride.planning.master import Relaxation, shares_between, waits_met, weights_over
from sharedride.planning.node import Node, confined, keeping, solved, visits_of, whole_node
from sharedride.planning.pricer import Cut
from sharedride.planning.problem import Duty, Problem
from sharedride.planning.trip_words import TripWords

FloatArray = npt.NDArray[np.float64]

EPS = 1e-6

WHOLE = 1e-4
"""Weight within which a decision counts as made by the linear program itself."""

COLUMNS = 5
"""Duties a node begins with, by trip: those of least reduced cost above it."""

ENOUGH = 0.02
"""Share of what is open between plan and bound to which a node's linear program is solved."""

TOLERANCE = 2.5e-5
"""Share of the best plan's cost within which a node need not be looked into, or solved more exactly."""


@dataclass(frozen=True)
class Decisions:
    """What a node of the tree has decided.

    Attributes
    ----------
    waits
        Trips, and the minutes each may wait at its place of care.
    together, apart
        Sets of trips carried by one ride, and sets no ride carries exactly.
    carried, spared
        Trips and the group whose vehicles carry them, or do not.
    least, most
        Groups, and the vehicles of each to use at least or at most.
    """

    waits: tuple[tuple[int, float], ...] = ()
    together: tuple[tuple[int, ...], ...] = ()
    apart: tuple[tuple[int, ...], ...] = ()
    carried: tuple[tuple[int, int], ...] = ()
    spared: tuple[tuple[int, int], ...] = ()
    least: tuple[tuple[int, int], ...] = ()
    most: tuple[tuple[int, int], ...] = ()

    def also(self, kind: str, item: tuple[float, ...]) -> "Decisions":
        """These decisions and one more, of the kind named."""
        return replace(self, **{kind: (*getattr(self, kind), item)})


@dataclass(order=True)
class _Open:
    """A node to look into: by its bound, and of equal ones the first made."""

    bound: float
    number: int
    decisions: Decisions = field(compare=False)
    state: Relaxation = field(compare=False)
    cuts: list[Cut] = field(compare=False)
    ways: tuple[Decisions, ...] = field(compare=False)


class Tree:
    """Branch and price from a solved linear program.

    Parameters
    ----------
    problem
        What bounds are proven of; its cost must hold no tie-breaker.
    state, cuts
        Its linear program, solved, and the cuts in it.

    Attributes
    ----------
    nodes
        Nodes solved so far.
    driven
        Duties that any node's linear program drives, were it in part, by group and offers.
    """

    def __init__(self, problem: Problem, state: Relaxation, cuts: Sequence[Cut], threads: int) -> None:
        self.problem, self.threads, self.nodes = problem, threads, 0
        self.driven: dict[tuple[int, tuple[int, ...]], Duty] = {}
        self.words = TripWords(len(problem.partner))
        self.codes = [self.words.each(offer.ptr, offer.trip) for offer in problem.offers]
        self.visits = visits_of(problem)
        self._number = 0
        # Least bound of what was put aside, undecided or as good as the best plan.
        self._aside = np.inf
        self._heap: list[_Open] = []
        self._file(Decisions(), whole_node(problem, state), list(cuts), state.bound)

    @property
    def bound(self) -> float:
        """Proven least cost of any plan; ``inf`` where none is cheaper than those known."""
        return min(self._aside, self._heap[0].bound if self._heap else np.inf)

    @property
    def done(self) -> bool:
        """Whether there is nothing left to look into."""
        return not self._heap

    def run(
        self,
        best: Callable[[], float],
        until: float,
        stop: Callable[[], bool],
        found: Callable[[tuple[Duty, ...]], None],
        tell: Callable[[], None] = lambda: None,
    ) -> None:
        """Look into nodes, those of least bound first.

        Parameters
        ----------
        best
            Cost of the best plan known.
        found
            Called with duties that a node's linear program drives whole.
        """
        with ThreadPoolExecutor(self.threads) as threads:
            while self._heap and not stop() and time.perf_counter() < until:
                cutoff = best() - TOLERANCE * abs(best())
                node = heapq.heappop(self._heap)
                if node.bound >= cutoff:
                    self._aside = min(self._aside, node.bound)
                    continue

                roughly = max(TOLERANCE, ENOUGH * (cutoff - node.bound) / max(EPS, abs(cutoff)))

                def child(
                    way: Decisions, node: _Open = node, cutoff: float = cutoff, roughly: float = roughly
                ) -> tuple[Node, list[Cut]]:
                    start = self._node(way, node.state)
                    # What is solved again is solved to the end.
                    gap = TOLERANCE if way is node.decisions else roughly
                    return solved(start, node.cuts, until, stop, cutoff=cutoff, gap=gap)

                for way, (new, cuts) in zip(node.ways, threads.map(child, node.ways), strict=True):
                    self.nodes += 1
                    bound = max(node.bound, new.state.bound)
                    for k in np.flatnonzero(new.state.weight > EPS).tolist():
                        duty = new.whole(new.state.columns[k])
                        self.driven[duty.group, duty.offers] = duty
                    drives = self._driven(new)
                    if drives:
                        found(drives)
                    late = stop() or time.perf_counter() >= until
                    rough = way is not node.decisions and roughly > TOLERANCE and bound < cutoff
                    self._file(way, new, cuts, bound, again=late, rough=rough)
                tell()

    def _file(
        self,
        decisions: Decisions,
        node: Node,
        cuts: list[Cut],
        bound: float,
        *,
        again: bool = False,
        rough: bool = False,
    ) -> None:
        """Put a node on the heap with what to decide next, or aside where nothing is left to.

        Parameters
        ----------
        again
            Whether one that is not solved shall be solved again: there was no time.
        rough
            Whether its bound is a rough one, so that it is solved again where nothing is left to decide.
        """
        state = node.state
        ways: tuple[Decisions, ...] = (decisions,) if again else ()
        if state.converged:
            ways = self._ways(decisions, node)
        if rough and not ways:
            ways = (decisions,)
        if not ways:
            # As good as the best plan, a plan itself, or a choice of routes alone: nothing here decides it.
            self._aside = min(self._aside, bound)
            return
        few = (
            np.argsort(state.reduced, kind="stable") if len(state.reduced) else np.arange(len(state.columns))
        )
        few = few[: COLUMNS * len(self.problem.trips)]
        kept = Relaxation([node.whole(state.columns[k]) for k in few.tolist()], state.cuts, duals=state.duals)
        self._number += 1
        heapq.heappush(self._heap, _Open(bound, self._number, decisions, kept, cuts, ways))

    def _node(self, decisions: Decisions, state: Relaxation) -> Node:
        """The problem under some decisions, with duties to begin with."""
        problem = self.problem
        longest = np.full(len(problem.partner), np.inf)
        for trip, minutes in decisions.waits:
            longest[trip] = min(longest[trip], minutes)
        free = [np.ones(len(offer), np.bool_) for offer in problem.offers]
        ours = np.zeros(len(problem.partner), np.bool_)
        ours[[trip for trips in decisions.together for trip in trips]] = True
        chosen = np.array([self.words.of(trips) for trips in decisions.together], np.int64)
        banned = np.array([self.words.of(trips) for trips in decisions.apart], np.int64)
        for g, (offer, codes) in enumerate(zip(problem.offers, self.codes, strict=True)):
            if not len(offer):
                continue
            touched = np.logical_or.reduceat(ours[offer.trip], offer.ptr[:-1])
            free[g] &= (~touched | np.isin(codes, chosen)) & ~np.isin(codes, banned)
            lost = [trip for trip, own in decisions.spared if own == g]
            lost += [trip for trip, own in decisions.carried if own != g]
            free[g] &= ~np.logical_or.reduceat(np.isin(offer.trip, lost), offer.ptr[:-1])
        node = confined(keeping(whole_node(problem, state), free), longest)
        most, least = list(problem.counts), list(problem.least or [0] * len(problem.counts))
        for g, count in decisions.most:
            most[g] = min(most[g], count)
        for g, count in decisions.least:
            least[g] = max(least[g], count)
        return replace(node, problem=replace(node.problem, counts=tuple(most), least=tuple(least)))

    def _ways(self, decisions: Decisions, node: Node) -> tuple[Decisions, ...]:
        """Both sides of the decision the linear solution is most undecided on; none where there is none."""
        found = self._choices(decisions, node)
        score, one, other = max(found, key=lambda way: way[0], default=(0.0, decisions, decisions))
        return (one, other) if score > WHOLE else ()

    def _choices(self, decisions: Decisions, node: Node) -> list[tuple[float, Decisions, Decisions]]:
        """What there is to decide, with both sides, and how undecided the linear solution is on it."""
        found: list[tuple[float, Decisions, Decisions]] = []
        columns, weights = node.state.columns, node.state.weight
        cars = np.zeros(len(node.problem.groups))
        sets: dict[tuple[int, ...], float] = {}
        drivers: dict[tuple[int, int], float] = {}
        for k in np.flatnonzero(weights > EPS).tolist():
            duty, weight = columns[k], float(weights[k])
            offer = node.problem.offers[duty.group]
            cars[duty.group] += weight
            for o in duty.offers:
                trips = tuple(sorted(offer.members(o).tolist()))
                sets[trips] = sets.get(trips, 0.0) + weight
            for trip in duty.trips:
                drivers[trip, duty.group] = drivers.get((trip, duty.group), 0.0) + weight
        also, limit = decisions.also, self.problem.wait_limit
        for g, used in enumerate(cars.tolist()):
            count = math.floor(used)
            score = 2.0 * min(used - count, count + 1 - used)
            found.append((score, also("most", (g, count)), also("least", (g, count + 1))))
        for score, out, back, share in self._split(node):
            found.append((score, also("waits", (out, share)), also("waits", (back, limit - share))))
        for trips, weight in sets.items():
            found.append((min(weight, 1.0 - weight), also("together", trips), also("apart", trips)))
        for own, weight in drivers.items():
            found.append((min(weight, 1.0 - weight), also("carried", own), also("spared", own)))
        return found

    def _split(self, node: Node) -> list[tuple[float, int, int, float]]:
        """Per visit how undecided it is which of its trips waits, and at how many minutes."""
        limit = self.problem.wait_limit
        outs, backs = waits_met(node.problem, node.state.columns, node.state.weight)
        found = []
        for out, back in self.visits:
            if out not in outs or back not in backs:
                continue
            waits, others = outs[out], backs[back]
            middle = shares_between(waits, others, limit)
            if not len(middle):
                continue
            # Either the outbound trip waits no longer than the share, or the return no longer than the rest.
            first, second = weights_over(waits, others, middle, limit)
            both = np.minimum(first, second)
            worst = int(both.argmax())
            found.append((float(both[worst]), out, back, float(middle[worst])))
        return found

    def _driven(self, node: Node) -> tuple[Duty, ...]:
        """Duties of a linear solution that is whole, in the whole problem; none where it is not."""
        weight = node.state.weight
        used = np.flatnonzero(weight > WHOLE).tolist()
        if not used or (weight[used] < 1.0 - WHOLE).any():
            return ()
        return tuple(node.whole(node.state.columns[k]) for k in used)
