import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sharedride.planning.solution import Objective
from sharedride.practice import Habits
from sharedride.practice.case import Task, plans_of, pooled_day
from sharedride.practice.chart import COLOURS, chart
from sharedride.practice.compare import compare
from sharedride.practice.page import command, page
from sharedride.practice.runner import Outcome
from sharedride.practice.runner import run as run_tasks
from sharedride.practice.store import Store
from sharedride.synth import default_assumptions, synth_day
from tests.synth.test_command import run
from tests.synth.towns import TUESDAY, town


@pytest.mark.slow
def test_practice_and_optimizer_stand_side_by_side() -> None:
    """On a small sample all three ways serve every trip; freer is never dearer to run."""
    found = compare(["90"], TUESDAY, [1], default_assumptions(), trips=16, time_limit=400.0)
    (case,) = found.cases
    assert case.practice is not None
    assert case.company is not None
    assert case.pooled is not None
    assert [way.served for way in (case.practice, case.company, case.pooled)] == [16, 16, 16]
    costs = [way.running_cost for way in (case.pooled, case.company, case.practice)]
    assert costs == sorted(costs)
    text = page(found)
    assert command(found) in text
    assert "| 90 | optimum pooled |" in text
    assert "Company borders cost" in text


def test_a_pooled_day_frees_every_trip() -> None:
    """Each trip keeps the type of vehicle of its company and loses the company."""
    made = synth_day(town(), TUESDAY, trips=40)
    free = pooled_day(made)
    types = {vehicle.operator: vehicle.type for vehicle in free.vehicles}
    for before, after in zip(made.content["trips"], free.trips, strict=True):
        assert after.operator is None
        assert after.vehicle_types == (types[before["operator"]],)


def test_the_command_writes_page_and_table(tmp_path: Path) -> None:
    """Observed and modelled rates and one row per département, seed and way are written to a folder."""
    assert (
        run(["practice", "-d", "90", "--seeds", "2", "--no-optimum", "-q", "-o", str(tmp_path / "results")])
        == 0
    )
    text = (tmp_path / "results" / "practice.md").read_text(encoding="utf-8")
    assert "| 90 Territoire de Belfort | 47,639 | 11,427 | 24.0% |" in text
    with (tmp_path / "results" / "practice.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert [(row["seed"], row["way"]) for row in rows] == [("1", "practice"), ("2", "practice")]


def test_a_departement_without_counts_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The practice model is fitted to the payer's table: other départements are told apart."""
    assert run(["practice", "-d", "75", "-o", str(tmp_path / "x")]) == 2
    assert "is not in the payer's table" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_a_second_call_plans_nothing_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Finished figures are taken from the folder; what is missing there is made, to the same page."""
    asked = ["practice", "-d", "90", "--seeds", "2", "--trips", "40", "--no-optimum", "-o", str(tmp_path)]
    assert run(asked) == 0
    first = {path.name: path.read_bytes() for path in tmp_path.glob("practice.*")}
    assert set(first) == {"practice.csv", "practice.md", "practice.svg"}
    (tmp_path / "finished" / "90-2-practice.json").unlink()
    capsys.readouterr()
    assert run(asked) == 0
    told = capsys.readouterr().err
    assert "1 of 2 days are finished already" in told
    assert "fitting" not in told
    assert {path.name: path.read_bytes() for path in tmp_path.glob("practice.*")} == first


def test_figures_of_another_question_do_not_count(tmp_path: Path) -> None:
    """Kept figures are found again by the same task alone."""
    task = a_task()
    store = Store(tmp_path)
    ((way, account),) = plans_of(task)
    store.put(task, way, account)
    assert store.get(task, way) == account
    assert store.get(replace(task, trips=21.0), way) is None
    assert store.get(replace(task, seed=2), way) is None


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_day_that_fails_stops_no_other(jobs: int) -> None:
    """The failure is told with its reason, and the other days' plans are made, in one process or two."""
    good = a_task()
    outcomes = list(run_tasks([replace(good, department="nowhere"), good], jobs))
    assert {(each.task.department, each.account is None) for each in outcomes} == {
        ("nowhere", True),
        ("90", False),
    }
    assert all(each.failure for each in outcomes if each.account is None)


def test_ctrl_c_keeps_what_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page tells that it was stopped, with the days that were planned by then; the exit code is 130."""

    def stopped(tasks: Sequence[Task], jobs: int) -> Iterator[Outcome]:
        yield from run_tasks(tasks[:1], jobs)
        raise KeyboardInterrupt

    monkeypatch.setattr("sharedride.practice.compare.run", stopped)
    asked = ["practice", "-d", "90", "--seeds", "2", "--trips", "40", "--no-optimum", "-q"]
    assert run([*asked, "-o", str(tmp_path)]) == 130
    assert "Stopped before the end" in (tmp_path / "practice.md").read_text(encoding="utf-8")
    assert len((tmp_path / "practice.csv").read_text(encoding="utf-8").splitlines()) == 2


def test_the_chart_shows_every_figure_there_is(tmp_path: Path) -> None:
    """The picture is XML by itself, with a bar for each département and way in each of its panels."""
    found = compare(["90"], TUESDAY, [1, 2], default_assumptions(), trips=40)
    root = ElementTree.fromstring(chart(found))
    bars = [item.get("fill") for item in root.iter("{http://www.w3.org/2000/svg}rect")]
    # One more of each in the legend.
    assert bars.count(COLOURS["observed"]) == 2
    assert bars.count(COLOURS["practice"]) == 4
    assert COLOURS["pooled"] not in bars


def a_task() -> Task:
    """Belfort's practice on a small sample."""
    return Task("90", 1, TUESDAY, 20.0, 0.5, Habits(), None, Objective.COST, default_assumptions())
