"""The results page: observed, modelled, reachable, with the command that redoes it."""

import csv
import io
import math
from collections.abc import Mapping, Sequence

from sharedride.practice.account import Account, total
from sharedride.practice.compare import WAYS, Comparison, Observed
from sharedride.synth.volumes import observed_rates

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
        *_kinds(comparison),
        "",
        *_state(comparison),
        *_short(comparison),
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
    ]
    return "\n".join(lines) + "\n"


def _kinds(comparison: Comparison) -> list[str]:
    """What is observed, modelled, assumed."""
    habits = comparison.habits
    lines = [
        "* **Observed**: the payer's VSL trips and shared trips of 2024, general scheme, by département of",
        "  the carrier. Nothing else here is.",
        "* **Modelled**: synthetic days, and dispatchers who look for a partner with one propensity: same",
        "  company, place of care and direction,",
        f"  within {habits.same_min:g} min, homes within {habits.near_km:g} km, at most {habits.most}",
        "  patients, lawful, and drivable by the company's cars.",
        "* **Assumed**: all else in docs/synth.md, and these habits. Days were made with an eye on what",
        "  practice can reach: `custom` and `nearness` are as high as the payer's table asks for.",
    ]
    if comparison.time_limit is not None:
        lines += [
            "* **Optimum**: the best plan found in the time, from modelled practice on: in companies each",
            "  company by itself; pooled from there on, any company's car of today's type.",
            "  More time or a faster machine finds a little more, so a second run differs a little.",
        ]
    return [*lines, "", "The checker accepted every plan that is counted here."]


def _state(comparison: Comparison) -> list[str]:
    lines = []
    if comparison.interrupted:
        lines.append("**Stopped before the end**: the same command goes on. What is there so far:")
    if comparison.failures:
        lines.append(f"**{len(comparison.failures)} plans failed and are left out:**")
        lines += ["", *(f"* {failure}" for failure in comparison.failures)]
    return [*lines, ""] if lines else []


def _short(comparison: Comparison) -> list[str]:
    """The chart and a day of all départements in words."""
    whole = [case for case in comparison.cases if case.whole]
    if not whole:
        return ["![chart](practice.svg)", ""]
    sums = {way: total([getattr(case, way) for case in whole]) for way in WAYS}
    practice = sums["practice"]
    lines = [
        "## In short",
        "",
        "![chart](practice.svg)",
        "",
        f"Of {len(whole)} days with {practice.trips:,} trips, for each 100 trips:",
        "",
        "| | shared VSL | saving € | km | vehicles | CO2 kg | running cost € | margin € |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for way, account in sums.items():
        per = 100.0 / max(1, account.trips)
        figures = [account.saving, account.km, account.vehicles, account.co2_kg, account.running_cost]
        cells = [f"{per * figure:,.1f}" for figure in [*figures, account.margin]]
        lines.append(f"| {_NAMES[way]} | {account.vsl_rate:.1%} | {' | '.join(cells)} |")
    lines.append("")
    for way in ("company", "pooled"):
        other = sums[way]
        changes = [
            f"{getattr(other, name) / max(1e-9, getattr(practice, name)) - 1.0:+.0%} {word}"
            for name, word in (("km", "km"), ("vehicles", "vehicles"), ("co2_kg", "CO2"))
        ]
        saved = other.saving - practice.saving
        more = f"{100.0 * saved / max(1, practice.trips):+,.1f} € of payer's saving"
        margin = f"{100.0 * (other.margin - practice.margin) / max(1, practice.trips):+,.1f} € of margin"
        lines += [f"* {_NAMES[way].capitalize()} against modelled practice: {', '.join(changes)};"]
        lines += [f"  {more} and {margin} for each 100 trips."]
    return [*lines, "", *_borders(sums), ""]


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
        "| département | VSL trips 2024 | shared 2024 | observed | modelled, common | own propensity "
        "| modelled, own | at most |",
        "|---|---|---|---|---|---|---|---|",
        *[_rate_line(each) for each in comparison.departments],
        "",
        f"{met} of {len(comparison.departments)} départements are met within {100 * _WITHIN:g} points by one",
        "of their own.",
    ]


def _rate_line(each: Observed) -> str:
    own = f"{each.own.value:.3f} | {each.own.rate:.1%} | {each.own.most:.1%}"
    payer = observed_rates()[each.department]
    figures = f"{payer.trips:,} | {payer.shared:,} | {each.observed:.1%} | {each.common:.1%} | {own}"
    return f"| {each.department} {each.name} | {figures} |"


def rows(comparison: Comparison) -> str:
    """Return every case and way as CSV."""
    text = io.StringIO()
    names = list(Account.__dataclass_fields__)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["department", "seed", "way", *names])
    for case in comparison.cases:
        for way in WAYS:
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
            f" The optimizer ({comparison.objective}) had {comparison.time_limit:g} s per 1,000 trips for "
            "both ways together."
        )
    if comparison.trips is not None:
        text += " A sample of a day has fewer partners to find than the day: its rates lie below those above."
    return text


def _table(comparison: Comparison) -> list[str]:
    lines = []
    for each in comparison.departments:
        lines.append(f"| {each.department} | observed, VSL 2024 | {each.observed:.1%} |" + " |" * 7)
        cases = [case for case in comparison.cases if case.department == each.department]
        for way in WAYS:
            accounts = [account for case in cases if (account := getattr(case, way)) is not None]
            lines += [_line(each.department, way, accounts)] if accounts else []
    lines.append(f"| **all** | observed, VSL 2024 | {comparison.region_observed:.1%} |" + " |" * 7)
    for way in WAYS:
        sums = []
        for seed in comparison.seeds:
            mine = [getattr(case, way) for case in comparison.cases if case.seed == seed]
            # A sum over some départements only would stand for none.
            if len(mine) == len(comparison.departments) and None not in mine:
                sums.append(total(mine))
        lines += [_line("**all**", way, sums)] if sums else []
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


def _borders(sums: Mapping[str, Account]) -> list[str]:
    told = []
    for name, unit, sign in (
        ("saving", "payer's saving", 1),
        ("km", "km", -1),
        ("vehicles", "vehicles", -1),
        ("co2_kg", "CO2", -1),
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
