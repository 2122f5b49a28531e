"""``sharedride report`` as a user calls it."""

import json
from pathlib import Path
from typing import Any

import pytest

from sharedride.cli import main
from tests.running import Run, runner

TUTORIAL = Path(__file__).parents[2] / "scenarios" / "tutorial.json"


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)

    return runner(capfd)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tutorial's plan, lawful as the checker reads it."""
    file = tmp_path_factory.mktemp("planned") / "plan.json"
    for arguments in (["plan", str(TUTORIAL), "-o", str(file), "-q"], ["check", str(TUTORIAL), str(file)]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert not ended.value.code
    return file


def test_a_plan_becomes_a_page_a_table_and_calendars(run: Any, plan: Path, tmp_path: Path) -> None:
    """What is asked for is written and named; the page shows the plan derived by hand."""
    done = run("report", TUTORIAL, plan, "-o", "r.html", "--csv", "t.csv", "--ics", "cal", "--decimal-comma")
    assert (done.code, done.err) == (0, "")
    assert [line.split(":")[0] for line in done.out.splitlines()] == ["r.html", "t.csv", "cal"]
    assert "175.10 €" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "27,75" in (tmp_path / "t.csv").read_text(encoding="utf-8-sig")
    assert [file.name for file in (tmp_path / "cal").iterdir()] == ["v1.ics"]


def test_without_any_output_the_page_is_report_html(run: Any, plan: Path, tmp_path: Path) -> None:
    """The page goes to report.html, and the same day and plan give the same bytes."""
    assert run("report", TUTORIAL, plan, "-q") == Run(0, "", "")
    assert run("report", TUTORIAL, plan, "-q", "-o", "again.html") == Run(0, "", "")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["again.html", "report.html"]
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "report.html").read_bytes()


def test_a_plan_that_breaks_a_rule_is_shown_and_told(run: Any, plan: Path, tmp_path: Path) -> None:
    """The page is written, the exit code is 1, and the rule stands at the head."""
    content = json.loads(plan.read_text(encoding="utf-8"))
    content["trips"][0]["shared"] = False
    (tmp_path / "wrong.json").write_text(json.dumps(content), encoding="utf-8")
    done = run("report", TUTORIAL, "wrong.json")
    assert done.code == 1
    assert done.err.startswith("warning: the plan breaks ")
    assert "<code>SHARED</code>" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["none.json", "plan.json"], "none.json: cannot be read"),
        (["day.json", "none.json"], "none.json: cannot be read"),
        (["day.json", "plan.json", "-o", "day.json"], "is DAY already, name another file for --output"),
        (["day.json", "plan.json", "-o", "x", "--csv", "x"], "is --output already"),
        (["day.json", "plan.json", "-o", "none/x.html"], "does not exist, make it first"),
        (["day.json", "other.json", "--csv", "t.csv"], 'the day has no vehicle "v9"'),
        (["day.json", "plan.json", "--csv-rows", "ride"], "--csv-rows"),
        (["day.json", "plan.json", "--tariff-date", "soon"], '"soon" is no date'),
    ],
)
def test_what_cannot_be_used_is_told_and_nothing_is_written(
    run: Any, plan: Path, tmp_path: Path, arguments: list[str], told: str
) -> None:
    """Exit code 2, the remedy on standard error, no file touched."""
    (tmp_path / "day.json").write_bytes(TUTORIAL.read_bytes())
    text = plan.read_text(encoding="utf-8")
    (tmp_path / "plan.json").write_text(text, encoding="utf-8")
    (tmp_path / "other.json").write_text(text.replace('"v1"', '"v9"'), encoding="utf-8")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    done = run("report", *arguments)
    assert done.code == 2
    assert told in done.err
    assert "Traceback" not in done.err
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
