"""The results page: observed, modelled, reachable, with the command that redoes it."""

import csv
import io
import math
from collections.abc import Sequence

from sharedride.practice.by_hand import Habits
from sharedride.practice.compare import Account, Case, Comparison, Observed, total

_WAYS = ("practice", "company", "pooled")
_WITHIN = 0.005
_COLUMNS = (
    "département",
    "way",
    "shared VSL",
    "shared",
    "saving €",
    "km",
    "vehicles",
    "CO2 kg",
    "margin €",
    "unserved",
)
_NAMES = {"practice": "modelled practice", "company": "optimum in companies", "pooled": "optimum pooled"}


def page(comparison: Comparison) -> str:
    """Return the results as Markdown."""
    first, last = comparison.seeds[0], comparison.seeds[-1]
    lines = [
        "# Observed, modelled, reachable",
        "",
        f"Synthetic {comparison.date:%A %d %B %Y}, seeds {first} to {last}. Made with:",
        "",
        "```sh",
        command(comparison),
        "```",
        "",
        *_kinds(comparison.habits),
        "",
        "## Rates of shared VSL trips",
        "",
        *_rates(comparison),
        "",
        "## A day",
        "",
        _size(comparison),
        "",
        f"| {' | '.join(_COLUMNS)} |",
        f"|{'---|' * len(_COLUMNS)}",
        *_table(comparison),
        "",
        *_borders(comparison),
    ]
    return "\n".join(lines) + "\n"


def _kinds(habits: Habits) -> list[str]:
    """What is observed, modelled, assumed."""
    return [
        "* **Observed**: the payer's VSL trips and shared trips of 2024, general scheme, by département of",
        "  the carrier.",
        "* **Modelled**: synthetic days, and dispatchers who look for a partner with one propensity: same",
        "  company, place of care and direction,",
        f"  within {habits.same_min:g} min, homes within {habits.near_km:g} km, at most {habits.most}",
        "  patients, lawful, and drivable by the company's cars.",
        "* **Assumed**: all else in docs/synth.md, and these habits. Days were made with an eye on what",
        "  practice can reach: `custom` and `nearness` are as high as the payer's table asks for.",
    ]


def _rates(comparison: Comparison) -> list[str]:
    region = comparison.region
    met = sum(each.own.reaches(each.observed, _WITHIN) for each in comparison.departments)
    return [
        f"One propensity for all, {region.value:.3f}:",
        f"modelled {region.rate:.1%}, observed {comparison.region_observed:.1%};",
        f"at most {region.most:.1%} if every trip were looked at. With it, geography, volumes and",
        f"companies alone explain {comparison.explained:.0%} of the variance between the départements'",
        "observed rates" + ("." if comparison.aligned else ", with the wrong sign."),
        "",
        "| département | observed | modelled, common | own propensity | modelled, own | at most |",
        "|---|---|---|---|---|---|",
        *[_rate_line(each) for each in comparison.departments],
        "",
        f"{met} of {len(comparison.departments)} départements are met within {100 * _WITHIN:g} points by one",
        "of their own.",
    ]


def _rate_line(each: Observed) -> str:
    own = f"{each.own.value:.3f} | {each.own.rate:.1%} | {each.own.most:.1%}"
    figures = f"{each.observed:.1%} | {each.common:.1%} | {own}"
    return f"| {each.department} {each.name} | {figures} |"


def rows(comparison: Comparison) -> str:
    """Return every case and way as CSV."""
    text = io.StringIO()
    names = list(Account.__dataclass_fields__)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["department", "seed", "way", *names])
    for case in comparison.cases:
        for way in _WAYS:
            account: Account | None = getattr(case, way)
            if account is not None:
                writer.writerow(
                    [case.department, case.seed, way, *(_cell(getattr(account, name)) for name in names)]
                )
    return text.getvalue()


def command(comparison: Comparison) -> str:
    """Return the command that redoes the comparison."""
    options = [f"--department {each.department}" for each in comparison.departments]
    options += [
        f"--date {comparison.date}",
        f"--seed {comparison.seeds[0]}",
        f"--seeds {len(comparison.seeds)}",
    ]
    options += [] if comparison.trips is None else [f"--trips {comparison.trips:g}"]
    if comparison.time_limit is None:
        options += ["--no-optimum"]
    else:
        options += [f"--time-limit {comparison.time_limit:g}", f"--objective {comparison.objective}"]
    return "sharedride practice " + " ".join(options) + " -o FOLDER"


def _size(comparison: Comparison) -> str:
    size = "whole days" if comparison.trips is None else f"days of {comparison.trips:g} trips"
    text = f"Mean ± standard deviation over the seeds, {size}."
    if comparison.time_limit is not None:
        text += (
            f" The optimizer ({comparison.objective}) stopped after {comparison.time_limit:g} s at the "
            "latest: its figures are what it found, not always the best there is."
        )
    if comparison.trips is not None:
        text += " A sample of a day has fewer partners to find than the day: its rates lie below those above."
    return text


def _table(comparison: Comparison) -> list[str]:
    lines = []
    groups = [
        (each.department, [c for c in comparison.cases if c.department == each.department])
        for each in comparison.departments
    ]
    for code, cases in groups:
        lines += [
            _line(code, way, [a for c in cases if (a := getattr(c, way)) is not None])
            for way in _WAYS
            if _has(cases, way)
        ]
    seeds = {case.seed for case in comparison.cases}
    for way in _WAYS:
        if _has(comparison.cases, way):
            sums = [
                total([getattr(c, way) for c in comparison.cases if c.seed == seed]) for seed in sorted(seeds)
            ]
            lines.append(_line("**all**", way, sums))
    return lines


def _line(code: str, way: str, accounts: Sequence[Account]) -> str:
    def spread(name: str, form: str) -> str:
        values = [getattr(account, name) for account in accounts]
        mean = sum(values) / len(values)
        deviation = math.sqrt(sum((value - mean) ** 2 for value in values) / max(1, len(values) - 1))
        return f"{mean:{form}} ± {deviation:{form}}"

    unserved = sum(account.trips - account.served for account in accounts)
    cells = [spread("vsl_rate", ".1%"), spread("rate", ".1%"), spread("saving", ",.0f"), spread("km", ",.0f")]
    cells += [spread("vehicles", ".0f"), spread("co2_kg", ",.0f"), spread("margin", ",.0f"), str(unserved)]
    return f"| {code} | {_NAMES[way]} | {' | '.join(cells)} |"


def _has(cases: Sequence[Case], way: str) -> bool:
    return any(getattr(case, way) is not None for case in cases)


def _borders(comparison: Comparison) -> list[str]:
    if not _has(comparison.cases, "pooled"):
        return []
    sums = {way: total([getattr(case, way) for case in comparison.cases]) for way in _WAYS}
    told = []
    for name, unit, sign in (
        ("saving", "payer's saving", 1),
        ("km", "km", -1),
        ("margin", "operators' margin", 1),
    ):
        whole = sign * (getattr(sums["pooled"], name) - getattr(sums["practice"], name))
        inside = sign * (getattr(sums["company"], name) - getattr(sums["practice"], name))
        if whole > 0:
            told.append(f"{(whole - inside) / whole:.0%} of the gain in {unit}")
        else:
            told.append(f"no gain in {unit} to share")
    return ["Company borders cost, of what pooling gains over modelled practice: " + "; ".join(told) + "."]


def _cell(value: object) -> object:
    return round(value, 4) if isinstance(value, float) else "" if value is None else value
