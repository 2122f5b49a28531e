import ctypes
import os
import sys

import pytest

from sharedride.muted import muted_stdout

posix = pytest.mark.skipif(os.name != "posix", reason="the C library is reached through the process itself")


@posix
def test_what_c_prints_meanwhile_is_gone_and_nothing_else(capfd: pytest.CaptureFixture[str]) -> None:
    """A library's own lines vanish, even those C keeps back; what was printed before and after stays."""
    sys.stdout.write("before\n")
    with muted_stdout():
        ctypes.CDLL(None).puts(b"HighsMipSolverData::transformNewIntegerFeasibleSolution")
        os.write(1, b"a stray line\n")
    sys.stdout.write("after\n")
    assert capfd.readouterr().out == "before\nafter\n"


def test_standard_output_is_back_after_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    """A search that fails does not take the terminal with it."""

    @muted_stdout()
    def search() -> None:
        os.write(1, b"a stray line\n")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        search()
    os.write(1, b"after\n")
    assert capfd.readouterr().out == "after\n"
