"""Slack: lawful, free where only times move, told with what it costs and buys."""

import json
from pathlib import Path

import numpy as np
import pytest

import sharedride
from sharedride.cli import main
from sharedride.clock import parse_clock
from sharedride.day.model import Day
from sharedride.ledger import ledger
from sharedride.planning.solution import Objective, Route
from sharedride.report.result import Result
from sharedride.robust.bought import SlackResult
from sharedride.robust.retime import retime
from sharedride.robust.timing import timing_of
from sharedride.rules import rules_of
from sharedride.tariffs import tariff_book
from sharedride.travel import travel_table
from tests.reference.random_days import random_day

TUTORIAL = Path(__file__).parents[2] / "scenarios" / "tutorial.json"


def some_day(seed: int) -> Day:
    """A random day with room for rides to share."""
    return random_day(np.random.default_rng(1000 + seed), 8, 3)


def held(day: Day, routes: tuple[Route, ...], minutes: float) -> float:
    """Minutes of slack a plan holds, at most ``minutes`` at each place, by patient."""
    timing = timing_of(day, travel_table(day), rules_of(day), tariff_book(day.date), routes)
    return sum(slack.patients * min(max(slack.minutes, 0.0), minutes) for slack in timing.slacks)


def bought(day: Day | Path, **options: object) -> SlackResult:
    """A plan with slack; it is lawful, and every figure of it right."""
    result = sharedride.plan(day, **options)  # type: ignore[arg-type]
    assert sharedride.check(day, result) == []
    assert isinstance(result, SlackResult)
    return result


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("objective", ["cost", "savings"])
def test_moving_times_costs_nothing_and_gives_slack(seed: int, objective: str) -> None:
    """Re-timed: the same rides, bills and cost, no less slack; and lawful, breaks and visits included."""
    day = some_day(seed)
    table, rules, book = travel_table(day), rules_of(day), tariff_book(day.date)
    before = sharedride.plan(day, objective=objective, time_limit=2.0)
    moved = retime(day, table, rules, book, before.solution.routes, 10.0)
    same = [
        [(stop.place, stop.board, stop.alight) for stop in route.stops]
        for route in (*before.solution.routes, *moved)
    ]
    assert same[: len(moved)] == same[len(moved) :]
    was, now = before.ledger, ledger(day, table, moved, book=book, rules=rules)
    assert now.kpis.payer == was.kpis.payer
    assert now.kpis.running_cost == pytest.approx(was.kpis.running_cost)
    assert held(day, moved, 10.0) >= held(day, before.solution.routes, 10.0) - 1e-6
    again = bought(day, objective=objective, time_limit=2.0, slack=10.0, slack_percent=0.0)
    assert again.slack is not None
    assert again.slack.given_up <= 1e-9


def test_slack_is_found_by_hand_on_the_tutorial() -> None:
    """All ten minutes are free on the tutorial's day: 152.00 €, proven, and fewer trips late."""
    result = bought(TUTORIAL, time_limit=20.0, slack=10.0)
    solver = result.document.solver
    assert (solver.status, solver.value, solver.bound) == ("optimal", 152.0, 152.0)
    assert result.slack is not None
    assert result.slack.taken.full == 1.0 > result.slack.found.full
    assert result.slack.taken.stress.late_rate < result.slack.found.stress.late_rate / 2.0
    late = sharedride.stress(TUTORIAL, result).late_rate
    assert late == pytest.approx(result.slack.taken.stress.late_rate, abs=0.01)
    day = sharedride.read_day(TUTORIAL)
    appointments = {trip.id: trip.appointment for trip in day.trips if trip.appointment is not None}
    for trip in result.document.trips:
        if trip.id in appointments:
            assert appointments[trip.id] - parse_clock(trip.dropped_off) >= 10.0 - 1.0 / 60.0


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("objective", list(Objective))
def test_slack_is_bought_within_its_price(seed: int, objective: Objective) -> None:
    """It serves no trip less, gives up no more than allowed, holds no less than re-timing alone."""
    day = some_day(seed)
    result = bought(day, objective=objective, time_limit=3.0, slack=8.0, slack_percent=20.0)
    slack = result.slack
    assert slack is not None
    assert slack.taken.served >= slack.found.served
    assert slack.given_up <= 0.2 + 1e-9
    assert slack.taken.held >= slack.free.held >= slack.found.held - 1e-9
    assert result.solution.value == pytest.approx(slack.taken.value)


def test_without_slack_a_plan_is_what_it_was() -> None:
    """``slack=0`` is the plain plan."""
    assert type(sharedride.plan(TUTORIAL, time_limit=20.0)) is Result


def test_the_command_tells_what_slack_came_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table on the screen, the figures in the JSON, a lawful file; wrong wishes are refused together."""
    file = tmp_path / "plan.json"
    with pytest.raises(SystemExit) as end:
        main(["plan", str(TUTORIAL), "-o", str(file), "--slack", "10"])
    assert end.value.code == 0
    shown = capsys.readouterr().out
    assert "Slack of 10 min: 0.0 % of the running cost given up" in shown
    assert sharedride.check(TUTORIAL, file) == []
    with pytest.raises(SystemExit):
        main(["plan", str(TUTORIAL), "--slack", "10", "--format", "json"])
    told = json.loads(capsys.readouterr().out)["slack"]
    assert told["plans"]["taken"]["with_all"] == 1.0 > told["plans"]["found"]["with_all"]
    with pytest.raises(sharedride.InputError) as error:
        sharedride.plan(TUTORIAL, slack=-1.0, slack_percent=float("nan"))
    assert [problem.path for problem in error.value.problems] == ["slack", "slack_percent"]
