"""Run a command of the program as its user does."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from sharedride.cli import main


class Run(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


def runner(capfd: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """A function that runs the program with its arguments."""

    def run(*arguments: str | Path) -> Run:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        printed = capfd.readouterr()
        return Run(int(ended.value.code or 0), printed.out, printed.err)

    return run
