import json
import subprocess
import sys

import pytest

from sharedride.day import day_warnings, read_day
from tests.day.days import SCENARIOS

SIZES = {"tutorial.json": (6, 2, 1), "belfort-company.json": (70, 12, 1), "belfort-day.json": (300, 47, 8)}


def test_the_files_are_what_the_script_writes() -> None:
    """Running the scenario script again would change no byte."""
    script = [sys.executable, str(SCENARIOS / "build.py"), "--check"]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", SIZES)
def test_every_scenario_is_a_clean_day(name: str) -> None:
    """Each scenario reads without problem or warning and has the size its README states."""
    day = read_day(SCENARIOS / name)
    assert day_warnings(day) == []
    assert (len(day.trips), len(day.vehicles), len(day.operators)) == SIZES[name]


@pytest.mark.parametrize("name", SIZES)
def test_scenarios_hold_no_names_of_people(name: str) -> None:
    """Homes carry no name, patients are pseudonyms, coordinates have four decimals."""
    day = json.loads((SCENARIOS / name).read_text(encoding="utf-8"))
    assert not [place for place in day["places"] if place["kind"] == "home" and "name" in place]
    assert all(trip["patient"].startswith("p-") and len(trip["patient"]) == 6 for trip in day["trips"])
    assert all(round(place[axis], 4) == place[axis] for place in day["places"] for axis in ("lat", "lon"))
