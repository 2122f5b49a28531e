"""A small valid day to break, and the shortest way to break it."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

SCENARIOS = Path(__file__).parents[2] / "scenarios"
Raw = dict[str, Any]


def tutorial() -> Raw:
    day: Raw = json.loads((SCENARIOS / "tutorial.json").read_text(encoding="utf-8"))
    return day


def broken(change: Callable[[Raw], object]) -> Raw:
    day = copy.deepcopy(tutorial())
    change(day)
    return day


def put(*steps: str | int, value: Any) -> Callable[[Raw], None]:
    """A change that sets the value at a path of keys and indices."""

    def change(day: Raw) -> None:
        parent: Any = day
        for step in steps[:-1]:
            parent = parent[step]
        parent[steps[-1]] = value

    return change


def drop(*steps: str | int) -> Callable[[Raw], None]:
    """A change that removes the key at a path of keys and indices."""

    def change(day: Raw) -> None:
        parent: Any = day
        for step in steps[:-1]:
            parent = parent[step]
        del parent[steps[-1]]

    return change
