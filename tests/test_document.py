import json
from pathlib import Path
from typing import Any

import pytest

from sharedride.document import PlanDocument, parse_plan, read_plan
from sharedride.errors import InputError
from tests.checking.by_hand import get, put, small_plan


def problems(data: Any) -> dict[str, str]:
    with pytest.raises(InputError) as error:
        parse_plan(data)
    return {problem.path: problem.message for problem in error.value.problems}


def test_bytes_text_and_objects_are_read_alike(tmp_path: Path) -> None:
    """A plan is the same document from its file, its bytes, its text and its parsed object."""
    text = json.dumps(small_plan())
    file = tmp_path / "plan.json"
    file.write_text(text, encoding="utf-8")
    documents = [read_plan(file), parse_plan(text.encode()), parse_plan(text), parse_plan(small_plan())]
    assert all(document == PlanDocument.model_validate_json(text) for document in documents)


def test_a_document_survives_being_written_and_read() -> None:
    """Writing keeps the contract's key names and every value, byte for byte the second time."""
    plan = parse_plan(small_plan())
    text = plan.to_json()
    assert json.loads(text)["trips"][0]["with"] == ["t2"]
    assert json.loads(text)["schema"] == "sharedride/plan/1"
    assert parse_plan(text) == plan
    assert parse_plan(text).to_json() == text


def test_clock_times_are_kept_as_text_in_their_full_form() -> None:
    """ "HH:MM" is accepted and read as "HH:MM:SS", past midnight too."""
    plan = small_plan()
    put(plan, "trips[0].picked_up", "7:05")
    put(plan, "trips[0].dropped_off", "25:10")
    trip = parse_plan(plan).trips[0]
    assert (trip.picked_up, trip.dropped_off) == ("07:05:00", "25:10:00")


@pytest.mark.parametrize(
    "path",
    [
        *("solver.bound", "solver.gap", "solver.served_bound"),
        *(f"kpis.shared_rate{kind}" for kind in ("", "_vsl", "_taxi", "_amount")),
        "kpis.by_operator[0].shared_rate",
        "trips[0].alone_because",
    ],
)
def test_a_figure_that_may_be_unknown_may_be_null(path: str) -> None:
    """Bounds that are not proven and rates of nothing are null, and stay so."""
    plan = small_plan()
    put(plan, path, None)
    assert get(json.loads(parse_plan(plan).to_json()), path) is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("schema", "sharedride/planning/2"),
        ("day.date", "17/03/2026"),
        ("solver.status", "perfect"),
        ("solver.objective", "speed"),
        ("solver.value", None),
        ("routes[0].stops[2].arrival", "08:61"),
        ("routes[0].stops[2].km", "4"),
        ("routes[0].stops[2].board[0]", 2),
        ("trips[1].aboard", 2.5),
        ("trips[1].fare", float("nan")),
        ("trips[1].alone_because", "BORED"),
        ("kpis.operator.margin", None),
        ("kpis.payer.all_certified", 0),
    ],
)
def test_a_value_outside_the_contract_is_refused_with_its_path(path: str, value: object) -> None:
    """What breaks the contract is named where it stands, and nothing else is."""
    plan = small_plan()
    put(plan, path, value)
    assert set(problems(plan)) == {path}


def test_every_problem_is_told_at_once() -> None:
    """Missing keys and wrong values all come in one error, each with its remedy."""
    plan = small_plan()
    del plan["kpis"]["km"]
    del plan["trips"][3]["with"]
    put(plan, "trips[0].picked_up", "soon")
    found = problems(plan)
    assert found["kpis.km"] == found["trips[3].with"] == "required key is missing"
    assert found["trips[0].picked_up"].startswith('"soon" is no clock time')
    assert len(found) == 3


def test_keys_of_other_software_are_passed_over() -> None:
    """A plan from elsewhere may hold more than version 1 knows."""
    plan = small_plan()
    put(plan, "kpis.colour", "blue")
    put(plan, "trips[0].note", {"any": 1})
    assert parse_plan(plan) == parse_plan(small_plan())


def test_what_is_no_plan_at_all_is_an_input_error(tmp_path: Path) -> None:
    """A missing file, broken JSON, other encodings and other shapes say what is wrong."""
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_plan(tmp_path / "none.json")
    assert problems('{"schema": ')[""] == "no valid JSON at line 1, column 12: Expecting value"
    assert "UTF-8" in problems(b"\xff\xfe\xfa")[""]
    assert problems("[]")
