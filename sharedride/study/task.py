"""One plan of a study: what it takes, what it is called, and how it is made."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sharedride.study.code import code_version
from sharedride.study.days import FileDay, SyntheticDay, file_days, synthetic_days
from sharedride.study.spec import ObjectiveName, Options, Policy, Study


@dataclass(frozen=True)
class Task:
    """One day under one policy for one objective, by one version of the code.

    ``varied`` names the assumption the sensitivity has changed in the day; empty in the study proper.
    """

    day: SyntheticDay | FileDay
    policy: Policy
    objective: ObjectiveName
    options: Options
    code: str
    varied: str = ""

    @property
    def key(self) -> str:
        """Name of the result: a digest of everything the figures depend on, and of nothing else."""
        policy = self.policy.model_dump(mode="json", exclude={"name", "contains", "assume"})
        what = {
            "day": self.day.identity,
            "policy": policy,
            "objective": self.objective,
            "options": self.options.model_dump(mode="json"),
            "code": self.code,
        }
        return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Outcome:
    """What became of a task: its rows, or why there are none."""

    key: str
    rows: dict[str, list[dict[str, Any]]] | None
    failure: str | None = None


def tasks_of(study: Study, folder: Path) -> list[Task]:
    """Return every plan of a study, day by day, so that policies of one day are finished together.

    Plans of the sensitivity come last.

    Parameters
    ----------
    folder
        What the files of the study are relative to.

    Raises
    ------
    InputError
        With every day file that cannot be read.
    """
    code = code_version()
    tasks = [
        Task(day, policy, objective, study.plan, code)
        for day in file_days(study.days, folder)
        for policy in study.policies
        for objective in study.objectives
    ]
    tasks += [
        Task(day.but(policy.assume), policy, objective, study.plan, code)
        for day in synthetic_days(study.days)
        for policy in study.policies
        for objective in study.objectives
    ]
    return tasks + _varied(study, code)


def _varied(study: Study, code: str) -> list[Task]:
    asked = study.sensitivity
    if asked is None:
        return []
    from sharedride.synth.assumptions import described

    ends = [(name, float(described()[name][end])) for name in asked.assumptions for end in ("low", "high")]
    compared = [each for each in study.policies if each.name in (study.policies[0].name, asked.policy)]
    first = sorted(synthetic_days(study.days), key=lambda day: (day.date, study.days.seeds.index(day.seed)))
    return [
        Task(
            day.but({name: value} | policy.assume),
            policy,
            study.objectives[0],
            study.plan,
            code,
            f"{name}={value:g}",
        )
        for day in first[: asked.days]
        for name, value in ends
        for policy in compared
    ]


def run_task(task: Task) -> Outcome:
    """Make, plan and check a day; a day that fails is an answer too, and stops nobody."""
    key = task.key
    try:
        return Outcome(key, _rows(task))
    except Exception as error:
        # Whatever went wrong with this day, the other days are still to be planned.
        return Outcome(key, None, f"{type(error).__name__}: {error}")


def _rows(task: Task) -> dict[str, list[dict[str, Any]]]:
    from sharedride import api
    from sharedride.study.change import changed
    from sharedride.study.rows import rows_of

    if task.code != code_version():
        message = f"this worker has sharedride {code_version()}, the study was started by {task.code}"
        raise RuntimeError(message)
    wall, busy = time.perf_counter(), time.process_time()
    day = changed(task.day.read(), task.policy, task.day.salt)
    policy, options = task.policy, task.options
    result = api.plan(
        day,
        objective=task.objective,
        time_limit=options.time_limit,
        seed=options.seed,
        ride_limit=options.ride_limit,
        tariff_date=policy.tariff_date,
        rules=policy.rule_set,
        empty_return=policy.empty_return,
    )
    violations = api.check(
        day,
        result,
        rules=policy.rule_set,
        tariff_date=policy.tariff_date,
        empty_return=policy.empty_return,
    )
    if violations:
        kinds = ", ".join(sorted({item.rule.value for item in violations}))
        raise RuntimeError(f"the plan was refused by the checker: {kinds}")
    rows = rows_of(day, result.document, on=policy.tariff_date or day.date)
    rows["notes"] = [{"note": note} for note in result.ledger.notes]
    rows["runs"] = [
        {
            "seconds": time.perf_counter() - wall,
            "cpu_seconds": time.process_time() - busy,
            "peak_mb": _peak_mb(),
            "worker": f"{platform.node()}/{os.getpid()}",
            "code": task.code,
        }
    ]
    return rows


def _peak_mb() -> float | None:
    """Most memory this process ever held; what was planned in it before counts too."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if platform.system() == "Darwin" else peak / 2**10
