"""Replans: lawful, the past untouched, windows kept, told in the order to phone."""

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import sharedride
from sharedride.changing.events import parse_events
from sharedride.changing.replan import Replan
from sharedride.cli import app
from sharedride.clock import parse_clock
from sharedride.document import PlanDocument
from sharedride.errors import InputError
from sharedride.planning.route_search import RouteSearch
from tests.changing.sequences import happens, planned_day, replanned

TUTORIAL = Path(__file__).parents[2] / "scenarios" / "tutorial.json"


@pytest.fixture(scope="module")
def plan() -> PlanDocument:
    """The plan of the tutorial."""
    return sharedride.plan(TUTORIAL, time_limit=20.0).document


def changed(plan: PlanDocument, now: str, *events: dict[str, Any], **options: Any) -> Replan:
    """Replan the tutorial; the answer is lawful."""
    answer = sharedride.replan(
        TUTORIAL,
        plan,
        parse_events({"schema": "sharedride/events/1", "events": list(events)}),
        now=now,
        **options,
    )
    assert sharedride.check(answer.day, answer.document) == []
    return answer


@pytest.mark.parametrize("days", range(5))
def test_random_event_sequences(days: int) -> None:
    """A hundred random sequences on five random days: lawful, past untouched, windows kept."""
    day, plan = planned_day(1000 + days)
    done = 0
    for number in range(20):
        some, _ = happens(100 * days + number, day, plan)
        done += some
    assert done >= 20


def test_nothing_happened_changes_nothing(plan: PlanDocument) -> None:
    """Without an event, and fewer changes preferred to any saving, every promise stands."""
    answer = changed(plan, "08:30", change_weight=100.0)
    assert answer.calls == ()
    moved = [
        abs(parse_clock(new.picked_up) - parse_clock(old.picked_up))
        for new, old in zip(answer.document.trips, plan.trips, strict=True)
    ]
    assert max(moved) <= 0.5


def test_a_cancelled_trip_leaves_the_day(plan: PlanDocument) -> None:
    """It is gone from day and plan, and is told; the tutorial's other patients are still served."""
    last = max(plan.trips, key=lambda trip: trip.picked_up)
    answer = changed(plan, "06:00", {"type": "cancel", "trip": last.id})
    assert last.id not in {trip.id for trip in answer.day.trips}
    assert [call.what for call in answer.calls if call.trip == last.id] == ["cancelled"]
    assert len(answer.document.trips) == len(plan.trips) - 1


def test_calls_come_in_the_order_to_phone(plan: PlanDocument) -> None:
    """The first call is about the pick-up that comes first, before or after the change."""
    vehicle = plan.routes[0].vehicle
    answer = changed(plan, "06:00", {"type": "vehicle_down", "vehicle": vehicle})
    assert len(answer.calls) > 1
    assert [call.at for call in answer.calls] == sorted(call.at for call in answer.calls)
    assert all(vehicle in call.why for call in answer.calls if call.was and call.was.vehicle == vehicle)


def test_a_patient_ready_later_is_fetched_later(plan: PlanDocument) -> None:
    """The new hour binds: the pick-up is not before it."""
    day = sharedride.read_day(TUTORIAL)
    trip = next(trip for trip in day.trips if not trip.outbound)
    assert trip.ready is not None
    late = {"type": "ready", "trip": trip.id, "ready": "11:50"}
    answer = changed(plan, "08:00", late)
    after = {item.id: item for item in answer.document.trips}
    assert parse_clock(after[trip.id].picked_up) >= parse_clock("11:50")


def test_what_is_under_way_cannot_be_cancelled(plan: PlanDocument) -> None:
    """Events that name nothing or come too late are told all at once, with their paths."""
    first = min(plan.trips, key=lambda trip: trip.picked_up)
    with pytest.raises(InputError) as raised:
        changed(
            plan,
            first.picked_up,
            {"type": "cancel", "trip": first.id},
            {"type": "cancel", "trip": "nobody"},
            {"type": "delay", "vehicle": "nothing", "minutes": 5},
        )
    assert [problem.path for problem in raised.value.problems] == [
        "events[0].trip",
        "events[1].trip",
        "events[2].vehicle",
    ]


def test_a_delay_moves_what_comes_next() -> None:
    """After a long delay a vehicle begins nothing before it can be there."""
    day, plan = planned_day(1003)
    vehicle = max(plan.routes, key=lambda route: len(route.stops)).vehicle
    route = next(route for route in plan.routes if route.vehicle == vehicle)
    now = parse_clock(route.stops[1].service_start)
    event = {"type": "delay", "vehicle": vehicle, "minutes": 30}
    answer = replanned(day, plan, [event], now, 60.0)
    under_way = {trip.ride for trip in plan.trips if parse_clock(trip.picked_up) <= now}
    begun = {trip.id for trip in plan.trips if trip.ride in under_way}
    for trip in answer.document.trips:
        if trip.vehicle == vehicle and trip.id not in begun:
            assert parse_clock(trip.picked_up) >= now + 30.0 - 1 / 60


def files_of(plan: PlanDocument, folder: Path) -> list[str]:
    """The plan and a no-show of its last trip as files, and where the changed plan and day go."""
    (folder / "plan.json").write_text(plan.to_json(), encoding="utf-8")
    last = max(plan.trips, key=lambda trip: trip.picked_up).id
    events = {"schema": "sharedride/events/1", "events": [{"type": "no_show", "trip": last}]}
    (folder / "events.json").write_text(json.dumps(events), encoding="utf-8")
    return [str(folder / name) for name in ("plan.json", "events.json", "plan2.json", "day2.json")]


def test_the_command_writes_plan_and_day(plan: PlanDocument, tmp_path: Path) -> None:
    """What it writes passes ``sharedride check``, as files; ``--json`` lists the calls."""
    before, events, after, day = files_of(plan, tmp_path)
    arguments = ["replan", str(TUTORIAL), before, events, "--now", "07:40", "-o", after, "--day-out", day]
    run = CliRunner().invoke(app, [*arguments, "--json"])
    assert run.exit_code == 0, run.output
    last = max(plan.trips, key=lambda trip: trip.picked_up).id
    assert last in [call["trip"] for call in json.loads(run.stdout)["calls"]]
    assert sharedride.check(day, after) == []


@pytest.mark.skipif(os.name != "posix", reason="needs a signal to send")
def test_ctrl_c_leaves_the_best_change_so_far(
    plan: PlanDocument, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped while it searches: exit code 130, both files whole and lawful, marked as interrupted."""
    before, events, after, day = files_of(plan, tmp_path)
    searched = RouteSearch.run

    def interrupted(self: RouteSearch, until: float, stop: Any, *rest: Any, **named: Any) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        while not stop():
            time.sleep(0.01)
        return searched(self, until, stop, *rest, **named)

    monkeypatch.setattr(RouteSearch, "run", interrupted)
    arguments = ["replan", str(TUTORIAL), before, events, "--now", "07:40", "-o", after, "--day-out", day]
    run = CliRunner().invoke(app, arguments)
    assert run.exit_code == 130, run.output
    assert sharedride.check(day, after) == []
    assert json.loads(Path(after).read_text(encoding="utf-8"))["solver"]["status"] == "interrupted"


def test_a_search_cut_by_the_clock_says_so_and_names_who_is_left(plan: PlanDocument) -> None:
    """No time to search: the trips of a lost vehicle are named, and no idle car is called taken."""
    vehicle = plan.routes[0].vehicle
    down = {"type": "vehicle_down", "vehicle": vehicle}
    answer = changed(plan, "06:00", down, time_limit=1e-6)
    left = answer.document.unserved
    assert {item.id for item in left} == {trip.id for trip in plan.trips if trip.vehicle == vehicle}
    details = [item.detail or "" for item in left if item.reason == "NO_VEHICLE"]
    assert not [detail for detail in details if "taken" in detail]
    assert [detail for detail in details if "no place was found in the time given" in detail]
    assert all(item.id in " ".join(answer.notes) for item in left)
    assert any("the clock ended the search" in note for note in answer.notes)
    assert not any("the clock" in note for note in changed(plan, "06:00", down, time_limit=60.0).notes)


def test_the_command_takes_the_time_its_search_may_use(plan: PlanDocument, tmp_path: Path) -> None:
    """``--time-limit`` reaches the search, and the answer tells that it was too short."""
    before, events, after, day = files_of(plan, tmp_path)
    arguments = ["replan", str(TUTORIAL), before, events, "--now", "07:40", "-o", after, "--day-out", day]
    run = CliRunner().invoke(app, [*arguments, "--time-limit", "0.000001"])
    assert run.exit_code == 0, run.output
    assert "note: the clock ended the search after 1e-06 s" in run.output
    assert sharedride.check(day, after) == []
