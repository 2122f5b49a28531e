import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sharedride
from sharedride.cli import main
from sharedride.report.result import Result
from sharedride.robust.disturbance import Disturbance, default_disturbance, draw
from tests.planning.days import tiny_day

TUTORIAL = Path(__file__).parents[2] / "scenarios" / "tutorial.json"
CALM = Disturbance(readiness_sd_min={"other": 0.0}, day_sd=0.0, leg_sd=0.0, no_show=0.0)


@pytest.fixture(scope="module")
def plan() -> Result:
    result = sharedride.plan(TUTORIAL, time_limit=20)
    assert sharedride.check(TUTORIAL, result) == []
    return result


@pytest.mark.parametrize("seed", range(4))
def test_a_day_as_planned_breaks_nothing(seed: int) -> None:
    """Without disturbance a lawful plan is never late and no visit waits too long."""
    day = tiny_day(seed)
    result = sharedride.plan(day, time_limit=10)
    assert sharedride.check(day, result) == []
    found = sharedride.stress(day, result, scenarios=2, late_min=0.0, disturbance=CALM)
    assert len(found.trips) == result.document.kpis.served
    assert all(trip.late == trip.wait_broken == 0.0 for trip in found.trips)
    assert all(ride.chance == 0.0 for ride in found.rides)


def test_slower_roads_make_more_trips_late(plan: Result) -> None:
    """The wider driving times spread, the likelier a trip is late; the same seed gives the same answer."""
    rates = [
        sharedride.stress(TUTORIAL, plan, disturbance=replace(CALM, leg_sd=sd)).late_rate
        for sd in (0.0, 0.1, 0.4)
    ]
    assert rates[0] == 0.0 < rates[1] < rates[2]
    assert sharedride.stress(TUTORIAL, plan).to_json() == sharedride.stress(TUTORIAL, plan).to_json()


def test_spread_of_readiness_breaks_waits_and_spares_the_way_there(plan: Result) -> None:
    """Patients ready long before they are fetched wait too long; no outbound trip is late for it."""
    wild = sharedride.stress(TUTORIAL, plan, disturbance=replace(CALM, readiness_sd_min={"other": 60.0}))
    outbound = {trip.id for trip in sharedride.read_day(TUTORIAL).trips if trip.outbound}
    assert any(trip.wait_broken > 0.05 for trip in wild.trips)
    assert all(trip.late == 0.0 for trip in wild.trips if trip.trip in outbound)


def test_who_is_absent_there_is_absent_back() -> None:
    """Absence is drawn once per visit, and as often as assumed."""
    day = sharedride.read_day(TUTORIAL)
    draws = draw(day, replace(CALM, no_show=0.2), 4000, np.random.default_rng(0))
    assert 0.17 < 1.0 - draws.present.mean() < 0.23
    visits: dict[tuple[str, str | None], list[int]] = {}
    for index, trip in enumerate(day.trips):
        visits.setdefault((trip.patient, trip.visit), []).append(index)
    pairs = [legs for legs in visits.values() if len(legs) == 2]
    assert pairs
    assert all((draws.present[:, a] == draws.present[:, b]).all() for a, b in pairs)


def test_the_command_tells_and_writes(
    plan: Result, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Summary and JSON tell of the same rides; writing over the day is refused."""
    plan.write(tmp_path / "plan.json")
    with pytest.raises(SystemExit) as end:
        main(["stress", str(TUTORIAL), str(tmp_path / "plan.json"), "-o", str(tmp_path / "s.json")])
    assert end.value.code == 0
    document = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    assert document["assumptions"]["no_show"] == default_disturbance().no_show
    assert document["rides"][0]["ride"] in capsys.readouterr().out
    with pytest.raises(SystemExit) as end:
        main(["stress", str(TUTORIAL), str(tmp_path / "plan.json"), "-o", str(tmp_path / "plan.json")])
    assert end.value.code == 2
    with pytest.raises(sharedride.InputError) as error:
        sharedride.stress(TUTORIAL, plan, scenarios=0, late_min=-1.0)
    assert [problem.path for problem in error.value.problems] == ["scenarios", "late_min"]
