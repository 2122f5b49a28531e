"""Options that several commands take."""

from enum import StrEnum
from typing import Annotated

import typer


class RuleSet(StrEnum):
    """What ``--rules`` takes."""

    decree = "decree"
    avenant11 = "avenant11"


Rules = Annotated[
    RuleSet,
    typer.Option(
        help="Limits of a shared ride: the decree of 2025, or the stricter billing clause of avenant 11."
    ),
]
TariffDate = Annotated[
    str | None,
    typer.Option(metavar="YYYY-MM-DD", help="Price by the tariffs of this date; by default the day's own."),
]
EmptyReturn = Annotated[
    bool,
    typer.Option(
        "--empty-return",
        help="Let taxis bill the empty way back after hospital care, except in shared rides.",
    ),
]
