import multiprocessing
from math import fsum
from pathlib import Path

import pytest

from sharedride.study import Progress, run_study
from sharedride.study.parquet import dictionary
from sharedride.study.tables import LABELS, TABLES
from tests.study.studies import ROOT, SCENARIOS, figures, rows, small_study


def test_tables_hold_every_trip_ride_vehicle_and_plan(undisturbed: Path) -> None:
    """The tables agree with each other: trips, bills and km add up to those of their plan."""
    plans = rows(undisturbed, "plans")
    assert [plan["status"] for plan in plans] == ["optimal"] * 6
    for plan in plans:
        mine = {
            name: [row for row in rows(undisturbed, name) if (row["plan"]) == plan["plan"]]
            for name in ("trips", "rides", "vehicles", "runs")
        }
        assert len(mine["runs"]) == 1
        assert len(mine["trips"]) == plan["trips"]
        assert sum(row["shared"] or 0 for row in mine["trips"]) == plan["shared"]
        for part in ("rides", "vehicles"):
            assert sum(row["trips"] for row in mine[part]) == plan["served"]
            assert fsum(row["fare"] for row in mine[part]) == pytest.approx(plan["payer_plan"])
        assert fsum(row["km"] for row in mine["rides"]) == pytest.approx(plan["loaded_km"], abs=0.01)
        assert fsum(row["km"] for row in mine["vehicles"]) == pytest.approx(plan["km"], abs=0.01)


def test_the_tutorial_comes_out_as_worked_by_hand(undisturbed: Path) -> None:
    """152.00 € with sharing, 169.60 € without, as the scenario's page works out."""
    found = {
        row["policy"]: row["value"] for row in rows(undisturbed, "plans") if row["day"] == "tutorial.json"
    }
    assert found["decree"] == pytest.approx(152.0)
    assert found["nobody shares"] == pytest.approx(169.6)


def test_a_study_goes_on_where_it_was_stopped(undisturbed: Path, tmp_path: Path) -> None:
    """Ctrl-C after two plans keeps both; the next run plans the other four, and the figures are the same."""

    def stop(progress: Progress) -> None:
        if progress.done == 2:
            raise KeyboardInterrupt

    first = run_study(small_study(), tmp_path, folder=SCENARIOS, workers=1, progress=stop)
    assert first.interrupted
    assert len(rows(tmp_path, "plans")) == first.done == 2
    kept = {file: file.stat().st_mtime_ns for file in tmp_path.glob("finished/*/*.json.gz")}
    second = run_study(small_study(), tmp_path, folder=SCENARIOS, workers=2)
    assert (second.before, second.done) == (2, 6)
    assert {file: file.stat().st_mtime_ns for file in kept} == kept
    assert figures(tmp_path) == figures(undisturbed)
    assert multiprocessing.active_children() == []


def test_a_killed_process_is_replaced(undisturbed: Path, tmp_path: Path) -> None:
    """Its plan is begun again, nothing is lost, and the figures are those of a quiet run."""
    killed = []

    def kill(progress: Progress) -> None:
        if progress.done == 2 and not killed:
            victim = multiprocessing.active_children()[0]
            victim.kill()
            killed.append(victim)

    report = run_study(small_study(), tmp_path, folder=SCENARIOS, workers=2, progress=kill)
    assert killed
    assert (report.done, report.failures) == (6, ())
    assert figures(tmp_path) == figures(undisturbed)


def test_a_day_that_fails_stops_nobody(tmp_path: Path) -> None:
    """An invalid day is named with its reason; the others are planned, and it is tried again next time."""
    (tmp_path / "good.json").write_bytes((SCENARIOS / "tutorial.json").read_bytes())
    (tmp_path / "bad.json").write_text('{"schema": "sharedride/day/1"}', encoding="utf-8")
    asked = small_study(days={"files": ["bad.json", "good.json"]}, policies=[{"name": "decree"}])
    report = run_study(asked, tmp_path / "out", folder=tmp_path, workers=1)
    ((day, policy, objective, reason),) = report.failures
    assert (day, policy, objective) == ("bad.json", "decree", "cost")
    assert "date: missing" in reason
    assert [row["day"] for row in rows(tmp_path / "out", "plans")] == ["good.json"]
    assert "bad.json,decree,cost" in (tmp_path / "out" / "failures.csv").read_text(encoding="utf-8")


def test_looser_limits_are_never_worse(undisturbed: Path) -> None:
    """On the small study no policy contradicts one it contains, and the page says so."""
    page = (undisturbed / "summary.md").read_text(encoding="utf-8")
    assert "4 pairs of a looser and a tighter policy on one day: 0 contradict it" in page


def test_the_dictionary_explains_every_column(undisturbed: Path) -> None:
    """Every column of every table has its meaning in the dictionary and in the documentation."""
    docs = (ROOT / "docs" / "studies.md").read_text(encoding="utf-8")
    assert (undisturbed / "dictionary.md").read_text(encoding="utf-8") == dictionary()
    for name, table in TABLES.items():
        columns = [column.name for column in (*LABELS, *table)]
        assert list(rows(undisturbed, name)[0]) == columns
        assert not [column for column in columns if f"| `{column}` |" not in docs]
