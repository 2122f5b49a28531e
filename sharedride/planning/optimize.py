"""From a day to its best lawful plan and the proof of how good it is."""

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day
from sharedride.planning.bounds import Bound, bound_without
from sharedride.planning.duties import all_duties
from sharedride.planning.fleet import VehicleGroup, vehicle_groups
from sharedride.planning.incumbent import Incumbent, incumbent_of
from sharedride.planning.network_pricer import NetworkDuties
from sharedride.planning.objective import Weights, prices
from sharedride.planning.offers import group_offers, kind_offers
from sharedride.planning.part import OPTIMAL_GAP, Part
from sharedride.planning.pieces import Piece, Pieces, Planned
from sharedride.planning.pricer import DutySource
from sharedride.planning.problem import Duty, Problem, among_own_places, part_of, problem_of
from sharedride.planning.routes import routes_of, vehicles_of
from sharedride.planning.selection import Selector
from sharedride.planning.solution import Objective, Route, Solution, Status
from sharedride.planning.unserved import why_unserved
from sharedride.planning.visits import partners
from sharedride.planning.warm import (
    plan_among,
    plan_of_routes,
    rides_among,
    with_rides_among,
    with_rides_of,
)
from sharedride.rides.constraints import INFINITE, VehicleKind, fleet_of, trip_data
from sharedride.rides.network import ride_network
from sharedride.rides.parts import independent_trips, rides_by_part
from sharedride.rides.pool import DEFAULT_RIDE_LIMIT, RidePool, effort_within, lawful_rides
from sharedride.rules import Rules
from sharedride.tariffs import TariffBook
from sharedride.travel import TravelTable

SMALL = 60_000
"""Offers over all duties up to which a day is solved outright, by listing every duty."""

VAST_TRIPS, VAST = 200, 20_000
"""Trips of one part, and trips times groups of vehicles, beyond which a day is planned in pieces."""

WHOLE_TRIPS, LISTED_TRIPS = 600, 1_500
"""Trips of one part beyond which it is, whatever its vehicles: where its rides cannot all be listed, and
where they can."""

SPARE_KM = 0.0
"""Km that a ride of a day planned in pieces may be longer than its patients' direct ways together, for every
patient but one: the others are most of the rides, and good plans have next to none of them."""

SAVES_KM = (Objective.COST, Objective.KM, Objective.MARGIN)
"""Objectives under which a ride that saves no km is rarely worth planning."""

THREADS = 2
"""Threads of the search."""

LOAD = 1.5
"""Power of a part's trips by which it gets time."""

UNLISTED = 2.0
"""Times as much that a part gets whose rides are not all listed."""

ENOUGH = 0.004
"""Gap at which a part makes way for the others at first, where there are many."""

ONE_SET = 300_000
"""Steps that listing the rides of patients whom a linear program carries together may take."""

ROUGH = 0.1
"""Seconds for a trip that are shared out at first where a gap is asked for, and then as many again as were
taken so far."""

LEAST_TURN = 2.0
"""Seconds at least of each turn of a part thereafter."""

SMALL_TRIPS = 12
"""Trips up to which listing every duty is tried."""

OUTRIGHT = 0.3
"""Share of the time that a choice among them may take; the day is searched then like any other."""

FIRST_PLAN = 2.0
"""Seconds the first plan may take even where the rides have used up the time: an empty one helps nobody."""

NOTHING_PROVEN = Bound.of(-math.inf, ())
"""Of a part that could cost anything, or earn."""


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
    gap: float = 0.0,
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
    gap
        Share of its value within which the plan need be proven: the search ends there.
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
    search.given, search.threads, search.gap = tuple(given), threads, gap
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
        self.threads, self.gap = THREADS, 0.0
        # What was chosen exactly, and so is proven best, or else the parts searched: each with its problem.
        self.chosen: list[tuple[Problem, Incumbent]] = []
        self.notes: list[str] = []
        self.listed: npt.NDArray[np.bool_] = np.empty(0, np.bool_)
        self.widens = False
        self.groups: dict[VehicleKind, list[VehicleGroup]] = {}
        # Patients of the longest ride among trips whose rides were not all listed.
        self.longest = 0
        self.parts: list[_Planned] = []
        self.lock = threading.Lock()

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
        self.fleet = fleet_of(day)
        for group in vehicle_groups(day):
            self.groups.setdefault(group.kind, []).append(group)
        apart = independent_trips(day, self.fleet)
        if pool is None and self._vast(apart):
            return self._by_pieces()
        self._tell("rides")
        if pool is None:
            # Listing may take a part of the time: what is cut off then is searched the longer for it.
            pool, self.listed = rides_by_part(
                day, self.table, self.rules, limit=ride_limit, fleet=self.fleet, parts=apart,
                effort=effort_within(self.until - self.began, len(apart)),
            )  # fmt: skip
            if any(len(part) > WHOLE_TRIPS and not self.listed[part].all() for part in apart):
                return self._by_pieces()
            self.longest = int(np.diff(pool.ptr)[~self.listed[pool.trip[pool.ptr[:-1]]]].max(initial=1))
            if not self.listed.all():
                pool = with_rides_of(day, self.table, self.rules, pool, self.given)
            self.widens = not self.prices.needs_fares
        else:
            self.listed = np.full(len(day.trips), pool.complete)
            self.longest = int(np.diff(pool.ptr).max(initial=1))
        if len(day.trips) > SMALL_TRIPS:
            self._solve(self._problems(pool, apart[::-1]), pool)
        else:
            whole = self._problems(pool, [list(range(len(day.trips)))])
            if not (self.listed.all() and all(map(self._solve_outright, whole))):
                self.chosen = []
                self._solve(whole, pool)
        self._explain()
        return self._outcome(pool)

    def _problems(self, pool: RidePool, parts: Sequence[Sequence[int]]) -> list[Problem]:
        """The problem of each part of the day; trips nobody can carry are the last, without vehicles."""
        problems = []
        nobody: list[int] = []
        for trips in parts:
            problem = self._problem(pool, trips)
            if self.listed[list(trips)].all():
                # A trip in no ride that any shift has room for says nothing about the others.
                carried = {t for offer in problem.offers for t in np.unique(offer.trip).tolist()}
                alone = [trip for trip in trips if trip not in carried]
                nobody += alone
                problem = part_of(problem, trips=sorted(carried))[0] if alone else problem
            elif not problem.groups:
                nobody += trips
            if len(problem.trips) and problem.groups:
                problems.append(problem)
        return [*problems, self._problem(pool, nobody, ())] if nobody or not problems else problems

    def _problem(
        self, pool: RidePool, trips: Sequence[int], kinds: Sequence[VehicleKind] | None = None
    ) -> Problem:
        """The problem of some trips, on all vehicles that may carry any or on those of some kinds."""
        day, partner = self.day, self.partner
        groups, offers = [], []
        for kind in [self.fleet.kinds[k] for k in self.fleet.used(trips)] if kinds is None else kinds:
            some = kind_offers(day, pool, kind, prices=self.prices, book=self.book, coupled=partner >= 0)
            groups += self.groups[kind]
            offers += [group_offers(some, group, self.table) for group in self.groups[kind]]
        return problem_of(
            groups, [group.size for group in groups], offers, trips, partner=partner,
            wait_limit=self.rules.wait_min, table=self.table, prices=self.prices, tie=self._tie(),
            penalty=self.penalty,
        )[0]  # fmt: skip

    # -- days too large to search at once -----------------------------------------------------------

    def _vast(self, parts: Sequence[Sequence[int]]) -> bool:
        """Whether so many vehicles may carry so many trips that the rides of each cannot be held."""
        large = [part for part in parts if len(part) > VAST_TRIPS]
        groups = Counter(group.kind for group in vehicle_groups(self.day))
        kinds = self.fleet.kinds
        return any(
            len(part) > LISTED_TRIPS
            or len(part) * sum(groups[kinds[k]] for k in self.fleet.used(part)) > VAST
            for part in large
        )

    def _by_pieces(self) -> Outcome:
        day, seconds = self.day, self.until - self.began

        def solve(piece: Piece, limit: float, seed: int) -> Planned:
            found = optimize(
                piece.day, piece.table, self.rules, self.book, objective=self.objective, weights=self.weights,
                pool=piece.pool, given=piece.given, time_limit=limit, seed=seed, stop=self.stop, threads=1,
            )  # fmt: skip
            return Planned(found.solution.routes, found.costs)

        saves = self.weights is None and self.objective in SAVES_KM
        pieces = Pieces(
            day, self.table, self.rules, solve, seed=self.seed, threads=THREADS,
            spare_km=SPARE_KM if saves else INFINITE,
        )  # fmt: skip

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
        """Say which rides were not listed, and what the proof lacks."""
        proven, searched = self._proven(), self._searched()
        unproven = sum(len(own.problem.trips) for own in searched if not own.part.bounds)
        lacks = ""
        if proven is not None and unproven:
            ways = "which count with their ways alone, in full vehicles"
            lacks = f"nothing is proven about {unproven} trips, {ways}"
        elif proven is None and searched and not unproven:
            lacks = "what is proven is too little to be told while trips are left out"
        if self.listed.all():
            if lacks:
                self.notes.append(f"{lacks[0].upper()}{lacks[1:]} (raise --time-limit).")
            return
        told = (
            f"For {int((~self.listed).sum())} trips there are more lawful rides than could be listed: those "
            f"of more than {self.longest} patients, one after the other, are in the plan only where the "
            "proof came upon them"
        )
        if proven is None and unproven:
            lacks = f"nothing is proven about the day, for want of {unproven} trips"
        known = f", and {lacks}" if lacks else "; the bound counts them all the same, each at its best"
        self.notes.append(f"{told}{known} (raise --ride-limit or --time-limit).")

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

    @cached_property
    def partner(self) -> npt.NDArray[np.int64]:
        """The other trip of each trip's visit, or -1."""
        return partners(self.day)

    @cached_property
    def penalty(self) -> float:
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

    def _solve_outright(self, problem: Problem) -> bool:
        """List every duty and choose exactly: served, objective, running cost, in that order."""
        if not len(problem.trips):
            nothing = incumbent_of(problem, [])
            assert nothing is not None
            self.chosen.append((problem, nothing))
            return True
        duties = all_duties(problem, SMALL)
        if duties is None or self.out_of_time():
            return False
        until = time.perf_counter() + OUTRIGHT * (self.until - time.perf_counter())
        selector = Selector(problem, duties)
        primary = np.array([d.primary for d in selector.duties])
        secondary = np.array([d.secondary for d in selector.duties])
        size = len(selector.duties)
        none = np.zeros(size)
        limits: list[tuple[npt.NDArray[np.float64], float, float]] = []
        penalty = math.inf
        found = selector.choose(until, self.stopped, cost=primary, penalty=penalty) if size else None
        if found is None:
            penalty = 0.0
            found = selector.choose(until, self.stopped, cost=none, penalty=1.0)
            if found is None or not found.proven:
                return False
            missing = len(problem.trips) - len({t for d in found.duties for t in d.trips})
            limits.append((none, 1.0, float(missing)))
            found = selector.choose(until, self.stopped, cost=primary, penalty=penalty, limits=limits)
        if found is None or not found.proven:
            return False
        best = incumbent_of(problem, found.duties)
        if best is None:
            return False
        if self.objective is not Objective.COST:
            slack = 1e-7 * max(1.0, abs(best.primary))
            limits = [*limits, (primary, 0.0, best.primary + slack)]
            tied = selector.choose(until, self.stopped, cost=secondary, penalty=penalty, limits=limits)
            better = incumbent_of(problem, tied.duties) if tied is not None else None
            if better is not None and len(better.unserved) == len(best.unserved):
                best = better
        self.chosen.append((problem, best))
        return True

    # -- larger days --------------------------------------------------------------------------------

    def _solve(self, problems: Sequence[Problem], pool: RidePool) -> None:
        """Plan the independent parts of the day, two at a time where there are several."""
        together = min(self.threads, len(problems))
        self.parts = [
            _Planned(
                problem, pool,
                Part(
                    among_own_places(problem) if len(problems) > 1 else problem,
                    complete=bool(self.listed[problem.trips].all()), tied=self._tie() > 0.0,
                    seed=self.seed, threads=self.threads // together, wider=partial(self._wider, problem),
                    narrower=partial(self._narrower, number),
                ),
                self._floor(problem) if len(problems) > 1 and problem.groups else NOTHING_PROVEN,
            )
            for number, problem in enumerate(problems)
        ]  # fmt: skip
        parts = [own.part for own in self.parts]
        for part in parts:
            part.tell = self._tell
        self._tell("first plan")
        # An empty plan helps nobody, even where the rides have used up the time.
        until = max(self.until, time.perf_counter() + FIRST_PLAN)
        for part in parts:
            given = plan_of_routes(self.day, part.problem, self.given) if self.given else None
            part.begin(until, self.stopped, given)
        began = time.perf_counter()

        def horizon() -> float:
            # Turns go by the time there is, and a gap asked for may be reached long before that is up.
            if self.gap <= 0.0:
                return self.until
            now = time.perf_counter()
            return min(self.until, now + max(ROUGH * len(self.day.trips), now - began))

        first, queue = horizon(), sorted(parts, key=_load)
        loads = [_load(part) for part in queue]

        def work(number: int) -> None:
            # The time left goes by the load of the parts still to come, all threads together.
            left = max(LEAST_TURN, first - time.perf_counter())
            share = together * loads[number] / max(1e-9, sum(loads[number:]))
            enough = max(self.gap, ENOUGH if len(queue) > together else 0.0)
            end = time.perf_counter() + min(1.0, share) * left
            queue[number].improve(min(self.until, end), self._done, enough)

        turns = Counter[Part]()
        busy: set[Part] = set()

        def go_on() -> None:
            # What is left of the time goes to the part with most to gain, the more seldom the more it had.
            while not self.out_of_time() and not self._done():
                with self.lock:
                    free = [
                        part for part in queue
                        if not (part.settled or part in busy or part.within(self.gap))
                    ]  # fmt: skip
                    if not free:
                        return
                    part = max(free, key=lambda part: part.to_gain() / (1 + turns[part]))
                    turns[part] += 1
                    busy.add(part)
                left = horizon() - time.perf_counter()
                turn = max(LEAST_TURN, part.least_turn(), together * left / (len(free) + len(busy) - 1))
                part.improve(min(self.until, time.perf_counter() + turn), self._done, self.gap)
                with self.lock:
                    busy.remove(part)

        with ThreadPoolExecutor(together) as workers:
            list(workers.map(work, range(len(queue))))
            for turn in [workers.submit(go_on) for _ in range(together)]:
                turn.result()

    def _wider(self, part: Problem, until: float) -> DutySource | None:
        """The ride network of a part, where there are too many rides to list."""
        if not self.widens:
            return None
        network = ride_network(
            self.day, self.table, self.rules, trips=part.trips.tolist(), fleet=self.fleet,
            stop=lambda: self.stopped() or time.perf_counter() >= until,
        )  # fmt: skip
        return None if network is None else NetworkDuties(part, network)

    def _narrower(self, number: int, duties: Sequence[Duty]) -> tuple[Problem, Incumbent] | None:
        """A part's problem of the rides of some duties and those of two patients, and its plan in it."""
        own = self.parts[number]
        trips = own.problem.trips.tolist()
        sets = {ride for duty in duties for ride in duty.aboard}
        sets |= {
            tuple(sorted(own.problem.offers[duty.group].members(offer).tolist()))
            for duty in duties for offer in duty.offers
        }  # fmt: skip
        sets = {ride for ride in sets if len(ride) == len({*ride})}
        kept = rides_among(self.day, own.pool, trips, sets)
        pool = with_rides_among(
            self.day, self.table, self.rules, own.pool.take(kept), sets, effort=ONE_SET, fleet=self.fleet
        )
        problem = self._problem(pool, trips)
        plan = plan_among(own.problem, own.part.best, problem, kept)
        if plan is None:
            return None
        own.problem, own.pool = problem, pool
        return among_own_places(problem) if len(self.parts) > 1 else problem, plan

    # -- bookkeeping --------------------------------------------------------------------------------

    def _plans(self) -> list[tuple[Problem, Incumbent]]:
        """The best plan of each problem."""
        return self.chosen or [(own.problem, own.part.best) for own in self.parts]

    def _proven(self) -> float | None:
        """The bound on plans serving as many trips as the best one, where there is one."""
        if self.chosen:
            return float(sum(best.primary for _, best in self.chosen))
        searched = self._searched()
        if not any(own.part.bounds for own in searched):
            return None
        # What has no proof of its own yet costs something at least.
        left_out = sum(len(own.part.best.unserved) for own in searched)
        bounds, fewest = zip(
            *((own.part.bounds or [own.floor], own.part.fewest) for own in searched), strict=True
        )
        bound = bound_without(bounds, left_out, fewest)
        value = sum(own.part.best.primary for own in searched)
        # Where trips are left out, a bound may be so far away that it says nothing.
        useful = math.isfinite(bound) and (not left_out or value - bound < abs(value))
        return float(bound) if useful else None

    def _searched(self) -> list["_Planned"]:
        """The parts of the day whose trips some vehicle can carry."""
        return [own for own in self.parts if own.problem.groups]

    def _done(self) -> bool:
        """Whether the search was stopped, or has a plan of the day within the gap asked for."""
        if self.gap <= 0.0 or self.stopped():
            return self.stopped()
        if any(own.part.misses for own in self._searched()):
            return False
        proven = self._proven()
        value = sum(best.primary for _, best in self._plans())
        return proven is not None and value - proven < self.gap * abs(value)

    def _floor(self, problem: Problem) -> Bound:
        """What serving all trips of a part costs at least: the way of each, shared among as many as fit in.

        At every moment no more patients are aboard than the largest vehicle takes, so that it drives at least
        the sum of their shortest ways divided by that many; all of them board and alight.
        """
        weights = self.prices.weights
        if weights.bill < 0.0:
            return NOTHING_PROVEN
        data = trip_data(self.day, self.table, self.rules, problem.trips.tolist())
        most = max(group.kind.patients for group in problem.groups)
        aboard = np.where([trip.must_ride_alone for trip in data.trips], 1, most)
        km = data.low_km[data.org, data.dst] / aboard
        minutes = data.low_minutes[data.org, data.dst] / aboard + data.board + data.alight
        running = self.prices.per_km * km + self.prices.per_minute * minutes
        least = weights.running * running + weights.km * km - weights.shared
        return Bound.of(float(least.sum()), least)

    def _tell(self, phase: str) -> None:
        if self.progress is None:
            return
        # Parts tell from threads of their own.
        with self.lock:
            plans = self._plans()
            value = self.prices.value(sum(best.primary for _, best in plans)) if plans else None
            proven = self._proven() if plans else None
            bound = None if proven is None else self.prices.value(proven)
            served = sum(len(problem.trips) - len(best.unserved) for problem, best in plans)
            self.progress(Progress(time.perf_counter() - self.began, phase, served, value, bound))

    def _outcome(self, pool: RidePool) -> Outcome:
        proven = self._proven()
        plans = [
            (problem, incumbent_of(problem, best.duties, kind=True) or best)
            for problem, best in self._plans()
        ]
        primary = float(sum(best.primary for _, best in plans))
        unserved = sorted(trip for _, best in plans for trip in best.unserved)
        value = self.prices.value(primary)
        bound: float | None = None
        if proven is not None:
            bound = self.prices.value(min(proven, primary))
            if self.objective is Objective.SHARED and self.weights is None:
                # Shared trips are counted in whole ones.
                bound = float(math.floor(bound + 1e-6))
        served = len(self.day.trips) - len(unserved)
        served_bound = None if any(own.part.misses for own in self._searched()) else served
        closed = bound is not None and abs(value - bound) <= OPTIMAL_GAP * abs(value)
        optimal = closed and served_bound == served
        status = Status.OPTIMAL if optimal else Status.FEASIBLE
        if self.stopped() and not optimal:
            status = Status.INTERRUPTED
        pools = [own.pool for own in self.parts] or [pool] * len(plans)
        routes = [
            route
            for (problem, best), own in zip(plans, pools, strict=True)
            for route in routes_of(self.day, problem, own, best)
        ]
        solution = Solution(
            routes=tuple(sorted(routes, key=lambda route: route.vehicle)),
            objective=self.objective,
            status=status,
            value=value,
            bound=bound,
            served_bound=served_bound,
            seconds=time.perf_counter() - self.began,
            seed=self.seed,
            notes=tuple(self.notes),
        )
        why = why_unserved(self.day, self.table, self.rules.wait_min, unserved)
        costs = {
            vehicle: duty.primary
            for problem, best in plans
            for vehicle, duty in zip(vehicles_of(problem, best), best.duties, strict=True)
        }
        return Outcome(solution, pool, why, costs)


@dataclass(eq=False)
class _Planned:
    """A part of the day: its problem on the day's places, the rides its offers are of, the search, and what
    serving it costs at least where nothing else is proven.
    """

    problem: Problem
    pool: RidePool
    part: Part
    floor: Bound


def _load(part: Part) -> float:
    """What a part asks for of the time: more where its ride network is to be priced."""
    return float(len(part.problem.trips) ** LOAD * (1.0 if part.complete else UNLISTED))


def _places(day: Day) -> npt.NDArray[np.int64]:
    index = {place.id: i for i, place in enumerate(day.places)}
    named = {index[p] for t in day.trips for p in (t.origin, t.destination)}
    named |= {index[p] for v in day.vehicles for p in (v.start, v.end)}
    return np.array(sorted(named), dtype=np.int64)
