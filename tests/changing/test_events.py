"""The events file: every error at once, each with its path."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from sharedride.changing.events import EVENTS_SCHEMA, KINDS, events_schema, parse_events
from sharedride.cli import app
from sharedride.errors import InputError

PAGE = Path(__file__).parents[2] / "docs" / "changes.md"


def test_all_errors_at_once_with_their_paths() -> None:
    """Unknown kinds, misspelt keys, wrong clocks and a wrong schema are told together."""
    content = {
        "schema": "sharedride/events/2",
        "events": [
            {"type": "cancle", "trip": "t1"},
            {"type": "ready", "trip": "t2", "redy": "12:00"},
            {"type": "delay", "vehicle": "v1", "minutes": -3},
            {"type": "appointment", "trip": "t1", "appointment": "9h"},
            "cancel",
        ],
    }
    with pytest.raises(InputError) as raised:
        parse_events(content)
    paths = [problem.path for problem in raised.value.problems]
    assert paths == [
        "schema",
        "events[0].type",
        "events[1].redy",
        "events[2].minutes",
        "events[3].appointment",
        "events[4].type",
    ]
    assert 'did you mean "ready"' in str(raised.value)


@pytest.mark.parametrize("text", ["[]", "{", '{"schema": "sharedride/events/1"}', b"\xff"])
def test_what_is_no_events_file_is_refused(text: str | bytes) -> None:
    """Anything but an object with a list of events is an input error, never a traceback."""
    with pytest.raises(InputError):
        parse_events(text)


def test_the_schema_knows_every_kind() -> None:
    """The JSON Schema and the reader know the same kinds of event."""
    assert set(events_schema()["properties"]["events"]["items"]["discriminator"]["mapping"]) == set(KINDS)


def test_the_printed_schema_fits_the_example_of_the_page() -> None:
    """``sharedride schema events`` is a JSON Schema; reader and schema take the documented example alike."""
    run = CliRunner().invoke(app, ["schema", "events"])
    assert run.exit_code == 0, run.output
    schema = json.loads(run.stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"] == EVENTS_SCHEMA
    (example,) = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert {type(event) for event in parse_events(example)} == set(KINDS.values())
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(json.loads(example))
    assert not validator.is_valid(json.loads(example.replace('"minutes": 15', '"minutes": -15')))
