"""Plain words for what stands in an input and for what was probably meant."""

import difflib
import json
from collections.abc import Iterable
from typing import Any

_LONGEST = 40
_FEW = 6


def quoted(text: str) -> str:
    """Return the text in double quotes, cut to a readable length."""
    cut = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return json.dumps(cut.encode("utf-8", "replace").decode("utf-8"), ensure_ascii=False)


def shown(value: Any) -> str:
    """Return what a JSON value is, as one says it: ``the text "x"``, ``the number 5``, ``a list``."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    if isinstance(value, int):
        return f"the number {value}" if abs(value) < 10**_LONGEST else "a number beyond all bounds"
    if isinstance(value, float):
        return f"the number {value:g}"
    if isinstance(value, (list, tuple)):
        return "a list"
    return "an object" if isinstance(value, dict) else f"a {type(value).__name__}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word closest to the given one, ``None`` when none is close."""
    spelled = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(word.casefold(), spelled, n=1, cutoff=0.6)
    return spelled[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the remedy for an unknown word: the nearest known one, else all of them when they are few."""
    candidates = list(known)
    meant = nearest(word, candidates)
    if meant is not None:
        return f", did you mean {quoted(meant)}?"
    if 0 < len(candidates) <= _FEW:
        return f", known: {listed(candidates)}"
    return ""


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return quoted words as a phrase: ``"a", "b" and "c"``."""
    *head, tail = [quoted(word) for word in words]
    return f"{', '.join(head)} {last} {tail}" if head else tail
