"""Plans on the cores of this machine: one process each, and none of them is missed when it dies."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

from sharedride.study.task import Outcome, Task, run_task

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from multiprocessing.process import BaseProcess

ATTEMPTS = 3
"""So often a plan may take its process with it, by memory for instance, before it counts as failed."""


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    task: Task


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_locally(tasks: Iterable[Task], workers: int) -> Generator[Outcome, None, None]:
    """Yield what becomes of each task, in the order they end.

    A process that dies is replaced and its task begun again. Closing the iterator ends the processes.

    Parameters
    ----------
    workers
        Processes at once.
    """
    # A forked process would inherit the threads' locks of solvers and compiled code.
    context = multiprocessing.get_context("spawn")
    left = deque(tasks)
    deaths: dict[str, int] = {}
    running: list[_Worker] = []

    def start(task: Task) -> None:
        here, there = context.Pipe()
        process = context.Process(target=_serve, args=(there,), daemon=True, name="study worker")
        process.start()
        there.close()
        here.send(task)
        running.append(_Worker(process, here, task))

    try:
        while left or running:
            while left and len(running) < workers:
                start(left.popleft())
            ready = set(wait([worker.pipe for worker in running]))
            for worker in [each for each in running if each.pipe in ready]:
                try:
                    outcome = worker.pipe.recv()
                except (EOFError, ConnectionError):
                    running.remove(worker)
                    _end(worker)
                    key = worker.task.key
                    deaths[key] = deaths.get(key, 0) + 1
                    if deaths[key] < ATTEMPTS:
                        left.appendleft(worker.task)
                    else:
                        code = worker.process.exitcode
                        yield Outcome(key, None, f"its process died {ATTEMPTS} times, last with code {code}")
                    continue
                if left:
                    worker.task = left.popleft()
                    worker.pipe.send(worker.task)
                else:
                    running.remove(worker)
                    _end(worker)
                yield outcome
    finally:
        for worker in running:
            worker.process.terminate()
        for worker in running:
            _end(worker)


def _end(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.join()


def _serve(pipe: Connection) -> None:
    """Plan what comes through the pipe until it closes, which it does when the study ends or dies."""
    from sharedride.muted import muted_stdout

    # Ctrl-C reaches the whole group of processes; the one that runs the study decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with muted_stdout():
        while True:
            try:
                task = pipe.recv()
                pipe.send(run_task(task))
            except (EOFError, ConnectionError):
                return
