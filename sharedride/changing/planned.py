"""A repaired rest of a day as a plan document."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from sharedride.changing.pools import near_trips
from sharedride.changing.repair import Repaired, kept_plan, repair
from sharedride.changing.rest import Rest, Terms, rest_of
from sharedride.changing.standing import Standing
from sharedride.changing.written import written_routes
from sharedride.day.model import Day
from sharedride.document import PlanDocument
from sharedride.errors import InputError, Problem
from sharedride.ledger import ledger
from sharedride.planning.solution import Objective, Solution, Status
from sharedride.planning.unserved import TAKEN, why_unserved
from sharedride.report.alone import alone_reasons
from sharedride.report.assemble import assemble
from sharedride.rules import Rules
from sharedride.tariffs import TariffBook
from sharedride.travel import TravelTable

TIE = 1e-5
PENALTY = 1e5
"""Cost of leaving a trip out, beyond what any change of a day can save."""


@dataclass(frozen=True)
class Setting:
    """What every plan of a day needs beside the day: distances, limits, prices."""

    table: TravelTable
    rules: Rules
    book: TariffBook


@dataclass(frozen=True)
class Attempt:
    """A rest of a day, what still stands of the plan, and the vehicles that had to be closed for it."""

    rest: Rest
    repaired: Repaired
    document: PlanDocument
    rested: tuple[str, ...]


def cut_note(time_limit: float) -> str:
    """What is said of an answer whose search the clock ended."""
    return f"the clock ended the search after {time_limit:g} s: a longer --time-limit may find better"


def attempt(
    day: Day, setting: Setting, plan: Standing, terms: Terms, affected: set[str], *,
    percent: float, local: bool, time_limit: float, seed: int, stop: Callable[[], bool],
    sha256: Callable[[Day], str],
) -> Attempt:  # fmt: skip
    """Repair a plan for a day, and write it out.

    Parameters
    ----------
    affected
        Trips that what happened touches, by id.
    percent
        Share of the objective given up for fewer changes.
    local
        Whether only to repair, and make nothing else cheaper.
    sha256
        Hash of the day the plan answers, once it is settled.

    Raises
    ------
    InputError
        When the rides that have begun do not keep the rules of the day.
    """
    began = time.perf_counter()
    objective = Objective(plan.document.solver.objective)
    rested: list[str] = []
    while True:
        free = [i for i, trip in enumerate(day.trips) if not plan.has_begun(trip.id) or trip.id in terms.free]
        near = near_trips(
            day, setting.table, [i for i, trip in enumerate(day.trips) if trip.id in affected], free
        )
        rest = rest_of(
            day, setting.table, setting.rules, setting.book, objective, plan, terms, near,
            penalty=PENALTY, tie=0.0 if objective is Objective.COST else TIE,
        )  # fmt: skip
        kept, stuck = kept_plan(rest, plan)
        if not stuck:
            break
        names = [day.vehicles[v].id for v in stuck]
        if any(day.vehicles[v].break_ is None for v in stuck):
            kept = None
            break
        # Its driver is home before a break could be counted: nothing more for that vehicle, and no break.
        rested += names
        terms = replace(terms, closed=terms.closed | frozenset(names))
        day = _without_breaks(day, names)
    if kept is None:
        message = "the rides under way do not keep the rules of the day: see sharedride check DAY PLAN"
        raise InputError([Problem("plan", message)])
    # Listing rides is no search: on a slow machine it would leave none, and a trip without a place.
    until = time.perf_counter() + time_limit
    repaired = repair(rest, kept, percent, local=local, until=until, seed=seed, stop=stop)
    timed = repaired.plan
    routes = written_routes(rest, plan, timed)
    solution = Solution(
        routes=routes,
        objective=objective,
        status=Status.INTERRUPTED if stop() else Status.FEASIBLE,
        value=rest.problem.prices.value(timed.primary),
        bound=None,
        served_bound=None,
        seconds=time.perf_counter() - began,
        seed=seed,
    )
    accounts = ledger(day, setting.table, routes, book=setting.book, rules=setting.rules)
    document = assemble(
        day,
        solution,
        accounts,
        sha256=sha256(day),
        data_version=setting.table.data_version,
        unserved=_unserved(day, setting, rest, timed.unserved, cut=repaired.cut),
        alone=alone_reasons(day, setting.table, setting.rules, solution, rest.pool),
    )
    return Attempt(rest, repaired, document, tuple(rested))


def _unserved(
    day: Day, setting: Setting, rest: Rest, trips: Iterable[int], *, cut: bool
) -> dict[int, tuple[str, str]]:
    """Why trips were left out; where a vehicle could carry one, only that no place was found is known."""
    found = why_unserved(day, setting.table, rest.problem.wait_limit, trips)
    within = "in the time given" if cut else "around the rides that stay"
    return {
        trip: (reason, detail.replace(TAKEN, f"no place was found {within}"))
        for trip, (reason, detail) in found.items()
    }


def _without_breaks(day: Day, names: list[str]) -> Day:
    vehicles = tuple(
        vehicle.model_copy(update={"break_": None}) if vehicle.id in names else vehicle
        for vehicle in day.vehicles
    )
    return day.model_copy(update={"vehicles": vehicles})
