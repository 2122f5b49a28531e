"""``sharedride report``: a plan to be looked at, printed, and handed to other software."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sharedride.commands.files import DayFile, PlanFile, refuse_clashes
from sharedride.commands.options import EmptyReturn, Rules, RuleSet, TariffDate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

VIOLATIONS = 1


class CsvRows(StrEnum):
    """What ``--csv-rows`` takes."""

    trip = "trip"
    stop = "stop"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(report)


def report(
    day: DayFile,
    plan: PlanFile,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="HTML",
            help="Where to write the page. [default: report.html, if neither --csv nor --ics is given]",
            show_default=False,
        ),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="Write a table for the carrier's software too.", show_default=False),
    ] = None,
    csv_rows: Annotated[CsvRows, typer.Option(help="One row of the table per trip, or per stop.")] = (
        CsvRows.trip
    ),
    decimal_comma: Annotated[
        bool, typer.Option("--decimal-comma", help="Write the table's figures as 12,5 instead of 12.5.")
    ] = False,
    ics: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Write a calendar per vehicle into this folder.", show_default=False
        ),
    ] = None,
    rules: Rules = RuleSet.decree,
    tariff_date: TariffDate = None,
    empty_return: EmptyReturn = False,
    roads: Annotated[
        bool,
        typer.Option(
            "--roads/--straight",
            help="Draw the map along the roads where the day's travel is a road engine, which is asked for "
            "them, or straight from stop to stop.",
        ),
    ] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Look at a plan: map, timeline, trips, ledgers, drivers' sheets, in one page.

    \b
    Examples:
      sharedride report day.json plan.json -o report.html
      sharedride report day.json plan.json -o report.html --csv trips.csv --ics calendars
      sharedride report day.json plan.json --csv stops.csv --csv-rows stop --decimal-comma
      sharedride report day.json plan.json --straight

    The page is one file that works from disk and never uses the network; it names trips, no patient. While
    it is made, only the road server that the day itself names is asked. Give the --rules, --tariff-date and
    --empty-return the plan was made with. The plan is checked first: what it violates stands at the head of
    the page, and the exit code is 1.
    """
    from sharedride.api import plan_report

    if output is None and csv is None and ics is None:
        output = Path("report.html")
    refuse_clashes({"DAY": day, "PLAN": plan}, {"--output": output, "--csv": csv})
    made = plan_report(
        day,
        plan,
        rules=rules.value,
        tariff_date=tariff_date,
        empty_return=empty_return,
        roads=roads and output is not None,
    )
    files = made.write(output, csv=csv, csv_rows=csv_rows.value, decimal_comma=decimal_comma, ics=ics)
    found = len(made.violations)
    if found:
        names = "1 rule or figure" if found == 1 else f"{found} rules or figures"
        typer.echo(f"warning: the plan breaks {names}, see sharedride check {day} {plan}", err=True)
    if made.straight_because:
        typer.echo(f"warning: the map is drawn straight from stop to stop: {made.straight_because}", err=True)
    if not quiet:
        for line in _written(files, ics):
            typer.echo(line)
    if found:
        raise typer.Exit(VIOLATIONS)


def _written(files: Sequence[Path], ics: Path | None) -> Iterator[str]:
    calendars = [file for file in files if ics is not None and file.parent == ics and file.suffix == ".ics"]
    for file in files:
        if file not in calendars:
            yield f"{file}: {_size(file)}"
    if calendars:
        yield f"{ics}: {len(calendars)} calendar{'s' * (len(calendars) != 1)}"


def _size(file: Path) -> str:
    if not file.is_file():
        return "written"
    return f"{max(round(file.stat().st_size / 1000), 1):,} kB"
