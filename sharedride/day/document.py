"""From the bytes of ``day.json`` to plain JSON values, with every key that stands twice."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sharedride.day.words import quoted, shown
from sharedride.errors import InputError, Problem


class _Doubled(dict[str, Any]):
    """A JSON object some keys of which stand twice."""

    doubled: tuple[str, ...] = ()


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    names = [name for name, _ in pairs]
    found = _Doubled(plain)
    found.doubled = tuple(name for name in plain if names.count(name) > 1)
    return found


def _doubled_keys(value: Any, path: str) -> Iterator[Problem]:
    if isinstance(value, _Doubled):
        for key in value.doubled:
            yield Problem(child(path, key), "this key stands twice in the object, keep one of them")
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _doubled_keys(part, child(path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            if isinstance(part, (dict, list)):
                yield from _doubled_keys(part, child(path, index))


def child(path: str, step: str | int) -> str:
    """Return the path of a key or list entry below ``path``."""
    if isinstance(step, int):
        return f"{path}[{step}]"
    plain = step if step.isidentifier() else quoted(step)
    return f"{path}.{plain}" if path else plain


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"line {line}: not UTF-8 text (byte {error.start}); save the file as UTF-8"
        raise InputError([Problem("", message)]) from None


def json_object(data: bytes | str) -> tuple[dict[str, Any], list[Problem]]:
    """Return the JSON object of a text, and a problem for each key that stands twice in an object.

    Raises
    ------
    InputError
        When the bytes are no UTF-8 text, the text is no JSON or the JSON is no object.
    """
    text = _decoded(data) if isinstance(data, bytes) else data
    try:
        value = json.loads(text, object_pairs_hook=_pairs)
        problems = list(_doubled_keys(value, ""))
    except json.JSONDecodeError as error:
        message = f"line {error.lineno}, column {error.colno}: not valid JSON: {error.msg}"
        raise InputError([Problem("", message)]) from None
    except RecursionError:
        raise InputError([Problem("", "nested far too deep for a day")]) from None
    except ValueError:
        raise InputError([Problem("", "holds a number with thousands of digits")]) from None
    return checked_object(value), problems


def checked_object(value: Any) -> dict[str, Any]:
    """Return a mapping as a plain object.

    Raises
    ------
    InputError
        When the value is anything else.
    """
    if not isinstance(value, Mapping):
        raise InputError(
            [Problem("", f"a day is an object {{…}} with places, vehicles and trips, not {shown(value)}")]
        )
    return dict(value)
