"""The days of a study: synthetic ones and files, as what makes them, so that they travel light."""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharedride.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sharedride.day.model import Day
    from sharedride.study.spec import Days
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
    companies: int | None = None
    neighbours: bool = False

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

    def but(self, assume: Mapping[str, float]) -> SyntheticDay:
        """Return the day made under other assumptions."""
        return replace(self, assume=tuple(sorted((dict(self.assume) | dict(assume)).items())))

    def read(self) -> Day:
        """Make the day."""
        return _made(self)


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


def synthetic_days(days: Days) -> list[SyntheticDay]:
    """Return the synthetic days of a study: every département × date × seed."""
    assume = tuple(sorted(days.assume.items()))
    return [
        SyntheticDay(
            department,
            date,
            seed,
            days.trips,
            days.vsl_share,
            days.vsl_flat,
            assume,
            days.companies,
            days.neighbours,
        )
        for department in days.departments
        for date in dates_of(days)
        for seed in days.seeds
    ]


def dates_of(days: Days) -> list[datetime.date]:
    """Return the dates of a study's synthetic days."""
    from sharedride.synth.calendar import is_working_day

    dates = list(days.dates)
    if days.working_days is not None:
        date, left = days.working_days.first, days.working_days.count
        while left:
            if is_working_day(date):
                dates.append(date)
                left -= 1
            date += datetime.timedelta(days=1)
    return list(dict.fromkeys(dates))


def file_days(days: Days, folder: Path) -> list[FileDay]:
    """Read the day files of a study.

    Raises
    ------
    InputError
        With every file that cannot be read.
    """
    files, problems = [], []
    for index, name in enumerate(days.files):
        try:
            files.append(_file_day(name, folder / name))
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            problems.append(Problem(f"days.files[{index}]", f"{folder / name} cannot be read: {reason}"))
    if problems:
        raise InputError(problems)
    return files


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


@lru_cache(maxsize=2)
def _made(asked: SyntheticDay) -> Day:
    """Make a synthetic day; kept, because its policies are planned one after the other."""
    from sharedride.day.model import Day
    from sharedride.study.sample import some_companies
    from sharedride.synth.generate import synth_day

    made = synth_day(
        _territory(asked.department, asked.assume),
        asked.date,
        seed=asked.seed,
        trips=asked.trips,
        vsl_share=asked.vsl_share,
        vsl_flat=asked.vsl_flat,
    )
    day = Day.model_validate(made.content)
    if asked.companies is None:
        return day
    return some_companies(day, asked.companies, asked.salt, neighbours=asked.neighbours)
