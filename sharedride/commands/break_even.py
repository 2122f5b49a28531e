"""``break-even``: how long a detour may be before sharing pays no longer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sharedride.commands.options import TariffDate
from sharedride.errors import InputError, Problem

if TYPE_CHECKING:
    import datetime

    from sharedride.study.breakeven import BreakEven

_TODAY = "2026-03-17"
_BEFORE_THE_CUT = "2025-09-30"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("break-even")(break_even)


def break_even(
    km: Annotated[
        list[float] | None,
        typer.Option(
            "--km", help="Length of each trip alone, km; may be repeated. By default 20, 30 and 50.", min=0.1
        ),
    ] = None,
    tariff_date: TariffDate = None,
    svg: Annotated[
        Path | None,
        typer.Option(
            "--svg",
            metavar="FILE",
            help="Draw it as well, against the length of the trips.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Tell up to which detour sharing a VSL pays the payer and the operator.

    \b
    Examples:
      sharedride break-even
      sharedride break-even --km 25 --tariff-date 2025-09-30
      sharedride break-even --svg break_even.svg

    Without --tariff-date, the tariffs before the cut of October 2025 and of today. Two or three patients who
    go the same way at the same hour, alone or together; docs/studies.md has the formula and what it assumes.
    """
    from sharedride.study.breakeven import break_even as of
    from sharedride.tariffs import tariff_book

    regimes = _regimes(tariff_date)
    if svg is not None:
        from sharedride.report.files import check_writable
        from sharedride.study.charts import check_matplotlib

        check_matplotlib()
        check_writable(svg)
    lines = []
    for on, certified in regimes:
        for length in km or [20.0, 30.0, 50.0]:
            for patients in (2, 3):
                try:
                    lines.append(_line(of(length, patients, certified=certified, on=on)))
                except ValueError as error:
                    if isinstance(error, InputError):
                        raise
                    raise InputError([Problem("--km", f"{length:g} is too short: {error}")]) from None
    typer.echo("\n".join([_HEAD, *lines, ""]))
    notes = dict.fromkeys(note for on, _ in regimes for note in tariff_book(on).notes)
    typer.echo("\n".join(f"* {note}" for note in notes))
    if svg is not None:
        from sharedride.report.files import write_whole
        from sharedride.study.breakeven_chart import break_even_chart

        write_whole(svg, break_even_chart(regimes))
        typer.echo(f"Drawn: {svg}", err=True)


def _regimes(tariff_date: str | None) -> list[tuple[datetime.date, bool]]:
    """Dates and whether certified; certified companies billed as the others before the cut."""
    import datetime

    if tariff_date is None:
        before, today = (datetime.date.fromisoformat(text) for text in (_BEFORE_THE_CUT, _TODAY))
        return [(before, False), (today, False), (today, True)]
    try:
        on = datetime.date.fromisoformat(tariff_date)
    except ValueError:
        raise InputError(
            [Problem("--tariff-date", f'"{tariff_date}" is no date such as "{_TODAY}"')]
        ) from None
    return [(on, False), (on, True)]


_HEAD = (
    "| tariff | patients | km alone | lawful detour | solo fare | reduction | payer: the trip "
    "| payer: the ride | operator at 0 km | per km of detour | operator: sharing pays |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|"
)


def _line(found: BreakEven) -> str:
    from sharedride.rules import rule_sets

    lawful = rule_sets()["decree"].detour_limit_km(found.patients)
    ends = found.gain(0.0) > 0, found.gain(lawful) > 0
    if all(ends):
        pays = "at any lawful detour"
    elif not any(ends):
        pays = "at none"
    else:
        pays = f"{'up to' if ends[0] else 'from'} {found.operator_km:.1f} km"
    cells = (
        found.tariff,
        f"{found.patients}",
        f"{found.km:g}",
        f"{lawful:g} km",
        f"{found.solo_fare:.2f} €",
        f"{found.reduction:.0%}",
        f"{found.payer_trip_km:.1f} km",
        f"{found.payer_ride_km:.1f} km",
        f"{found.operator_gain:+.2f} €",
        f"{found.operator_slope:+.2f} €",
        pays,
    )
    return f"| {' | '.join(cells)} |"
