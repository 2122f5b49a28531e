import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sharedride.cli import RuleSet, main
from sharedride.document import read_plan
from sharedride.report.schema import plan_schema
from sharedride.rules import rule_sets
from tests.running import Run, runner

SCENARIOS = Path(__file__).parents[1] / "scenarios"
TUTORIAL = SCENARIOS / "tutorial.json"


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Any:
    return runner(capfd)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tutorial's plan, as the command writes it."""
    file = tmp_path_factory.mktemp("planned") / "plan.json"
    with pytest.raises(SystemExit) as ended:
        main(["plan", str(TUTORIAL), "-o", str(file), "--quiet"])
    assert ended.value.code == 0
    return file


def test_planning_the_tutorial_gives_the_plan_derived_by_hand(run: Any, tmp_path: Path) -> None:
    """The file holds the proven best plan of 152.00 €, the screen its summary, and the checker agrees."""
    file = tmp_path / "plan.json"
    done = run("plan", TUTORIAL, "-o", file)
    assert (done.code, done.err) == (0, "")
    assert "6 of 6 trips served" in done.out
    assert "152.00 €: proven best" in done.out
    plan = read_plan(file)
    assert (plan.solver.status, plan.solver.value, plan.solver.bound) == ("optimal", 152.0, 152.0)
    assert (plan.kpis.km, plan.kpis.payer.plan, plan.kpis.operator.margin) == (128.0, 175.1, 23.1)
    assert run("check", TUTORIAL, file) == Run(
        0, "No violation: every rule is kept and every figure is right.\n", ""
    )
    assert os.listdir(tmp_path) == ["plan.json"]


def test_the_same_seed_gives_the_same_file(run: Any, planned: Path, tmp_path: Path) -> None:
    """Planned twice, only the seconds differ."""
    file = tmp_path / "again.json"
    assert run("plan", TUTORIAL, "-o", file, "--quiet") == Run(0, "", "")
    first, second = (json.loads(path.read_text()) for path in (planned, file))
    assert first["solver"].pop("seconds") > 0
    assert second["solver"].pop("seconds") > 0
    assert first == second


def test_a_dash_writes_the_plan_alone_to_standard_output(run: Any, planned: Path) -> None:
    """With ``-o -`` standard output is the plan, whole and nothing else; the summary goes to the other."""
    done = run("plan", TUTORIAL, "-o", "-")
    assert done.code == 0
    assert json.loads(done.out)["routes"] == json.loads(planned.read_text())["routes"]
    assert "6 of 6 trips served" in done.err


def test_json_on_standard_output_holds_the_figures(run: Any) -> None:
    """``--format json`` prints solver, figures and unserved trips, and a hint when no plan is kept.

    Where only km count, a second car saves 2 of the 128 km that one car drives.
    """
    done = run("plan", TUTORIAL, "--format", "json", "--objective", "km")
    figures = json.loads(done.out)
    assert done.code == 0
    assert list(figures) == ["solver", "kpis", "unserved"]
    assert (figures["solver"]["objective"], figures["solver"]["value"]) == ("km", 126.0)
    assert done.err == "The plan was not written: give -o plan.json to keep it.\n"


def broken_day(folder: Path) -> Path:
    """A day with two slips: a misspelt key and a place that does not exist."""
    day = json.loads(TUTORIAL.read_text(encoding="utf-8"))
    day["trips"][0]["apointment"] = day["trips"][0].pop("appointment")
    day["trips"][1]["to"] = "nowhere"
    file = folder / "day.json"
    file.write_text(json.dumps(day), encoding="utf-8")
    return file


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in folder.iterdir()}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["plan", "day.json", "-o", "plan.json"],
            'trips[0].apointment: unknown key, did you mean "appointment"?',
        ),
        (["plan", "day.json", "-o", "plan.json"], "trips[1].to: "),
        (["plan", "none.json", "-o", "plan.json"], "none.json: cannot be read: no such file or directory"),
        (["plan", "good.json", "-o", "none/plan.json"], "the folder"),
        (["plan", "good.json", "-o", "."], "is a folder, name a file in it"),
        (["plan", "good.json", "-o", "good.json"], "is the day itself"),
        (["plan", "good.json", "-o", "./good.json"], "is the day itself"),
        (["plan", "good.json", "-o", "-", "--format", "json"], "both want standard output"),
        (["plan", "good.json", "-o", "plan.json", "--objective", "fun"], "--objective"),
        (["plan", "good.json", "-o", "plan.json", "--rules", "none"], "--rules"),
        (
            ["plan", "good.json", "-o", "plan.json", "--time-limit", "0"],
            "time_limit: 0 is no number of seconds",
        ),
        (["plan", "good.json", "-o", "plan.json", "--time-limit", "nan"], "time_limit: nan"),
        (["plan", "good.json", "-o", "plan.json", "--seed", "-1"], "seed: -1 is not between"),
        (["plan", "good.json", "-o", "plan.json", "--ride-limit", "0"], "ride_limit: 0"),
        (["plan", "good.json", "-o", "plan.json", "--tariff-date", "2026-02-30"], "tariff_date: "),
        (["plan", "good.json", "-o", "plan.json", "--tariff-date", "1999-01-01"], "oldest VSL tariff known"),
        (["plan", "good.json", "--plan", "plan.json"], "No such option"),
        (["plan"], "Missing argument"),
        (["check", "good.json"], "sharedride check --day DAY"),
        (["check", "good.json", "day.json"], "error: day.json: routes: required key is missing"),
        (["check", "good.json", "none.json"], "none.json: cannot be read"),
        (["check", "good.json", "--day", "good.json"], "give either"),
        (["check", "--day", "day.json"], "trips[1].to: "),
        (["schema", "trip"], "Invalid value"),
    ],
)
def test_bad_input_is_told_in_words_and_touches_no_file(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    """Exit code 2, what is wrong on standard error, no traceback, and no file written, changed or left."""
    monkeypatch.chdir(tmp_path)
    broken_day(tmp_path)
    (tmp_path / "good.json").write_bytes(TUTORIAL.read_bytes())
    (tmp_path / "plan.json").write_text("kept")
    before = snapshot(tmp_path)
    done = run(*arguments)
    assert done.code == 2
    assert told in done.err
    assert "Traceback" not in done.err
    assert done.out == ""
    assert snapshot(tmp_path) == before


def test_every_error_of_a_day_is_told_at_once(run: Any, tmp_path: Path) -> None:
    """Each problem is one line of standard error with its path."""
    lines = run("check", "--day", broken_day(tmp_path)).err.splitlines()
    assert all(line.startswith("error: trips[") for line in lines)
    assert {line.split(": ")[1] for line in lines} >= {"trips[0].apointment", "trips[1].to"}


def test_a_place_that_takes_no_plan_is_found_before_the_search(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits a minute to learn that the folder is missing."""

    def search(*arguments: object, **options: object) -> None:
        raise AssertionError("the search has begun")

    monkeypatch.setattr("sharedride.api.plan", search)
    assert run("plan", TUTORIAL, "-o", tmp_path / "none" / "plan.json").code == 2


def test_a_broken_rule_is_listed_and_ends_with_one(run: Any, planned: Path, tmp_path: Path) -> None:
    """A tampered plan: the rule, the trip, the value and the limit, as a table and as JSON."""
    plan = json.loads(planned.read_text())
    plan["trips"][0]["fare"] = 20.0
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    table = run("check", TUTORIAL, file)
    assert table.code == 1
    line = next(line for line in table.out.splitlines() if line.startswith("FARE"))
    assert line.split() == ["FARE", "a-out", "20", "27.75", "trips[0].fare"]
    assert table.out.splitlines()[-1] == "1 violation."
    listed = run("check", TUTORIAL, file, "--format", "json")
    assert listed.code == 1
    (violation,) = json.loads(listed.out)["violations"]
    assert (violation["rule"], violation["trip"], violation["value"], violation["limit"]) == (
        "FARE",
        "a-out",
        20.0,
        27.75,
    )


def test_a_plan_with_the_empty_return_is_checked_with_it(run: Any, tmp_path: Path) -> None:
    """The option a plan was priced with is given to the check too, or every fare alone is wrong."""
    day = json.loads(TUTORIAL.read_text(encoding="utf-8"))
    for operator in day["operators"]:
        operator["taxi_department"] = "90"
    for vehicle in day["vehicles"]:
        vehicle["type"] = "taxi"
    for trip in day["trips"]:
        trip["motive"] = "dialysis"
    file, plan = tmp_path / "day.json", tmp_path / "plan.json"
    file.write_text(json.dumps(day), encoding="utf-8")
    assert run("plan", file, "-o", plan, "--empty-return", "--quiet").code == 0
    assert run("check", file, plan, "--empty-return").code == 0
    assert "FARE" in run("check", file, plan).out


def test_a_plan_of_another_version_of_the_day_is_refused(run: Any, planned: Path, tmp_path: Path) -> None:
    """One byte more in the day's file and the plan is not its plan any more."""
    day = tmp_path / "day.json"
    day.write_bytes(TUTORIAL.read_bytes() + b"\n")
    done = run("check", day, planned)
    assert done.code == 1
    assert "another version of the day's file" in " ".join(done.out.split())


def test_a_day_can_be_looked_at_alone(run: Any, tmp_path: Path) -> None:
    """A valid day is summed up; what looks like a slip is a warning, not an error."""
    done = run("check", "--day", TUTORIAL)
    assert done == Run(0, "A valid day: 2026-03-17, 6 trips, 2 vehicles, 1 operators, 5 places.\n", "")
    day = json.loads(TUTORIAL.read_text(encoding="utf-8"))
    day["places"][2]["lat"] = 40.0
    file = tmp_path / "day.json"
    file.write_text(json.dumps(day), encoding="utf-8")
    done = run("check", "--day", file)
    assert done.code == 0
    assert done.err.startswith("warning: places[2]: lat 40, lon 6.87 is outside metropolitan France")


def test_the_schemas_are_valid_and_fit_what_is_written(run: Any, planned: Path) -> None:
    """Both schemas are JSON Schemas of draft 2020-12; the tutorial and its plan are valid by them."""
    for name, file in (("day", TUTORIAL), ("plan", planned)):
        done = run("schema", name)
        schema = json.loads(done.out)
        assert done.code == 0
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(schema).validate(json.loads(file.read_text(encoding="utf-8")))
        assert schema["title"] == f"sharedride/{name}/1"


def test_the_schema_of_a_plan_refuses_what_is_none() -> None:
    """A missing figure or a clock that is none is refused by the schema alone."""
    validator = jsonschema.Draft202012Validator(plan_schema())
    assert not validator.is_valid({"schema": "sharedride/plan/1"})
    assert not validator.is_valid(json.loads(TUTORIAL.read_text(encoding="utf-8")))


def test_every_rule_set_of_the_data_can_be_chosen() -> None:
    """``--rules`` takes the rule sets that are shipped, and no other."""
    assert {item.value for item in RuleSet} == set(rule_sets())


def seconds(*command: str) -> float:
    """Least wall time of three runs."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - began)
    return min(times)


def test_help_comes_at_once() -> None:
    """The whole process takes under half a second, or, on a slow machine, little beside Python itself."""
    bare = seconds(sys.executable, "-c", "pass")
    assert seconds(sys.executable, "-m", "sharedride", "--help") < max(0.5, 20 * bare)


def test_the_version_is_that_of_the_package(run: Any) -> None:
    """``--version`` names the program and its version."""
    assert run("--version") == Run(0, "sharedride 0.1.0\n", "")


def shown_until(terminal: int, pattern: str) -> str:
    """What a terminal shows, up to the first match of the pattern or to its end."""
    shown = ""
    while not re.search(pattern, shown):
        try:
            shown += os.read(terminal, 65536).decode()
        except OSError:
            break
    return shown


@pytest.mark.skipif(os.name != "posix", reason="needs a terminal to look at and a signal to send")
def test_ctrl_c_gives_the_best_plan_so_far(tmp_path: Path) -> None:
    """Stopped once a large day has a plan: exit code 130, a lawful plan, marked as interrupted."""
    day, file, out = SCENARIOS / "belfort-day.json", tmp_path / "plan.json", tmp_path / "out"
    command = [sys.executable, "-m", "sharedride", "plan", str(day), "-o", str(file), "--time-limit", "300"]
    terminal, stderr = os.openpty()
    surroundings = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    with (
        out.open("wb") as stdout,
        subprocess.Popen(command, stdout=stdout, stderr=stderr, env=surroundings) as search,
    ):
        os.close(stderr)
        try:
            # The first search on a machine compiles for a while: the progress tells when there is a plan.
            shown = shown_until(terminal, r"\b[1-9]\d* trips served")
            assert search.poll() is None, shown
            search.send_signal(signal.SIGINT)
            shown += shown_until(terminal, r"(?!)")
        finally:
            os.close(terminal)
            search.wait(timeout=60)
    assert search.returncode == 130, shown
    assert "stopped by you" in out.read_text()
    plan = read_plan(file)
    assert plan.solver.status == "interrupted"
    assert plan.kpis.served > 0
    with pytest.raises(SystemExit) as checked:
        main(["check", str(day), str(file)])
    assert checked.value.code == 0
