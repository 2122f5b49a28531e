"""Observed, modelled, reachable: the payer's table, dispatchers' practice, and what the optimizer finds.

The optimizer plans the same days twice: with every trip bound to its company, and pooled, where a trip may go
to any company with today's type of vehicle: a gain is one of sharing and chaining, not of cheaper cars.
"""

import datetime
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sharedride.api import plan
from sharedride.day.model import Day
from sharedride.document import Kpis
from sharedride.practice.by_hand import Habits, share_by_hand
from sharedride.practice.propensity import Propensity, fit_propensity, modelled_rate
from sharedride.practice.routes import plan_by_hand
from sharedride.rules import rule_sets
from sharedride.synth.assumptions import Assumptions
from sharedride.synth.generate import SynthDay, synth_day
from sharedride.synth.territory import territory
from sharedride.synth.volumes import observed_rates


@dataclass(frozen=True)
class Account:
    """One way to run a day: its figures in euros, km and kg; ``gap`` where a bound is proven."""

    trips: int
    served: int
    vsl_rate: float
    rate: float
    saving: float
    km: float
    vehicles: int
    co2_kg: float
    running_cost: float
    margin: float
    gap: float | None = None

    @classmethod
    def of(cls, kpis: Kpis, gap: float | None = None) -> "Account":
        """Read the account of a plan."""
        return cls(
            trips=kpis.trips,
            served=kpis.served,
            vsl_rate=kpis.shared_rate_vsl or 0.0,
            rate=kpis.shared_rate or 0.0,
            saving=kpis.payer.saving,
            km=kpis.km,
            vehicles=kpis.vehicles_used,
            co2_kg=kpis.co2_kg,
            running_cost=kpis.operator.running_cost,
            margin=kpis.operator.margin,
            gap=gap,
        )


@dataclass(frozen=True)
class Case:
    """One département and seed: practice at its own propensity, the optimizer in companies and pooled."""

    department: str
    seed: int
    practice: Account
    company: Account | None
    pooled: Account | None


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
        Seconds the optimizer may take per day and variant; ``None`` leaves it out.
    objective
        What the optimizer is best at.
    """
    habits, law, rates = habits or Habits(), rule_sets()["decree"], observed_rates()
    say = progress or (lambda _: None)
    places = {code: territory(code, assumed) for code in codes}
    days: dict[str, list[tuple[int, SynthDay]]] = {}
    for code, place in places.items():
        say(f"{code}: making {len(seeds)} days")
        days[code] = [(seed, synth_day(place, date, seed=seed)) for seed in seeds]
    say("fitting the région's propensity")
    observed = sum(rates[code].shared for code in codes) / sum(rates[code].trips for code in codes)
    region = fit_propensity(
        [day for each in days.values() for day in each], observed, rules=law, habits=habits
    )
    found = []
    for code in codes:
        say(f"{code}: fitting its own")
        common = modelled_rate(days[code], region.value, rules=law, habits=habits)
        own = fit_propensity(days[code], rates[code].rate, rules=law, habits=habits)
        found.append(Observed(code, rates[code].name, rates[code].rate, common, own))
    cases = []
    for each in found:
        for seed, whole in days[each.department]:
            say(f"{each.department}, seed {seed}: planning")
            made = whole
            if trips is not None:
                made = synth_day(places[each.department], date, seed=seed, trips=trips)
            handmade = share_by_hand(made, each.own.value, rules=law, habits=habits, seed=seed)
            practice = Account.of(plan_by_hand(made, handmade).document.kpis)
            company = pooled = None
            if time_limit is not None:
                company = _optimum(Day.model_validate(made.content), objective, time_limit)
                pooled = _optimum(pooled_day(made), objective, time_limit)
            cases.append(Case(each.department, seed, practice, company, pooled))
    correlation = _correlation([each.observed for each in found], [each.common for each in found])
    return Comparison(
        date,
        tuple(seeds),
        trips,
        time_limit,
        objective,
        habits,
        region,
        observed,
        tuple(found),
        correlation**2,
        correlation > 0,
        tuple(cases),
    )


def pooled_day(made: SynthDay) -> Day:
    """Return the day with every trip free to any company that has today's type of vehicle."""
    day = Day.model_validate(made.content)
    types = {vehicle.operator: vehicle.type for vehicle in day.vehicles}
    trips = tuple(
        trip.model_copy(update={"operator": None, "vehicle_types": (types[trip.operator or ""],)})
        for trip in day.trips
    )
    return day.model_copy(update={"trips": trips})


def total(accounts: Sequence[Account]) -> Account:
    """Add accounts up; rates are weighted by trips."""
    trips = sum(account.trips for account in accounts)

    def mean(name: str) -> float:
        return math.fsum(getattr(account, name) * account.trips for account in accounts) / max(1, trips)

    first = accounts[0]
    return replace(
        first,
        trips=trips,
        served=sum(account.served for account in accounts),
        vsl_rate=mean("vsl_rate"),
        rate=mean("rate"),
        saving=math.fsum(account.saving for account in accounts),
        km=math.fsum(account.km for account in accounts),
        vehicles=sum(account.vehicles for account in accounts),
        co2_kg=math.fsum(account.co2_kg for account in accounts),
        running_cost=math.fsum(account.running_cost for account in accounts),
        margin=math.fsum(account.margin for account in accounts),
        gap=None,
    )


def _optimum(day: Day, objective: str, time_limit: float) -> Account:
    document = plan(day, objective=objective, time_limit=time_limit).document
    return Account.of(document.kpis, document.solver.gap)


def _correlation(first: Sequence[float], second: Sequence[float]) -> float:
    means = math.fsum(first) / len(first), math.fsum(second) / len(second)
    pairs = [(a - means[0], b - means[1]) for a, b in zip(first, second, strict=True)]
    spread = math.sqrt(math.fsum(a * a for a, _ in pairs) * math.fsum(b * b for _, b in pairs))
    return math.fsum(a * b for a, b in pairs) / spread if spread else 0.0
