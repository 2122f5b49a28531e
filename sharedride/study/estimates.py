"""From the days that were planned to départements, régions and France, a year.

A figure is taken per served trip and multiplied by the trips of a year. Those are the weekday's trips of the
synthetic day (the payer's count in Bourgogne-Franche-Comté, inhabitants elsewhere) times the weekdays' worth
of the year. *Assumptions*: every day of the year is like those planned; a département that was not planned is
like the mean of those of its région that were, weighted by their trips, and in a région without any like the
mean of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import fsum
from typing import TYPE_CHECKING, Any

from sharedride.study.pairs import mean_and_spread, pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sharedride.study.spec import Study

Row = dict[str, Any]
Changes = dict[str, tuple[float, float]]

FRANCE = "France"
_FIGURES = ("payer_saving", "payer_plan", "margin")


@dataclass(frozen=True)
class Weight:
    """Trips of a year a département stands for; ``observed`` where a payer's count is behind."""

    department: str
    name: str
    region: str
    trips: float
    observed: bool


@dataclass(frozen=True)
class Estimate:
    """A policy in a year of an area, in euros.

    Attributes
    ----------
    area, policy, objective
        Name of the département, of the région, or ``France``; what was planned.
    trips
        Seated trips a year.
    planned
        Fraction of them in départements that were planned.
    seeds
        Over how many seeds the spread is.
    saving
        What sharing saves the payer on riding alone under this policy: mean and standard deviation.
    payer, margin
        Change of the payer's bill and of the operators' margin against the first policy; ``None`` for it,
        and where no day can be compared.
    """

    area: str
    policy: str
    objective: str
    trips: float
    planned: float
    seeds: int
    saving: tuple[float, float]
    payer: tuple[float, float] | None
    margin: tuple[float, float] | None


@cache
def weights(year: int) -> dict[str, Weight]:
    """Return the trips of a year by département of metropolitan France."""
    from sharedride.synth.assumptions import default_assumptions
    from sharedride.synth.calendar import weekday_equivalents
    from sharedride.synth.geography import departments
    from sharedride.synth.volumes import volume

    assumed = default_assumptions()
    days = weekday_equivalents(year, assumed)
    found = {}
    for code, department in departments().items():
        usual = volume(code, assumed)
        found[code] = Weight(
            code, department.name, department.region_name, usual.trips * days, usual.observed
        )
    return found


def estimates(study: Study, plans: Sequence[Row]) -> list[Estimate]:
    """Return every policy in every area that holds a planned département, and in France.

    The spread is over seeds: each seed gives one estimate of the whole area.

    Parameters
    ----------
    plans
        Rows of the table of plans, those of the sensitivity left out; days of files belong to no area.
    """
    synthetic = [plan for plan in plans if plan["seed"] is not None]
    if not synthetic:
        return []
    year = int(min(plan["date"] for plan in synthetic)[:4])
    held = weights(year)
    planned = dict.fromkeys(plan["department"] for plan in synthetic)
    areas = {held[code].name: [code] for code in planned}
    for region in dict.fromkeys(held[code].region for code in planned):
        areas[region] = [code for code, weight in held.items() if weight.region == region]
    areas[FRANCE] = list(held)
    base = study.policies[0].name
    found = []
    for objective in study.objectives:
        mine = [plan for plan in synthetic if plan["objective"] == objective]
        for policy in study.policies:
            alone = _by_seed([(None, plan) for plan in mine if plan["policy"] == policy.name])
            against = _by_seed([*pairs(mine, base, policy.name)]) if policy.name != base else {}
            for area, codes in areas.items():
                saving = _spread(alone, "payer_saving", codes, held)
                if saving is None:
                    continue
                trips = fsum(held[code].trips for code in codes)
                share = fsum(held[code].trips for code in codes if code in planned) / trips
                found.append(
                    Estimate(
                        area,
                        policy.name,
                        objective,
                        trips,
                        share,
                        len(alone),
                        saving,
                        _spread(against, "payer_plan", codes, held),
                        _spread(against, "margin", codes, held),
                    )
                )
    return found


def _by_seed(
    compared: Sequence[tuple[Row | None, Row]],
) -> dict[int, dict[str, dict[str, float]]]:
    """Figures per served trip by seed and département; differences where there is a first plan."""
    sums: dict[int, dict[str, list[tuple[Row | None, Row]]]] = {}
    for old, new in compared:
        sums.setdefault(new["seed"], {}).setdefault(new["department"], []).append((old, new))
    return {
        seed: {
            department: {
                name: fsum(new[name] - (old[name] if old else 0.0) for old, new in rows)
                / max(1, sum(new["served"] for _, new in rows))
                for name in _FIGURES
            }
            for department, rows in by_department.items()
        }
        for seed, by_department in sums.items()
    }


def _spread(
    by_seed: Mapping[int, Mapping[str, Mapping[str, float]]],
    figure: str,
    codes: Sequence[str],
    held: Mapping[str, Weight],
) -> tuple[float, float] | None:
    """Mean and standard deviation over seeds of an area's figure, euros a year."""
    if not by_seed:
        return None
    wholes = []
    for known in by_seed.values():
        per_trip = {code: known[code][figure] for code in known}
        wholes.append(fsum(held[code].trips * _like(code, per_trip, held) for code in codes))
    return mean_and_spread(wholes)


def _like(code: str, per_trip: Mapping[str, float], held: Mapping[str, Weight]) -> float:
    """A département's figure per trip: its own, else the mean of its région, else the mean of all."""
    if code in per_trip:
        return per_trip[code]
    near = [each for each in per_trip if held[each].region == held[code].region] or list(per_trip)
    return fsum(held[each].trips * per_trip[each] for each in near) / fsum(held[each].trips for each in near)
