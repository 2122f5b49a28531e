"""The events file: every error at once, each with its path."""

import pytest

from sharedride.changing.events import KINDS, events_schema, parse_events
from sharedride.errors import InputError


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
