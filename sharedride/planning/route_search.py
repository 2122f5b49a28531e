"""Large neighbourhood search over whole plans, on several threads, that keeps every route it meets."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from sharedride.planning.anneal import (
    Routes,
    Settings,
    Walk,
    anneal,
    keep_best,
    note_route,
    total_cost,
)
from sharedride.planning.incumbent import Incumbent, incumbent_of, waits_of
from sharedride.planning.moves import cost_of, nothing_to_undo
from sharedride.planning.problem import Duty, Problem
from sharedride.planning.ridesets import RideSets, ride_sets
from sharedride.planning.schedule import Schedule, empty_schedule, refresh
from sharedride.planning.starts import as_driven

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

LONGEST = 64
"""Rides of one vehicle at most."""

NEAR = 60
"""Near trips known of each trip."""

HOT, COLD = 0.2, 0.015
"""First and last temperature, as shares of what a trip costs in a car of its own."""

EXCHANGES = 12
"""Times in one run at which the threads compare their plans."""

CHUNK = 0.2
"""Seconds of compiled work between two looks at the clock."""


class RouteSearch:
    """Ruin and recreate over plans of one problem.

    Parameters
    ----------
    seed
        The same seed and number of rounds give the same plans.
    threads
        Searches side by side; they release the interpreter's lock.

    Attributes
    ----------
    best
        Best plan known.
    rounds
        Rounds each thread has done.
    refused
        Plans of the compiled search that proved unlawful when timed exactly; none is known to happen.
    """

    def __init__(
        self, problem: Problem, seed: int = 0, threads: int = 2, settings: Settings | None = None
    ) -> None:
        self.problem = problem
        self.settings = settings or Settings()
        self.sets = ride_sets(problem)
        self.base = np.concatenate(([0], np.cumsum([len(offer) for offer in problem.offers])))
        counts = [
            min(n, len(problem.trips)) if len(offer) else 0
            for n, offer in zip(problem.counts, problem.offers, strict=True)
        ]
        longest = max(2, min(len(problem.trips), LONGEST)) + 1
        self.walks = [_walk(self.sets, counts, longest, seed * 1000 + k) for k in range(threads)]
        self.rounds = 0
        self.refused = 0
        empty = incumbent_of(problem, [])
        assert empty is not None
        self.best = empty

    def run(
        self,
        until: float,
        stop: Callable[[], bool] = lambda: False,
        accept: Callable[[Incumbent], None] = lambda plan: None,
        *,
        plan: Incumbent | None = None,
        rounds: int | None = None,
        heat: float = 1.0,
    ) -> Incumbent:
        """Search from a plan, or from the best so far, and return the best plan known.

        Parameters
        ----------
        until
            When to end, in ``time.perf_counter()`` seconds; the search cools down towards it.
        stop
            Ends the search early.
        accept
            Called with every better plan found at a look at the clock.
        plan
            Plan to go on from, instead of the best so far, which is then forgotten.
        rounds
            Rounds of each thread, instead of cooling by the clock: gives the same result every time, unless
            the clock is ahead of them, when it sets the temperature.
        heat
            Share of the usual temperature to begin with; less stays nearer to the plan.
        """
        problem = self.problem
        if plan is not None:
            self.best = plan
        if not len(self.walks[0].plan.vehicle) or not len(problem.trips):
            return self.best
        for walk in self.walks:
            self._load(walk, self.best)
        price = self._price()
        hot, cold = HOT * heat * price, COLD * price
        began, done, mixed = time.perf_counter(), 0, 0
        size: int = 64 if rounds is None else max(1, min(500, rounds // 20))
        with ThreadPoolExecutor(len(self.walks)) as pool:
            while True:
                now = time.perf_counter()
                spent = (now - began) / max(1e-9, until - began)
                # The rounds count until the clock is seen to be ahead of them, lest it touch every search.
                past = spent if rounds is None else max(spent if done else 0.0, done / rounds)
                if past >= 1.0 or now >= until or stop():
                    break
                if rounds is not None:
                    size = min(size, rounds - done)
                    ahead = max(past, (done + size) / rounds)
                else:
                    ahead = min(1.0, past + CHUNK / max(CHUNK, until - began))
                begin, end = (hot * (min(cold, hot) / hot) ** x for x in (past, ahead))
                jobs = [
                    pool.submit(
                        anneal, self.sets, walk, self.settings, size, begin, end
                    )
                    for walk in self.walks
                ]  # fmt: skip
                for job in jobs:
                    job.result()
                done += size
                if rounds is None:
                    pace = size / max(1e-6, time.perf_counter() - now)
                    size = int(
                        np.clip(pace * min(CHUNK, max(0.01, until - time.perf_counter())), 1, 4 * size)
                    )
                self._collect(accept)
                if int(past * EXCHANGES) > mixed:
                    mixed = int(past * EXCHANGES)
                    self._exchange()
        self.rounds += done
        return self.best

    def routes(self, most: int) -> list[Duty]:
        """Different routes met, those of the best plans first, at most ``most``."""
        found: dict[tuple[int, ...], tuple[float, tuple[float, ...]]] = {}
        for walk in self.walks:
            met = walk.routes
            for slot in np.flatnonzero(met.rides):
                size = int(met.rides[slot])
                offers = tuple(met.offer[slot, :size].tolist())
                cost = float(met.cost[slot])
                if offers not in found or cost < found[offers][0]:
                    found[offers] = cost, tuple(met.start[slot, :size].tolist())
        order = sorted(found, key=lambda offers: (found[offers][0], offers))[:most]
        return [self._duty(offers, found[offers][1]) for offers in order]

    def _duty(self, offers: Sequence[int], starts: Sequence[float]) -> Duty:
        group = int(np.searchsorted(self.base, offers[0], side="right")) - 1
        return self.problem.duty(group, [int(o - self.base[group]) for o in offers], starts)

    def _price(self) -> float:
        """What a trip costs in a car of its own, empty legs included: it sets the temperature."""
        sets = self.sets
        alone = np.flatnonzero(sets.offer["size"] == 1)
        if not len(alone):
            return 1.0
        offer, dead = sets.offer[alone], sets.leg["dead"]
        group = sets.group[np.searchsorted(self.base, alone, side="right") - 1]
        cost = offer["own"] + dead[group["depot"], offer["first"]] + dead[offer["last"], group["home"]]
        least = np.full(len(sets.trip), np.inf)
        np.minimum.at(least, sets.member["trip"][offer["ptr"]], np.abs(cost))
        return max(1e-6, float(least[np.isfinite(least)].mean()))

    def _load(self, walk: Walk, plan: Incumbent) -> None:
        """Start a walk from a plan."""
        problem, schedule = self.problem, walk.plan
        schedule.vehicle["rides"], schedule.vehicle["cost"] = 0, 0.0
        schedule.place["car"] = -1
        for t, wait in waits_of(problem, plan).items():
            schedule.place[problem.row[t]]["wait"] = wait
        free = [list(np.flatnonzero(schedule.vehicle["group"] == g)) for g in range(len(problem.counts))]
        for duty, starts in zip(plan.duties, plan.starts, strict=True):
            size = len(duty.offers)
            if size >= schedule.ride.shape[1]:
                continue
            v = free[duty.group].pop(0)
            schedule.vehicle[v]["rides"] = size
            schedule.ride[v, :size]["offer"] = np.array(duty.offers) + self.base[duty.group]
            schedule.ride[v, :size]["start"] = starts
            schedule.place["car"][[problem.row[t] for t in duty.trips]] = v
        # Nothing known of the vehicles as they were may be taken to hold.
        schedule.vehicle["stamp"] = schedule.now["stamp"] + 1 + np.arange(len(schedule.vehicle))
        schedule.now["stamp"] += len(schedule.vehicle)
        for v in np.flatnonzero(schedule.vehicle["rides"]):
            refresh(self.sets, schedule, v)
            schedule.vehicle[v]["cost"] = cost_of(self.sets, schedule, v)
        walk.cost[0] = total_cost(self.sets, schedule)
        keep_best(walk)
        for changed in range(len(schedule.vehicle)):
            note_route(walk, changed)

    def _collect(self, accept: Callable[[Incumbent], None]) -> None:
        """Take over better plans of the walks, once timed exactly."""
        for walk in self.walks:
            if walk.cost[1] >= self.best.cost(self.problem) - 1e-7:
                continue
            duties = [
                self._duty(walk.best_offer[v, :size].tolist(), walk.best_start[v, :size].tolist())
                for v, size in enumerate(walk.best_rides.tolist())
                if size
            ]
            plan = as_driven(self.problem, duties)
            if plan is None:
                # Not expected; nothing unlawful leaves the search whatever happens in it.
                self.refused += 1
                self._load(walk, self.best)
            elif plan.cost(self.problem) < self.best.cost(self.problem) - 1e-9:
                self.best = plan
                accept(plan)

    def _exchange(self) -> None:
        """Let the walk with the worst plan go on from the best one."""
        least = min(walk.cost[1] for walk in self.walks)
        worst = max(self.walks, key=lambda walk: float(walk.cost[1]))
        if worst.cost[1] > least + 1e-7:
            self._load(worst, self.best)


def _walk(sets: RideSets, counts: Sequence[int], longest: int, seed: int) -> Walk:
    plan: Schedule = empty_schedule(sets, list(counts), longest)
    shape, trips = plan.ride.shape, len(sets.trip)
    slots = 1 << int(np.clip(trips * 40, 1 << 10, 1 << 15)).bit_length()
    routes = Routes(
        np.zeros(slots, np.int64),
        np.zeros(slots, np.int64),
        np.zeros((slots, longest), np.int64),
        np.zeros((slots, longest)),
        np.zeros(slots),
    )
    dice = np.random.SeedSequence(seed).generate_state(1, np.uint64) | np.uint64(1)
    return Walk(
        plan, nothing_to_undo(plan), routes, np.zeros(2),
        np.zeros(shape[0], np.int64), np.zeros(shape, np.int64), np.zeros(shape),
        dice, np.zeros(trips, np.bool_), np.zeros(shape[0], np.bool_),
        np.zeros(trips, np.int64), np.zeros(trips),
    )  # fmt: skip
