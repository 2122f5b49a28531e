"""Keep what solvers print by themselves off standard output, which belongs to the plan."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_STDOUT = 1


@contextmanager
def muted_stdout() -> Iterator[None]:
    """Send file descriptor 1 nowhere inside the block.

    Libraries in C print around Python: HiGHS leaves a stray line now and then that no option silences.
    Nothing else may want standard output meanwhile, in any thread.
    """
    try:
        kept = os.dup(_STDOUT)
    except OSError:
        # There is no standard output that could be spoilt.
        yield
        return
    if sys.stdout is not None:
        sys.stdout.flush()
    try:
        _flush_c()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, _STDOUT)
        os.close(nowhere)
        yield
    finally:
        # C keeps what it prints to a pipe or a file back: it would come out after the descriptor is restored.
        _flush_c()
        os.dup2(kept, _STDOUT)
        os.close(kept)


def _flush_c() -> None:
    if os.name == "posix":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).fflush(None)
