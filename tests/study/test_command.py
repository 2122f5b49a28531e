from pathlib import Path

import pytest

from sharedride.study import read_study
from tests.study.studies import SCENARIOS
from tests.synth.test_command import run

READY = sorted((SCENARIOS / "studies").glob("*.toml"))


@pytest.mark.parametrize("file", READY, ids=lambda file: file.stem)
def test_ready_studies_are_valid(file: Path) -> None:
    """Each study in the repository is read, compares at least two policies and is named as its file."""
    study = read_study(file)
    assert study.name == file.stem
    assert len(study.policies) > 1


def test_a_ready_study_runs_reduced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One command plans it, prints its page, and tells its size; run again, it plans nothing twice."""
    reduced = ["--trips", "8", "--seeds", "1", "--time-limit", "20", "-o", str(tmp_path)]
    command = ["study", str(SCENARIOS / "studies" / "detour.toml"), *reduced]
    assert run([*command, "--workers", "1"]) == 0
    printed = capsys.readouterr()
    assert printed.out == (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "10 of 10 plans finished: " in printed.err
    assert run(command) == 0
    assert "10 of 10 plans finished, 10 of them before" in capsys.readouterr().err
    assert run([*command, "--dry-run"]) == 0
    assert "10 plans, 10 finished, 0 left." in capsys.readouterr().out


def test_everything_wrong_with_a_study_is_told_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unknown keys, values out of range and missing keys are named with their path; exit code 2."""
    file = tmp_path / "study.toml"
    file.write_text(
        'schema = "sharedride/study/1"\nobjectives = ["speed"]\n[days]\nfiles = ["day.json"]\n'
        '[[policies]]\nname = "a"\nrefusal = 3\n[[policies]]\nname = "b"\npoled = true\n',
        encoding="utf-8",
    )
    assert run(["study", str(file), "-o", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert "name: required key is missing" in told
    assert "objectives[0]:" in told
    assert "policies[0].refusal:" in told
    assert 'policies[1].poled: unknown key, did you mean "pooled"?' in told
    assert not (tmp_path / "out").exists()


def test_a_day_file_that_is_missing_is_an_input_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every missing day is named before anything is planned."""
    file = tmp_path / "study.toml"
    file.write_text(
        'schema = "sharedride/study/1"\nname = "x"\n[days]\nfiles = ["a.json", "b.json"]\n'
        '[[policies]]\nname = "a"\n',
        encoding="utf-8",
    )
    assert run(["study", str(file), "-o", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert "days.files[0]:" in told
    assert "days.files[1]:" in told
    assert not (tmp_path / "out").exists()
