"""The calibration report as text for people, and as plain data."""

from typing import Any

from sharedride.synth.assumptions import described
from sharedride.synth.calibration import Calibration, Line
from sharedride.synth.facts import TOLERANCE
from sharedride.synth.geography import ATTRIBUTION


def report_data(calibration: Calibration) -> dict[str, Any]:
    """Return the report as JSON-ready data."""
    return {
        "departments": list(calibration.departments),
        "seeds": list(calibration.seeds),
        "date": calibration.date.isoformat(),
        "facts": [
            {
                "fact": line.fact.name,
                "what": line.fact.what,
                "unit": line.fact.unit,
                "target": list(line.fact.band) if line.fact.band else None,
                "got": round(line.got, 4),
                "deviation": round(line.deviation, 4),
                "verdict": line.verdict,
                "how": line.fact.how,
                "source": line.fact.source,
                "confidence": line.fact.confidence,
                "by_department": {code: round(value, 4) for code, value in line.by_department.items()},
            }
            for line in calibration.lines
        ],
        "cars": calibration.cars,
        "cars_added": calibration.cars_added,
        "trips": calibration.trips,
        "assumptions": {name: getattr(calibration.assumed, name) for name in described()},
    }


def report_text(calibration: Calibration) -> str:
    """Return the report as Markdown: facts, départements, what is assumed."""
    seeds = len(calibration.seeds)
    lines = [
        "# Calibration of synthetic days",
        "",
        f"Départements {', '.join(calibration.departments)}; {calibration.date:%A %d %B %Y}; {seeds} "
        f"seed{'s' * (seeds != 1)}, mean ± standard deviation over the seeds; "
        f"{calibration.trips:,} trips in all. Made with:",
        "",
        "```sh",
        _command(calibration),
        "```",
        "",
        "| fact | target | got | verdict | how | source (confidence) |",
        "|---|---|---|---|---|---|",
        *[_row(line) for line in calibration.lines],
        "",
        f"*within 10 %*: outside the published range by no more than {TOLERANCE:.0%} of its nearer "
        "end. *set*: the generator is told so; *fitted*: something was chosen with an eye on it; "
        "*result*: nothing was chosen for it.",
        "",
        f"{calibration.cars_added:,} of {calibration.cars:,} cars on duty were added to what the sector's "
        "numbers give, because no company had one free for a patient. Mean loaded km of the VSL trips alone: "
        f"{calibration.vsl_km:.1f}.",
        "",
        *_by_department(calibration),
        "## Assumed",
        "",
        "No public source gives these; the range is what studies should sweep.",
        "",
        "| name | value | range | meaning |",
        "|---|---|---|---|",
        *[
            f"| `{name}` | {getattr(calibration.assumed, name):g} | {row['low']:g} to {row['high']:g} "
            f"| {row['what']} |"
            for name, row in described().items()
            if row["kind"] == "assumption"
        ],
        "",
        "Assumed as well, in the code: how much each kind of place of care draws patients, when care "
        "other than dialysis and radiotherapy begins and how long it lasts, how dialysis patients "
        "divide over the three sessions, shifts and breaks, and that every carrier bills "
        "the same zone of the forfait.",
        "",
        "Places of care: in Bourgogne-Franche-Comté from public knowledge, coordinates to 0.3-2 km, dialysis "
        "and radiotherapy flags unverified; elsewhere from a rule on the size of towns.",
        "",
        f"Communes: {ATTRIBUTION}.",
    ]
    return "\n".join(lines) + "\n"


def _command(calibration: Calibration) -> str:
    usual = {name: float(row["value"]) for name, row in described().items()}
    changed = [
        f"--assume {name}={getattr(calibration.assumed, name):g}"
        for name, value in usual.items()
        if getattr(calibration.assumed, name) != value
    ]
    options = [
        *[f"--department {code}" for code in calibration.departments],
        f"--date {calibration.date.isoformat()}",
        f"--seed {calibration.seeds[0]}",
        f"--report --seeds {len(calibration.seeds)}",
        *changed,
        *calibration.options,
    ]
    return "sharedride synth " + " ".join(options)


def _row(line: Line) -> str:
    fact = line.fact
    target = (
        "no figure" if fact.band is None else " to ".join(dict.fromkeys(_figure(end) for end in fact.band))
    )
    got = f"{_figure(line.got)} ± {_figure(line.deviation)}"
    off = fact.off(line.got)
    verdict = line.verdict if not off else f"{line.verdict} ({off:+.1%})"
    source = f"{fact.source} ({fact.confidence})"
    return f"| {fact.what} | {target} {fact.unit} | {got} | {verdict} | {fact.how} | {source} |"


def _by_department(calibration: Calibration) -> list[str]:
    codes = calibration.departments
    if len(codes) == 1:
        return []
    return [
        "## By département",
        "",
        "Mean over the seeds. The published figures are national or regional: a département may well differ.",
        "",
        f"| fact | {' | '.join(codes)} |",
        f"|---|{'---|' * len(codes)}",
        *[
            f"| {line.fact.name} | "
            + " | ".join(
                _figure(line.by_department[code]) if code in line.by_department else "" for code in codes
            )
            + " |"
            for line in calibration.lines
        ],
        "",
    ]


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"
