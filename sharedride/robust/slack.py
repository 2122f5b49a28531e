"""A plan with slack in it: re-timed where slack is free, planned anew where it is cheap.

The plan found without slack is re-timed, which costs nothing. Then the padded day is planned, with all the
slack asked for or else with half of it. That plan is taken where it serves the same trips, gives up no more
of the objective than allowed and has more slack.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sharedride.day.model import Day
from sharedride.ledger import Ledger, ledger
from sharedride.planning.optimize import Outcome, Progress, optimize
from sharedride.planning.part import OPTIMAL_GAP
from sharedride.planning.solution import Objective, Route, Solution, Status
from sharedride.robust.bought import Bought, Version, Wanted
from sharedride.robust.disturbance import default_disturbance
from sharedride.robust.padded import padded_day, padded_rides
from sharedride.robust.retime import retime
from sharedride.robust.stress import stress_plan
from sharedride.robust.timing import timing_of
from sharedride.rules import Rules
from sharedride.tariffs import TariffBook
from sharedride.travel import TravelTable

PLAIN_SHARE = 0.5
"""Share of the time limit for the plan without slack, whose bound is the answer's."""

TRIED = ((1.0, 0.7), (0.5, 1.0))
"""Shares of the slack asked for that are planned with until one is within the price, and of the time left."""

SCENARIOS = 1000
LATE_MIN = 5.0
"""Simulated days, and minutes from which a trip is late: those of ``sharedride stress``."""

LEAST_SECONDS = 0.5
"""Seconds below which no further search is begun."""


def with_slack(
    day: Day,
    table: TravelTable,
    rules: Rules,
    book: TariffBook,
    wanted: Wanted,
    *,
    objective: Objective,
    time_limit: float,
    gap: float,
    seed: int,
    ride_limit: int,
    progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
) -> tuple[Outcome, Bought]:
    """Plan a day with slack.

    Returns
    -------
    The outcome and what the slack cost. Bound and proven number of trips are those of the search without
    slack: they hold for every plan of the day, those with slack too, and the gap includes what slack costs.
    """
    began = time.perf_counter()
    until = began + time_limit
    plain = optimize(
        day, table, rules, book, objective=objective, time_limit=PLAIN_SHARE * time_limit, gap=gap,
        seed=seed, ride_limit=ride_limit, progress=progress, stop=stop,
    )  # fmt: skip
    case = _Case(day, table, rules, book, objective, wanted, plain.solution, seed, ride_limit, stop, progress)
    found, free, taken, tried = case.versions(until)
    answer = _answer(plain.solution, taken, seconds=time.perf_counter() - began, stopped=case.stopped())
    missed = {trip: why for trip, why in plain.unserved.items() if trip not in taken.served}
    bought = Bought(wanted, objective, found, free, taken, tried)
    return replace(plain, solution=answer, unserved=missed), bought


@dataclass(frozen=True)
class _Case:
    """A day with its plan as found, and what other plans are held against."""

    day: Day
    table: TravelTable
    rules: Rules
    book: TariffBook
    objective: Objective
    wanted: Wanted
    solution: Solution
    seed: int
    ride_limit: int
    stop: threading.Event | None
    progress: Callable[[Progress], None] | None

    def stopped(self) -> bool:
        return self.stop is not None and self.stop.is_set()

    def versions(self, until: float) -> tuple[Version, Version, Version, tuple[float, ...]]:
        """The plan as found, re-timed and as taken, and the minutes plans were searched with."""
        found = self.version(self.solution.routes)
        free = taken = self.retimed(self.solution.routes)
        limit = abs(found.value) * self.wanted.percent / 100.0
        tried = []
        for share, of_time in TRIED:
            left = until - time.perf_counter()
            if self.stopped() or left < LEAST_SECONDS or free.full == 1.0 or not found.routes:
                break
            tried.append(share * self.wanted.minutes)
            other = self.retimed(self.planned(tried[-1], free.routes, of_time * left))
            if other.served >= found.served and _worse(other, found, self.objective) <= limit + 1e-6:
                if other.held > free.held:
                    taken = other
                break
        return found, free, taken, tuple(tried)

    def retimed(self, routes: Sequence[Route]) -> Version:
        return self.version(retime(self.day, self.table, self.rules, self.book, routes, self.wanted.minutes))

    def planned(self, minutes: float, given: Sequence[Route], seconds: float) -> tuple[Route, ...]:
        """Routes planned with so many minutes more in front of appointments and after every ride."""
        began = time.perf_counter()
        day, rules = padded_day(self.day, self.table, self.rules, minutes)
        pool = padded_rides(day, self.table, rules, minutes, limit=self.ride_limit, seconds=seconds)
        left = max(LEAST_SECONDS, seconds - (time.perf_counter() - began))
        outcome = optimize(
            day, self.table, rules, self.book, objective=self.objective, pool=pool, given=given,
            time_limit=left, seed=self.seed, ride_limit=self.ride_limit, stop=self.stop, progress=self._tell,
        )  # fmt: skip
        return outcome.solution.routes

    def version(self, routes: Sequence[Route]) -> Version:
        """A plan with its accounts, its slack and what simulated days make of it."""
        accounts = ledger(self.day, self.table, routes, book=self.book, rules=self.rules)
        stress = stress_plan(
            self.day, self.table, self.rules, replace(self.solution, routes=tuple(routes)),
            default_disturbance(), scenarios=SCENARIOS, late_min=LATE_MIN, seed=0,
        )  # fmt: skip
        wanted = self.wanted.minutes
        slacks = timing_of(self.day, self.table, self.rules, self.book, routes).slacks
        patients = max(1, sum(slack.patients for slack in slacks))
        held = sum(slack.patients * min(max(slack.minutes, 0.0), wanted) for slack in slacks)
        full = sum(slack.patients for slack in slacks if slack.minutes >= wanted - 1e-6)
        return Version(
            tuple(routes),
            accounts,
            stress,
            _value(accounts, self.objective),
            held / patients,
            full / patients,
        )

    def _tell(self, told: Progress) -> None:
        if self.progress is not None:
            # What is proven of the padded day says nothing about the real one.
            self.progress(replace(told, phase="looking for slack", bound=self.solution.bound))


def _value(accounts: Ledger, objective: Objective) -> float:
    kpis = accounts.kpis
    return {
        Objective.COST: kpis.running_cost,
        Objective.SAVINGS: kpis.payer.plan,
        Objective.MARGIN: kpis.margin,
        Objective.KM: kpis.km,
        Objective.SHARED: float(kpis.all.shared),
    }[objective]


def _worse(plan: Version, than: Version, objective: Objective) -> float:
    """How much of the objective a plan gives up."""
    most_is_best = objective in (Objective.MARGIN, Objective.SHARED)
    return than.value - plan.value if most_is_best else plan.value - than.value


def _answer(solution: Solution, taken: Version, *, seconds: float, stopped: bool) -> Solution:
    """The plain search's proof with the routes that were taken."""
    most_is_best = solution.objective in (Objective.MARGIN, Objective.SHARED)
    bound = solution.bound
    if bound is not None:
        bound = max(bound, taken.value) if most_is_best else min(bound, taken.value)
    closed = bound is not None and abs(taken.value - bound) <= OPTIMAL_GAP * abs(taken.value)
    served = taken.accounts.kpis.all.trips
    optimal = closed and solution.served_bound == served
    status = Status.OPTIMAL if optimal else Status.INTERRUPTED if stopped else Status.FEASIBLE
    return replace(
        solution, routes=taken.routes, value=taken.value, bound=bound, status=status, seconds=seconds
    )
