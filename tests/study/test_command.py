import re
from pathlib import Path
from xml.etree import ElementTree

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


@pytest.mark.slow
@pytest.mark.parametrize("file", READY, ids=lambda file: file.stem)
def test_a_ready_study_runs_reduced(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One command plans it, proves and contradicts nothing, prints its page and keeps it with its charts."""
    reduced = ["--trips", "4", "--seeds", "1", "--department", "90", "--time-limit", "90"]
    page = tmp_path / f"{file.stem}.md"
    out = tmp_path / "out"
    command = ["study", str(file), *reduced, "-o", str(out)]
    assert run([*command, "--workers", "1", "--page", str(page)]) == 0
    printed = capsys.readouterr()
    text = (out / "summary.md").read_text(encoding="utf-8")
    assert printed.out == text
    assert ": 0 contradict it; 0 came out worse within the gap left open; 0 have no bound." in text
    assert "France, 52.70 million trips | 0.3% |" in text
    assert f"{file.stem}_tornado.svg" in page.read_text(encoding="utf-8")
    for picture in (f"{file.stem}.svg", f"{file.stem}_tornado.svg"):
        assert ElementTree.parse(tmp_path / picture).getroot().tag.endswith("svg")
    (total,) = re.findall(r"^(\d+) of \1 plans finished, \1 proven optimal; 1 day.$", text, re.MULTILINE)
    assert run([*command, "--dry-run"]) == 0
    assert f"{total} plans, {total} finished, 0 left." in capsys.readouterr().out


def test_the_planned_size_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A drawn sample is measured; the rest is told in core-hours, memory and workers for a night."""
    file = SCENARIOS / "studies" / "planned" / "france.toml"
    small = ["-o", str(tmp_path), "--trips", "4", "--department", "90", "--time-limit", "90"]
    assert run(["study", str(file), *small, "--sample", "2", "--workers", "1"]) == 0
    assert "2 of 2 plans finished: " in capsys.readouterr().err
    assert run(["study", str(file), *small, "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("3000 plans, 2 finished, 2998 left.\nOf 2 measured plans: ")
    assert "MB per worker" in told
    assert "core-hours" in told
    assert "finish it in a night" in told


def test_a_department_the_study_has_not_is_an_input_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reducing to what is not there is told with what is."""
    assert run(["study", str(READY[0]), "-o", str(tmp_path / "out"), "-d", "75"]) == 2
    assert "--department 75: not in the study, which has 90, 71, 35" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


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
