"""Read a study file, or tell everything that is wrong with it."""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from sharedride.errors import InputError, Problem
from sharedride.study.spec import (
    Days,
    Limits,
    Options,
    Part,
    Policy,
    Rates,
    Seats,
    Sensitivity,
    Study,
    WorkingDays,
)

ALL = "all"
"""Every département, in ``departments``."""

_TABLES: tuple[type[Part], ...] = (
    *(Study, Days, Limits, Options, Policy, Rates, Seats, Sensitivity, WorkingDays),
)


def read_study(path: str | Path) -> Study:
    """Read ``study.toml``.

    Raises
    ------
    InputError
        When the file cannot be read, is no TOML or breaks the format; carries every problem with its path.
    """
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise InputError([Problem(str(path), f"cannot be read: {reason}")]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError([Problem(str(path), f"no valid TOML: {error}")]) from None
    return parse_study(content)


def parse_study(content: Mapping[str, Any]) -> Study:
    """Make a study of parsed TOML.

    Raises
    ------
    InputError
        With everything that breaks the format, and every département or assumption that is unknown.
    """
    from sharedride.synth.assumptions import default_assumptions, described
    from sharedride.synth.geography import department, departments

    try:
        study = Study.model_validate(content)
    except ValidationError as error:
        raise InputError(
            [_problem(item["loc"], item["type"], item["msg"]) for item in error.errors()]
        ) from None
    problems = []
    for index, code in enumerate(study.days.departments):
        try:
            if code != ALL:
                department(code)
        except InputError as wrong:
            problems += [Problem(f"days.departments[{index}]", item.message) for item in wrong.problems]
    for where, assume in [("days", study.days.assume)] + [
        (f"policies[{index}]", policy.assume) for index, policy in enumerate(study.policies)
    ]:
        try:
            default_assumptions().but(study.days.assume | assume)
        except InputError as wrong:
            problems += [Problem(f"{where}.assume", str(item)) for item in wrong.problems]
    for index, name in enumerate(study.sensitivity.assumptions if study.sensitivity else ()):
        if name not in described():
            near = difflib.get_close_matches(name, described(), n=1)
            hint = f', did you mean "{near[0]}"?' if near else ""
            problems.append(Problem(f"sensitivity.assumptions[{index}]", f'no assumption is "{name}"{hint}'))
    if problems:
        raise InputError(problems)
    if ALL in study.days.departments:
        days = study.days.model_copy(update={"departments": tuple(departments())})
        study = study.model_copy(update={"days": days})
    return study


def _problem(location: tuple[int | str, ...], kind: str, message: str) -> Problem:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    if kind == "missing":
        return Problem(path, "required key is missing")
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(location[-1]), _known_keys(), n=1)
        return Problem(path, "unknown key" + (f', did you mean "{near[0]}"?' if near else ""))
    return Problem(path, message.removeprefix("Value error, "))


def _known_keys() -> list[str]:
    tables: tuple[type[BaseModel], ...] = _TABLES
    return sorted({name.removesuffix("_") for table in tables for name in table.model_fields})
