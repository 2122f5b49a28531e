import json
from pathlib import Path
from typing import Any

import pytest

from sharedride.day import read_day
from tests.importing.test_ugly import FLEET
from tests.importing.ugly import HEAD, ROW, text
from tests.running import runner

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fleet.csv").write_text(FLEET, encoding="utf-8")
    (tmp_path / "good.csv").write_bytes(text(HEAD, ROW))
    (tmp_path / "bad.csv").write_bytes(text(HEAD, ROW, ROW.replace("7;P1", "8;P2").replace("8h30", "8h75")))

    return runner(capfd)


def test_a_rejected_row_keeps_the_day_from_being_written(run: Any, tmp_path: Path) -> None:
    """Exit code 2 and no file, with row, mission, column, value, remedy; --skip-rejected goes on."""
    before = sorted(file.name for file in tmp_path.iterdir())
    code, _, err = run("import", "bad.csv", "--vehicles", "fleet.csv", "-o", "day.json")
    assert code == 2
    assert 'error: bad.csv row 3 (8), column E "Heure RDV": "8h75" is no time of day, write 7h30 or' in err
    assert sorted(file.name for file in tmp_path.iterdir()) == before
    code, out, err = run("import", "bad.csv", "--vehicles", "fleet.csv", "-o", "day.json", "--skip-rejected")
    assert code == 0
    assert "bad.csv row 3" in err
    assert "1 trips from 1 rows, 2 vehicles" in out
    assert [trip.id for trip in read_day("day.json").trips] == ["7"]


def test_the_ugly_scenario_goes_from_names_to_a_valid_day(run: Any, tmp_path: Path) -> None:
    """The export is refused for its names, pseudonymized, and imported but for its two slips."""
    missions, fleet = SCENARIOS / "missions.csv", SCENARIOS / "fleet.csv"
    code, _, err = run("import", missions, "--vehicles", fleet, "-o", "day.json")
    assert (code, err.count("refused")) == (2, 3)
    assert run("pseudonymize", "--new-key", "patients.key")[0] == 0
    assert run("pseudonymize", missions, "--key", "patients.key", "-o", "safe.csv")[0] == 0
    command = ("import", "safe.csv", "--vehicles", fleet, "--date", "2026-03-17", "-o", "day.json")
    code, _, err = run(*command)
    assert (code, err.count("error:")) == (2, 2)
    assert 'did you mean "Giromagny"?' in err
    code, out, _ = run(*command, "--skip-rejected")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 100
    assert " ".join(out.split()).count("GeoNames, CC BY 4.0") == 1
    day = read_day("day.json")
    assert (len(day.trips), len(day.vehicles)) == (68, 13)
    ids = {place.id for place in day.places}
    assert "900002169" in ids


def test_unknown_headers_are_mapped_by_the_file_that_is_suggested(run: Any, tmp_path: Path) -> None:
    """The suggestion names every column; once completed, the file imports; a wrong field is told."""
    (tmp_path / "odd.csv").write_bytes(
        text(HEAD.replace("Heure RDV", "Hr conv."), ROW.replace("Aller", "zz"))
    )
    assert run("import", "odd.csv", "--vehicles", "fleet.csv")[0] == 2
    assert run("import", "odd.csv", "--suggest-mapping", "m.toml")[0] == 0
    mapping = (tmp_path / "m.toml").read_text(encoding="utf-8")
    assert (
        '"Hr conv." = "ignore"  # unknown, holds times of day; perhaps appointment or ready or time'
        in mapping
    )
    assert "Belfort" not in mapping
    done = mapping.replace('"Hr conv." = "ignore"', '"Hr conv." = "appointment"')
    (tmp_path / "m.toml").write_text(done + '\n[values.direction]\nzz = "outbound"\n', encoding="utf-8")
    code, _, err = run("import", "odd.csv", "--vehicles", "fleet.csv", "--mapping", "m.toml", "-o", "d.json")
    assert (code, err) == (0, "")
    assert json.loads((tmp_path / "d.json").read_text())["trips"][0]["appointment"] == "08:30"
    (tmp_path / "m.toml").write_text(done.replace('"appointment"', '"apointment"'), encoding="utf-8")
    code, _, err = run("import", "odd.csv", "--mapping", "m.toml", "-o", "d.json")
    assert code == 2
    assert 'did you mean "appointment"?' in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["import", "none.csv", "-o", "d.json"], "none.csv: cannot be read"),
        (["import", "good.csv", "-o", "good.csv"], "is one of the inputs"),
        (["import", "good.csv", "-o", "none/d.json"], "the folder"),
        (["import", "good.csv", "--date", "soon", "-o", "d.json"], "--date"),
        (["import", "good.csv", "--care-minutes", "-1", "-o", "d.json"], "--care-minutes"),
        (["import", "good.csv", "--mapping", "fleet.csv", "-o", "d.json"], "fleet.csv: is no TOML"),
        (["pseudonymize", "good.csv", "-o", "p.csv"], "give --key"),
        (["pseudonymize", "good.csv", "--key", "none", "-o", "p.csv"], "--new-key none"),
        (["geocode", "good.csv", "-o", "g.csv", "--geocoder", "bann"], "geopy has no"),
        (["geocode", "good.csv", "-o", "g.csv", "--rate", "0"], "--rate"),
        (["geocode", "good.csv", "-o", "g.csv", "--option", "domain"], "NAME=VALUE"),
    ],
)
def test_wrong_options_are_told_and_touch_no_file(
    run: Any, tmp_path: Path, arguments: list[str], told: str
) -> None:
    """Exit code 2, what is wrong on standard error, and no file written, changed or left."""
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    code, _, err = run(*arguments)
    assert code == 2
    assert told in err
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_geocoding_offline_leaves_a_file_that_imports(run: Any, tmp_path: Path) -> None:
    """Without network or cache every place falls back to its commune."""
    code, out, _ = run("geocode", "good.csv", "-o", "g.csv", "--offline", "--cache", "c.sqlite")
    assert code == 0
    assert out.startswith("0 places found")
    assert run("import", "g.csv", "--vehicles", "fleet.csv", "-o", "d.json")[0] == 0
