import json
from pathlib import Path

import numpy as np
import pytest

from sharedride.day import Day, day_warnings, parse_day, read_day
from sharedride.day.model import Matrix
from sharedride.errors import InputError
from tests.day.days import SCENARIOS, Raw, broken, put, tutorial

FORMATS_EXAMPLE = """{
  "schema": "sharedride/day/1",
  "date": "2026-03-17",
  "department": "90",
  "places": [
    {"id": "hnfc",  "lat": 47.5765, "lon": 6.8725, "kind": "care",  "name": "Hôpital Nord Franche-Comté"},
    {"id": "h1",    "lat": 47.6380, "lon": 6.8630, "kind": "home"},
    {"id": "depot", "lat": 47.6300, "lon": 6.8500, "kind": "depot"}
  ],
  "operators": [
    {"id": "op1", "certified": true, "vsl_flat": "A", "taxi_department": "90"}
  ],
  "vehicles": [
    {"id": "v1", "operator": "op1", "type": "vsl", "seats": 3, "start": "depot", "end": "depot",
     "shift": ["06:00", "18:00"]}
  ],
  "trips": [
    {"id": "t1", "patient": "p-7f3a", "visit": "s1", "direction": "outbound", "from": "h1", "to": "hnfc",
     "appointment": "08:00"},
    {"id": "t2", "patient": "p-7f3a", "visit": "s1", "direction": "return",   "from": "hnfc", "to": "h1",
     "ready": "12:15"}
  ],
  "travel": {"model": "crowfly", "road_factor": 1.3, "speed_kmh": 50}
}"""


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_the_example_of_the_contract_reads(bom: bytes) -> None:
    """The day of the format's documentation reads, with or without a byte order mark."""
    day = parse_day(bom + FORMATS_EXAMPLE.encode())
    assert [trip.appointment or trip.ready for trip in day.trips] == [480.0, 735.0]
    assert day.trips[0].board_min == 2.0
    assert day_warnings(day) == []


def test_an_empty_day_reads() -> None:
    """A day without places, vehicles and trips is a valid day."""
    lists: Raw = {key: [] for key in ("places", "operators", "vehicles", "trips")}
    day = parse_day({"schema": "sharedride/day/1", "date": "2026-03-17", **lists})
    assert isinstance(day, Day)
    assert day.trips == ()


def test_a_trip_no_shift_reaches_is_no_error() -> None:
    """A trip before every shift stays in the day: it is for the plan to leave it unserved."""
    day = parse_day(broken(put("trips", 0, "appointment", value="05:00")))
    assert day.trips[0].appointment == 300.0


def test_text_bytes_and_parsed_json_are_one_day() -> None:
    """The same day comes from a file, from bytes, from text and from JSON that was parsed already."""
    file = SCENARIOS / "tutorial.json"
    text = file.read_text(encoding="utf-8")
    assert read_day(file) == parse_day(text) == parse_day(text.encode()) == parse_day(tutorial())


def test_a_file_that_is_not_there() -> None:
    """A missing file is a problem with its name, no traceback."""
    with pytest.raises(InputError, match=r"nowhere\.json: cannot be read"):
        read_day("nowhere.json")


class TestMatrixFile:
    """A matrix in an npz file beside the day."""

    @pytest.fixture
    def day_file(self, tmp_path: Path) -> Path:
        file = tmp_path / "day.json"
        file.write_text(json.dumps(broken(put("travel", value={"model": "matrix", "file": "m.npz"}))))
        return file

    def save(self, day_file: Path, **arrays: object) -> None:
        np.savez(day_file.parent / "m.npz", **arrays)

    def test_is_found_beside_the_day(self, day_file: Path) -> None:
        """The file is looked up in the day's folder and named by its absolute path in the day."""
        km = tutorial()["travel"]["km"]
        self.save(day_file, km=km, minutes=km)
        travel = read_day(day_file).travel
        assert isinstance(travel, Matrix)
        assert travel.file == str(day_file.parent / "m.npz")

    @pytest.mark.parametrize(
        ("arrays", "words"),
        [
            ({"km": np.zeros((5, 5))}, 'lacks the array "minutes"'),
            ({"km": np.zeros((5, 5)), "minutes": np.zeros((4, 5))}, r"shape \(4, 5\)"),
            ({"km": np.zeros((5, 5)), "minutes": np.full((5, 5), -1.0)}, "must not be negative"),
            ({"km": np.zeros((5, 5)), "minutes": np.full((5, 5), "a")}, "save numbers"),
            ({"km": np.zeros((5, 5)), "minutes": np.array([{}])}, "cannot be read as npz"),
        ],
        ids=["array missing", "shape", "negative", "texts", "pickled objects"],
    )
    def test_with_wrong_arrays(self, day_file: Path, arrays: dict[str, object], words: str) -> None:
        """Arrays that are missing, misshapen, negative or no numbers are refused."""
        self.save(day_file, **arrays)
        with pytest.raises(InputError, match=words):
            read_day(day_file)

    @pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 cut short"], ids=["none", "empty", "cut"])
    def test_that_cannot_be_read(self, day_file: Path, content: bytes | None) -> None:
        """A file that is missing or no npz is a problem of travel.file."""
        if content is not None:
            (day_file.parent / "m.npz").write_bytes(content)
        with pytest.raises(InputError) as caught:
            read_day(day_file)
        assert [problem.path for problem in caught.value.problems] == ["travel.file"]


def test_warnings_name_what_is_probably_a_slip() -> None:
    """Lawful oddities are warned of, and the day is read all the same."""
    day = tutorial()
    day["places"][2]["lat"] = 39.0
    day["trips"][0]["not_with"] = ["p-000B"]
    day["trips"][1]["earliest_pickup"] = "11:00"
    day["places"][1]["kind"] = "depot"
    warned = {problem.path: problem.message for problem in day_warnings(parse_day(day))}
    assert "outside metropolitan France" in warned["places[2]"]
    assert 'did you mean "p-000b"?' in warned["trips[0].not_with[0]"]
    assert "limit at home" in warned["trips[1].earliest_pickup"]
    assert "not a place of care" in warned["trips[3].from"]
