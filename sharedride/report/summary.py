"""The plan as a dispatcher reads it at five in the morning."""

import io
from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from sharedride.document import PlanDocument
from sharedride.ledger import Ledger
from sharedride.planning.solution import Solution
from sharedride.report.attention import attention
from sharedride.report.figures import figures
from sharedride.report.lonely import lonely
from sharedride.report.proof import proof
from sharedride.report.result import Result
from sharedride.report.sheets import sheets
from sharedride.report.text import count, date

WIDTH = 100
"""Columns of a summary that is not shown on a terminal."""

_LINES = 4
"""Lines of a list that are shown unless all are asked for."""


def summary(result: Result, *, everything: bool = False, routes: bool = False) -> RenderableType:
    """Return what :mod:`rich` prints.

    Parameters
    ----------
    everything
        Show every line of every list.
    routes
        Show the vehicles' sheets.
    """
    most = None if everything else _LINES
    document, accounts, solution = result.document, result.ledger, result.solution
    parts: list[RenderableType] = [*_head(document, accounts, solution), ""]
    parts += figures(accounts)
    for lines in (
        list(attention(document, accounts, most)),
        list(lonely(document, most)),
        list(_notes(accounts)),
    ):
        parts += ["", *lines] if lines else []
    if routes:
        parts += ["", *sheets(document, accounts)]
    # Ids of the day may hold brackets: nothing here is markup.
    return Group(*(Text(part) if isinstance(part, str) else part for part in parts))


def summary_text(
    result: Result, width: int = WIDTH, *, everything: bool = False, routes: bool = False
) -> str:
    """Return the summary as plain text, ``width`` columns wide; options as for :func:`summary`."""
    file = io.StringIO()
    console = Console(file=file, width=width, color_system=None, force_terminal=False)
    console.print(summary(result, everything=everything, routes=routes))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


def _head(document: PlanDocument, accounts: Ledger, solution: Solution) -> Iterator[RenderableType]:
    kpis = document.kpis
    missed = f", {len(document.unserved)} not" if document.unserved else ""
    yield Text(
        f"{date(document.day.date)}: {kpis.served} of {count(kpis.trips, 'trip')} served{missed}",
        style="bold",
    )
    yield from proof(solution, kpis.served, kpis.trips)
    yield Text(f"Search {solution.seconds:.1f} s, tariffs of {accounts.book.on}", style="dim")


def _notes(accounts: Ledger) -> Iterator[RenderableType]:
    yield "To know"
    yield Padding(Text(" ".join(dict.fromkeys(accounts.notes))), (0, 0, 0, 2))
