"""``synth``: synthetic days of real départements, and how near they come to the published facts."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from sharedride.errors import InputError, Problem

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Sequence

    from sharedride.synth.assumptions import Assumptions
    from sharedride.synth.care import Care
    from sharedride.synth.generate import SynthDay

INTERRUPTED = 130
T = TypeVar("T")
_MOST_DAYS = 366


class Flat(StrEnum):
    """What ``--vsl-flat`` takes."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    pickup = "pickup"


class ReportFormat(StrEnum):
    """What ``--format`` takes."""

    text = "text"
    json = "json"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(synth)


def synth(
    department: Annotated[
        list[str] | None,
        typer.Option("--department", "-d", metavar="CODE", help="01 to 95, 2A or 2B; may be repeated."),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="All départements of a région, such as BFC; FR is all 96.",
            show_default=False,
        ),
    ] = None,
    date: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="The day, or the first of several.")
    ] = "2026-03-17",
    days: Annotated[
        int,
        typer.Option(min=1, max=_MOST_DAYS, help="So many days in a row, the same patients coming back."),
    ] = 1,
    seed: Annotated[int, typer.Option(help="Seed of every choice.")] = 1,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="The day's file, - for standard output; a folder where there are several days.",
            show_default=False,
        ),
    ] = None,
    trips: Annotated[
        float | None,
        typer.Option(
            min=1,
            help="Trips of a weekday, by default what the département has; a Saturday has fewer.",
            show_default=False,
        ),
    ] = None,
    pooled: Annotated[
        bool,
        typer.Option("--pooled", help="Leave every trip free to any company with today's type of vehicle."),
    ] = False,
    vsl_share: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Fraction of the trips in a VSL.", show_default=False),
    ] = None,
    incompatible: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, help="Fraction of patients whose prescription forbids sharing.", show_default=False
        ),
    ] = None,
    refusal: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Fraction of patients who refuse to share.", show_default=False),
    ] = None,
    vsl_flat: Annotated[
        Flat, typer.Option(help="Zone of the carriers' forfait, not public: assumed.")
    ] = Flat.A,
    assume: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="Change any other assumption; may be repeated. --assumptions lists them.",
        ),
    ] = None,
    finess: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Take places of care from the geolocated FINESS extract (cs1100507).",
            show_default=False,
        ),
    ] = None,
    care: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Take places of care from a CSV: dept,name,type,commune,lat,lon.",
            show_default=False,
        ),
    ] = None,
    assumptions: Annotated[
        bool, typer.Option("--assumptions", help="List the assumptions and what is known of them, and stop.")
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Hold days against the published facts instead of writing them.")
    ] = False,
    seeds: Annotated[int, typer.Option(min=1, max=1000, help="With --report: seeds, from --seed on.")] = 10,
    output_format: Annotated[
        ReportFormat, typer.Option("--format", help="With --report: text (Markdown) or json.")
    ] = ReportFormat.text,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Make synthetic days that look like those of a real département.

    \b
    Examples:
      sharedride synth --department 90 --date 2026-03-17 --seed 1 -o day.json
      sharedride synth --department 39 --days 28 -o jura/
      sharedride synth --region BFC --trips 300 --pooled -o small/
      sharedride synth --department 21 --assume wheelchair=0.1 --refusal 0.1 -o day.json
      sharedride synth --region BFC --report --seeds 10 -o calibration.md

    No patient is real. The unshared day can be served by the fleet that comes with it. What no source
    gives is assumed: --assumptions and --report say what.
    """
    if assumptions:
        _list_assumptions()
        return
    from sharedride.report.files import check_writable, write_whole
    from sharedride.synth.assumptions import default_assumptions

    changes, problems = _changes(assume, incompatible, refusal)
    codes, more = codes_of(department, region)
    dates, most = dates_of(date, days)
    problems += more + most
    if finess is not None and care is not None:
        problems.append(Problem("--finess", "and --care both say where care is: give one"))
    assumed, more = _caught(lambda: default_assumptions().but(changes))
    problems += more
    own, more = _caught(lambda: _own_care(finess, care))
    problems += more
    if output is None and not report:
        problems.append(Problem("--output", "is missing: name a file, or a folder for several days"))
    several = len(codes) * len(dates) > 1
    if several and not report and output == Path("-"):
        problems.append(Problem("--output", "several days do not fit into standard output: name a folder"))
    if output is not None and output != Path("-"):
        problems += _unusable(output, folder=several and not report, check=check_writable)
    if problems or assumed is None:
        raise InputError(problems)

    if report:
        _report(
            codes,
            dates[0],
            range(seed, seed + seeds),
            assumed,
            own,
            trips,
            vsl_share,
            output,
            output_format,
            quiet,
        )
        return

    from sharedride.synth.generate import synth_day
    from sharedride.synth.territory import territory

    show = _progress("day", quiet or not several)
    done = 0
    try:
        for code in codes:
            place = territory(code, assumed, own)
            for each in dates:
                made = synth_day(
                    place,
                    each,
                    seed=seed,
                    trips=trips,
                    vsl_share=vsl_share,
                    vsl_flat=vsl_flat.value,
                    pooled=pooled,
                )
                if output == Path("-"):
                    sys.stdout.write(made.text)
                elif output is not None:
                    target = output / f"day-{code}-{each.isoformat()}.json" if several else output
                    target.parent.mkdir(parents=True, exist_ok=True)
                    write_whole(target, made.text.encode())
                done += 1
                show(done, len(codes) * len(dates))
                if not several and not quiet:
                    typer.echo(
                        _summary(made, sorted({place.care[v.patient.place].source for v in made.visits})),
                        err=True,
                    )
    except KeyboardInterrupt:
        typer.echo(f"\nstopped: {done} of {len(codes) * len(dates)} days are written", err=True)
        raise typer.Exit(INTERRUPTED) from None
    if several and not quiet:
        typer.echo(f"{done} days written to {output}", err=True)


def _report(
    codes: Sequence[str],
    date: datetime.date,
    seeds: range,
    assumed: Assumptions,
    care: list[Care] | None,
    trips: float | None,
    vsl_share: float | None,
    output: Path | None,
    output_format: ReportFormat,
    quiet: bool,
) -> None:
    import json

    from sharedride.report.files import write_whole
    from sharedride.synth.calibration import calibrate
    from sharedride.synth.report import report_data, report_text

    try:
        calibration = calibrate(
            codes,
            date,
            list(seeds),
            assumed,
            care=care,
            trips=trips,
            vsl_share=vsl_share,
            progress=_progress("day", quiet),
        )
    except KeyboardInterrupt:
        typer.echo("\nstopped: no report is written", err=True)
        raise typer.Exit(INTERRUPTED) from None
    if output_format is ReportFormat.json:
        text = json.dumps(report_data(calibration), indent=2, ensure_ascii=False) + "\n"
    else:
        text = report_text(calibration)
    if output is None or output == Path("-"):
        sys.stdout.write(text)
    else:
        write_whole(output, text.encode())
        if not quiet:
            judged = [line for line in calibration.lines if line.fact.band is not None]
            good = sum(line.verdict != "misses" for line in judged)
            typer.echo(f"{good} of {len(judged)} published figures met within 10 %: {output}", err=True)


def codes_of(department: list[str] | None, region: str | None) -> tuple[list[str], list[Problem]]:
    """Return the codes of départements and régions the user named, and what is wrong with the names."""
    from sharedride.synth.geography import department as one
    from sharedride.synth.geography import departments
    from sharedride.synth.geography import region as whole

    codes: list[str] = []
    problems: list[Problem] = []
    for name in department or []:
        found, more = _caught(lambda name=name: one(name).code)  # type: ignore[misc]
        problems += more
        codes += [found] if found is not None else []
    if region is not None and region.upper() == "FR":
        codes += list(departments())
    elif region is not None:
        several, more = _caught(lambda: [item.code for item in whole(region)])
        problems += more
        codes += several or []
    if not department and region is None:
        problems.append(
            Problem("--department", "is missing: name one, such as 90, or a --region such as BFC")
        )
    return list(dict.fromkeys(codes)), problems


def dates_of(first: str, days: int) -> tuple[list[datetime.date], list[Problem]]:
    """Return so many dates from the first on, and what is wrong with it."""
    import datetime

    try:
        start = datetime.date.fromisoformat(first)
    except ValueError:
        return [], [Problem("--date", f'"{first}" is no date, write it like 2026-03-17')]
    oldest = datetime.date(2021, 3, 8)
    if start < oldest:
        return [], [Problem("--date", f"{start} lies before the oldest tariff known, of {oldest}")]
    return [start + datetime.timedelta(days=each) for each in range(days)], []


def _changes(
    assume: list[str] | None, incompatible: float | None, refusal: float | None
) -> tuple[dict[str, float], list[Problem]]:
    changes: dict[str, float] = {}
    problems = []
    for text in assume or []:
        name, equals, value = text.partition("=")
        try:
            changes[name.strip()] = float(value)
        except ValueError:
            what = f'"{value}" is no number' if equals else f'"{text}" is no assumption'
            problems.append(Problem("--assume", f"{what}, write NAME=VALUE such as wheelchair=0.1"))
    changes |= {} if incompatible is None else {"incompatible": incompatible}
    changes |= {} if refusal is None else {"refusal": refusal}
    return changes, problems


def _own_care(finess: Path | None, care: Path | None) -> list[Care] | None:
    from sharedride.synth.finess import read_care, read_finess

    return read_finess(finess) if finess is not None else read_care(care) if care is not None else None


def _caught(make: Callable[[], T]) -> tuple[T | None, list[Problem]]:
    try:
        return make(), []
    except InputError as error:
        return None, error.problems


def _unusable(output: Path, *, folder: bool, check: Callable[[Path], None]) -> list[Problem]:
    if folder and output.exists() and not output.is_dir():
        return [Problem(str(output), "is a file: several days need a folder")]
    parent = output if output.is_dir() and folder else output.absolute().parent if folder else None
    _, problems = _caught(lambda: check(parent / ".probe" if parent is not None else output))
    return problems


def _progress(what: str, quiet: bool) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        if not quiet and sys.stderr.isatty():
            sys.stderr.write(f"\r{what} {done} of {total}" + ("\n" if done == total else ""))
            sys.stderr.flush()

    return show


def _summary(made: SynthDay, sources: list[str]) -> str:
    day = made.content
    words = {
        "listed": "from public knowledge, coordinates to 0.3-2 km, dialysis and radiotherapy unverified",
        "rule": "by a rule on the size of towns",
        "practice": "town practices at the centre of their commune",
        "FINESS": "from the FINESS extract",
        "file": "from your file",
    }
    added = f", {made.cars_added} of them beyond the sector's numbers" if made.cars_added else ""
    return (
        f"{day['date']}, département {day['department']}: {len(day['trips'])} trips, {len(made.visits)} "
        f"patients, {len(day['vehicles'])} vehicles{added}, {len(day['operators'])} operators. "
        "The unshared day can be served by them.\n"
        "Synthetic: no patient is real. Places of care: "
        + "; ".join(words[source] for source in sources)
        + "."
    )


def _list_assumptions() -> None:
    from sharedride.synth.assumptions import described

    for name, row in described().items():
        ends = f"{row['low']:g} to {row['high']:g}"
        typer.echo(f"{name:20} {row['value']:<7g} {ends:16} {row['kind']:10} {row['what']}")
