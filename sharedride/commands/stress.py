"""``stress``: how a plan bears a day that does not go as planned."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sharedride.commands.files import DayFile, PlanFile, refuse_clashes
from sharedride.commands.options import Rules, RuleSet


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(stress)


def stress(
    day: DayFile,
    plan: PlanFile,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="JSON", help="Where to write every trip and ride.", show_default=False
        ),
    ] = None,
    scenarios: Annotated[int, typer.Option(min=1, max=100_000, help="Days to simulate.")] = 1000,
    late: Annotated[
        float, typer.Option(min=0, metavar="MINUTES", help="A trip counts as late beyond these.")
    ] = 5.0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the simulated days.")] = 0,
    rules: Rules = RuleSet.decree,
    everything: Annotated[bool, typer.Option("--all", help="Show every ride, not the first ten.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Simulate a plan with slow roads, late patients and no-shows: what is likely to break, and which rides.

    \b
    Examples:
      sharedride stress day.json plan.json
      sharedride stress day.json plan.json --scenarios 5000 --late 10 -o stress.json

    The spreads are assumptions, told in the output. Nobody replans in the simulation.
    """
    from sharedride.api import stress as simulate
    from sharedride.report.files import check_writable

    refuse_clashes({"DAY": day, "PLAN": plan}, {"--output": output})
    if output is not None:
        check_writable(output)
    found = simulate(day, plan, scenarios=scenarios, late_min=late, seed=seed, rules=rules.value)
    if output is not None:
        found.write(output)
    if not quiet:
        sys.stdout.write(found.text(None if everything else 10))
