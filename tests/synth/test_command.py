import json
from pathlib import Path

import pytest

from sharedride import cli


def run(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    code = ended.value.code
    return code if isinstance(code, int) else 0


def test_one_day_is_written_and_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A day is written, summed up, and ``sharedride check --day`` finds it valid."""
    file = tmp_path / "day.json"
    assert run(["synth", "--department", "90", "--trips", "20", "-o", str(file)]) == 0
    assert "20 trips" in capsys.readouterr().err
    assert run(["check", "--day", str(file)]) == 0
    assert "A valid day: 2026-03-17, 20 trips" in capsys.readouterr().out


def test_a_week_of_two_departments_is_a_folder(tmp_path: Path) -> None:
    """Several days go into a folder, made if need be, a file each."""
    folder = tmp_path / "week"
    options = ["--trips", "10", "--days", "3", "-q", "-o", str(folder)]
    assert run(["synth", "-d", "90", "-d", "2a", *options]) == 0
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"day-{code}-2026-03-{day}.json" for code in ("2A", "90") for day in (17, 18, 19)]
    assert json.loads((folder / names[0]).read_text())["department"] == "2A"


def test_every_wrong_option_is_told_and_no_file_touched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Département, région, date, assumptions and files: all problems at once, exit code 2."""
    file = tmp_path / "day.json"
    options = ["-d", "97", "--region", "Elsewhere", "--date", "17/03/2026", "--assume", "wheel=1"]
    options += ["--assume", "incompatible=2", "--care", str(tmp_path / "none.csv"), "-o", str(file)]
    assert run(["synth", *options]) == 2
    told = capsys.readouterr().err
    for where in (
        "--department",
        "--region",
        "--date",
        "--assume wheel",
        "--assume incompatible",
        "none.csv",
    ):
        assert where in told
    assert not file.exists()


def test_the_report_is_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    """The calibration report for machines has every fact with its verdict."""
    assert (
        run(["synth", "-d", "90", "--trips", "60", "--report", "--seeds", "2", "--format", "json", "-q"]) == 0
    )
    report = json.loads(capsys.readouterr().out)
    assert report["seeds"] == [1, 2]
    assert {fact["verdict"] for fact in report["facts"]} <= {"within", "within 10 %", "misses", "no target"}


def test_the_assumptions_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Every assumption is listed with its value, range and kind."""
    assert run(["synth", "--assumptions"]) == 0
    assert "wheelchair" in capsys.readouterr().out
