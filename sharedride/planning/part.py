"""The plan of one independent part of a day: search and proof by turns, each helping the other."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from sharedride.planning.bounds import Bound
from sharedride.planning.coverage import least_left_out
from sharedride.planning.dive import NOISE, Dive
from sharedride.planning.incumbent import Incumbent, incumbent_of, timed_duties
from sharedride.planning.insertion import insertion
from sharedride.planning.master import Master, Relaxation
from sharedride.planning.pricer import DutySource, Prices
from sharedride.planning.problem import Duty, Problem
from sharedride.planning.route_search import RouteSearch
from sharedride.planning.selection import choose_likeliest
from sharedride.planning.starts import as_driven
from sharedride.planning.tree import Tree

FloatArray = npt.NDArray[np.float64]

ROUNDS_PER_TRIP = 400
"""Rounds of the route search before the first proof, by trip; every turn doubles them."""

SEARCH_SHARE, PROOF_SHARE = 0.5, 0.5
"""Shares of the time left that one turn of search and one of proof may take."""

MOST_OFFERS = 50_000
"""Offers of all groups up to which there are dives: beyond, the linear program is too far from solved."""

DIVE_SECONDS = 9.0
"""Seconds of all threads from which on there are dives, for 100 trips; they grow with the trips' square."""

NETWORK_SECONDS = 18.0
"""The same from which on a plan comes out of the rides of a network, so that it is asked early."""

FIRST_SEARCH, PROOF_BEFORE = 0.15, 0.4
"""Shares of the time left that the first turn of search, and one of proof, may take where there are."""

WIDE_SHARE = 0.5
"""Share of the time left that one turn of proof over a network may take: the plan comes out of its rides."""

LONGER = 1.2
"""Times as long as it was given in vain that a network must be given to be tried again."""

PATIENCE = 2
"""Turns of search without a proof while trips are left out; each has twice the rounds of the last."""

COVER_SHARE = 0.1
"""Share of the time left that proving that nobody can serve more of them may take."""

MOST_ROUTES = 10
"""Routes met by the search that the proof starts from, by trip."""

MOST_CHOICES = 800
"""Duties among which a choice is made exactly, those of least reduced cost."""

CHOICE_SHARE, BRANCHED_SHARE = 0.1, 0.4
"""Shares of the time left that such a choice may take: at first, and among duties of a tree too."""

DIVE_SHARE = 0.65
"""Share of the time left that dives may take."""

READY = 0.01
"""Gap of the linear program itself down to which there are no dives."""

NARROW = 0.03
"""Gap of the linear program over a network down to which its rides are not gone on with."""

ROUGHLY = 0.002
"""Gap at which a linear program that proves nothing is solved well enough to dive from."""

NEARLY = 0.03
"""Share by which a dive's plan may be worse than the best one and the search go on from it all the same."""

COMPLETION = 1.0
"""Seconds that trips a dive left over may take to be put in."""

LATE = 0.2
"""Share of the time that is left to the search at the end where there are dives."""

AFTER_DIVE = 0.2
"""Share of the usual temperature at which a search begins from a plan that a dive found."""

UNPROVABLE = 0.05
"""Share of its cost that is still to be gained on a part about which nothing can be proven."""

OPTIMAL_GAP = 1e-4
"""Gap at which a plan counts as optimal (formats.md)."""


class Part:
    """Search and proof on one problem.

    Parameters
    ----------
    complete
        Whether the problem holds every lawful ride, so that duties made for the proof are duties to drive.
    narrower
        Makes, from duties, the problem of the rides in them and the plan found so far in its terms, for a
        problem that does not hold every ride: the linear program's own rides are few, and of use.
    wider
        Makes, by a moment of ``time.perf_counter``, what duties no dearer and no tighter than any lawful one
        are generated from, for a problem that does not hold every ride: what is proven of it is proven.
        Where there is none, or it makes none, nothing is.
    tied
        Whether the problem's costs hold a tie-breaker that the bound must leave out.
    threads
        Threads to work on.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        complete: bool,
        tied: bool,
        seed: int,
        threads: int,
        wider: Callable[[float], DutySource | None] = lambda until: None,
        narrower: Callable[[Sequence[Duty]], tuple[Problem, Incumbent] | None] = lambda duties: None,
    ) -> None:
        self.problem, self.tied, self.wider, self.narrower = problem, tied, wider, narrower
        # Whether duties made for the proof are duties to drive, and whether what is proven of them is proven.
        self.complete, self.proves = complete, True
        self.provable = True
        self.seed, self.threads = seed, threads
        empty = incumbent_of(problem, [])
        assert empty is not None
        self.best = empty
        # What is proven: the most where all trips are served, and where as few are left out as in the plan.
        self.bounds: list[Bound] = []
        # Trips that every plan leaves out, and as many as it was asked of whether any plan must.
        self.fewest, self._asked = 0, 0
        self.settled = not any(len(offer) for offer in problem.offers)
        self.tell: Callable[[str], None] = lambda phase: None
        self._search: RouteSearch | None = None
        self._master: Master | None = None
        self._state: Relaxation | None = None
        self._tree: Tree | None = None
        self._rounds = ROUNDS_PER_TRIP * len(problem.trips)
        self._next: Incumbent | None = None
        self._dived = False
        # The linear program over the network, once that of its own rides is gone on with.
        self._wide: tuple[Master, Relaxation] | None = None
        # Seconds after which making the network was given up for want of time.
        self._tried = 0.0
        # Whether that was just now: the search has been through these rides.
        self._narrowed = False
        self._dives = self._divers()

    def begin(self, until: float, stop: Callable[[], bool], plan: Incumbent | None = None) -> None:
        """Make a first plan, as a dispatcher would: whole, or of what a plan at hand leaves out."""
        self._accept(plan)
        if self.best.unserved:
            self._accept(insertion(self.problem, stop, until, self.best))

    def improve(self, until: float, stop: Callable[[], bool], enough: float = 0.0) -> None:
        """Search and prove by turns until the plan is proven best, or as near as is enough, or time is up."""

        def halt() -> bool:
            return stop() or self.within(enough)

        began, turn = time.perf_counter(), 0
        # Seconds of all threads, as of a hundred trips.
        seconds = (until - began) * self.threads / (max(1, len(self.problem.trips)) / 100) ** 2

        def left() -> float:
            return until - time.perf_counter()

        while not self.settled and left() > 0 and not halt():
            turn += 1
            dives = bool(self._dives) and seconds >= DIVE_SECONDS
            late = LATE if dives else 0.0
            soon = dives or (not self.complete and seconds >= NETWORK_SECONDS)
            share = FIRST_SEARCH if turn == 1 and soon else SEARCH_SHARE
            proof = PROOF_BEFORE if dives else PROOF_SHARE if self.complete else WIDE_SHARE
            more = self._provable(proof * left()) or self._branchable() or self._wide_open()
            if not more or left() < late * (until - began):
                share = 1.0
            if not self._narrowed:
                self.search(until - (1.0 - share) * left(), halt)
            self._narrowed = False
            if self.misses:
                self.cover(until - (1.0 - COVER_SHARE) * left(), halt)
                if self.misses and turn <= PATIENCE:
                    # A proof tells little while trips are left out, and mostly searching on serves them.
                    continue
            if left() < late * (until - began):
                continue
            if self._wide_first():
                self.prove_wide(until - (1.0 - PROOF_SHARE) * left(), halt)
                continue
            if self._provable(proof * left()):
                self.prove(until - (1.0 - proof) * left(), halt)
            elif self._branchable():
                self.branch(until - (1.0 - PROOF_SHARE) * left(), halt)
            elif self._wide_open():
                self.prove_wide(until - (1.0 - PROOF_SHARE) * left(), halt)
                continue
            if not self.complete and not self.settled and not halt() and self._solved(NARROW):
                self.narrow()
                continue
            if self.complete and self._state is not None:
                if not self.settled and not halt():
                    self._choose(until, halt)
                if dives and not self.settled and not halt() and self._solved():
                    self.dive(until - (1.0 - DIVE_SHARE) * left(), halt)

    def search(self, until: float, stop: Callable[[], bool]) -> None:
        """One turn of the route search, from the best plan so far."""
        if self._search is None:
            self._search = RouteSearch(self.problem, self.seed, self.threads)
        self.tell("searching")
        # By rounds, not by the clock: a day solved to the end is then solved the same way every time.
        start = self._next or self.best
        heat = AFTER_DIVE if self._dived else 1.0
        self._accept(self._search.run(until, stop, self._accept, plan=start, rounds=self._rounds, heat=heat))
        self._rounds, self._next = 2 * self._rounds, None

    def prove(self, until: float, stop: Callable[[], bool]) -> None:
        """One turn of column generation."""
        problem = self.problem
        with ThreadPoolExecutor(self.threads) as threads:
            if self._master is None:
                self.tell("proving")
                began = time.perf_counter()
                source = None if self.complete else self.wider(until)
                if source is None and not self.complete:
                    self.provable = time.perf_counter() >= until
                    self._tried = time.perf_counter() - began
                    return
                self._tried = 0.0
                self._master = Master(problem, threads, source)
            master = self._master
            master.threads = threads
            if self.complete:
                if self._search is not None:
                    master.add(self._search.routes(MOST_ROUTES * len(problem.trips)))
                master.add(timed_duties(self.best))
            before = self._state or (self._wide[1] if self._wide else None)
            center = before.duals if before is not None else None
            if center is not None and len(center.cut) != len(master.cuts):
                center = Prices(center.trip, np.zeros(len(master.cuts)))
            if center is None:
                center = Prices(shares(problem, self.best.duties), np.zeros(len(master.cuts)))
            self._state = self._relaxed(master, until, stop, center, proves=self.proves)
        self._judge()

    def cover(self, until: float, stop: Callable[[], bool]) -> None:
        """Prove, where that is so, that no plan serves more trips."""
        left_out = len(self.best.unserved)
        if not (self.complete and self.proves) or left_out == self._asked:
            return
        self.tell("proving")
        duties: list[Duty] = timed_duties(self.best)
        cuts = self._master.cuts if self._master is not None else []
        if self._state is not None:
            duties += self._state.columns
        with ThreadPoolExecutor(self.threads) as threads:
            fewest = least_left_out(self.problem, duties, cuts, until, stop, threads, enough=left_out)
        self.fewest = max(self.fewest, fewest)
        if time.perf_counter() < until and not stop():
            self._asked = left_out
        self._judge()

    def narrow(self) -> None:
        """Go on with the rides that the linear program and the search like: they are few enough to dive."""
        state, problem, met = self._state, self.problem, []
        assert state is not None
        assert self._master is not None
        if self._search is not None and state.duals is not None:
            slack, due = self.best.cost(problem) - state.bound, state.duals.trip
            met = [
                duty for duty in self._search.routes(MOST_ROUTES * len(problem.trips))
                if problem.cost(duty) - sum(due[problem.row[t]] for t in duty.trips) <= slack
            ]  # fmt: skip
        found = self.narrower([*state.columns, *met, *self.best.duties])
        if found is None:
            return
        self._wide = self._master, state
        self.problem, self.best = found
        self.complete, self.proves, self._narrowed = True, False, True
        self._search = self._master = self._state = self._tree = self._next = None
        self._dives = self._divers()

    def prove_wide(self, until: float, stop: Callable[[], bool]) -> None:
        """Another turn of column generation over the network, for the bound."""
        assert self._wide is not None
        master, state = self._wide
        self.tell("proving")
        with ThreadPoolExecutor(self.threads) as threads:
            master.threads = threads
            self._wide = master, self._relaxed(master, until, stop, state.duals, proves=True)
        self._judge()

    def branch(self, until: float, stop: Callable[[], bool]) -> None:
        """One turn of branching from the linear program, once that is solved."""
        assert self._master is not None
        assert self._state is not None
        if self._tree is None:
            self._tree = Tree(self._master.problem, self._state, self._master.cuts, self.threads)
        tree, problem = self._tree, self.problem
        penalties = np.full(len(problem.trips), problem.penalty)

        def found(duties: tuple[Duty, ...]) -> None:
            self._accept(as_driven(problem, duties))

        def tell() -> None:
            self._keep(min(tree.bound, self.best.cost(problem)), penalties)
            self.tell("branching")

        self.tell("branching")
        tree.run(lambda: self.best.cost(problem), until, stop, found, tell)
        tell()
        self._judge()

    def dive(self, until: float, stop: Callable[[], bool]) -> None:
        """Dives from the linear solution, one per thread."""
        problem, state, master = self.problem, self._state, self._master
        assert state is not None
        assert master is not None
        self.tell("diving")
        worst = self.best.cost(problem) + NEARLY * abs(self.best.primary)
        with ThreadPoolExecutor(self.threads) as threads:
            found = threads.map(lambda dive: dive.run(state, master.cuts, worst, until, stop), self._dives)
            for duties in found:
                plan = as_driven(problem, duties) if duties else None
                if plan is not None and plan.unserved:
                    plan = insertion(problem, stop, time.perf_counter() + COMPLETION, plan)
                if plan is not None and plan.cost(problem) < worst:
                    worst, self._next, self._dived = plan.cost(problem), plan, True
                self._accept(plan)
        self._judge()

    def proven(self) -> float | None:
        """The bound on plans serving as many trips as the best one, where there is one."""
        few = len(self.best.unserved)
        return max(bound.without(few) for bound in self.bounds) if self.bounds else None

    @property
    def misses(self) -> int:
        """Trips left out that another plan may serve."""
        return len(self.best.unserved) - self.fewest

    def within(self, gap: float) -> bool:
        """Whether the plan serves all trips that any does and is proven nearer than a gap to the best one."""
        bound, value = self.proven(), self.best.primary
        return bound is not None and not self.misses and value - bound < gap * abs(value)

    def to_gain(self) -> float:
        """What a better plan, or a better proof, could still be worth."""
        bound = self.proven()
        open_ = abs(self.best.primary) if bound is None else self.best.primary - bound
        if not self.provable:
            open_ *= UNPROVABLE
        return open_ + self.problem.penalty * self.misses

    def least_turn(self) -> float:
        """Seconds a turn should last at least for a network given up for want of time to be made."""
        return LONGER * self._tried / ((1.0 - SEARCH_SHARE) * WIDE_SHARE) if self.provable else 0.0

    def _divers(self) -> list[Dive]:
        few = self.complete and sum(map(len, self.problem.offers)) <= MOST_OFFERS
        return [
            Dive(self.problem, self.seed * 1000 + k, noise=NOISE if k else 0.0)
            for k in range(self.threads if few else 0)
        ]

    def _provable(self, seconds: float) -> bool:
        if not self.provable or (self._master is None and seconds < LONGER * self._tried):
            return False
        return not (self._state is not None and self._state.converged)

    def _wide_open(self) -> bool:
        """Whether the linear program over the network, left for that of fewer rides, has yet to be solved."""
        return self._wide is not None and not self._wide[1].converged

    def _wide_first(self) -> bool:
        """Whether the bound has more to gain by that linear program than the plan by its own."""
        if self._state is None or not self._wide_open():
            return False
        value, bound = self._state.value, max((bound.cost for bound in self.bounds), default=-np.inf)
        return value - bound > self.best.cost(self.problem) - value

    def _solved(self, gap: float = READY) -> bool:
        """Whether the linear program is near enough to its end for a dive from it to be of use."""
        state = self._state
        return state is not None and state.value - state.bound <= gap * abs(state.value)

    def _branchable(self) -> bool:
        """Whether the linear program is solved and there is something to branch on."""
        solved = self.complete and self._state is not None and self._state.converged
        return self.proves and solved and not self.tied and not (self._tree is not None and self._tree.done)

    def _relaxed(
        self, master: Master, until: float, stop: Callable[[], bool], center: Prices | None, *, proves: bool
    ) -> Relaxation:
        """One turn of column generation; its bound is kept where it proves one."""

        def tell(state: Relaxation) -> None:
            if proves and not self.tied and state.duals is not None:
                self._keep(state.bound, state.duals.trip)
            self.tell("proving")

        gap = OPTIMAL_GAP / 4 if proves else ROUGHLY
        state = master.solve(until, stop, tell, gap=gap, center=center)
        if proves and self.tied and state.duals is not None:
            self._keep(master.bound_at(state.duals, primary_only=True), state.duals.trip)
        return state

    def _choose(self, until: float, stop: Callable[[], bool]) -> None:
        """Choose exactly among the duties the linear solution likes best, and those of a tree's."""
        problem, state = self.problem, self._state
        assert state is not None
        driven = self._tree.driven.values() if self._tree is not None else ()
        share = BRANCHED_SHARE if driven else CHOICE_SHARE
        now = time.perf_counter()
        self.tell("choosing")
        found = choose_likeliest(
            problem, state.columns, state.reduced, MOST_CHOICES, now + share * (until - now), stop,
            beside=[*self.best.duties, *driven],
        )  # fmt: skip
        if found is not None:
            self._accept(incumbent_of(problem, found.duties))
            self._judge()

    def _accept(self, plan: Incumbent | None) -> None:
        if plan is not None and plan.cost(self.problem) < self.best.cost(self.problem) - 1e-9:
            self.best = plan
            self.tell("searching")

    def _keep(self, cost: float, per_trip: FloatArray) -> None:
        """Keep a bound on every plan with its penalties, from which a trip left out takes its share."""
        if not np.isfinite(cost):
            return
        bounds = [*self.bounds, Bound.of(cost - 1e-9 * max(1.0, abs(cost)), per_trip)]
        few = len(self.best.unserved)
        best = [max(bounds, key=lambda bound: bound.without(count)) for count in dict.fromkeys((0, few))]
        self.bounds = best

    def _judge(self) -> None:
        bound = self.proven()
        if bound is not None and not self.misses:
            self.settled = self.best.primary - bound <= 0.5 * OPTIMAL_GAP * abs(self.best.primary)


def shares(problem: Problem, duties: tuple[Duty, ...]) -> FloatArray:
    """Each trip's share of the duty that carries it, by its cost alone: prices to start from."""
    alone = np.ones(len(problem.partner))
    for offer in problem.offers:
        single = np.flatnonzero(np.diff(offer.ptr) == 1)
        alone[offer.trip[offer.ptr[single]]] = 5.0 + np.abs(offer.secondary[single])
    share = np.zeros(len(problem.trips))
    for duty in duties:
        rows = [problem.row[t] for t in duty.trips]
        weight = alone[list(duty.trips)]
        share[rows] = problem.cost(duty) * weight / weight.sum()
    return share
