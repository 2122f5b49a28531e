"""Run a study: what is finished stays, what is left is planned, tables and a page come out."""

from __future__ import annotations

import csv
import io
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharedride.report.files import check_writable, write_whole
from sharedride.study.charts import charts, check_matplotlib
from sharedride.study.cluster import run_on_cluster
from sharedride.study.local import cores, run_locally
from sharedride.study.monotone import Monotonicity, monotonicity
from sharedride.study.parquet import check_parquet, write_tables
from sharedride.study.store import Store
from sharedride.study.summary import summary
from sharedride.study.task import Task, tasks_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sharedride.study.spec import Study


@dataclass(frozen=True)
class Progress:
    """How far a study is, in plans; ``before`` were finished when it began."""

    total: int
    before: int
    done: int
    failed: int


@dataclass(frozen=True)
class Report:
    """What came out.

    Attributes
    ----------
    total, before, done
        Different plans of the study, those finished before, and those finished now in all.
    failures
        Day, policy, objective and reason of each plan that could not be made.
    interrupted
        Whether Ctrl-C ended it; the same call goes on.
    plans, varied
        Rows of the table of plans: those of the study proper, and those of its sensitivity.
    checked
        Whether looser policies came out no worse.
    text
        The page of results, Markdown.
    """

    total: int
    before: int
    done: int
    failures: tuple[tuple[str, str, str, str], ...]
    interrupted: bool
    plans: list[dict[str, Any]]
    checked: Monotonicity
    text: str
    varied: list[dict[str, Any]]


def run_study(
    study: Study,
    output: str | Path,
    *,
    folder: str | Path = ".",
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    sample: int | None = None,
) -> Report:
    """Plan every day under every policy, and write tables and a page of results.

    Each plan is stored the moment it is finished. Called again with the same folder, the study goes on where
    it was; a study with more days or policies takes over what it has in common with the one before.

    Parameters
    ----------
    output
        Folder of the results, made if need be.
    folder
        What the files of the study are relative to.
    workers
        Processes on this machine, by default one per core.
    scheduler
        Address of a Dask scheduler whose workers are used instead.
    progress
        Called when a plan is finished or has failed, and once before.
    sample
        Only so many plans, drawn; a larger sample contains the smaller one. All if ``None``.

    Raises
    ------
    InputError
        With everything that is wrong with days, folder or scheduler; nothing was planned then.
    """
    check_parquet()
    check_matplotlib()
    tasks = _drawn(tasks_of(study, Path(folder)), sample)
    target = Path(output)
    target.mkdir(parents=True, exist_ok=True)
    check_writable(target / "plans.parquet")
    store = Store(target)
    once: dict[str, Task] = {task.key: task for task in tasks}
    left = [task for key, task in once.items() if not store.has(key)]
    before = done = len(once) - len(left)
    reasons: dict[str, str] = {}
    say = progress or (lambda _: None)
    say(Progress(len(once), before, done, 0))
    outcomes = run_on_cluster(left, scheduler) if scheduler else run_locally(left, workers or cores())
    interrupted = False
    try:
        with closing(outcomes):
            for outcome in outcomes if left else ():
                if outcome.rows is None:
                    reasons[outcome.key] = outcome.failure or "unknown"
                else:
                    store.put(outcome)
                    done += 1
                say(Progress(len(once), before, done, len(reasons)))
    except KeyboardInterrupt:
        interrupted = True
    plans = write_tables(study.name, tasks, store, target)
    proper = [plan for plan in plans if not plan["varied"]]
    varied = [plan for plan in plans if plan["varied"]]
    checked = monotonicity(proper, study.policies)
    failures = [
        (task.day.label, task.policy.name, task.objective, reasons[task.key])
        for task in tasks
        if task.key in reasons
    ]
    _write_failures(target / "failures.csv", failures)
    text = summary(study, proper, checked, total=len(tasks), varied=varied)
    write_whole(target / "summary.md", text.encode())
    for name, picture in charts(study, proper, varied).items():
        write_whole(target / name, picture)
    return Report(len(once), before, done, tuple(failures), interrupted, proper, checked, text, varied)


def _drawn(tasks: list[Task], sample: int | None) -> list[Task]:
    """Return so many tasks, drawn by their keys, in their order; all if ``None``."""
    if sample is None or sample >= len(tasks):
        return tasks
    kept = set(sorted(task.key for task in tasks)[:sample])
    return [task for task in tasks if task.key in kept]


def _write_failures(path: Path, failures: Sequence[tuple[str, str, str, str]]) -> None:
    if not failures:
        path.unlink(missing_ok=True)
        return
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("day", "policy", "objective", "reason"))
    rows.writerows(failures)
    write_whole(path, text.getvalue().encode())
