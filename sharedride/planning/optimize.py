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
from sharedride.planning.improve import (
    dive,
    in_time,
    kept_offers,
    lifted,
    light,
    moved,
    neighbourhood,
    replan,
    rides_of,
)
from sharedride.planning.incumbent import Incumbent, incumbent_of, timed_duties, waits_of
from sharedride.planning.insertion import insertion, ruin_and_recreate
from sharedride.planning.master import Master, Relaxation
from sharedride.planning.objective import prices
from sharedride.planning.offers import group_offers, kind_offers
from sharedride.planning.pricer import Prices
from sharedride.planning.problem import Duty, Problem, problem_of
from sharedride.planning.relatedness import relatedness
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

SHORT = 4
"""Patients of a ride that the search starts from; longer ones come in as the bound finds them useful."""

FIRST_ROUNDS = 1000
"""Rounds of ruin and recreate without a better plan before the search for proof begins."""

CUT_ROUNDS = 3
"""Rounds of wait cuts between two dives."""

SMALL_TRIPS = 12
"""Trips up to which listing every duty is tried."""

FIRST_PLAN = 2.0
"""Seconds the first plan may take even where the rides have used up the time: an empty one helps nobody."""


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
        self.outright = False
        self.served_bound: int | None = None
        self.notes: list[str] = []
        self.complete = True

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
        self.bound, self.outright = best.primary, True
        return True

    # -- larger days --------------------------------------------------------------------------------

    def _solve(self, threads: ThreadPoolExecutor) -> None:
        problem = self.problem
        self._tell("first plan")
        begin = time.perf_counter()
        self._accept(insertion(problem, self.stopped, max(self.until, begin + FIRST_PLAN)))
        assert self.best is not None
        ruin_and_recreate(
            problem, self.best, np.random.default_rng(self.seed), self.stopped,
            begin + 0.08 * (self.until - begin), self._accept, FIRST_ROUNDS,
        )  # fmt: skip
        assert self.best is not None
        rng = np.random.default_rng(self.seed)
        # Most of the work is done operator by operator, on short rides and those met so far; the bound
        # looks at everything.
        allowed = self._short_rides()
        everything = Master(problem, threads)
        parts = self._parts()
        center: Prices | None = None
        while not self.out_of_time():
            left = self.until - time.perf_counter()
            end = time.perf_counter() + 0.65 * left
            price = np.zeros(len(problem.trips)) if center is None else center.trip.copy()
            for number, part in enumerate(parts):
                # Work grows faster than the trips: the time goes by the square of their number.
                loads = [self._load(p) ** 2 for p in parts[number:]]
                until = time.perf_counter() + (end - time.perf_counter()) * loads[0] / max(1, sum(loads))
                guide = self._plan_part(part, allowed, everything, center, until, rng, threads)
                if guide is None or self.out_of_time():
                    continue
                everything.add(light(guide.columns, guide.reduced))
                for cut in guide.cuts:
                    if cut not in everything.cuts:
                        everything.add_cut(cut)
                if guide.duals is not None:
                    price[self.rows] = guide.duals.trip
            if self.out_of_time():
                break
            everything.add(timed_duties(self.best))
            padded = np.zeros(len(everything.cuts))
            if center is not None:
                padded[: len(center.cut)] = center.cut
            full = everything.solve(
                time.perf_counter() + 0.6 * (self.until - time.perf_counter()), self.stopped,
                lambda value, bound: self._raise_bound(bound), gap=OPTIMAL_GAP / 4,
                cut_rounds=CUT_ROUNDS, center=Prices(price, padded),
            )  # fmt: skip
            if full.duals is not None:
                self._prove(everything, full.duals)
                center = full.duals
            if self._closed() or self.out_of_time():
                break
            met = rides_of(problem, light(full.columns, full.reduced)) | rides_of(problem, self.best.duties)
            allowed = np.union1d(allowed, np.array(sorted(met), dtype=np.int64))
            allowed = np.setdiff1d(allowed, self._useless(everything, full), assume_unique=True)

    def _parts(self) -> list[list[int]]:
        """Vehicle groups by operator, the operators with most vehicles first."""
        by_operator: dict[str, list[int]] = {}
        for g, group in enumerate(self.problem.groups):
            by_operator.setdefault(group.kind.operator, []).append(g)
        size = {o: sum(self.problem.counts[g] for g in groups) for o, groups in by_operator.items()}
        return [by_operator[o] for o in sorted(by_operator, key=lambda o: (-size[o], o))]

    def _load(self, part: list[int]) -> int:
        """Trips the best plan serves with some vehicle groups."""
        assert self.best is not None
        return sum(len(duty.trips) for duty in self.best.duties if duty.group in part)

    def _plan_part(
        self,
        part: list[int],
        allowed: npt.NDArray[np.int64],
        everything: Master,
        center: Prices | None,
        until: float,
        rng: np.random.Generator,
        threads: ThreadPoolExecutor,
    ) -> Relaxation | None:
        """Plan one operator's vehicles anew, the others as they are; returns its linear solution."""
        problem, best = self.problem, self.best
        assert best is not None
        kept = [duty for duty in best.duties if duty.group not in part]
        inside = {t for duty in best.duties if duty.group in part for t in duty.trips}
        able = {int(t) for g in part for t in problem.offers[g].trip}
        trips = sorted(inside | (set(best.unserved) & able))
        if not trips:
            return None
        waits = {t: w for t, w in waits_of(problem, best).items() if t not in inside}
        counts = [n if g in part else 0 for g, n in enumerate(problem.counts)]
        sub, outer = problem_of(
            problem.groups, counts, problem.offers, trips, partner=problem.partner,
            wait_limit=problem.wait_limit, table=problem.table, prices=problem.prices, tie=problem.tie,
            penalty=problem.penalty, waits=waits,
        )  # fmt: skip
        work, inner = kept_offers(sub, [np.isin(offer.ride, allowed) for offer in sub.offers])
        index = [old[new] for old, new in zip(outer, inner, strict=True)]
        cuts = [cut for cut in everything.cuts if cut.outbound in work.row and cut.back in work.row]
        master = Master(work, threads, cuts)
        mine = [duty for duty in timed_duties(best) if duty.group in part]
        columns = moved([*mine, *light(everything.columns, everything.reduced(center))], problem, work, index)
        master.add(duty for duty in columns if set(duty.trips) <= work.row.keys() and in_time(work, duty))
        self.rows = np.array([problem.row[t] for t in trips], dtype=np.int64)
        start = Prices(_shares(work, mine), np.zeros(len(cuts)))
        if center is not None:
            place = {cut: k for k, cut in enumerate(everything.cuts)}
            known = [center.cut[place[cut]] if place[cut] < len(center.cut) else 0.0 for cut in cuts]
            start = Prices(center.trip[self.rows], np.array(known))
        now = time.perf_counter()
        state = master.solve(
            now + 0.45 * (until - now), self.stopped, lambda *_: self._tell("relaxing"),
            gap=OPTIMAL_GAP / 4, cut_rounds=CUT_ROUNDS, center=start,
        )  # fmt: skip
        here = incumbent_of(work, moved(mine, problem, work, index)) or incumbent_of(work, [])
        assert here is not None
        self._tell("diving")

        def accept(plan: Incumbent) -> None:
            self._accept(incumbent_of(problem, kept + lifted(plan.duties, index)))
            self._tell("improving")

        dived = dive(work, state, here, until=until, stop=self.stopped, threads=threads)
        if dived is not None:
            accept(dived)
        self._improve(work, dived or here, rng, until, threads, 40, state, accept)
        return replace(state, columns=lifted(state.columns, index))

    def _short_rides(self) -> npt.NDArray[np.int64]:
        """Rides of few patients."""
        short = [offer.ride[np.diff(offer.ptr) <= SHORT] for offer in self.problem.offers]
        return np.unique(np.concatenate(short))

    def _useless(self, master: Master, state: Relaxation) -> npt.NDArray[np.int64]:
        """Rides no plan better than the best so far can use, on any vehicle."""
        assert self.best is not None
        if state.duals is None:
            return np.empty(0, np.int64)
        bound, dearer = master.through(state.duals)
        room = self.best.cost(self.problem) - bound + 1e-6 * max(1.0, abs(bound))
        keep = [np.empty(0, np.int64)]
        for offer, more in zip(self.problem.offers, dearer, strict=True):
            keep.append(offer.ride[more <= room])
        keep.append(np.array(sorted(rides_of(self.problem, self.best.duties)), dtype=np.int64))
        rides = np.unique(np.concatenate([offer.ride for offer in self.problem.offers]))
        return np.setdiff1d(rides, np.concatenate(keep))

    def _improve(
        self,
        problem: Problem,
        plan: Incumbent,
        rng: np.random.Generator,
        until: float,
        threads: ThreadPoolExecutor,
        patience: int,
        guide: Relaxation,
        accept: Callable[[Incumbent], None],
    ) -> None:
        """Replan neighbourhoods of a plan until ``patience`` of them in a row bring nothing."""
        apart = relatedness(problem)
        size, misses = 10, 0
        while time.perf_counter() < until and not self.out_of_time() and misses < patience:
            free = neighbourhood(problem, plan, apart, rng, size)
            better = replan(
                problem, plan, free, until=min(until, time.perf_counter() + 5.0), stop=self.stopped,
                threads=threads, guide=guide,
            )  # fmt: skip
            if better is plan:
                misses += 1
                size = min(size + (misses % 10 == 0) * 4, 30)
                continue
            plan, misses = better, 0
            accept(plan)
            if self._closed():
                break

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
        """Keep a bound that holds for every plan serving all trips, whatever leaving one out costs."""
        bound = total - 1e-9 * max(1.0, abs(total))
        if self.bound is None or bound > self.bound:
            self.bound = bound

    def _proven(self) -> float | None:
        """The bound on plans serving as many trips as the best one, where there is one."""
        if self.best is None or not self.complete or (self.best.unserved and not self.outright):
            return None
        return self.bound

    def _prove(self, master: Master, duals: Prices) -> None:
        """Bound the objective alone, the tie-breaker left out of the prices."""
        if self.objective is not Objective.COST:
            self._bound_from(master.bound_at(duals, primary_only=True))

    def _closed(self) -> bool:
        bound = self._proven()
        if self.best is None or bound is None:
            return False
        return self.best.primary - bound <= 0.5 * OPTIMAL_GAP * abs(self.best.primary)

    def _tell(self, phase: str) -> None:
        if self.progress is None:
            return
        value = None if self.best is None else self.prices.value(self.best.primary)
        proven = self._proven()
        bound = None if proven is None else self.prices.value(proven)
        served = 0 if self.best is None else sum(len(duty.trips) for duty in self.best.duties)
        self.progress(Progress(time.perf_counter() - self.began, phase, served, value, bound))

    def _outcome(self, pool: RidePool) -> Outcome:
        assert self.best is not None
        timed = incumbent_of(self.problem, self.best.duties, kind=True) or self.best
        value = self.prices.value(timed.primary)
        bound: float | None = None
        proven = self._proven()
        if proven is not None:
            bound = self.prices.value(min(proven, timed.primary))
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


def _shares(problem: Problem, duties: Sequence[Duty]) -> npt.NDArray[np.float64]:
    """Each trip's share of the duty that carries it, by its cost alone: duals to start from."""
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


def _places(day: Day) -> npt.NDArray[np.int64]:
    index = {place.id: i for i, place in enumerate(day.places)}
    named = {index[p] for t in day.trips for p in (t.origin, t.destination)}
    named |= {index[p] for v in day.vehicles for p in (v.start, v.end)}
    return np.array(sorted(named), dtype=np.int64)
