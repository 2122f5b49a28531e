"""Plans on a cluster, through Dask distributed."""

from __future__ import annotations

from asyncio import CancelledError
from typing import TYPE_CHECKING, Any

from sharedride.errors import InputError, Problem
from sharedride.study.task import Outcome, run_task

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from sharedride.study.task import Task

_CONNECT_S = 20
_AHEAD = 2
"""Tasks handed out per thread of the cluster: nobody waits for the next one, and little is under way."""


def run_on_cluster(tasks: Iterable[Task], scheduler: str) -> Generator[Outcome, None, None]:
    """Yield what becomes of each task, in the order they end.

    The cluster runs a task again whose worker is lost, on another. Closing the iterator takes back what is
    not finished. Workers need this version of the package and no shared folder: days travel with their tasks.

    Parameters
    ----------
    scheduler
        Address of the scheduler, such as ``tcp://127.0.0.1:8786``.

    Raises
    ------
    InputError
        When no scheduler answers there, or no worker has joined it.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        message = "needs Dask distributed: pip install 'sharedride[study]'"
        raise InputError([Problem("--scheduler", message)]) from None
    try:
        client = Client(scheduler, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        message = f"no scheduler answers at {scheduler}: {type(error).__name__}"
        raise InputError([Problem("--scheduler", message)]) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_CONNECT_S)
        except TimeoutError:
            message = f"no worker has joined {scheduler}, start some: dask worker {scheduler}"
            raise InputError([Problem("--scheduler", message)]) from None
        left = iter(tasks)
        keys: dict[str, str] = {}
        under_way = as_completed(loop=client.loop)
        try:
            _hand_out(client, under_way, left, keys)
            for future in under_way:
                key = keys.pop(future.key)
                try:
                    # A result lost with its worker before it came here is made again: this waits for it.
                    outcome = future.result()
                except (Exception, CancelledError) as error:
                    outcome = Outcome(key, None, f"lost by the cluster: {type(error).__name__}")
                yield outcome
                future.release()
                _hand_out(client, under_way, left, keys)
        finally:
            client.cancel(list(under_way.futures), force=True)


def _hand_out(client: Any, under_way: Any, left: Iterator[Task], keys: dict[str, str]) -> None:
    # Counted anew each time: workers come and go.
    threads = sum(client.nthreads().values())
    while len(keys) < max(1, _AHEAD * threads):
        task = next(left, None)
        if task is None:
            return
        key = task.key
        # The name says nothing of the day: schedulers print names.
        future = client.submit(run_task, task, key=f"sharedride-{key}", pure=False)
        keys[future.key] = key
        under_way.add(future)
