"""What a study file says: days × policies × objectives."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

STUDY_SCHEMA = "sharedride/study/1"

Fraction = Annotated[float, Field(ge=0, le=1)]
NonNegative = Annotated[float, Field(ge=0)]
ObjectiveName = Literal["cost", "savings", "margin", "km", "shared"]


class Part(BaseModel):
    """Base of every table of the study file: immutable, no key it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Limits(Part):
    """Limits that replace those of the rule set, as ``rules`` in a day."""

    detour_km_per_extra_patient: NonNegative | None = None
    detour_km_cap: NonNegative | None = None
    wait_min: NonNegative | None = None


class Rates(Part):
    """Rates of the running cost that replace the day's, in euros."""

    per_km: NonNegative | None = None
    per_hour: NonNegative | None = None
    per_vehicle: NonNegative | None = None


class Seats(Part):
    """Places for patients and companions in every car of a type; a VSL still holds 3 patients at most."""

    vsl: Annotated[int, Field(ge=1, le=8)] | None = None
    taxi: Annotated[int, Field(ge=1, le=8)] | None = None


class Policy(Part):
    """One way the world could be. Everything left out is as in the day.

    Attributes
    ----------
    name
        What tables and charts call it.
    contains
        Names of policies whose every lawful plan is lawful here too, at the same value: a looser limit. The
        optimum can then be no worse, which each study checks.
    rule_set, rules, costs
        Limits and rates that replace the day's; euros, km, minutes.
    tariff_date
        Date whose tariffs price the trips.
    empty_return
        Whether taxis bill the empty way back after hospital care.
    certified
        Fraction of the operators that are certified; each by a draw of its own, so that those of 0.3 are
        among those of 0.6.
    sharing
        ``False``: every trip rides alone.
    refusal
        Fraction of the patients who refuse among those who may share, each by a draw of its own.
    incompatible
        Fraction of the patients whose prescription forbids sharing, each by a draw of its own.
    pooled
        Every trip is free to any company that has the type of car that carries it today.
    appointment_shift_min
        Places of care move each visit by at most so many minutes, to common times twice that apart.
    seats, fleet
        Places per type of car; fraction of the cars that is there, each by a draw of its own.
    assume
        Assumptions of synthetic days that replace the study's.
    """

    name: Annotated[str, Field(min_length=1)]
    contains: tuple[str, ...] = ()
    rule_set: Literal["decree", "avenant11"] = "decree"
    rules: Limits = Limits()
    costs: Rates = Rates()
    tariff_date: datetime.date | None = None
    empty_return: bool = False
    certified: Fraction | None = None
    sharing: bool = True
    refusal: Fraction | None = None
    incompatible: Fraction | None = None
    pooled: bool = False
    appointment_shift_min: Annotated[float, Field(gt=0, le=120)] | None = None
    seats: Seats = Seats()
    fleet: Annotated[float, Field(gt=0, le=1)] | None = None
    assume: dict[str, float] = {}


class WorkingDays(Part):
    """So many Mondays to Fridays that are no public holiday, from a date on."""

    first: datetime.date
    count: Annotated[int, Field(ge=1, le=5000)]


class Days(Part):
    """Which days: files, relative to the study, and synthetic ones, every département × date × seed.

    Attributes
    ----------
    departments, dates, working_days, seeds
        The synthetic days; ``"all"`` among the départements stands for every one of metropolitan France.
    trips, vsl_share, vsl_flat, assume
        How they are made.
    companies
        Only so many companies of each, drawn, with all their trips; all if ``None``.
    neighbours
        Draw one company and take those nearest to it, instead of companies from anywhere.
    """

    files: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    dates: tuple[datetime.date, ...] = ()
    working_days: WorkingDays | None = None
    seeds: tuple[int, ...] = (1,)
    trips: Annotated[float, Field(ge=1)] | None = None
    vsl_share: Fraction | None = None
    vsl_flat: Literal["A", "B", "C", "D", "pickup"] = "A"
    companies: Annotated[int, Field(ge=1)] | None = None
    neighbours: bool = False
    assume: dict[str, float] = {}

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.files and not self.departments:
            raise ValueError("names no day, give files, or departments and dates")
        if self.departments and not (self.seeds and (self.dates or self.working_days)):
            raise ValueError("departments need at least one of dates, or working_days, and of seeds")
        return self


class Sensitivity(Part):
    """What the difference of two policies rests on: assumptions, one by one, at the ends of their range.

    Attributes
    ----------
    policy
        Compared with the first policy, for the first objective.
    assumptions
        Names of assumptions of synthetic days; their ranges stand beside them.
    days
        On how many of the study's synthetic days, the first of each département first.
    """

    policy: str
    assumptions: Annotated[tuple[str, ...], Field(min_length=1)]
    days: Annotated[int, Field(ge=1)] = 1


class Options(Part):
    """How each plan is searched; ``time_limit`` in seconds."""

    time_limit: Annotated[float, Field(gt=0)] = 60.0
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    ride_limit: Annotated[int, Field(ge=1)] | None = None


class Study(Part):
    """A whole study. The first policy is the one the others are compared with."""

    schema_: Literal["sharedride/study/1"] = Field(alias="schema")
    name: Annotated[str, Field(min_length=1)]
    question: str = ""
    days: Days
    objectives: Annotated[tuple[ObjectiveName, ...], Field(min_length=1)] = ("cost",)
    plan: Options = Options()
    policies: Annotated[tuple[Policy, ...], Field(min_length=1)]
    sensitivity: Sensitivity | None = None

    @model_validator(mode="after")
    def _names(self) -> Self:
        names = [policy.name for policy in self.policies]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two policies are called {', '.join(twice)}, give each a name of its own")
        for policy in self.policies:
            for other in policy.contains:
                if other not in names:
                    raise ValueError(f'policy "{policy.name}" contains "{other}", which is no policy')
            if policy.assume and self.days.files:
                raise ValueError(f'policy "{policy.name}" has assume, which only synthetic days follow')
        if self.sensitivity is not None:
            if self.sensitivity.policy not in names[1:]:
                raise ValueError(
                    f'sensitivity compares "{self.sensitivity.policy}", no policy after the first'
                )
            if not self.days.departments:
                raise ValueError("sensitivity varies assumptions, which only synthetic days follow")
        return self
