"""Plan many days, in this process or in some beside it; a day that fails stops no other."""

import multiprocessing
import queue
import signal
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from multiprocessing.queues import Queue

from sharedride._numba_cache import ensure_numba_cache
from sharedride.practice.account import Account
from sharedride.practice.case import Task, plans_of

_LOOK_S = 1.0


@dataclass(frozen=True)
class Outcome:
    """One plan's account, or why the rest of a task could not be planned."""

    task: Task
    way: str
    account: Account | None
    failure: str | None = None


def run(tasks: Sequence[Task], jobs: int) -> Generator[Outcome, None, None]:
    """Yield what becomes of every task, plan by plan; closing the generator ends the processes.

    Parameters
    ----------
    jobs
        Processes at once; 1 plans in this one.
    """
    ensure_numba_cache()
    if jobs <= 1 or len(tasks) <= 1:
        for task in tasks:
            yield from _outcomes(task)
        return
    # A forked process would inherit the threads' locks of compiled code.
    context = multiprocessing.get_context("spawn")
    results: Queue[Outcome] = context.Queue()
    shares = [list(tasks[number::jobs]) for number in range(min(jobs, len(tasks)))]
    processes = [context.Process(target=_serve, args=(share, results), daemon=True) for share in shares]
    heard: set[tuple[int, str]] = set()
    try:
        for process in processes:
            process.start()
        while True:
            running = any(process.is_alive() for process in processes)
            try:
                outcome = results.get(timeout=_LOOK_S if running else 0.1)
            except queue.Empty:
                if running:
                    continue
                break
            heard.add((tasks.index(outcome.task), outcome.way))
            yield outcome
        for process, share in zip(processes, shares, strict=True):
            if process.exitcode:
                for task in share:
                    missing = [way for way in task.ways if (tasks.index(task), way) not in heard]
                    if missing:
                        yield Outcome(task, missing[0], None, f"its process ended with {process.exitcode}")
    finally:
        for process in processes:
            if process.is_alive():
                process.terminate()
                process.join()


def _outcomes(task: Task) -> Generator[Outcome, None, None]:
    made = 0
    try:
        for way, account in plans_of(task):
            yield Outcome(task, way, account)
            made += 1
    except Exception as error:
        # Whatever went wrong with this day, the other days are still to be planned.
        yield Outcome(task, task.ways[made], None, f"{type(error).__name__}: {error}")


def _serve(tasks: Sequence[Task], results: "Queue[Outcome]") -> None:
    from sharedride.muted import muted_stdout

    # Ctrl-C reaches the whole group of processes; the one that started the others decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ensure_numba_cache()
    with muted_stdout():
        for task in tasks:
            for outcome in _outcomes(task):
                results.put(outcome)
