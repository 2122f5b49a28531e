"""From a day to its best lawful plan and the proof of how good it is."""

import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day
from sharedride.planning.duties import all_duties
from sharedride.planning.fleet import vehicle_groups
from sharedride.planning.incumbent import Incumbent, incumbent_of, joined
from sharedride.planning.independent import independent_parts, lifted
from sharedride.planning.objective import Weights, prices
from sharedride.planning.offers import envelope_offers, group_offers, kind_offers
from sharedride.planning.part import OPTIMAL_GAP, Part
from sharedride.planning.pieces import Piece, Pieces, Planned
from sharedride.planning.problem import Problem, among_own_places, problem_of
from sharedride.planning.routes import routes_of, vehicles_of
from sharedride.planning.selection import Selector
from sharedride.planning.solution import Objective, Route, Solution, Status
from sharedride.planning.unserved import why_unserved
from sharedride.planning.visits import partners
from sharedride.planning.warm import plan_of_routes, with_long_rides
from sharedride.rides.envelopes import ride_envelopes
from sharedride.rides.parts import independent_trips, rides_by_part
from sharedride.rides.pool import DEFAULT_RIDE_LIMIT, RidePool, effort_within, lawful_rides
from sharedride.rules import Rules
from sharedride.tariffs import TariffBook
from sharedride.travel import TravelTable

IntArray = npt.NDArray[np.int64]

SMALL = 400_000
"""Offers over all duties up to which a day is solved outright, by listing every duty."""

VAST_TRIPS, VAST = 200, 20_000
"""Trips of one part, and trips times groups of vehicles, beyond which a day is planned in pieces."""

THREADS = 2
"""Threads of the search."""

LOAD = 1.5
"""Power of a part's trips by which it gets time."""

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
    costs
        The objective's share of every used vehicle, as it is minimised, by vehicle.
    """

    solution: Solution
    pool: RidePool
    unserved: dict[int, tuple[str, str]] = field(default_factory=dict)
    costs: dict[int, float] = field(default_factory=dict)


def optimize(
    day: Day,
    table: TravelTable,
    rules: Rules,
    book: TariffBook,
    *,
    objective: Objective = Objective.COST,
    weights: Weights | None = None,
    pool: RidePool | None = None,
    given: Sequence[Route] = (),
    time_limit: float = 60.0,
    seed: int = 0,
    ride_limit: int = DEFAULT_RIDE_LIMIT,
    progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
    threads: int = THREADS,
) -> Outcome:
    """Plan a day: most trips served, then the objective, then the least running cost.

    Parameters
    ----------
    weights
        A mixture to minimise instead of the objective; value and bound of the solution are then of this
        sum, whatever its ``objective`` says.
    pool
        The day's lawful rides, where they are known already.
    given
        Routes of a plan of the same day to start from; what of it is not lawful is passed over.
    time_limit
        Seconds of wall time, the enumeration of rides included.
    ride_limit
        Rides to keep at most; where the day holds more, nothing is proven about it.
    progress
        Called now and then with where the search stands.
    stop
        Set it to end the search; the best plan so far comes back as interrupted.
    threads
        Threads to search on.
    """
    began = time.perf_counter()
    search = _Search(day, table, rules, book, objective, began + time_limit, seed, progress, stop, began)
    search.given, search.threads = tuple(given), threads
    if weights is not None:
        search.mix(weights)
    return search.run(ride_limit, pool)


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
        self.weights: Weights | None = None
        self.given: tuple[Route, ...] = ()
        self.threads = THREADS
        self.best: Incumbent | None = None
        self.bound: float | None = None
        self.outright = False
        self.served_bound: int | None = None
        self.notes: list[str] = []
        self.listed: npt.NDArray[np.bool_] = np.empty(0, np.bool_)
        self.widens = False
        # Patients of the longest ride among trips whose rides were not all listed.
        self.longest = 0
        self.parts: list[tuple[Part, list[IntArray]]] = []
        self.plans: tuple[Incumbent, ...] = ()
        self.lock = threading.RLock()

    def stopped(self) -> bool:
        return self.stop is not None and self.stop.is_set()

    def out_of_time(self) -> bool:
        return self.stopped() or time.perf_counter() >= self.until

    def mix(self, weights: Weights) -> None:
        """Minimise a mixture instead of the objective."""
        self.weights = weights
        self.prices = prices(self.day, self.table, weights)

    def run(self, ride_limit: int, pool: RidePool | None) -> Outcome:
        day = self.day
        if pool is None and self._vast():
            return self._by_pieces()
        self._tell("rides")
        if pool is None:
            # Listing may take a part of the time: what is cut off then is searched the longer for it.
            pool, self.listed = rides_by_part(
                day, self.table, self.rules, limit=ride_limit, effort=effort_within(self.until - self.began)
            )
            self.longest = int(np.diff(pool.ptr)[~self.listed[pool.trip[pool.ptr[:-1]]]].max(initial=1))
            if not self.listed.all():
                pool = with_long_rides(day, self.table, self.rules, pool, self.given, self.longest)
            self.widens = not self.prices.needs_fares
        else:
            self.listed = np.full(len(day.trips), pool.complete)
            self.longest = int(np.diff(pool.ptr).max(initial=1))
        partner = partners(day)
        groups = vehicle_groups(day)
        self.partner = partner
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
        elif not (len(self.problem.trips) <= SMALL_TRIPS and self.listed.all() and self._solve_outright()):
            self._solve()
        self._explain()
        return self._outcome(pool)

    # -- days too large to search at once -----------------------------------------------------------

    def _vast(self) -> bool:
        """Whether so many vehicles may carry so many trips that the rides of each cannot be held."""
        most = max((len(part) for part in independent_trips(self.day)), default=0)
        return most > VAST_TRIPS and most * len(vehicle_groups(self.day)) > VAST

    def _by_pieces(self) -> Outcome:
        day, seconds = self.day, self.until - self.began

        def solve(piece: Piece, limit: float, seed: int) -> Planned:
            found = optimize(
                piece.day, piece.table, self.rules, self.book, objective=self.objective, weights=self.weights,
                pool=piece.pool, given=piece.given, time_limit=limit, seed=seed, stop=self.stop, threads=1,
            )  # fmt: skip
            return Planned(found.solution.routes, found.costs)

        pieces = Pieces(day, self.table, self.rules, solve, seed=self.seed, threads=THREADS)

        def tell(phase: str = "searching") -> None:
            if self.progress is not None:
                now = time.perf_counter() - self.began
                served = len(day.trips) - len(pieces.left)
                self.progress(Progress(now, phase, served, self.prices.value(pieces.cost), None))

        tell("first plan")
        pieces.begin(self.until, self.stopped, tell, self.given)
        pieces.improve(self.until, self.stopped, tell)
        served = len(day.trips) - len(pieces.left)
        solution = Solution(
            routes=tuple(pieces.routes[car] for car in sorted(pieces.routes)),
            objective=self.objective,
            status=Status.INTERRUPTED if self.stopped() else Status.FEASIBLE,
            value=self.prices.value(pieces.cost),
            bound=None,
            served_bound=served if not pieces.left else None,
            seconds=time.perf_counter() - self.began,
            seed=self.seed,
            notes=(
                "The day is too large to be searched at once: it was planned piece by piece, "
                f"in {seconds:.0f} s, and nothing is proven about it (more time gives a better plan).",
            ),
        )
        # Partners, for those who ask why a trip is alone.
        pairs = lawful_rides(day, self.table, self.rules, limit=1)
        why = why_unserved(day, self.table, self.rules.wait_min, sorted(pieces.left))
        return Outcome(solution, pairs, why, pieces.costs)

    # -- what to say --------------------------------------------------------------------------------

    def _explain(self) -> None:
        """Say what was left out of the search, and what is proven all the same."""
        if self.listed.all():
            return
        told = (
            f"For {int((~self.listed).sum())} trips there are more lawful rides than could be listed: those "
            f"of more than {self.longest} patients, one after the other, were left out of the search"
        )
        unproven = sum(len(part.problem.trips) for part, _ in self.parts if part.bound is None)
        if unproven:
            told += f", and nothing is proven about the day, for want of {unproven} trips"
        else:
            told += "; the bound counts them all the same, each at its best"
        self.notes.append(f"{told} (raise --ride-limit or --time-limit).")

    def _tie(self) -> float:
        if self.weights is not None:
            return 0.0
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
        hours = max((v.shift[1] - v.shift[0]) / 60.0 for v in day.vehicles) if day.vehicles else 0.0
        used = self.table.km[np.ix_(*[_places(day)] * 2)] if day.trips else np.zeros((1, 1))
        far = 3.0 * float(used.max(initial=0.0))
        euros = 100.0 + costs.per_vehicle + costs.per_hour * hours + (costs.per_km + 3.0) * far
        weights = self.prices.weights
        return (
            max(abs(weights.running), abs(weights.bill)) * euros
            + weights.km * (10.0 + 3.0 * far)
            + weights.shared * (len(day.trips) + 1)
        )

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
        self.best = best
        self.served_bound = len(self.problem.trips) - len(best.unserved)
        self.bound, self.outright = best.primary, True
        return True

    # -- larger days --------------------------------------------------------------------------------

    def _solve(self) -> None:
        """Plan the independent parts of the day, two at a time where there are several."""
        problem = self.problem
        pieces = independent_parts(problem)
        together = min(self.threads, len(pieces))
        self.parts = [
            (
                Part(
                    piece, complete=bool(self.listed[piece.trips].all()), tied=self._tie() > 0.0,
                    seed=self.seed, threads=self.threads // together, wider=self._wider,
                ),
                index,
            )
            for piece, index in pieces
        ]  # fmt: skip
        for part, _ in self.parts:
            part.tell = self._part_tells
        self._tell("first plan")
        # An empty plan helps nobody, even where the rides have used up the time.
        first = max(self.until, time.perf_counter() + FIRST_PLAN)
        for part, _ in self.parts:
            part.begin(first, self.stopped)
            if self.given:
                part.consider(plan_of_routes(self.day, part.problem, self.given))
        queue = sorted(self.parts, key=lambda entry: -len(entry[0].problem.trips))
        loads = [len(part.problem.trips) ** LOAD for part, _ in queue]

        def work(number: int) -> None:
            # The time left goes by the load of the parts still to come, all threads together.
            left = self.until - time.perf_counter()
            share = together * loads[number] / max(1e-9, sum(loads[number:]))
            queue[number][0].improve(time.perf_counter() + min(1.0, share) * left, self.stopped)

        with ThreadPoolExecutor(together) as workers:
            list(workers.map(work, range(len(queue))))
        while not self.out_of_time() and (open_ := [part for part, _ in queue if not part.settled]):
            widest = max(open_, key=_distance)
            widest.improve(min(self.until, time.perf_counter() + self._turn(len(open_))), self.stopped)
        self._gather()

    def _wider(self, piece: Problem) -> Problem | None:
        """The piece over envelopes of its rides, where there are too many rides to list."""
        if not self.widens:
            return None
        envelopes = ride_envelopes(
            self.day, self.table, self.rules, trips=piece.trips.tolist(), stop=self.out_of_time
        )
        if envelopes is None:
            return None
        kinds = {group.kind for group, count in zip(piece.groups, piece.counts, strict=True) if count}
        by_kind = {
            kind: envelope_offers(envelopes, kind, prices=self.prices, coupled=self.partner >= 0)
            for kind in kinds
        }
        nothing = piece.offers[0].take(np.empty(0, np.int64))
        whole = self.problem
        offers = [
            group_offers(by_kind[group.kind], group, self.table) if count else nothing
            for group, count in zip(whole.groups, piece.counts, strict=True)
        ]
        wider = problem_of(
            whole.groups, piece.counts, offers, piece.trips.tolist(), partner=whole.partner,
            wait_limit=whole.wait_limit, table=whole.table, prices=whole.prices, tie=whole.tie,
            penalty=whole.penalty,
        )[0]  # fmt: skip
        return among_own_places(wider)

    def _turn(self, parts: int) -> float:
        """Seconds one part gets when some parts are left and so is time."""
        return max(1.0, (self.until - time.perf_counter()) / parts)

    def _part_tells(self, phase: str) -> None:
        with self.lock:
            self._gather()
            self._tell(phase)

    def _gather(self) -> None:
        """Put the parts' plans and bounds together."""
        if len(self.parts) == 1:
            self.best, self.bound = self.parts[0][0].best, self.parts[0][0].bound
            return
        bounds = [part.proven() for part, _ in self.parts]
        self.bound = None if any(b is None for b in bounds) else float(sum(b or 0.0 for b in bounds))
        plans = tuple(part.best for part, _ in self.parts)
        if plans == self.plans:
            return
        self.plans = plans
        duties = []
        for (_, index), plan in zip(self.parts, plans, strict=True):
            duties += lifted(plan.duties, index)
        starts = [list(s) for plan in plans for s in plan.starts]
        self.best = joined(self.problem, duties, starts)

    # -- bookkeeping --------------------------------------------------------------------------------

    def _proven(self) -> float | None:
        """The bound on plans serving as many trips as the best one, where there is one."""
        if self.best is None or (self.best.unserved and not self.outright):
            return None
        return self.bound

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
            if self.objective is Objective.SHARED and self.weights is None:
                # Shared trips are counted in whole ones.
                bound = float(math.floor(bound + 1e-6))
        served = len(self.problem.trips) - len(timed.unserved)
        served_bound = self.served_bound if self.listed.all() else None
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
        why = why_unserved(self.day, self.table, self.rules.wait_min, timed.unserved)
        vehicles = vehicles_of(self.problem, timed)
        costs = {vehicle: duty.primary for vehicle, duty in zip(vehicles, timed.duties, strict=True)}
        return Outcome(solution, pool, why, costs)


def _distance(part: Part) -> tuple[int, float]:
    """How far a part's plan may be from the best one: trips not served, then the objective."""
    bound = part.proven()
    return len(part.best.unserved), float("inf") if bound is None else part.best.primary - bound


def _places(day: Day) -> npt.NDArray[np.int64]:
    index = {place.id: i for i, place in enumerate(day.places)}
    named = {index[p] for t in day.trips for p in (t.origin, t.destination)}
    named |= {index[p] for v in day.vehicles for p in (v.start, v.end)}
    return np.array(sorted(named), dtype=np.int64)
