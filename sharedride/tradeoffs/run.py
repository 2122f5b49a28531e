"""Both trade-offs of a day, from the day to the fronts with a plan for every point."""

import threading
from collections.abc import Callable
from dataclasses import replace

from sharedride.day.model import Day
from sharedride.day.warnings import day_warnings
from sharedride.planning.part import OPTIMAL_GAP
from sharedride.planning.solution import Objective, Solution, Status
from sharedride.report.alone import alone_reasons
from sharedride.report.assemble import assemble
from sharedride.report.result import Result
from sharedride.rules import Rules
from sharedride.tariffs import TariffBook
from sharedride.tradeoffs.axes import SAVING, SHARING, Figures
from sharedride.tradeoffs.front import least_x
from sharedride.tradeoffs.frontier import Frontier, front_of, renumbered
from sharedride.tradeoffs.sweep import Candidate, Sweep
from sharedride.travel import travel_table, travel_warnings

MIXTURE = "A mixture of two objectives was minimised: value and bound are those of the running cost."


def trade_offs(
    day: Day,
    *,
    sha256: str,
    rules: Rules,
    book: TariffBook,
    points: int,
    time_limit: float,
    seed: int,
    ride_limit: int,
    progress: Callable[[Figures, float], None] | None,
    stop: threading.Event | None,
) -> Frontier:
    """Sweep both trade-offs; see :func:`sharedride.frontier`."""
    table = travel_table(day)
    sweep = Sweep(
        day, table, rules, book,
        seconds=time_limit, searches=2 * points, seed=seed, ride_limit=ride_limit, stop=stop,
    )  # fmt: skip
    if progress is not None:
        sweep.tell = progress
    sweep.along(SAVING, points)
    sweep.along(SHARING, points)
    fronts, order = renumbered(
        [
            front_of(
                axes, [(i, sweep.found[i].figures) for i in sweep.front(axes)], sweep.lines.get(axes.name, [])
            )
            for axes in (SAVING, SHARING)
        ]
    )
    warnings = (*day_warnings(day), *travel_warnings(day, table))
    cheapest = least_x(fronts[0].lines)
    plans = []
    for index in order:
        candidate = sweep.found[index]
        solution = _told(candidate, cheapest)
        document = assemble(
            day, solution, candidate.accounts,
            sha256=sha256,
            data_version=table.data_version,
            unserved=candidate.outcome.unserved,
            alone=alone_reasons(day, table, rules, solution, candidate.outcome.pool),
        )  # fmt: skip
        plans.append(Result(document, solution, candidate.accounts, warnings))
    notes = [n for result in plans for n in (*result.solution.notes, *result.ledger.notes) if n != MIXTURE]
    return Frontier(
        fronts=fronts,
        plans=tuple(plans),
        trips=len(day.trips),
        date=day.date.isoformat(),
        sha256=sha256,
        notes=tuple(dict.fromkeys(notes)),
        interrupted=sweep.stopped(),
    )


def _told(candidate: Candidate, cheapest: float | None) -> Solution:
    """The solution as a plan document can tell it: a mixture is no objective there, the running cost is."""
    solution = candidate.outcome.solution
    if candidate.objective is not None:
        return solution
    value = candidate.figures.running_cost
    bound = None if cheapest is None else min(cheapest, value)
    closed = bound is not None and value - bound <= OPTIMAL_GAP * value
    status = Status.FEASIBLE if solution.status is Status.OPTIMAL else solution.status
    return replace(
        solution,
        objective=Objective.COST,
        value=value,
        bound=bound,
        status=Status.OPTIMAL if closed and solution.served_bound == candidate.figures.served else status,
        notes=(*solution.notes, MIXTURE),
    )
