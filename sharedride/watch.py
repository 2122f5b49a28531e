"""Run the search beside the main thread: Ctrl-C is heard at once, and the terminal shows how far it is.

Python runs signal handlers in the main thread between two steps of its own; a solver that works there for
seconds would let the user wait.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from sharedride.planning.optimize import Progress
    from sharedride.planning.solution import Objective

INTERRUPTED = 130
"""Exit code of a program ended by Ctrl-C: 128 and the number of the signal."""

_TICK_S = 0.2
_SHOW_CURSOR = b"\x1b[?25h\n"

_WORDS = {
    "relaxing": "comparing rides",
    "branching": "proving how good it is",
    "diving": "building plans",
    "improving": "improving the plan",
    "proving": "proving how good it is",
}
"""What the phases of the search are to somebody who has never heard of column generation."""

T = TypeVar("T")


class Watch:
    """Shows the search on standard error where that is a terminal, and hears Ctrl-C.

    The first Ctrl-C sets ``stop``, so that the search ends with its best plan; the second ends the program.
    """

    def __init__(self, objective: Objective, *, quiet: bool) -> None:
        self.stop = threading.Event()
        self._objective = objective
        self._show = not quiet and sys.stderr.isatty()
        self._latest: Progress | None = None
        self._began = time.monotonic()

    def report(self, progress: Progress) -> None:
        """Take what the search says of itself, from whatever thread."""
        self._latest = progress

    def run(self, search: Callable[[], T]) -> T:
        """Return what the search returns, and raise what it raises."""
        answers: list[T] = []
        errors: list[BaseException] = []

        def work() -> None:
            try:
                answers.append(search())
            except BaseException as error:
                errors.append(error)

        before = signal.signal(signal.SIGINT, self._interrupted)
        # A thread that outlives the program's end must not hold it up.
        worker = threading.Thread(target=work, name="search", daemon=True)
        try:
            worker.start()
            self._wait(worker)
        finally:
            signal.signal(signal.SIGINT, before)
        if errors:
            raise errors[0]
        return answers[0]

    def _wait(self, worker: threading.Thread) -> None:
        if not self._show:
            while worker.is_alive():
                worker.join(_TICK_S)
            return
        from rich.console import Console

        with Console(stderr=True).status("") as status:
            while worker.is_alive():
                status.update(self._line())
                worker.join(_TICK_S)

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        if self.stop.is_set():
            if self._show:
                os.write(2, _SHOW_CURSOR)
            os._exit(INTERRUPTED)
        self.stop.set()
        message = "stopping: the best plan so far is kept; Ctrl-C again gives it up\n"
        # Printing through a buffer the interrupted code holds would deadlock or raise.
        os.write(2, message.encode())

    def _line(self) -> str:
        from sharedride.report.text import count, objective_name, objective_value, percent

        seconds = f"{time.monotonic() - self._began:.0f} s"
        latest = self._latest
        if latest is None:
            return f"reading the day, looking for rides  {seconds}"
        parts = [_WORDS.get(latest.phase, latest.phase), count(latest.served, "trip") + " served"]
        if latest.value is not None:
            parts.append(
                f"{objective_name(self._objective)} {objective_value(self._objective, latest.value)}"
            )
        if latest.bound is not None:
            parts.append(f"bound {objective_value(self._objective, latest.bound)}")
        if latest.value and latest.bound is not None:
            parts.append(f"gap {percent(abs(latest.value - latest.bound) / abs(latest.value), 2)}")
        return "  ".join([*parts, seconds])
