"""One plan of a study: what it takes, what it is called, and how it is made."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import platform
import time
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharedride.errors import InputError, Problem
from sharedride.study.code import code_version
from sharedride.study.spec import ObjectiveName, Options, Policy, Study

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sharedride.day.model import Day
    from sharedride.synth.territory import Territory


@dataclass(frozen=True)
class SyntheticDay:
    """A synthetic day by what makes it: a worker needs no file."""

    department: str
    date: datetime.date
    seed: int
    trips: float | None
    vsl_share: float | None
    vsl_flat: str
    assume: tuple[tuple[str, float], ...]

    @property
    def label(self) -> str:
        """What tables call the day."""
        return f"{self.department}/{self.date}/{self.seed}"

    @property
    def salt(self) -> str:
        """Patients in series and companies are the same on every date of a seed; so are their draws."""
        return f"{self.department}/{self.seed}"

    @property
    def identity(self) -> dict[str, Any]:
        """What tells this day from any other."""
        return asdict(self) | {"date": self.date.isoformat()}

    def read(self) -> Day:
        """Make the day."""
        from sharedride.day.model import Day
        from sharedride.synth.generate import synth_day

        made = synth_day(
            _territory(self.department, self.assume),
            self.date,
            seed=self.seed,
            trips=self.trips,
            vsl_share=self.vsl_share,
            vsl_flat=self.vsl_flat,
        )
        return Day.model_validate(made.content)


@dataclass(frozen=True)
class FileDay:
    """A day of a file, with its bytes: a worker elsewhere may not see the file.

    Files the day names, such as a matrix, are read where the plan is made, by their absolute path.
    """

    label: str
    folder: str
    sha256: str
    data: bytes = field(repr=False)

    @property
    def salt(self) -> str:
        """Draws depend on the day's bytes."""
        return self.sha256

    @property
    def identity(self) -> dict[str, Any]:
        """What tells this day from any other."""
        return {"sha256": self.sha256}

    def read(self) -> Day:
        """Read the day."""
        from sharedride.day.read import parse_day

        return parse_day(self.data, Path(self.folder))


@dataclass(frozen=True)
class Task:
    """One day under one policy for one objective, by one version of the code."""

    day: SyntheticDay | FileDay
    policy: Policy
    objective: ObjectiveName
    options: Options
    code: str

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
    files, problems = [], []
    for index, name in enumerate(study.days.files):
        try:
            files.append(_file_day(name, folder / name))
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            problems.append(Problem(f"days.files[{index}]", f"{folder / name} cannot be read: {reason}"))
    if problems:
        raise InputError(problems)
    tasks = [
        Task(day, policy, objective, study.plan, code)
        for day in files
        for policy in study.policies
        for objective in study.objectives
    ]
    days = study.days
    tasks += [
        Task(
            SyntheticDay(
                department,
                date,
                seed,
                days.trips,
                days.vsl_share,
                days.vsl_flat,
                tuple(sorted((days.assume | policy.assume).items())),
            ),
            policy,
            objective,
            study.plan,
            code,
        )
        for department in days.departments
        for date in days.dates
        for seed in days.seeds
        for policy in study.policies
        for objective in study.objectives
    ]
    return tasks


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


def _file_day(name: str, path: Path) -> FileDay:
    data = path.read_bytes()
    hashed = hashlib.sha256(data)
    for other in _named_files(data):
        named = path.parent / other
        if named.is_file():
            hashed.update(named.read_bytes())
    return FileDay(name, str(path.parent.absolute()), hashed.hexdigest(), data)


def _named_files(data: bytes) -> Iterable[str]:
    """Files the day's travel names: figures depend on them as well."""
    try:
        content = json.loads(data)
    except ValueError:
        return
    for part in ("travel", "billed_travel"):
        travel = content.get(part) if isinstance(content, dict) else None
        if isinstance(travel, dict):
            yield from (travel[key] for key in ("file", "rush_hours") if isinstance(travel.get(key), str))


@lru_cache(maxsize=4)
def _territory(department: str, assume: tuple[tuple[str, float], ...]) -> Territory:
    from sharedride.synth.assumptions import default_assumptions
    from sharedride.synth.territory import territory

    return territory(department, default_assumptions().but(dict(assume)))
