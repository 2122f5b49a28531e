import csv
from pathlib import Path

import pytest

from sharedride.practice.compare import compare, pooled_day
from sharedride.practice.page import command, page
from sharedride.synth import default_assumptions, synth_day
from tests.synth.test_command import run
from tests.synth.towns import TUESDAY, town


@pytest.mark.slow
def test_practice_and_optimizer_stand_side_by_side() -> None:
    """On a small sample all three ways serve every trip; freer is never dearer to run."""
    found = compare(["90"], TUESDAY, [1], default_assumptions(), trips=16, time_limit=10.0)
    (case,) = found.cases
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
    assert "| 90 Territoire de Belfort | 24.0% |" in text
    with (tmp_path / "results" / "practice.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert [(row["seed"], row["way"]) for row in rows] == [("1", "practice"), ("2", "practice")]


def test_a_departement_without_counts_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The practice model is fitted to the payer's table: other départements are told apart."""
    assert run(["practice", "-d", "75", "-o", str(tmp_path / "x")]) == 2
    assert "is not in the payer's table" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()
