"""``practice``: what dispatchers share today, modelled, and what the optimizer would reach."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sharedride.commands.synth import codes_of, dates_of
from sharedride.errors import InputError, Problem
from sharedride.planning.solution import Objective

FAILED = 1
INTERRUPTED = 130


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(practice)


def practice(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where practice.md, .csv and .svg go.")
    ],
    department: Annotated[
        list[str] | None,
        typer.Option(
            "--department", "-d", metavar="CODE", help="A département of the payer's table; may be repeated."
        ),
    ] = None,
    date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The synthetic day.")] = "2026-03-17",
    seed: Annotated[int, typer.Option(help="The first seed.")] = 1,
    seeds: Annotated[int, typer.Option(min=1, max=1000, help="How many seeds.")] = 10,
    trips: Annotated[
        float | None,
        typer.Option(
            min=1, help="Trips of the days that are planned; by default whole days.", show_default=False
        ),
    ] = None,
    time_limit: Annotated[
        float,
        typer.Option(
            metavar="SECONDS",
            min=1,
            help="For the optimizer per 1,000 trips of a day, in companies and pooled together.",
        ),
    ] = 60.0,
    objective: Annotated[Objective, typer.Option(help="What the optimizer is best at.")] = Objective.COST,
    no_optimum: Annotated[
        bool, typer.Option("--no-optimum", help="Leave the optimizer out: only what is modelled today.")
    ] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, max=256, metavar="N", help="Processes that plan at once.")
    ] = 1,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Compare observed sharing, modelled practice and the optimizer on synthetic days.

    \b
    Examples:
      sharedride practice --seeds 10 --no-optimum -o results/
      sharedride practice --seeds 10 --time-limit 40 --jobs 2 -o results/
      sharedride practice -d 90 --seeds 2 --trips 60 --time-limit 20 -o small/

    Every finished plan's figures are kept at once in FOLDER/finished: stopped by Ctrl-C or killed, the same
    command goes on where it was. Delete that folder to plan anew. The exit code is 1 when a plan failed.

    By default the eight départements of Bourgogne-Franche-Comté: the payer has published their rates.
    """
    from sharedride.muted import muted_stdout
    from sharedride.practice.chart import chart
    from sharedride.practice.compare import compare
    from sharedride.practice.page import page, rows
    from sharedride.report.files import check_writable, write_whole
    from sharedride.synth.assumptions import default_assumptions
    from sharedride.synth.volumes import observed_rates

    known = [code for code in observed_rates() if code != "BFC"]
    codes, problems = codes_of(department, None) if department else (known, [])
    problems += [
        Problem("--department", f'"{code}" is not in the payer\'s table, which has {", ".join(known)}')
        for code in codes
        if code not in known
    ]
    dates, more = dates_of(date, 1)
    problems += more
    if output.exists() and not output.is_dir():
        problems.append(Problem(str(output), "is a file, name a folder"))
    if problems:
        raise InputError(problems)
    output.mkdir(parents=True, exist_ok=True)
    check_writable(output / "practice.md")

    def say(text: str) -> None:
        if not quiet:
            typer.echo(text, err=True)

    try:
        with muted_stdout():
            found = compare(
                codes,
                dates[0],
                range(seed, seed + seeds),
                default_assumptions(),
                trips=trips,
                time_limit=None if no_optimum else time_limit,
                objective=objective.value,
                folder=output,
                jobs=jobs,
                progress=say,
            )
    except KeyboardInterrupt:
        typer.echo("\nstopped while fitting the model to the payer's table: nothing is written", err=True)
        raise typer.Exit(INTERRUPTED) from None
    write_whole(output / "practice.md", page(found).encode())
    write_whole(output / "practice.csv", rows(found).encode())
    write_whole(output / "practice.svg", chart(found).encode())
    if not quiet:
        sys.stdout.write(page(found))
    for failure in found.failures:
        typer.echo(f"failed: {failure}", err=True)
    if found.interrupted:
        typer.echo("stopped: what is finished is written, the same command goes on", err=True)
        raise typer.Exit(INTERRUPTED)
    if found.failures:
        raise typer.Exit(FAILED)
