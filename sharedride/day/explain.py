"""What the validation of one object found, in the words of the person who wrote it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sharedride.day.document import child
from sharedride.day.model import Part
from sharedride.day.words import did_you_mean, listed, nearest, quoted, shown
from sharedride.errors import Problem

_WANTED = {
    "string_type": 'must be a text in quotes such as "v1"',
    "string_unicode": "must be a text of valid Unicode characters",
    "string_too_short": "must not be empty",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "finite_number": "must be a finite number",
    "model_type": "must be an object {…}",
    "list_type": "must be a list […]",
    "tuple_type": "must be a list […]",
    "date_type": 'must be a date such as "2026-03-17"',
    "invalid_key": "keys must be texts",
}
_BOUNDS = {
    "greater_than": ("gt", "must be more than"),
    "greater_than_equal": ("ge", "must be at least"),
    "less_than": ("lt", "must be less than"),
    "less_than_equal": ("le", "must be at most"),
}
_LENGTHS = {"too_short": ("min_length", "at least"), "too_long": ("max_length", "no more than")}
MOST_ALIKE = 5
"""Wrong entries of one list or table told one by one; a wrong table is often wrong everywhere."""
_EXAMPLES = {"shift": '["06:00", "18:00"]', "window": '["11:30", "14:00"]'}


def known_keys(part: type[Part]) -> list[str]:
    """Return the keys an object may have, as the file spells them."""
    return [field.alias or name for name, field in part.model_fields.items()]


def explain(error: ValidationError, part: type[Part], path: str) -> list[Problem]:
    """Return a problem with path and remedy for everything that is wrong with one object.

    Parameters
    ----------
    error
        What the validation raised.
    part
        The class that was validated against.
    path
        Where the object stands, such as ``trips[12]``.
    """
    details = error.errors(include_url=False)
    parents = {detail["loc"][:depth] for detail in details for depth in range(len(detail["loc"]))}
    misspelled = {(*loc[:-1], meant) for loc, meant in _meant(details, part)}
    alike: Counter[tuple[int | str, str]] = Counter()
    problems = []
    for detail in details:
        loc = detail["loc"]
        if detail["type"] in _LENGTHS and loc in parents:
            continue
        if len(loc) > 1:
            alike[loc[0], detail["type"]] += 1
            if alike[loc[0], detail["type"]] > MOST_ALIKE:
                continue
        if detail["type"] == "missing" and loc in misspelled:
            continue
        if detail["type"] == "missing" and isinstance(loc[-1], int):
            loc = loc[:-1]
        problems.append(Problem(_path(path, loc), _message(detail, part)))
    for (key, _), count in alike.items():
        if count > MOST_ALIKE:
            problems.append(Problem(_path(path, (key,)), more_alike(count)))
    return list(dict.fromkeys(problems))


def more_alike(count: int) -> str:
    """Return what is said of the wrong entries after the first few."""
    return f"{count - MOST_ALIKE} more entries are wrong alike"


def _meant(details: list[ErrorDetails], part: type[Part]) -> list[tuple[tuple[int | str, ...], str]]:
    unknown = [detail["loc"] for detail in details if detail["type"] == "extra_forbidden"]
    guesses = [(loc, nearest(str(loc[-1]), known_keys(_owner(part, loc)))) for loc in unknown]
    return [(loc, meant) for loc, meant in guesses if meant is not None]


def _path(path: str, loc: tuple[int | str, ...]) -> str:
    for step in loc:
        path = child(path, step)
    return path


def _owner(part: type[Part], loc: tuple[int | str, ...]) -> type[Part]:
    """Return the class of the object the last step of ``loc`` belongs to."""
    for step in loc[:-1]:
        fields = {field.alias or name: field for name, field in part.model_fields.items()}
        if step in fields:
            annotation = fields[str(step)].annotation
            nested = [kind for kind in (annotation, *get_args(annotation)) if _is_part(kind)]
            part = nested[0] if nested else part
    return part


def _is_part(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Part)


def _message(detail: ErrorDetails, part: type[Part]) -> str:
    kind, value, loc = detail["type"], detail["input"], detail["loc"]
    context: Mapping[str, Any] = detail.get("ctx", {})
    key = str(loc[-1]) if loc else ""
    if kind == "extra_forbidden":
        return f"unknown key{did_you_mean(key, known_keys(_owner(part, loc)))}"
    if kind == "missing" and isinstance(loc[-1], int):
        return f"needs two clock times such as {_EXAMPLES.get(str(loc[-2]), _EXAMPLES['shift'])}"
    if kind == "missing":
        return _missing(key, _owner(part, loc))
    if kind == "value_error":
        return str(context["error"])
    if kind in ("literal_error", "enum"):
        choices = str(context["expected"]).replace("' or '", "', '").strip("'").split("', '")
        guess = nearest(value, choices) if isinstance(value, str) else None
        hint = f", did you mean {quoted(guess)}?" if guess else ""
        return f"must be {listed(choices, 'or')}, not {shown(value)}{hint}"
    if kind in _BOUNDS:
        limit, words = _BOUNDS[kind]
        return f"{words} {context[limit]:g}, not {shown(value)}"
    if kind in _LENGTHS:
        limit, words = _LENGTHS[kind]
        return f"must have {words} {context[limit]} entries, not {context['actual_length']}"
    if kind == "string_too_short":
        return _WANTED[kind]
    return f"{_WANTED.get(kind, 'is not usable here')}, not {shown(value)}"


def _missing(key: str, owner: type[Part]) -> str:
    fields = {field.alias or name: field for name, field in owner.model_fields.items()}
    if key in _EXAMPLES:
        return f"missing, add for example {_EXAMPLES[key]}"
    described = fields[key].description
    return f"missing, add it ({described})" if described else "missing, add it"
