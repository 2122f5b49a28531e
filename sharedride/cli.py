"""The command line: thin, it calls the same public functions as anyone else.

Exit codes: 0 fine, 1 violations found, 2 input that cannot be used, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import json
import os
import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sharedride.commands import (
    break_even,
    changes,
    frontier,
    importing,
    practice,
    report,
    roads,
    stress,
    study,
    synth,
)
from sharedride.commands.options import EmptyReturn, Rules, RuleSet, TariffDate
from sharedride.errors import InputError, Problem
from sharedride.planning.solution import Objective, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from sharedride.checking import Violation
    from sharedride.report.result import Result

VIOLATIONS = 1
BAD_INPUT = 2

_MOST_WARNINGS = 10
_LONGEST_FIGURE = 16

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    # A pretty traceback prints local variables, and those are patients' data.
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


class Format(StrEnum):
    """What ``--format`` takes."""

    table = "table"
    json = "json"


class Document(StrEnum):
    """What ``schema`` takes."""

    day = "day"
    plan = "plan"
    events = "events"


OutputFormat = Annotated[Format, typer.Option("--format", help="What to print on standard output.")]


def _version(asked: bool) -> None:
    if asked:
        from sharedride import __version__

        typer.echo(f"sharedride {__version__}")
        raise typer.Exit


@app.callback()
def sharedride(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Decide which patients share a ride to care, and in which vehicle.

    \b
    Examples:
      sharedride plan day.json -o plan.json
      sharedride check day.json plan.json
      sharedride report day.json plan.json -o report.html
      sharedride check --day day.json
      sharedride schema day > day.schema.json

    Exit codes: 0 fine, 1 violations found, 2 input that cannot be used, 130 stopped by Ctrl-C.
    """


@app.command()
def plan(
    day: Annotated[
        Path, typer.Argument(metavar="DAY", help="The day to plan, a day.json.", show_default=False)
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PLAN",
            help="Where to write the plan; - is standard output. Without it the plan is only summed up.",
            show_default=False,
        ),
    ] = None,
    objective: Annotated[
        Objective,
        typer.Option(help="What the plan is best at, once it serves as many trips as possible."),
    ] = Objective.COST,
    time_limit: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", help="Search this long at most; it ends earlier once the plan is proven best."
        ),
    ] = 60.0,
    gap_percent: Annotated[
        float,
        typer.Option(
            metavar="PERCENT", help="End the search once the plan is proven within this much of the best."
        ),
    ] = 0.0,
    seed: Annotated[int, typer.Option(help="Seed of the search's random choices.")] = 0,
    tariff_date: TariffDate = None,
    rules: Rules = RuleSet.decree,
    empty_return: EmptyReturn = False,
    ride_limit: Annotated[
        int | None,
        typer.Option(
            metavar="RIDES",
            help="Search among this many lawful rides of one company at most; longer ones are left out.",
            show_default=False,
        ),
    ] = None,
    start: Annotated[
        Path | None,
        typer.Option(metavar="PLAN", help="Start from this plan of the day.", show_default=False),
    ] = None,
    slack: Annotated[
        float,
        typer.Option(
            metavar="MINUTES",
            help="Hold this much free before appointments and between rides, where it is cheap.",
        ),
    ] = 0.0,
    slack_percent: Annotated[
        float, typer.Option(metavar="PERCENT", help="Give up at most this much of the objective for slack.")
    ] = 5.0,
    output_format: OutputFormat = Format.table,
    everything: Annotated[bool, typer.Option("--all", help="Show every line of every list.")] = False,
    routes: Annotated[
        bool, typer.Option("--routes", help="Show the vehicles' sheets, stop by stop.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Plan a day, write the plan and print its summary.

    \b
    Examples:
      sharedride plan day.json -o plan.json
      sharedride plan day.json -o plan.json --objective savings --time-limit 20
      sharedride plan day.json -o plan.json --gap-percent 2
      sharedride plan day.json -o plan.json --routes --all
      sharedride plan day.json -o plan.json --slack 5
      sharedride plan day.json -o better.json --start plan.json
      sharedride plan day.json --format json

    Objectives: least running cost, least payer's bill (savings), most operators' margin, least km, most
    shared trips. Ctrl-C ends the search: the best plan so far is written, and the exit code is 130.
    """
    from sharedride.api import plan as plan_day
    from sharedride.muted import muted_stdout
    from sharedride.report.files import check_writable
    from sharedride.watch import INTERRUPTED, Watch

    to_stdout = output == Path("-")
    if to_stdout and output_format is Format.json:
        problem = "--format json and -o - both want standard output, write the plan to a file"
        raise InputError([Problem("", problem)])
    if output is not None and not to_stdout:
        _refuse_inputs(day, output)
        check_writable(output)
    watch = Watch(objective, quiet=quiet)
    search = partial(
        plan_day,
        day,
        objective=objective.value,
        time_limit=time_limit,
        gap_percent=gap_percent,
        seed=seed,
        tariff_date=tariff_date,
        rules=rules.value,
        empty_return=empty_return,
        ride_limit=ride_limit,
        start=start,
        slack=slack,
        slack_percent=slack_percent,
        progress=watch.report,
        stop=watch.stop,
    )
    with muted_stdout():
        result = watch.run(search)
    if to_stdout:
        sys.stdout.write(result.document.to_json())
    elif output is not None:
        result.write(output)
    if not quiet:
        _warn(result.warnings)
        _print_result(result, output_format, to_stdout, everything, routes)
    if output is None and not quiet:
        typer.echo("The plan was not written: give -o plan.json to keep it.", err=True)
    if result.solution.status is Status.INTERRUPTED:
        raise typer.Exit(INTERRUPTED)


@app.command()
def check(
    day: Annotated[
        Path | None, typer.Argument(metavar="DAY", help="The day, a day.json.", show_default=False)
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Argument(
            metavar="PLAN", help="The plan to hold against it, a plan.json of any origin.", show_default=False
        ),
    ] = None,
    only_day: Annotated[
        Path | None,
        typer.Option("--day", metavar="DAY", help="Look at a day alone, without a plan.", show_default=False),
    ] = None,
    rules: Rules = RuleSet.decree,
    tariff_date: TariffDate = None,
    empty_return: EmptyReturn = False,
    output_format: OutputFormat = Format.table,
) -> None:
    """Hold a plan against every rule and figure.

    \b
    Examples:
      sharedride check day.json plan.json
      sharedride check day.json plan.json --format json
      sharedride check --day day.json

    Give the --rules, --tariff-date and --empty-return the plan was made with. With --day only the day is
    looked at. The exit code is 1 if anything is violated.
    """
    if only_day is not None:
        if day is not None:
            raise InputError([Problem("", "give either --day DAY, or DAY and PLAN")])
        _check_day(only_day, output_format)
        return
    if day is None or plan is None:
        problem = "give DAY and PLAN; to look at a day alone write: sharedride check --day DAY"
        raise InputError([Problem("", problem)])
    from sharedride.api import check as check_plan
    from sharedride.document import read_plan

    try:
        document = read_plan(plan)
    except InputError as error:
        # Of two files, which one it is must be told.
        raise InputError([_in_file(plan, problem) for problem in error.problems]) from None
    violations = check_plan(
        day, document, rules=rules.value, tariff_date=tariff_date, empty_return=empty_return
    )
    _print_violations(violations, output_format)
    if violations:
        raise typer.Exit(VIOLATIONS)


@app.command()
def schema(
    document: Annotated[
        Document, typer.Argument(metavar="day|plan|events", help="Which of the formats.", show_default=False)
    ],
) -> None:
    """Print the JSON Schema of a format.

    \b
    Example:
      sharedride schema day > day.schema.json
    """
    if document is Document.day:
        from sharedride.day.schema import day_schema

        _print_json(day_schema())
    elif document is Document.events:
        from sharedride.changing.events import events_schema

        _print_json(events_schema())
    else:
        from sharedride.report.schema import plan_schema

        _print_json(plan_schema())


importing.register(app)
synth.register(app)
practice.register(app)
study.register(app)
break_even.register(app)
report.register(app)
changes.register(app)
frontier.register(app)
stress.register(app)
roads.register(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; errors of the user are told in words, all of them at once.

    Parameters
    ----------
    arguments
        What stands after the program's name; by default what the shell gave.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that cannot show a sign is no reason to lose the summary.
            stream.reconfigure(errors="replace")
    try:
        app(args=arguments)
    except InputError as error:
        _complain(error.problems)
        sys.exit(BAD_INPUT)
    except BrokenPipeError:
        # The reader, such as head, has seen enough; what is left must not be flushed into the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _in_file(file: Path, problem: Problem) -> Problem:
    return problem if problem.path == str(file) else Problem(str(file), str(problem))


def _refuse_inputs(day: Path, output: Path) -> None:
    if output.exists() and day.exists() and output.samefile(day):
        raise InputError([Problem(str(output), "is the day itself, name another file for the plan")])


def _check_day(path: Path, output_format: Format) -> None:
    from sharedride.day.read import read_day
    from sharedride.day.warnings import day_warnings

    day = read_day(path)
    warnings = day_warnings(day)
    if output_format is Format.json:
        _print_json({"warnings": [{"path": item.path, "message": item.message} for item in warnings]})
        return
    _warn(warnings, most=None)
    typer.echo(
        f"A valid day: {day.date}, {len(day.trips)} trips, {len(day.vehicles)} vehicles, "
        f"{len(day.operators)} operators, {len(day.places)} places."
    )


def _print_result(
    result: Result, output_format: Format, to_stdout: bool, everything: bool, routes: bool
) -> None:
    bought = getattr(result, "slack", None)
    if output_format is Format.json:
        document = result.document.model_dump(mode="json", by_alias=True)
        told = {key: document[key] for key in ("solver", "kpis", "unserved")}
        _print_json(told if bought is None else told | {"slack": bought.as_dict()})
        return
    from sharedride.report.summary import WIDTH, summary, summary_text

    console = _console(WIDTH, stderr=to_stdout)
    if console.is_terminal:
        console.print(summary(result, everything=everything, routes=routes))
    else:
        text = summary_text(result, console.width, everything=everything, routes=routes)
        typer.echo(text, err=to_stdout)
    if bought is not None:
        typer.echo(f"\n{bought.text()}", err=to_stdout, nl=False)


def _print_violations(violations: Sequence[Violation], output_format: Format) -> None:
    if output_format is Format.json:
        keys = ("trip", "vehicle", "value", "limit")
        _print_json(
            {
                "violations": [
                    {"rule": item.rule.value, "path": item.path, "message": item.message}
                    | {key: getattr(item, key) for key in keys}
                    for item in violations
                ]
            }
        )
        return
    if not violations:
        typer.echo("No violation: every rule is kept and every figure is right.")
        return
    # What is wrong stands on a line of its own: no terminal is wide enough for a sixth column.
    cells = [("rule", "trip", "value", "limit", "where")]
    for item in violations:
        who = item.trip or item.vehicle or "-"
        cells.append((item.rule.value, who, _figure(item.value), _figure(item.limit), item.path))
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for number, row in enumerate(cells):
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if number:
            typer.echo(f"    {violations[number - 1].message}")
    typer.echo(f"{len(violations)} violation{'s' * (len(violations) != 1)}.")


def _figure(value: float | str | None) -> str:
    if value is None:
        return "-"
    text = value if isinstance(value, str) else f"{value:.6g}"
    return text if len(text) <= _LONGEST_FIGURE else f"{text[: _LONGEST_FIGURE - 1]}…"


def _console(width: int, *, stderr: bool = False) -> Console:
    """A console as wide as the terminal, or as ``width`` where the output goes elsewhere."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    asked = None if stream.isatty() or "COLUMNS" in os.environ else width
    return Console(stderr=stderr, width=asked, highlight=False)


def _print_json(content: Any) -> None:
    typer.echo(json.dumps(content, indent=2, ensure_ascii=False))


def _warn(problems: Iterable[Problem], most: int | None = _MOST_WARNINGS) -> None:
    found = list(problems)
    for problem in found[:most]:
        typer.echo(f"warning: {problem}", err=True)
    if most is not None and len(found) > most:
        typer.echo(f"warning: and {len(found) - most} more, see sharedride check --day", err=True)


def _complain(problems: Iterable[Problem]) -> None:
    for problem in problems:
        typer.echo(f"error: {problem}", err=True)


if __name__ == "__main__":
    main()
