"""One page of a study: each policy beside the first, on the same days, with the spread over them."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, Any, NamedTuple

from sharedride.study.dearer import dearer_table
from sharedride.study.estimates import FRANCE, estimates, weights
from sharedride.study.pairs import mean_and_spread, pairs
from sharedride.study.sensitivity import tornado, tornado_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sharedride.study.monotone import Monotonicity
    from sharedride.study.spec import Study

Row = dict[str, Any]

CHART, TORNADO = "summary.svg", "tornado.svg"
"""What the page calls its pictures."""


class _Figure(NamedTuple):
    title: str
    of: Callable[[Row], float]
    unit: str


_FIGURES = (
    _Figure("payer's bill", lambda plan: plan["payer_plan"], "€"),
    _Figure("operators' margin", lambda plan: plan["margin"], "€"),
    _Figure("running cost", lambda plan: plan["running_cost"], "€"),
    _Figure("km", lambda plan: plan["km"], "km"),
    _Figure("CO2", lambda plan: plan["co2_kg"], "kg"),
)


def summary(
    study: Study, plans: Sequence[Row], checked: Monotonicity, *, total: int, varied: Sequence[Row] = ()
) -> str:
    """Return the page as Markdown; it shows ``summary.svg`` and, with a sensitivity, ``tornado.svg``.

    Differences are taken day by day, over days finished under both policies that serve as many trips: draws
    are common, so a difference is the policy's. The spread is their standard deviation over days.

    Parameters
    ----------
    plans, varied
        Rows of the table of plans: those of the study proper, and those of its sensitivity.
    total
        How many there are when all are finished.
    """
    lines = [f"# {study.name}", ""]
    if study.question:
        lines += [study.question, ""]
    rows = [*plans, *varied]
    proven = sum(plan["status"] == "optimal" for plan in rows)
    lines += [
        f"{len(rows)} of {total} plans finished, {proven} proven optimal; {_count(_days(plans), 'day')}.",
        _size(study, plans),
        "The checker found nothing wrong with any. Synthetic days rest on assumptions; no patient is real.",
        "",
    ]
    if plans:
        lines += [f"![Each policy beside the first]({CHART})", ""]
    for objective in study.objectives:
        mine = [plan for plan in plans if plan["objective"] == objective]
        lines += [f"## Planned for `{objective}`", "", *_shared(study, mine), "", *_payer(study, mine), ""]
        lines += [*_differences(study, mine), ""]
    lines += _year(study, plans)
    lines += _tornado(study, plans, varied)
    lines += _dearer(study, plans)
    lines += _checked(checked)
    notes = dict.fromkeys(note for plan in rows for note in plan["notes"])
    if notes:
        lines += ["", "## What to know", "", *(f"* {note}" for note in notes)]
    return "\n".join(lines) + "\n"


def _size(study: Study, plans: Sequence[Row]) -> str:
    days = study.days
    parts = [_count(len(study.policies), "policy", "policies"), _count(len(study.objectives), "objective")]
    if days.departments:
        codes = dict.fromkeys(plan["department"] for plan in plans if plan["seed"] is not None)
        dates = dict.fromkeys(plan["date"] for plan in plans if plan["seed"] is not None)
        parts.append(f"départements {', '.join(codes)}" if len(codes) < 10 else f"{len(codes)} départements")
        parts += [_count(len(dates), "date"), _count(len(days.seeds), "seed")]
    if days.companies is not None:
        near = "neighbouring companies" if days.neighbours else "companies drawn"
        parts.append(f"{days.companies} {near} of each day, with all their trips")
    elif days.trips is not None:
        parts.append(f"{days.trips:g} trips of a weekday")
    made_by = ", ".join(dict.fromkeys(plan["code"] for plan in plans))
    return f"Size: {'; '.join(parts)}; at most {study.plan.time_limit:g} s a plan. Code: {made_by or '-'}."


def _shared(study: Study, plans: Sequence[Row]) -> list[str]:
    lines = [
        "| policy | trips served | shared, number | amount | VSL rate, number | amount | taxi rate, number "
        "| amount | VSL operators under the malus threshold |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, mine in _by_policy(study, plans):
        served, shared = _sum(mine, "served"), _sum(mine, "shared")
        paid, shared_paid = _sum(mine, "payer_plan"), _sum(mine, "shared_amount")
        vsl, vsl_shared = _sum(mine, "vsl_trips"), _sum(mine, "vsl_shared")
        vsl_paid, vsl_shared_paid = _sum(mine, "vsl_amount"), _sum(mine, "vsl_shared_amount")
        cells = (
            f"{served:.0f} of {_sum(mine, 'trips'):.0f}",
            _rate(shared, served),
            _rate(shared_paid, paid),
            _rate(vsl_shared, vsl),
            _rate(vsl_shared_paid, vsl_paid),
            _rate(shared - vsl_shared, served - vsl),
            _rate(shared_paid - vsl_shared_paid, paid - vsl_paid),
            f"{_sum(mine, 'vsl_operators_malus'):.0f} of {_sum(mine, 'vsl_operators'):.0f}, "
            f"{_sum(mine, 'malus_euros'):.2f} €",
        )
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _payer(study: Study, plans: Sequence[Row]) -> list[str]:
    lines = [
        "| policy | payer saves on riding alone | dearer shared trips | operators' margin | mean gap |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, mine in _by_policy(study, plans):
        gaps = [plan["gap"] for plan in mine if plan["gap"] is not None]
        open_ = len(mine) - len(gaps)
        gap = f"{fsum(gaps) / len(gaps):.2%}" if gaps else "-"
        lines.append(
            f"| {name} | {_sum(mine, 'payer_saving'):.2f} €, "
            f"{_rate(_sum(mine, 'payer_saving'), _sum(mine, 'payer_solo'))} "
            f"| {_rate(_sum(mine, 'dearer_trips'), _sum(mine, 'shared'))}, "
            f"{_sum(mine, 'dearer_euros'):.2f} € | {_sum(mine, 'margin'):.2f} € "
            f"| {gap}{f', unproven in {open_}' if open_ else ''} |"
        )
    return lines


def _differences(study: Study, plans: Sequence[Row]) -> list[str]:
    base = study.policies[0].name
    titles = " | ".join(f"{figure.title}, {figure.unit}" for figure in _FIGURES)
    lines = [
        f'Per day, against "{base}" (mean ± standard deviation over days):',
        "",
        f"| policy | days | {titles} |",
        "|---|---:|" + "---:|" * len(_FIGURES),
    ]
    for policy in study.policies[1:]:
        compared = pairs(plans, base, policy.name)
        cells = [_spread([figure.of(new) - figure.of(old) for old, new in compared]) for figure in _FIGURES]
        lines.append(f"| {policy.name} | {len(compared)} | {' | '.join(cells)} |")
    return lines


def _year(study: Study, plans: Sequence[Row]) -> list[str]:
    found = [each for each in estimates(study, plans) if each.objective == study.objectives[0]]
    if not found:
        return []
    year = int(min(plan["date"] for plan in plans if plan["seed"] is not None)[:4])
    france = fsum(weight.trips for weight in weights(year).values())
    lines = [
        "## A year of a département, a région, of France",
        "",
        f"Planned for `{study.objectives[0]}`; millions of euros a year, mean ± standard deviation over "
        f'seeds (0 of a single one); changes are against "{study.policies[0].name}". A figure per served '
        f"trip times the trips of a year ({france / 1e6:.1f} million in {FRANCE}): the payer's count of VSL "
        "trips in Bourgogne-Franche-Comté, inhabitants elsewhere. *Assumptions*: every day is like those "
        "planned, and a département that was not planned is like the mean of those of its région that were, "
        "else of all. "
        "The spread tells of chance, not of that.",
        "",
        "| area | planned | policy | payer saves on riding alone | payer's bill | operators' margin |",
        "|---|---:|---|---:|---:|---:|",
    ]
    for each in found:
        payer, margin = (
            "-" if change is None else _millions(change, "+") for change in (each.payer, each.margin)
        )
        lines.append(
            f"| {each.area}, {each.trips / 1e6:.2f} million trips | {each.planned:.1%} | {each.policy} "
            f"| {_millions(each.saving)} | {payer} | {margin} |"
        )
    return [*lines, ""]


def _tornado(study: Study, plans: Sequence[Row], varied: Sequence[Row]) -> list[str]:
    found = tornado(study, plans, varied)
    if found is None:
        return []
    return [
        "## What it rests on",
        "",
        f'"{found.policy}" against "{found.base}", planned for `{found.objective}`, with one assumption at a '
        f"time at the ends of its range, on {', '.join(found.days)}.",
        "",
        f"![The widest first]({TORNADO})",
        "",
        *tornado_table(found),
        "",
    ]


def _dearer(study: Study, plans: Sequence[Row]) -> list[str]:
    lines = ["## Where sharing costs the payer more", ""]
    lines += [f'Shared trips under "{study.policies[0].name}", as the detour is billed:', ""]
    for objective in study.objectives:
        mine = [
            plan
            for plan in plans
            if plan["objective"] == objective and plan["policy"] == study.policies[0].name
        ]
        lines += [f"Planned for `{objective}`:", "", *dearer_table(mine), ""]
    return lines


def _checked(checked: Monotonicity) -> list[str]:
    lines = ["## Looser is never worse", ""]
    lines.append(
        f"{checked.pairs} pairs of a looser and a tighter policy on one day: {len(checked.breaches)} "
        f"contradict it; {checked.within_gap} came out worse within the gap left open; "
        f"{checked.unproven} have no bound."
    )
    lines += [f"* {breach}" for breach in checked.breaches]
    return lines


def _by_policy(study: Study, plans: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    found = [
        (policy.name, [plan for plan in plans if plan["policy"] == policy.name]) for policy in study.policies
    ]
    return [(name, mine) for name, mine in found if mine]


def _sum(plans: Sequence[Row], name: str) -> float:
    return fsum(plan[name] for plan in plans)


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "-"
    mean, spread = mean_and_spread(values)
    return f"{mean:+.2f}" if len(values) == 1 else f"{mean:+.2f} ± {spread:.2f}"


def _millions(figure: tuple[float, float], sign: str = "") -> str:
    return f"{figure[0] / 1e6:{sign}.2f} ± {figure[1] / 1e6:.2f}"


def _rate(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else "-"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _days(plans: Sequence[Row]) -> int:
    return len({plan["day"] for plan in plans})
