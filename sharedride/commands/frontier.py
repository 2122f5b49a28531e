"""``frontier``: what can be had together, the payer's saving and a low running cost, sharing and few km."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sharedride.commands.options import EmptyReturn, Rules, RuleSet, TariffDate
from sharedride.errors import InputError, Problem

if TYPE_CHECKING:
    from sharedride.tradeoffs.axes import Figures

INTERRUPTED = 130


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(frontier)


def frontier(
    day: Annotated[Path, typer.Argument(metavar="DAY", help="The day, a day.json.", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="JSON", help="Where to write the fronts.", show_default=False),
    ] = None,
    svg: Annotated[
        Path | None, typer.Option(metavar="SVG", help="Where to write the picture.", show_default=False)
    ] = None,
    plans: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Write every plan of the tables here, plan-1.json first.",
            show_default=False,
        ),
    ] = None,
    points: Annotated[int, typer.Option(min=2, max=50, help="Searches for each trade-off, at most.")] = 7,
    time_limit: Annotated[
        float, typer.Option(metavar="SECONDS", help="For all searches together, at most.")
    ] = 180.0,
    seed: Annotated[int, typer.Option(help="Seed of the searches' random choices.")] = 0,
    tariff_date: TariffDate = None,
    rules: Rules = RuleSet.decree,
    empty_return: EmptyReturn = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Show what can be had together: payer's saving and running cost, shared rate and km.

    \b
    Examples:
      sharedride frontier day.json
      sharedride frontier day.json -o frontier.json --svg frontier.svg --plans plans/
      sharedride frontier day.json --points 12 --time-limit 600

    No plan of a table is beaten by another in both its figures. Beside each stands what is proven: how much
    better any plan could be. Ctrl-C ends the search with the plans so far, and the exit code is 130.
    """
    from sharedride.api import frontier as sweep
    from sharedride.muted import muted_stdout
    from sharedride.planning.solution import Objective
    from sharedride.report.files import check_writable
    from sharedride.watch import Watch

    problems = []
    for file in (output, svg):
        if file is not None and file.exists() and day.exists() and file.samefile(day):
            problems.append(Problem(str(file), "is the day itself, name another file"))
        elif file is not None:
            try:
                check_writable(file)
            except InputError as error:
                problems += error.problems
    if plans is not None and plans.exists() and not plans.is_dir():
        problems.append(Problem(str(plans), "is a file, name a folder"))
    if problems:
        raise InputError(problems)

    number = 0

    def say(figures: Figures, seconds: float) -> None:
        nonlocal number
        number += 1
        typer.echo(
            f"search {number} of at most {2 * points}, {seconds:.0f} s: running cost "
            f"{figures.running_cost:,.2f} €, payer's bill {figures.bill:,.2f} €, {figures.km:,.1f} km, "
            f"{figures.shared} of {figures.served} trips shared",
            err=True,
        )

    watch = Watch(Objective.COST, quiet=True)
    search = partial(
        sweep,
        day,
        points=points,
        time_limit=time_limit,
        seed=seed,
        tariff_date=tariff_date,
        rules=rules.value,
        empty_return=empty_return,
        progress=None if quiet else say,
        stop=watch.stop,
    )
    with muted_stdout():
        found = watch.run(search)
    for file, text in ((output, found.to_json()), (svg, found.svg())):
        if file is not None:
            from sharedride.report.files import write_whole

            write_whole(file, text.encode("utf-8"))
    if plans is not None:
        try:
            plans.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError([Problem(str(plans), f"cannot be made: {error.strerror}")]) from None
        for index, result in enumerate(found.plans, start=1):
            result.write(plans / f"plan-{index}.json")
    if not quiet:
        sys.stdout.write(str(found))
    if found.interrupted:
        raise typer.Exit(INTERRUPTED)
