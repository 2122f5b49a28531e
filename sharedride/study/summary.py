"""One page of a study: each policy beside the first, on the same days, with the spread over them."""

from __future__ import annotations

from math import fsum, sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sharedride.study.monotone import Monotonicity
    from sharedride.study.spec import Study

Row = dict[str, Any]


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


def summary(study: Study, plans: Sequence[Row], checked: Monotonicity, *, total: int) -> str:
    """Return the page as Markdown.

    Differences are taken day by day, over days finished under both policies that serve as many trips: draws
    are common, so a difference is the policy's. The spread is their standard deviation over days.
    """
    lines = [f"# {study.name}", ""]
    if study.question:
        lines += [study.question, ""]
    proven = sum(plan["status"] == "optimal" for plan in plans)
    lines += [
        f"{len(plans)} of {total} plans finished, {proven} proven optimal; {_days(plans)} days.",
        "The checker found nothing wrong with any. Synthetic days rest on assumptions; no patient is real.",
        "",
    ]
    for objective in study.objectives:
        mine = [plan for plan in plans if plan["objective"] == objective]
        lines += [
            f"## Planned for `{objective}`",
            "",
            *_shares(study, mine),
            "",
            *_differences(study, mine),
            "",
        ]
    lines += _checked(checked)
    notes = dict.fromkeys(note for plan in plans for note in plan["notes"])
    if notes:
        lines += ["", "## What to know", "", *(f"* {note}" for note in notes)]
    return "\n".join(lines) + "\n"


def _shares(study: Study, plans: Sequence[Row]) -> list[str]:
    lines = [
        "| policy | trips served | shared | VSL rate, number | VSL rate, amount | dearer shared trips "
        "| payer saves on riding alone | mean gap |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for policy in study.policies:
        mine = [plan for plan in plans if plan["policy"] == policy.name]
        if not mine:
            continue

        def total(name: str, rows: list[Row] = mine) -> float:
            return fsum(plan[name] for plan in rows)

        gaps = [plan["gap"] for plan in mine if plan["gap"] is not None]
        gap = (
            f"{fsum(gaps) / len(gaps):.2%}"
            if len(gaps) == len(mine)
            else f"unproven in {len(mine) - len(gaps)}"
        )
        lines.append(
            f"| {policy.name} | {total('served'):.0f} of {total('trips'):.0f} "
            f"| {_rate(total('shared'), total('served'))} | {_rate(total('vsl_shared'), total('vsl_trips'))} "
            f"| {_rate(total('vsl_shared_amount'), total('vsl_amount'))} "
            f"| {_rate(total('dearer_trips'), total('shared'))}, {total('dearer_euros'):.2f} € "
            f"| {_rate(total('payer_saving'), total('payer_solo'))} | {gap} |"
        )
    return lines


def _differences(study: Study, plans: Sequence[Row]) -> list[str]:
    base = study.policies[0].name
    first = {plan["day"]: plan for plan in plans if plan["policy"] == base}
    titles = " | ".join(f"{figure.title}, {figure.unit}" for figure in _FIGURES)
    lines = [
        f'Per day, against "{base}" (mean ± standard deviation over days):',
        "",
        f"| policy | days | {titles} |",
        "|---|---:|" + "---:|" * len(_FIGURES),
    ]
    for policy in study.policies[1:]:
        pairs = [
            (first[plan["day"]], plan)
            for plan in plans
            if plan["policy"] == policy.name
            and plan["day"] in first
            and first[plan["day"]]["served"] == plan["served"]
        ]
        cells = [_spread([figure.of(new) - figure.of(old) for old, new in pairs]) for figure in _FIGURES]
        lines.append(f"| {policy.name} | {len(pairs)} | {' | '.join(cells)} |")
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


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "-"
    mean = fsum(values) / len(values)
    if len(values) == 1:
        return f"{mean:+.2f}"
    return f"{mean:+.2f} ± {sqrt(fsum((value - mean) ** 2 for value in values) / (len(values) - 1)):.2f}"


def _rate(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else "-"


def _days(plans: Sequence[Row]) -> int:
    return len({plan["day"] for plan in plans})
