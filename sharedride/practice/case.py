"""One synthetic day, planned by hand, inside companies and pooled, each plan checked."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sharedride.api import check
from sharedride.checking.violation import Rule
from sharedride.day.digest import day_sha256
from sharedride.day.model import Day
from sharedride.document import PlanDocument
from sharedride.ledger import ledger
from sharedride.planning.optimize import optimize
from sharedride.planning.solution import Objective, Route, Solution
from sharedride.practice.account import Account
from sharedride.practice.by_hand import Habits, share_by_hand
from sharedride.practice.routes import plan_by_hand
from sharedride.report.assemble import assemble
from sharedride.rules import rule_sets, rules_of
from sharedride.synth.assumptions import Assumptions
from sharedride.synth.generate import SynthDay, synth_day
from sharedride.synth.territory import Territory, territory
from sharedride.tariffs import tariff_book
from sharedride.travel import travel_table

COMPANY_PART = 0.3
"""Part of the optimizer's time for the plan inside companies, most of which are soon proven best."""


@dataclass(frozen=True)
class Task:
    """A day to plan in every way.

    Attributes
    ----------
    trips
        Trips of a weekday, ``None`` for what the département has.
    propensity
        The practice model's number for this département.
    time_limit
        Seconds of the optimizer per 1,000 trips, both ways together; ``None`` leaves it out.
    """

    department: str
    seed: int
    date: datetime.date
    trips: float | None
    propensity: float
    habits: Habits
    time_limit: float | None
    objective: Objective
    assumed: Assumptions

    @property
    def ways(self) -> tuple[str, ...]:
        """Names of the plans this task makes."""
        return ("practice",) if self.time_limit is None else ("practice", "company", "pooled")


def plans_of(task: Task) -> Iterator[tuple[str, Account]]:
    """Yield each way's account once its plan is made and the checker has found nothing.

    Raises
    ------
    RuntimeError
        When the checker refuses a plan.
    """
    made = synth_day(_territory(task.department, task.assumed), task.date, seed=task.seed, trips=task.trips)
    handmade = share_by_hand(
        made, task.propensity, rules=rule_sets()["decree"], habits=task.habits, seed=task.seed
    )
    by_hand = plan_by_hand(made, handmade)
    yield "practice", _checked(by_hand.day, by_hand.document)
    if task.time_limit is None:
        return
    seconds = task.time_limit * len(by_hand.day.trips) / 1000.0
    company = reached(by_hand.day, by_hand.routes, task.objective, COMPANY_PART * seconds, task.seed)
    yield "company", account_of(by_hand.day, company)
    free = pooled_day(made)
    pooled = reached(free, company.routes, task.objective, (1.0 - COMPANY_PART) * seconds, task.seed)
    yield "pooled", account_of(free, pooled)


def reached(day: Day, routes: Sequence[Route], objective: Objective, seconds: float, seed: int) -> Solution:
    """Return what the optimizer makes of a day within some seconds, starting from its routes."""
    book = tariff_book(day.date)
    return optimize(
        day, travel_table(day), rules_of(day, "decree"), book, objective=objective, given=routes,
        time_limit=seconds, seed=seed,
    ).solution  # fmt: skip


def pooled_day(made: SynthDay) -> Day:
    """Return the day with every trip free to any company that has today's type of vehicle."""
    day = Day.model_validate(made.content)
    types = {vehicle.operator: vehicle.type for vehicle in day.vehicles}
    trips = tuple(
        trip.model_copy(update={"operator": None, "vehicle_types": (types[trip.operator or ""],)})
        for trip in day.trips
    )
    return day.model_copy(update={"trips": trips})


def account_of(day: Day, solution: Solution) -> Account:
    """Return the account of a plan that the checker finds nothing wrong with.

    Raises
    ------
    RuntimeError
        When it does.
    """
    book, limits = tariff_book(day.date), rules_of(day, "decree")
    accounts = ledger(day, travel_table(day), solution.routes, book=book, rules=limits)
    served = {trip for route in solution.routes for stop in route.stops for trip in stop.board}
    document = assemble(
        day,
        solution,
        accounts,
        sha256=day_sha256(day),
        unserved={
            trip: ("NOT_PROVEN", "not in the plan") for trip in range(len(day.trips)) if trip not in served
        },
        alone={},
    )
    return _checked(day, document, solution.gap)


def _checked(day: Day, document: PlanDocument, gap: float | None = None) -> Account:
    # Nobody asked why a trip is alone, so no reason is given.
    wrong = {item.rule.value for item in check(day, document) if item.rule is not Rule.ALONE_BECAUSE}
    if wrong:
        message = f"the plan was refused by the checker: {', '.join(sorted(wrong))}"
        raise RuntimeError(message)
    return Account.of(document.kpis, gap)


@lru_cache(maxsize=2)
def _territory(code: str, assumed: Assumptions) -> Territory:
    return territory(code, assumed)
