"""From a day to its best lawful plan and the proof of how good it is."""

import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day
from sharedride.planning.duties import all_duties
from sharedride.planning.fleet import vehicle_groups
from sharedride.planning.improve import dive, kept_offers, lifted, moved, neighbourhood, relatedness, replan
from sharedride.planning.incumbent import Incumbent, incumbent_of, timed_duties
from sharedride.planning.insertion import insertion
from sharedride.planning.master import Master, Relaxation
from sharedride.planning.objective import prices
from sharedride.planning.offers import group_offers, kind_offers
from sharedride.planning.pricer import Prices
from sharedride.planning.problem import Problem, problem_of
from sharedride.planning.routes import routes_of
from sharedride.planning.selection import Selector
from sharedride.planning.solution import Objective, Solution, Status
from sharedride.planning.unserved import why_unserved
from sharedride.rides.pool import DEFAULT_RIDE_LIMIT, RidePool, lawful_rides
from sharedride.rules import Rules
from sharedride.tariffs import TariffBook
from sharedride.travel import TravelTable

OPTIMAL_GAP = 1e-4
"""Gap at which a plan counts as optimal (formats.md)."""

SMALL = 400_000
"""Offers over all duties up to which a day is solved outright, by listing every duty."""

SMALL_TRIPS = 12
"""Trips up to which listing every duty is tried."""


@dataclass(frozen=True)
class Progress:
    """Where the search stands; ``value`` and ``bound`` in the objective's own unit."""

    seconds: float
    phase: str
    served: int
    value: float | None
    bound: float | None


@dataclass(frozen=True)
class Outcome:
    """A solution with what the report needs to explain it.

    Attributes
    ----------
    pool
        The lawful rides the plan was chosen from.
    unserved
        Reason code and detail of every trip left out, by trip.
    """

    solution: Solution
    pool: RidePool
    unserved: dict[int, tuple[str, str]] = field(default_factory=dict)


def optimize(
    day: Day,
    table: TravelTable,
    rules: Rules,
    book: TariffBook,
    *,
    objective: Objective = Objective.COST,
    time_limit: float = 60.0,
    seed: int = 0,
    ride_limit: int = DEFAULT_RIDE_LIMIT,
    progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
) -> Outcome:
    """Plan a day: most trips served, then the objective, then the least running cost.

    Parameters
    ----------
    time_limit
        Seconds of wall time, the enumeration of rides included.
    ride_limit
        Rides to keep at most; where the day holds more, nothing is proven about it.
    progress
        Called now and then with where the search stands.
    stop
        Set it to end the search; the best plan so far comes back as interrupted.
    """
    began = time.perf_counter()
    search = _Search(day, table, rules, book, objective, began + time_limit, seed, progress, stop, began)
    return search.run(ride_limit)


class _Search:
    def __init__(
        self,
        day: Day,
        table: TravelTable,
        rules: Rules,
        book: TariffBook,
        objective: Objective,
        until: float,
        seed: int,
        progress: Callable[[Progress], None] | None,
        stop: threading.Event | None,
        began: float,
    ) -> None:
        self.day, self.table, self.rules, self.book = day, table, rules, book
        self.objective, self.until, self.seed, self.began = objective, until, seed, began
        self.progress, self.stop = progress, stop
        self.prices = prices(day, table, objective)
        self.best: Incumbent | None = None
        self.bound: float | None = None
        self.served_bound: int | None = None
        self.notes: list[str] = []
        self.complete = True
        self.duals: Prices | None = None

    def stopped(self) -> bool:
        return self.stop is not None and self.stop.is_set()

    def out_of_time(self) -> bool:
        return self.stopped() or time.perf_counter() >= self.until

    def run(self, ride_limit: int) -> Outcome:
        day = self.day
        self._tell("rides")
        pool = lawful_rides(day, self.table, self.rules, limit=ride_limit)
        self.complete = pool.complete
        if not pool.complete:
            longest = int(np.diff(pool.ptr).max(initial=1))
            self.notes.append(
                f"The day holds more than {ride_limit} lawful rides: rides of more than {longest} patients "
                "were left out of the search, so nothing is proven about it (raise --ride-limit)."
            )
        partner = partners(day)
        groups = vehicle_groups(day)
        by_kind = {
            kind: kind_offers(day, pool, kind, prices=self.prices, book=self.book, coupled=partner >= 0)
            for kind in pool.kinds
        }
        offers = [group_offers(by_kind[group.kind], group, self.table) for group in groups]
        self.problem, _ = problem_of(
            groups, [group.size for group in groups], offers, range(len(day.trips)), partner=partner,
            wait_limit=self.rules.wait_min, table=self.table, prices=self.prices,
            tie=self._tie(), penalty=self._penalty(offers),
        )  # fmt: skip
        if not len(self.problem.trips):
            self.best, self.bound, self.served_bound = incumbent_of(self.problem, []), 0.0, 0
        elif not (len(self.problem.trips) <= SMALL_TRIPS and self._solve_outright()):
            with ThreadPoolExecutor(2) as threads:
                self._solve(threads)
        return self._outcome(pool)

    def _tie(self) -> float:
        match self.objective:
            case Objective.COST:
                return 0.0
            case Objective.SHARED:
                return 1e-4
            case _:
                return 1e-5

    def _penalty(self, offers: Sequence[object]) -> float:
        """More than serving any one trip can cost: a whole shift, a car and the way there and back."""
        costs, day = self.day.costs, self.day
        if self.objective is Objective.SHARED:
            return float(len(day.trips) + 1)
        hours = max((v.shift[1] - v.shift[0]) / 60.0 for v in day.vehicles) if day.vehicles else 0.0
        used = self.table.km[np.ix_(*[_places(day)] * 2)] if day.trips else np.zeros((1, 1))
        far = 3.0 * float(used.max(initial=0.0))
        if self.objective is Objective.KM:
            return 10.0 + 3.0 * far
        return 100.0 + costs.per_vehicle + costs.per_hour * hours + (costs.per_km + 3.0) * far

    # -- small days ---------------------------------------------------------------------------------

    def _solve_outright(self) -> bool:
        """List every duty and choose exactly: served, objective, running cost, in that order."""
        duties = all_duties(self.problem, SMALL)
        if duties is None or self.out_of_time():
            return False
        selector = Selector(self.problem, duties)
        primary = np.array([d.primary for d in selector.duties])
        secondary = np.array([d.secondary for d in selector.duties])
        size = len(selector.duties)
        none = np.zeros(size)
        limits: list[tuple[npt.NDArray[np.float64], float, float]] = []
        penalty = math.inf
        found = selector.choose(self.until, self.stopped, cost=primary, penalty=penalty) if size else None
        if found is None:
            penalty = 0.0
            found = selector.choose(self.until, self.stopped, cost=none, penalty=1.0)
            if found is None or not found.proven:
                return False
            missing = len(self.problem.trips) - len({t for d in found.duties for t in d.trips})
            limits.append((none, 1.0, float(missing)))
            found = selector.choose(self.until, self.stopped, cost=primary, penalty=penalty, limits=limits)
        if found is None or not found.proven:
            return False
        best = incumbent_of(self.problem, found.duties)
        if best is None:
            return False
        if self.objective is not Objective.COST:
            slack = 1e-7 * max(1.0, abs(best.primary))
            limits = [*limits, (primary, 0.0, best.primary + slack)]
            tied = selector.choose(self.until, self.stopped, cost=secondary, penalty=penalty, limits=limits)
            better = incumbent_of(self.problem, tied.duties) if tied is not None else None
            if better is not None and len(better.unserved) == len(best.unserved):
                best = better
        self._accept(best)
        self.served_bound = len(self.problem.trips) - len(best.unserved)
        self.bound = best.primary
        return True

    # -- larger days --------------------------------------------------------------------------------

    def _solve(self, threads: ThreadPoolExecutor) -> None:
        problem = self.problem
        self._tell("first plan")
        self._accept(insertion(problem, self.stopped, self.until))
        assert self.best is not None
        rng = np.random.default_rng(self.seed)
        self.apart = relatedness(problem)
        # The problem shrinks as reduced costs prove offers useless; plans stay in the full one's terms.
        work, index = kept_offers(problem, [np.ones(len(offer), np.bool_) for offer in problem.offers])
        master = Master(work, threads)
        rounds = 1
        while not self.out_of_time():
            left = self.until - time.perf_counter()
            master.add(moved(timed_duties(self.best), problem, work, index))
            state = master.solve(
                time.perf_counter() + 0.6 * left, self.stopped,
                lambda value, bound: self._raise_bound(bound), gap=OPTIMAL_GAP / 4, cut_rounds=rounds,
                center=self.duals,
            )  # fmt: skip
            rounds = 2
            self.duals = state.duals
            if state.duals is not None:
                self._prove(master, state.duals)
            if self._closed() or self.out_of_time():
                break
            self._tell("diving")
            until = min(self.until, time.perf_counter() + 0.5 * left)
            before = self.best
            here = incumbent_of(work, moved(self.best.duties, problem, work, index)) or self.best
            dived = dive(work, state, here, until=until, stop=self.stopped, threads=threads)
            guide = replace(state, columns=lifted(state.columns, index))
            if dived is not None:
                plan = incumbent_of(problem, lifted(dived.duties, index))
                if plan is not None:
                    self._accept(self._improve(plan, rng, until, threads, 12, guide))
            if self._closed() or self.out_of_time():
                break
            if state.converged and self.best is before:
                until = min(self.until, time.perf_counter() + 0.5 * left)
                self._accept(self._improve(self.best, rng, until, threads, 200, guide))
            if state.duals is not None:
                work, index, master = self._shrink(work, index, master, state, threads)

    def _shrink(
        self,
        work: Problem,
        index: list[npt.NDArray[np.int64]],
        master: Master,
        state: Relaxation,
        threads: ThreadPoolExecutor,
    ) -> tuple[Problem, list[npt.NDArray[np.int64]], Master]:
        """Leave out the offers no plan better than the best so far can use."""
        assert self.best is not None
        assert state.duals is not None
        room = self.best.cost(self.problem) - state.bound + 1e-6 * max(1.0, abs(state.bound))
        through = master.through(state.duals)
        masks = [cost - min(0.0, float(cost.min(initial=0.0))) <= room for cost in through]
        if sum(mask.sum() for mask in masks) > 0.9 * sum(len(offer) for offer in work.offers):
            return work, index, master
        smaller, inner = kept_offers(work, masks)
        fresh = Master(smaller, threads, master.cuts)
        light = [duty for duty, cost in zip(state.columns, state.reduced, strict=True) if cost <= room]
        fresh.add(moved(light, work, smaller, inner))
        return smaller, [old[new] for old, new in zip(index, inner, strict=True)], fresh

    def _improve(
        self,
        plan: Incumbent,
        rng: np.random.Generator,
        until: float,
        threads: ThreadPoolExecutor,
        patience: int,
        guide: Relaxation,
    ) -> Incumbent:
        """Replan neighbourhoods of a plan until ``patience`` of them in a row bring nothing."""
        size, misses = 10, 0
        while time.perf_counter() < until and not self.out_of_time() and misses < patience:
            free = neighbourhood(self.problem, plan, self.apart, rng, size)
            better = replan(
                self.problem, plan, free, until=min(until, time.perf_counter() + 5.0), stop=self.stopped,
                threads=threads, guide=guide,
            )  # fmt: skip
            if better is plan:
                misses += 1
                size = min(size + (misses % 25 == 0) * 4, 30)
                continue
            plan, misses = better, 0
            self._accept(plan)
            self._tell("improving")
            if self._closed():
                break
        return plan

    # -- bookkeeping --------------------------------------------------------------------------------

    def _accept(self, plan: Incumbent | None) -> None:
        if plan is None:
            return
        if self.best is None or plan.cost(self.problem) < self.best.cost(self.problem) - 1e-9:
            self.best = plan

    def _raise_bound(self, total: float) -> None:
        """Take over a bound on objective, tie-breaker and penalty together where the tie weighs nothing."""
        if self.objective is Objective.COST:
            self._bound_from(total)
        self._tell("proving")

    def _bound_from(self, total: float) -> None:
        assert self.best is not None
        missing = len(self.best.unserved)
        if missing:
            return
        # The total holds for any number of unserved trips; plans with at most as many as ours pay at
        # most our penalty.
        bound = total - self.problem.penalty * missing
        bound -= 1e-9 * max(1.0, abs(bound))
        if self.bound is None or bound > self.bound:
            self.bound = bound

    def _prove(self, master: Master, duals: Prices) -> None:
        """Bound the objective alone, the tie-breaker left out of the prices."""
        if self.objective is not Objective.COST:
            self._bound_from(master.bound_at(duals, primary_only=True))
        if self.best is not None and not self.best.unserved:
            self.served_bound = len(self.problem.trips)

    def _closed(self) -> bool:
        if self.best is None or self.bound is None or not self.complete or self.best.unserved:
            return False
        return self.best.primary - self.bound <= 0.5 * OPTIMAL_GAP * abs(self.best.primary)

    def _tell(self, phase: str) -> None:
        if self.progress is None:
            return
        value = None if self.best is None else self.prices.value(self.best.primary)
        bound = None if self.bound is None or not self.complete else self.prices.value(self.bound)
        served = 0 if self.best is None else sum(len(duty.trips) for duty in self.best.duties)
        self.progress(Progress(time.perf_counter() - self.began, phase, served, value, bound))

    def _outcome(self, pool: RidePool) -> Outcome:
        assert self.best is not None
        timed = incumbent_of(self.problem, self.best.duties, kind=True) or self.best
        value = self.prices.value(timed.primary)
        bound: float | None = None
        if self.complete and self.bound is not None:
            bound = self.prices.value(min(self.bound, timed.primary))
            if self.objective is Objective.SHARED:
                # Shared trips are counted in whole ones.
                bound = float(math.floor(bound + 1e-6))
        served = len(self.problem.trips) - len(timed.unserved)
        served_bound = self.served_bound if self.complete else None
        if served == len(self.problem.trips):
            served_bound = served
        closed = bound is not None and abs(value - bound) <= OPTIMAL_GAP * abs(value)
        optimal = closed and served_bound == served
        status = Status.OPTIMAL if optimal else Status.FEASIBLE
        if self.stopped() and not optimal:
            status = Status.INTERRUPTED
        solution = Solution(
            routes=routes_of(self.day, self.problem, pool, timed),
            objective=self.objective,
            status=status,
            value=value,
            bound=bound,
            served_bound=served_bound,
            seconds=time.perf_counter() - self.began,
            seed=self.seed,
            notes=tuple(self.notes),
        )
        return Outcome(solution, pool, why_unserved(self.day, self.table, self.problem, timed))


def partners(day: Day) -> npt.NDArray[np.int64]:
    """The other trip of each trip's visit, or -1, shape ``(trips,)``."""
    visits: dict[tuple[str, str], list[int]] = {}
    for i, trip in enumerate(day.trips):
        if trip.visit is not None:
            visits.setdefault((trip.patient, trip.visit), []).append(i)
    partner = np.full(len(day.trips), -1, dtype=np.int64)
    for pair in visits.values():
        if len(pair) == 2:
            partner[pair[0]], partner[pair[1]] = pair[1], pair[0]
    return partner


def _places(day: Day) -> npt.NDArray[np.int64]:
    index = {place.id: i for i, place in enumerate(day.places)}
    named = {index[p] for t in day.trips for p in (t.origin, t.destination)}
    named |= {index[p] for v in day.vehicles for p in (v.start, v.end)}
    return np.array(sorted(named), dtype=np.int64)
