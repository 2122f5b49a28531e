"""``whatif`` and ``replan``: a plan argued with, and a plan that survives the morning."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sharedride.commands.files import DayFile, PlanFile, refuse_clashes
from sharedride.commands.options import EmptyReturn, Rules, RuleSet, TariffDate
from sharedride.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharedride.changing.calls import Call
    from sharedride.changing.replan import Replan
    from sharedride.changing.whatif import WhatIf
    from sharedride.document import TripDocument

IMPOSSIBLE = 1

Weight = Annotated[
    float,
    typer.Option(
        "--change-weight",
        metavar="PERCENT",
        min=0,
        help="Percent of the objective given up for fewer changes.",
    ),
]
TimeLimit = Annotated[
    float,
    typer.Option(
        "--time-limit",
        metavar="SECONDS",
        help="The most the search may take; it ends by its rounds, usually long before.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(whatif)
    app.command()(replan)


def whatif(
    day: DayFile,
    plan: PlanFile,
    add: Annotated[
        list[str],
        typer.Option(
            "--add",
            metavar="TRIP:WISH",
            help="with=TRIP, not_with=TRIP, vehicle=ID, alone, or pickup=HH:MM; several after commas. "
            "May be repeated.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="PLAN", help="Keep the plan under the wish.", show_default=False
        ),
    ] = None,
    day_out: Annotated[
        Path | None,
        typer.Option(metavar="DAY", help="Keep the day with the wish in it, with -o.", show_default=False),
    ] = None,
    change_weight: Weight = 1.0,
    time_limit: TimeLimit = 10.0,
    rules: Rules = RuleSet.decree,
    tariff_date: TariffDate = None,
    empty_return: EmptyReturn = False,
    as_json: AsJson = False,
) -> None:
    """Tell what a wish would cost, or which rule forbids it.

    \b
    Examples:
      sharedride whatif day.json plan.json --add t12:with=t40
      sharedride whatif day.json plan.json --add t12:vehicle=v3,pickup=07:35
      sharedride whatif day.json plan.json --add t12:alone --json

    The plan is kept and repaired around what the wish moves. The exit code is 1 where a rule forbids it.
    """
    from sharedride.api import whatif as ask

    if (output is None) != (day_out is None):
        raise InputError(
            [Problem("", "give -o and --day-out together: a plan answers the day it is made for")]
        )
    refuse_clashes({"DAY": day, "PLAN": plan}, {"--output": output, "--day-out": day_out})
    answer = ask(
        day, plan, add, rules=rules.value, tariff_date=tariff_date, empty_return=empty_return,
        change_weight=change_weight, time_limit=time_limit,
    )  # fmt: skip
    if output is not None and day_out is not None and answer.possible:
        answer.write(output, day_out)
    typer.echo(json.dumps(answer.as_dict(), indent=1, ensure_ascii=False) if as_json else _costs(answer))
    if not answer.possible:
        raise typer.Exit(IMPOSSIBLE)


def replan(
    day: DayFile,
    plan: PlanFile,
    events: Annotated[
        Path,
        typer.Argument(metavar="EVENTS", help="What happened, an events.json.", show_default=False),
    ],
    now: Annotated[
        str, typer.Option(metavar="HH:MM", help="The time: what has begun by then stays.", show_default=False)
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="PLAN", help="Where the changed plan goes.")
    ] = Path("replanned.json"),
    day_out: Annotated[
        Path, typer.Option(metavar="DAY", help="Where the changed day goes, which that plan answers.")
    ] = Path("replanned-day.json"),
    window: Annotated[
        float, typer.Option(metavar="MINUTES", min=0, help="How far a promised pick-up may move.")
    ] = 10.0,
    change_weight: Weight = 1.0,
    time_limit: TimeLimit = 10.0,
    rules: Rules = RuleSet.decree,
    tariff_date: TariffDate = None,
    empty_return: EmptyReturn = False,
    as_json: AsJson = False,
) -> None:
    """Bring what happened into a plan that is being driven.

    \b
    Examples:
      sharedride replan day.json plan.json events.json --now 07:40
      sharedride replan day.json plan.json events.json --now 07:40 --window 5 --change-weight 100
      sharedride replan day.json plan.json events.json --now 07:40 -o plan2.json --day-out day2.json --json

    Rides that have begun stay as they are. Of the plans within --change-weight percent of the cheapest found,
    the one that changes the fewest promises is written; what changed is listed in the order to phone it.
    Ctrl-C ends the search: the best change so far is written, and the exit code is 130.
    """
    from functools import partial

    from sharedride.api import replan as change
    from sharedride.planning.solution import Objective
    from sharedride.report.files import check_writable
    from sharedride.watch import INTERRUPTED, Watch

    refuse_clashes({"DAY": day, "PLAN": plan, "EVENTS": events}, {"--output": output, "--day-out": day_out})
    check_writable(output)
    check_writable(day_out)
    watch = Watch(Objective.COST, quiet=True)
    search = partial(
        change, day, plan, events, now=now, window=window, change_weight=change_weight, rules=rules.value,
        tariff_date=tariff_date, empty_return=empty_return, time_limit=time_limit,
        stop=watch.stop,
    )  # fmt: skip
    answer = watch.run(search)
    answer.write(output, day_out)
    if as_json:
        typer.echo(json.dumps(answer.as_dict(), indent=1, ensure_ascii=False))
    else:
        typer.echo(_told(answer))
        typer.echo(f"\n{output} answers {day_out}.")
    if watch.stop.is_set():
        raise typer.Exit(INTERRUPTED)


def _told(answer: Replan) -> str:
    lines = _table(answer.calls) if answer.calls else ["Nothing changes for anybody."]
    value = f"{answer.before.solver.objective} {answer.before.solver.value:,.2f} before"
    lines += [
        "",
        f"{answer.changed} promises of others changed; {value}, {answer.document.solver.value:,.2f} now.",
    ]
    return "\n".join([*lines, *(f"note: {note}" for note in answer.notes)])


def _costs(answer: WhatIf) -> str:
    wishes = ", ".join(str(wish) for wish in answer.wishes)
    notes = [f"note: {note}" for note in answer.notes]
    if answer.after is None:
        return "\n".join([f"{wishes}: not possible.", *(f"  {reason}" for reason in answer.reasons), *notes])
    before, after = answer.before, answer.after
    rows = [("", "before", "after", "change")]
    for name, unit in (("cost", "€"), ("payer", "€"), ("margin", "€"), ("km", "km")):
        was, now = float(getattr(before, name)), float(getattr(after, name))
        rows.append((name, f"{was:,.2f} {unit}", f"{now:,.2f} {unit}", f"{now - was:+,.2f} {unit}"))
    for name in ("served", "shared"):
        was, now = getattr(before, name), getattr(after, name)
        rows.append((name, str(was), str(now), f"{now - was:+d}"))
    lines = [f"{wishes}: possible.", *_aligned(rows)]
    return "\n".join([*lines, "", *(_table(answer.calls) or ["No trip changes."]), *notes])


def _table(calls: Sequence[Call]) -> list[str]:
    """The calls as lines, the first to make first."""
    if not calls:
        return []
    rows = [("trip", "what", "pick-up", "vehicle", "with", "why")]
    for call in calls:
        was, now = call.was, call.now
        rows.append(
            (
                call.trip,
                call.what,
                _arrow(was.picked_up[:5] if was else None, now.picked_up[:5] if now else None),
                _arrow(was.vehicle if was else None, now.vehicle if now else None),
                _arrow(_company(was), _company(now)),
                call.why,
            )
        )
    return _aligned(rows)


def _company(trip: TripDocument | None) -> str | None:
    return None if trip is None else "+".join(trip.with_) or "alone"


def _arrow(was: str | None, now: str | None) -> str:
    return was or "" if was == now else f"{was or '-'} → {now or '-'}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
