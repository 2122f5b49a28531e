"""From ``day.json`` to a validated day, or to everything that is wrong with it at once."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sharedride.day.document import checked_object, json_object
from sharedride.day.draft import Draft, draft_of
from sharedride.day.explain import known_keys
from sharedride.day.model import Day, TravelModel
from sharedride.day.validate.capability import capability_problems
from sharedride.day.validate.fleet import fleet_problems
from sharedride.day.validate.locks import lock_problems
from sharedride.day.validate.places import place_problems
from sharedride.day.validate.references import reference_problems
from sharedride.day.validate.tables import table_problems
from sharedride.day.validate.trips import trip_problems
from sharedride.day.validate.visits import visit_problems
from sharedride.day.validate.windows import window_problems
from sharedride.errors import InputError, Problem


def read_day(path: str | Path) -> Day:
    """Return the day of a ``day.json`` file; see :func:`parse_day`.

    Raises
    ------
    InputError
        With every problem found, when the file cannot be read or is no valid day.
    """
    file = Path(path)
    try:
        data = file.read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise InputError([Problem(str(path), f"cannot be read: {reason}")]) from None
    return parse_day(data, file.parent)


def parse_day(data: bytes | str | Mapping[str, Any], folder: Path | None = None) -> Day:
    """Return the validated day of JSON text, or of JSON that was parsed already.

    Parameters
    ----------
    folder
        What the files of ``travel`` are relative to; the current folder if ``None``. The day that is
        returned names them by their absolute paths.

    Raises
    ------
    InputError
        With every problem found, in the order of the file.
    """
    problems: list[Problem] = []
    if isinstance(data, (bytes, str)):
        raw, problems = json_object(data)
    else:
        raw = checked_object(data)
    draft = _with_absolute_files(draft_of(raw, problems), folder or Path())
    tables = list(table_problems(draft))
    problems += itertools.chain(
        reference_problems(draft),
        place_problems(draft),
        fleet_problems(draft),
        trip_problems(draft),
        visit_problems(draft),
        capability_problems(draft),
        lock_problems(draft),
        tables,
    )
    day = draft.day()
    if day is not None and draft.places.complete and not tables:
        problems += window_problems(draft, day)
    if problems or day is None:
        raise InputError(sorted(dict.fromkeys(problems), key=_position))
    return day


def _with_absolute_files(draft: Draft, folder: Path) -> Draft:
    return replace(
        draft,
        travel=_absolute(draft.travel, folder),
        billed_travel=_absolute(draft.billed_travel, folder),
    )


def _absolute(travel: TravelModel | None, folder: Path) -> TravelModel | None:
    if travel is None:
        return None
    named = {key: getattr(travel, key, None) for key in ("file", "rush_hours")}
    return travel.model_copy(
        update={key: str((folder / name).absolute()) for key, name in named.items() if name is not None}
    )


def _position(problem: Problem) -> tuple[int, list[tuple[int, str]]]:
    """Order as in the file: sections in the order of the contract, entries by number."""
    keys = known_keys(Day)
    steps = re.findall(r"[0-9]+|[^0-9]+", problem.path)
    section = re.split(r"[.\[]", problem.path)[0]
    rank = keys.index(section) if section in keys else -1
    return rank, [(int(step), "") if step.isdecimal() else (-1, step) for step in steps]
