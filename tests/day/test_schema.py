from typing import Any

import jsonschema
import pytest

from sharedride.day import day_schema, parse_day
from sharedride.day.model import Part
from tests.day.days import Raw, broken, drop, put, tutorial


@pytest.fixture(scope="module")
def validator() -> Any:
    schema = day_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize(
    "change",
    [
        lambda day: None,
        put("trips", 0, "lock", value={"with": ["b-out"], "pickup": "8:55:30"}),
        put("vehicles", 0, "break", value={"window": ["11:30", "14:00"], "minutes": 30}),
        put("travel", value={"model": "crowfly"}),
        put("trips", 0, "motive", value=None),
        put("vehicles", 0, "shift", value=["06:00", "47:59:59"]),
    ],
)
def test_the_schema_accepts_what_the_reader_accepts(change: Any, validator: Any) -> None:
    """No valid day is refused by the schema."""
    day = broken(change)
    parse_day(day)
    validator.validate(day)


@pytest.mark.parametrize(
    "change",
    [
        put("trips", 0, "apointment", value="09:30"),
        put("vehicle", value=[]),
        put("trips", 0, "lock", value={"vehicel": "v1"}),
        put("trips", 0, "appointment", value="48:00"),
        put("vehicles", 0, "shift", value=["06:00"]),
        put("date", value="17/03/2026"),
        drop("travel", "model"),
        drop("trips", 0, "appointment"),
        drop("trips", 1, "ready"),
    ],
)
def test_the_schema_refuses_what_no_reader_should_take(change: Any, validator: Any) -> None:
    """Unknown keys, impossible clocks and missing times are refused by the schema alone."""
    day: Raw = broken(change)
    assert not validator.is_valid(day)


def test_the_schema_speaks_the_language_of_the_model(validator: Any) -> None:
    """Every object of the schema carries the description of its class, and unknown keys are closed."""
    objects = {name: part for name, part in validator.schema["$defs"].items() if part["type"] == "object"}
    described = {part.__name__: part.__doc__ for part in Part.__subclasses__() if part.__name__ in objects}
    assert len(described) == 14
    for name, text in described.items():
        assert objects[name]["description"] == text
        assert objects[name]["additionalProperties"] is False


def test_the_tutorial_is_valid_by_the_schema_of_its_name(validator: Any) -> None:
    """The schema's title is the name the day carries."""
    assert validator.schema["title"] == tutorial()["schema"]
