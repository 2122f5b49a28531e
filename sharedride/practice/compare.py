"""Observed, modelled, reachable: the payer's table, dispatchers' practice, and what the optimizer finds.

The optimizer plans the same days twice: with every trip bound to its company, and pooled, where a trip may go
to any company with today's type of vehicle: a gain is one of sharing and chaining, not of cheaper cars.
"""

import datetime
import math
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from sharedride.planning.solution import Objective
from sharedride.practice.account import Account
from sharedride.practice.by_hand import Habits
from sharedride.practice.case import Task
from sharedride.practice.propensity import Propensity, fit_propensity, modelled_rate
from sharedride.practice.runner import run
from sharedride.practice.store import Store, asked
from sharedride.rules import rule_sets
from sharedride.synth.assumptions import Assumptions
from sharedride.synth.generate import synth_day
from sharedride.synth.territory import territory
from sharedride.synth.volumes import observed_rates

WAYS = ("practice", "company", "pooled")


@dataclass(frozen=True)
class Case:
    """One département and seed: practice at its own propensity, the optimizer in companies and pooled."""

    department: str
    seed: int
    practice: Account | None
    company: Account | None
    pooled: Account | None

    @property
    def whole(self) -> bool:
        """Whether all three are there."""
        return None not in (self.practice, self.company, self.pooled)


@dataclass(frozen=True)
class Observed:
    """A département's observed rate, the modelled one at the common propensity, and its own propensity."""

    department: str
    name: str
    observed: float
    common: float
    own: Propensity


@dataclass(frozen=True)
class Comparison:
    """Everything the results page tells; rates are fractions.

    ``explained`` is the squared correlation between observed and modelled rates at the common propensity: how
    much of the spread between the départements geography alone then explains. ``aligned`` tells its sign.
    """

    date: datetime.date
    seeds: tuple[int, ...]
    trips: float | None
    time_limit: float | None
    objective: str
    habits: Habits
    region: Propensity
    region_observed: float
    departments: tuple[Observed, ...]
    explained: float
    aligned: bool
    cases: tuple[Case, ...]
    failures: tuple[str, ...] = ()
    interrupted: bool = False


def compare(
    codes: Sequence[str],
    date: datetime.date,
    seeds: Sequence[int],
    assumed: Assumptions,
    *,
    trips: float | None = None,
    time_limit: float | None = None,
    objective: str = "cost",
    habits: Habits | None = None,
    folder: Path | None = None,
    jobs: int = 1,
    progress: Callable[[str], None] | None = None,
) -> Comparison:
    """Fit the practice model to the payer's table, and plan the same days by hand and by optimizer.

    Parameters
    ----------
    codes
        Départements of the payer's table.
    trips
        Trips of a weekday in each département, by default what it has. The propensities are always fitted on
        whole days: on a sample there are fewer partners to find.
    time_limit
        Seconds the optimizer may take per 1,000 trips of a day, for both ways together; ``None`` leaves it
        out.
    objective
        What the optimizer is best at.
    folder
        Where every finished plan's figures are kept at once, and found again by the next call.
    jobs
        Processes that plan at once.
    """
    habits, say = habits or Habits(), progress or (lambda _: None)
    store = Store(folder) if folder is not None else None
    blank = Task("", 0, date, None, 0.0, habits, None, Objective(objective), assumed)
    region, found = _fitted(codes, date, seeds, blank, store, say)
    tasks = [
        replace(
            blank,
            department=each.department,
            seed=seed,
            trips=trips,
            propensity=each.own.value,
            time_limit=time_limit,
        )
        for seed in seeds
        for each in found
    ]
    made: dict[tuple[str, int, str], Account] = {}
    for task in tasks:
        for way in task.ways:
            if store is not None and (account := store.get(task, way)) is not None:
                made[task.department, task.seed, way] = account
    left = [task for task in tasks if any((task.department, task.seed, way) not in made for way in task.ways)]
    whole = sum(len(task.ways) for task in tasks)
    if len(left) < len(tasks):
        say(f"{len(tasks) - len(left)} of {len(tasks)} days are finished already")
    failures: list[str] = []
    interrupted = False
    began, done = time.monotonic(), 0
    try:
        with closing(run(left, jobs)) as outcomes:
            for outcome in outcomes:
                task, way = outcome.task, outcome.way
                name = f"{task.department}, seed {task.seed}, {way}"
                if outcome.account is None:
                    failures.append(f"{name}: {outcome.failure}")
                    say(f"failed: {failures[-1]}")
                    continue
                made[task.department, task.seed, way] = outcome.account
                if store is not None:
                    store.put(task, way, outcome.account)
                done += way == task.ways[-1]
                say(f"{len(made)} of {whole} plans: {name}{_left(time.monotonic() - began, done, len(left))}")
    except KeyboardInterrupt:
        interrupted = True
    cases = [
        Case(each.department, seed, *(made.get((each.department, seed, way)) for way in WAYS))
        for each in found
        for seed in seeds
        if any((each.department, seed, way) in made for way in WAYS)
    ]
    rates = observed_rates()
    correlation = _correlation([each.observed for each in found], [each.common for each in found])
    return Comparison(
        date,
        tuple(seeds),
        trips,
        time_limit,
        objective,
        habits,
        region,
        sum(rates[code].shared for code in codes) / sum(rates[code].trips for code in codes),
        tuple(found),
        correlation**2,
        correlation > 0,
        tuple(cases),
        tuple(failures),
        interrupted,
    )


def _fitted(
    codes: Sequence[str],
    date: datetime.date,
    seeds: Sequence[int],
    blank: Task,
    store: Store | None,
    say: Callable[[str], None],
) -> tuple[Propensity, list[Observed]]:
    """The propensities, common and of each département, made once."""
    question = {"codes": list(codes), "seeds": list(seeds)} | asked(blank)
    kept = store.read("propensities") if store is not None else None
    if kept is not None and kept.get("asked") == question:
        known = [Observed(**each | {"own": Propensity(**each["own"])}) for each in kept["departments"]]
        return Propensity(**kept["region"]), known
    law, rates = rule_sets()["decree"], observed_rates()
    days = {}
    for code in codes:
        say(f"{code}: making {len(seeds)} days")
        place = territory(code, blank.assumed)
        days[code] = [(seed, synth_day(place, date, seed=seed)) for seed in seeds]
    say("fitting the région's propensity")
    observed = sum(rates[code].shared for code in codes) / sum(rates[code].trips for code in codes)
    region = fit_propensity(
        [day for each in days.values() for day in each], observed, rules=law, habits=blank.habits
    )
    found = []
    for code in codes:
        say(f"{code}: fitting its own")
        common = modelled_rate(days[code], region.value, rules=law, habits=blank.habits)
        own = fit_propensity(days[code], rates[code].rate, rules=law, habits=blank.habits)
        found.append(Observed(code, rates[code].name, rates[code].rate, common, own))
    if store is not None:
        content = {"asked": question, "region": asdict(region), "departments": [asdict(e) for e in found]}
        store.write("propensities", content)
    return region, found


def _left(seconds: float, done: int, days: int) -> str:
    if not done or done >= days:
        return ""
    return f", about {math.ceil(seconds / done * (days - done) / 60.0)} min left"


def _correlation(first: Sequence[float], second: Sequence[float]) -> float:
    means = math.fsum(first) / len(first), math.fsum(second) / len(second)
    pairs = [(a - means[0], b - means[1]) for a, b in zip(first, second, strict=True)]
    spread = math.sqrt(math.fsum(a * a for a, _ in pairs) * math.fsum(b * b for _, b in pairs))
    return math.fsum(a * b for a, b in pairs) / spread if spread else 0.0
