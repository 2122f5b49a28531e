"""What a wish would cost, or which rule forbids it, with the figure."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from sharedride.changing.calls import Call, calls_of
from sharedride.changing.planned import Attempt, Setting, attempt, cut_note
from sharedride.changing.rest import Terms
from sharedride.changing.standing import LONG_AGO, standing
from sharedride.changing.wishes import Wish, with_wishes
from sharedride.day.model import Day
from sharedride.day.read import parse_day
from sharedride.document import PlanDocument
from sharedride.errors import InputError, Problem
from sharedride.report.alone import alone_case
from sharedride.report.alone_limits import judge
from sharedride.report.alone_ride import PairOrder
from sharedride.report.files import write_whole
from sharedride.report.reading import solution_of


@dataclass(frozen=True)
class Figures:
    """A plan in figures: running cost, payer's bill and margin in euros, km, trips served and shared."""

    cost: float
    payer: float
    margin: float
    km: float
    served: int
    shared: int


@dataclass(frozen=True)
class WhatIf:
    """What becomes of a plan under a wish.

    Attributes
    ----------
    possible
        Whether a lawful plan that serves as many trips was found.
    reasons
        Which rule forbids it and by how much, or who would be left out; empty where it is possible.
    before, after
        The plans in figures; ``after`` is ``None`` where there is no lawful plan to speak of.
    calls
        Trips that would change, in the order of the day.
    document, day_json
        The plan under the wish and the bytes of the day it answers, where it is possible.
    notes
        What bears on the answer, such as that the clock ended the search.
    """

    wishes: tuple[Wish, ...]
    possible: bool
    reasons: tuple[str, ...]
    before: Figures
    after: Figures | None = None
    calls: tuple[Call, ...] = ()
    document: PlanDocument | None = field(default=None, repr=False)
    day_json: bytes | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()

    def write(self, plan: str | Path, day: str | Path) -> None:
        """Write the plan under the wish and the day with the wish in it, which the plan answers.

        Raises
        ------
        InputError
            When there is no such plan, or a file cannot be written.
        """
        if self.document is None or self.day_json is None:
            raise InputError([Problem("", "the wish is not possible: there is no plan to keep")])
        write_whole(Path(day), self.day_json)
        write_whole(Path(plan), self.document.to_json().encode("utf-8"))

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as JSON."""
        return {
            "wishes": [str(wish) for wish in self.wishes],
            "possible": self.possible,
            "reasons": list(self.reasons),
            "before": self.before.__dict__,
            "after": None if self.after is None else self.after.__dict__,
            "changes": [call.as_dict() for call in self.calls],
            "notes": list(self.notes),
        }


def whatif_day(
    day: Day, folder: Path, document: PlanDocument, wishes: Sequence[Wish], setting: Setting, *,
    percent: float, time_limit: float, seed: int,
) -> WhatIf:  # fmt: skip
    """Try wishes on a plan: the plan stays as it is but for what the wishes move.

    Raises
    ------
    InputError
        When the plan is not of this day.
    """
    before = _figures(document)
    asked = tuple(wishes)
    solution_of(day, document)
    try:
        content = with_wishes(day, asked)
        wished = parse_day(content, folder)
    except InputError as error:
        return WhatIf(asked, False, tuple(problem.message for problem in error.problems), before)
    data = (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode("utf-8")
    plan = standing(document, LONG_AGO)
    named = {wish.trip for wish in asked} | {w.value for w in asked if w.key in ("with", "not_with")}
    cars = {wish.value for wish in asked if wish.key == "vehicle"}
    around = {trip for name in named if name in plan.ride_of for trip in plan.ride_of[name].trips}
    around |= {trip for car in cars for ride in plan.rides.get(car, ()) for trip in ride.trips}
    unserved = {item.id for item in document.unserved}
    tried = attempt(
        wished, setting, plan, Terms(window=float("inf"), free=frozenset(named)),
        named | around | unserved, percent=percent, local=True, time_limit=time_limit, seed=seed,
        stop=lambda: False, sha256=lambda final: hashlib.sha256(data).hexdigest(),
    )  # fmt: skip
    left = [item for item in tried.document.unserved if item.id not in unserved or item.id in named]
    reasons = tuple(
        reason for item in left for reason in _forbidden(day, setting, document, tried, asked, item.id)
    )
    calls = calls_of(
        document, tried.document, gone={}, touched={wish.trip: str(wish) for wish in asked}, troubled={}
    )
    notes = (cut_note(time_limit),) if tried.repaired.cut else ()
    if left:
        return WhatIf(asked, False, tuple(dict.fromkeys(reasons)), before, None, calls, notes=notes)
    after = _figures(tried.document)
    return WhatIf(asked, True, (), before, after, calls, tried.document, data, notes)


def _forbidden(
    day: Day, setting: Setting, document: PlanDocument, tried: Attempt, wishes: Sequence[Wish], name: str
) -> list[str]:
    """Why a trip finds no place: the limit the two would break together, or that no vehicle is left."""
    rest = tried.rest
    found = []
    for wish in wishes:
        if wish.key != "with" or name not in (wish.trip, wish.value):
            continue
        pair = (rest.trips[wish.trip], rest.trips[wish.value])
        together = any(
            set(pair) <= set(rest.pool.members(k).tolist())
            for k in range(len(rest.pool))
            if rest.pool.patients[k] > 1
        )
        if not together:
            found.append(f"{wish.trip} with {wish.value}: {_nearest(day, setting, document, pair)}")
    if found:
        return found
    missed = next(item for item in tried.document.unserved if item.id == name)
    return [f"{name} would be left out: {missed.detail or missed.reason}"]


def _nearest(day: Day, setting: Setting, document: PlanDocument, pair: tuple[int, int]) -> str:
    """The limits two trips break in the order of stops that comes nearest to lawful."""
    case = alone_case(day, setting.table, setting.rules, solution_of(day, document))
    judged = [
        judge(case, PairOrder(one, other, leaves))
        for (one, other), leaves in product((pair, pair[::-1]), (True, False))
    ]
    broken = [item[1] for item in judged if item is not None]
    if not broken:
        return "the two are never aboard together in any order of stops"
    best = min(broken, key=lambda breaches: sum(breach.excess + 1 for breach in breaches))
    if not best:
        return "lawful as a pair, but not with what else is fixed for them"
    return "; ".join(breach.detail for breach in best)


def _figures(document: PlanDocument) -> Figures:
    kpis = document.kpis
    return Figures(
        cost=kpis.operator.running_cost,
        payer=kpis.payer.plan,
        margin=kpis.operator.margin,
        km=kpis.km,
        served=kpis.served,
        shared=kpis.shared,
    )
