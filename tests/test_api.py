import datetime
import hashlib
import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sharedride
from sharedride.day import parse_day
from sharedride.errors import InputError
from tests.reference.random_days import random_day

TUTORIAL = Path(__file__).parents[1] / "scenarios" / "tutorial.json"


@pytest.fixture(scope="module")
def result() -> sharedride.Result:
    return sharedride.plan(TUTORIAL)


def test_a_day_is_planned_from_its_path(result: sharedride.Result) -> None:
    """The result holds the plan as found, as written and in accounts, and prints its summary."""
    assert result.solution.value == pytest.approx(152.0)
    assert result.document.solver.bound == 152.0
    assert result.ledger.kpis.payer.plan == 175.1
    assert result.document.day.sha256 == hashlib.sha256(TUTORIAL.read_bytes()).hexdigest()
    assert result.warnings == ()
    assert str(result).startswith("Tuesday 17 March 2026: 6 of 6 trips served")
    assert any("third part" in note for note in result.notes)


def test_a_day_given_as_an_object_is_planned_alike(result: sharedride.Result) -> None:
    """The same day as an object has the same plan; its hash is that of its canonical JSON."""
    day = sharedride.read_day(TUTORIAL)
    other = sharedride.plan(str(TUTORIAL)), sharedride.plan(day)
    assert other[0].document.routes == other[1].document.routes == result.document.routes
    hashes = {one.document.day.sha256 for one in other}
    assert len(hashes) == 2
    content = day.model_dump(mode="json", by_alias=True, exclude_none=True)
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert other[1].document.day.sha256 == hashlib.sha256(canonical.encode()).hexdigest()


def test_a_plan_is_checked_as_result_document_and_file(result: sharedride.Result, tmp_path: Path) -> None:
    """Whatever form day and plan have, a lawful plan has no violation and a wrong one has its own."""
    file = tmp_path / "plan.json"
    result.write(file)
    day = sharedride.read_day(TUTORIAL)
    for plan in (result, result.document, file, str(file)):
        assert sharedride.check(day, plan) == sharedride.check(TUTORIAL, plan) == []
    wrong = result.document.model_copy(update={"trips": result.document.trips[1:]})
    (violation,) = sharedride.check(day, wrong)
    assert (violation.rule, violation.trip) == ("MISSING_TRIP", "a-out")


def test_the_hash_is_compared_where_the_day_is_a_file(result: sharedride.Result, tmp_path: Path) -> None:
    """The same day in other bytes is another file to the plan, and the same day as an object."""
    copy = tmp_path / "day.json"
    copy.write_bytes(TUTORIAL.read_bytes() + b"\n")
    assert [found.rule for found in sharedride.check(copy, result)] == ["DAY"]
    assert sharedride.check(sharedride.read_day(copy), result) == []


def test_a_search_goes_on_from_a_plan_at_hand(tmp_path: Path) -> None:
    """Started from a plan, a hurried search ends no worse; a plan of another day is refused by name."""
    day = random_day(np.random.default_rng(3), 40, 12, rich=False)
    slow = sharedride.plan(day, time_limit=3.0)
    file = tmp_path / "plan.json"
    slow.write(file)
    for start in (slow, slow.document, file):
        quick = sharedride.plan(day, time_limit=0.1, start=start)
        assert sharedride.check(day, quick) == []
        assert len(quick.document.unserved) <= len(slow.document.unserved)
        if len(quick.document.unserved) == len(slow.document.unserved):
            assert quick.solution.value <= slow.solution.value + 1e-6
    with pytest.raises(InputError, match="give the day this plan was made for"):
        sharedride.plan(TUTORIAL, start=slow)
    with pytest.raises(InputError, match="slack"):
        sharedride.plan(day, start=slow, slack=5.0)


def test_the_tariff_date_sets_the_prices(result: sharedride.Result) -> None:
    """An older tariff prices the same plan otherwise, and the checker must be told of it."""
    on = datetime.date(2022, 6, 1)
    older = sharedride.plan(TUTORIAL, tariff_date="2022-06-01")
    assert older.document.kpis.payer.plan != result.document.kpis.payer.plan
    assert sharedride.check(TUTORIAL, older, tariff_date=on) == []
    assert {found.rule for found in sharedride.check(TUTORIAL, older)} >= {"FARE", "SOLO_FARE", "KPI"}


def test_every_wrong_option_is_told_at_once() -> None:
    """Options are looked at before the day is, all of them."""
    with pytest.raises(InputError) as error:
        sharedride.plan(
            "none.json", objective="fun", time_limit=float("inf"), gap_percent=-1.0, seed=-1,
            tariff_date="soon", ride_limit=0,
        )  # fmt: skip
    assert [problem.path for problem in error.value.problems] == [
        "objective",
        "time_limit",
        "seed",
        "ride_limit",
        "gap_percent",
        "tariff_date",
    ]
    with pytest.raises(InputError, match="unknown rule set"):
        sharedride.plan(TUTORIAL, rules="none")


def test_the_search_tells_how_far_it_is() -> None:
    """Progress is called with served trips that never exceed the day's, in order of time."""
    seen: list[Any] = []
    sharedride.plan(TUTORIAL, progress=seen.append)
    assert seen
    assert [report.seconds for report in seen] == sorted(report.seconds for report in seen)
    assert all(report.served <= 6 for report in seen)


def test_a_search_that_is_told_to_stop_says_so() -> None:
    """Stopped at once, the plan is whatever was found, marked as interrupted, and lawful."""
    stop = threading.Event()
    stop.set()
    result = sharedride.plan(TUTORIAL, stop=stop)
    assert result.document.solver.status == "interrupted"
    assert len(result.document.trips) + len(result.document.unserved) == 6
    assert sharedride.check(TUTORIAL, result) == []


@pytest.mark.parametrize("objective", ["cost", "savings", "margin", "km", "shared"])
@pytest.mark.parametrize("emptied", [("trips",), ("trips", "vehicles"), ("trips", "vehicles", "operators")])
def test_an_empty_day_has_an_empty_plan(emptied: tuple[str, ...], objective: str) -> None:
    """Without a trip there is nothing to drive, and that is proven best."""
    day = parse_day(json.loads(TUTORIAL.read_text(encoding="utf-8")) | {key: [] for key in emptied})
    result = sharedride.plan(day, objective=objective)
    solver = result.document.solver
    assert (solver.status, solver.value, solver.bound, solver.gap) == ("optimal", 0.0, 0.0, 0.0)
    document = result.document
    assert [*document.routes, *document.trips, *document.unserved] == []
    assert str(result).startswith("Tuesday 17 March 2026: 0 of 0 trips served")
    assert sharedride.check(day, result) == []
