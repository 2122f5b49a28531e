"""The files a command reads and writes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from sharedride.errors import InputError, Problem

DayFile = Annotated[Path, typer.Argument(metavar="DAY", help="The day, a day.json.", show_default=False)]
PlanFile = Annotated[
    Path, typer.Argument(metavar="PLAN", help="Its plan, a plan.json of any origin.", show_default=False)
]


def refuse_clashes(inputs: Mapping[str, Path], outputs: Mapping[str, Path | None]) -> None:
    """Refuse outputs that would fall on an input, or on each other; each by the name of its option.

    Raises
    ------
    InputError
        With every clash.
    """
    taken = {path.resolve(): name for name, path in inputs.items()}
    problems = []
    for name, path in outputs.items():
        if path is None:
            continue
        if path.resolve() in taken:
            message = f"is {taken[path.resolve()]} already, name another file for {name}"
            problems.append(Problem(str(path), message))
        taken[path.resolve()] = name
    if problems:
        raise InputError(problems)
