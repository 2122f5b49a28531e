import copy
import json
from typing import Any

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedride.day import Day, day_schema, parse_day
from sharedride.errors import InputError, Problem
from tests.day.days import Raw, tutorial

WORDS = [
    "v1",
    "v2",
    "a-out",
    "b-out",
    "hnfc",
    "home-a",
    "op1",
    "A",
    "09:00",
    "12:00",
    "vsl",
    "taxi",
    "outbound",
]
KEYS = [
    "id",
    "lock",
    "with",
    "visit",
    "ready",
    "shift",
    "not_with",
    "pickup",
    "companions",
    "vehicle",
    "file",
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-3, 10**20)
    | st.floats()
    | st.sampled_from(WORDS)
    | st.text(max_size=4)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)
POSITIONS = st.integers(0, 2**16)
SCHEMA = day_schema()


def outcome(data: Any) -> tuple[Day | None, list[Problem]]:
    """The day or its problems; anything else that is raised passes through."""
    try:
        return parse_day(data), []
    except InputError as error:
        return None, error.problems


def mutate(day: Raw, draw: Any) -> None:
    """Replace, remove or add something at a random path of the day."""
    parent: Any = day
    while True:
        keys = list(parent) if isinstance(parent, dict) else list(range(len(parent)))
        if not keys:
            return
        key = keys[draw(POSITIONS) % len(keys)]
        deeper = isinstance(parent[key], (dict, list)) and draw(st.integers(0, 3))
        if not deeper:
            break
        parent = parent[key]
    action = draw(st.sampled_from(["replace", "remove", "add", "repeat"]))
    if action == "replace":
        parent[key] = draw(VALUES)
    elif action == "remove":
        del parent[key]
    elif action == "add" and isinstance(parent, dict):
        parent[draw(st.sampled_from(KEYS))] = draw(VALUES)
    elif isinstance(parent, list):
        parent.append(copy.deepcopy(parent[key]))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_mutated_day_reads_or_says_why_not(data: st.DataObject) -> None:
    """Whatever is changed in a day, reading it ends with a day or with problems, never otherwise."""
    day = tutorial()
    for _ in range(data.draw(st.integers(1, 4))):
        mutate(day, data.draw)
    for form in (day, json.dumps(day)):
        read, problems = outcome(form)
        if read is None:
            assert problems
            assert not any("Input should" in problem.message for problem in problems)
            assert all(str(problem).encode() for problem in problems)
        else:
            jsonschema.validate(day, SCHEMA)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=40))
def test_any_bytes_are_refused_politely(data: bytes) -> None:
    """Bytes that are no day raise InputError and nothing else."""
    read, problems = outcome(data)
    assert read is None
    assert problems
