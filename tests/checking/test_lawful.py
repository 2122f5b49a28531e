import ast
import time
from pathlib import Path

import pytest

import sharedride.checking
from tests.checking.by_hand import Json, put, small_day, small_plan, violations


@pytest.mark.parametrize("rules", ["decree", "avenant11"])
def test_a_lawful_plan_with_right_figures_has_no_violation(rules: str) -> None:
    """The plan worked out by hand is clean under both rule sets, its optional rates included."""
    plan = small_plan()
    put(plan, "kpis.shared_rate_amount_vsl", 51.90 / 82.17)
    put(plan, "kpis.shared_rate_amount_taxi", 0.0)
    assert violations(small_day(), plan, rules=rules, day_sha256="AB12") == []


def test_every_limit_may_be_met_exactly() -> None:
    """A limit equal to the plan's own figure is kept: limits are included."""
    day = small_day()
    for path, limit in {
        "trips[0].appointment": "08:54",
        "trips[2].ready": "10:05",
        "trips[0].earliest_pickup": "08:18",
        "trips[0].latest_dropoff": "08:54",
        "trips[0].max_ride_min": 30.0,
        "trips[0].lock": {"vehicle": "v1", "with": ["t2"], "pickup": "08:18"},
        "trips[3].lock": {"alone": True},
        "trips[3].operator": "op2",
        "trips[3].vehicle_types": ["taxi"],
        "vehicles[0].shift": ["08:08", "10:43"],
        "vehicles[0].break": {"window": ["08:54", "10:05"], "minutes": 71},
        "vehicles[0].seats": 2,
    }.items():
        put(day, path, limit)
    day["trips"][0]["visit"] = None
    plan = small_plan()
    put(plan, "trips[0].wait_min", 4.0)
    put(plan, "trips[2].wait_min", 0.0)
    assert violations(day, plan) == []


def test_rounding_to_the_second_and_the_metre_is_granted() -> None:
    """One second and two metres a stop are rounding, more is not."""
    plan = small_plan()
    put(plan, "routes[1].stops[1].arrival", "10:02:59")
    put(plan, "routes[1].stops[1].km", 10.002)
    put(plan, "trips[3].ridden_km", 20.002)
    put(plan, "trips[3].dropped_off", "10:46:59")
    assert violations(small_day(), plan) == []
    put(plan, "routes[1].stops[1].arrival", "10:02:58")
    put(plan, "routes[1].stops[1].km", 10.003)
    assert {found.rule for found in violations(small_day(), plan)} == {"TRAVEL_TIME", "KM"}


def test_a_route_that_is_over_before_the_window_needs_no_break() -> None:
    """The break falls away when the route ends before its window or starts after it."""
    day = small_day()
    for window in (["10:43", "14:00"], ["06:00", "08:08"]):
        put(day, "vehicles[0].break", {"window": window, "minutes": 30})
        assert violations(day, small_plan()) == []


def test_a_pick_up_rounded_onto_the_tariff_hour_may_bear_either_fare() -> None:
    """At 20:00:00 sharp the day's fare may be that of 19:59:59.9; a minute later it is wrong."""
    assert violations(small_day(595), small_plan(595)) == []
    late = violations(small_day(596), small_plan(596))
    assert {found.path for found in late if found.trip == "t3"} == {"trips[2].fare", "trips[2].solo_fare"}


@pytest.mark.parametrize(("date", "dear"), [("2026-03-20", 0), ("2026-03-21", 4), ("2026-03-22", 0)])
def test_times_past_midnight_are_priced_on_the_next_date(date: str, dear: int) -> None:
    """Every pick-up past 24:00 on Friday, Saturday, Sunday: Saturday morning, Sunday, Monday fares."""
    day, plan = small_day(24 * 60), small_plan(24 * 60)
    put(day, "date", date)
    put(plan, "day.date", date)
    wrong = {found.path for found in violations(day, plan) if found.rule == "FARE"}
    assert wrong == {f"trips[{index}].fare" for index in range(dear)}


def test_a_plan_worth_nothing_may_leave_its_gap_open() -> None:
    """Of a value of 0 no distance is a fraction: a bound beside it needs no gap."""
    day, plan = small_day(), small_plan()
    put(day, "costs", {"per_km": 0.0, "per_hour": 0.0, "per_vehicle": 0.0})
    for path, value in {"status": "feasible", "value": 0.0, "bound": -5.0, "gap": None}.items():
        put(plan, f"solver.{path}", value)
    assert "SOLVER" not in {found.rule for found in violations(day, plan)}


def test_three_hundred_trips_are_checked_in_well_under_a_second() -> None:
    """Seventy-five copies of the plan side by side are clean too, and quick to check."""
    copies = 75
    day, plan = small_day(), small_plan()
    many_day: Json = {**day, "vehicles": [], "trips": []}
    many_plan: Json = {**plan, "routes": [], "trips": [], "unserved": []}
    for copy in range(copies):

        def own(name: str, copy: int = copy) -> str:
            return f"{name}-{copy}"

        for vehicle in day["vehicles"]:
            many_day["vehicles"].append({**vehicle, "id": own(vehicle["id"])})
        for trip in day["trips"]:
            many_day["trips"].append({**trip, "id": own(trip["id"]), "patient": own(trip["patient"])})
        for route in plan["routes"]:
            stops = [
                {**stop, "board": [*map(own, stop["board"])], "alight": [*map(own, stop["alight"])]}
                for stop in route["stops"]
            ]
            many_plan["routes"].append({**route, "vehicle": own(route["vehicle"]), "stops": stops})
        for entry in plan["trips"]:
            renamed = {key: own(entry[key]) for key in ("id", "vehicle")}
            ride = own(entry["vehicle"]) + entry["ride"][2:]
            many_plan["trips"].append({**entry, **renamed, "ride": ride, "with": [*map(own, entry["with"])]})
        many_plan["unserved"].append({**plan["unserved"][0], "id": own("t5")})

    def scaled(figure: object, key: str = "") -> object:
        if isinstance(figure, dict):
            return {name: scaled(value, name) for name, value in figure.items()}
        if isinstance(figure, list):
            return [scaled(value) for value in figure]
        counts = isinstance(figure, int | float) and not key.startswith("shared_rate")
        return figure * copies if counts else figure

    many_plan["kpis"] = scaled({**plan["kpis"], "work_hours": 172 / 60})
    value = plan["solver"]["value"] * copies
    many_plan["solver"] = {**plan["solver"], "value": value, "bound": value, "served_bound": None}
    started = time.perf_counter()
    assert violations(many_day, many_plan) == []
    assert time.perf_counter() - started < 0.9


def test_the_checker_shares_nothing_with_the_optimizer() -> None:
    """It imports the day, travel, clock, errors and the plan document, and no other part of the package."""
    allowed = {"checking", "clock", "day", "document", "errors", "travel"}
    folder = Path(sharedride.checking.__file__).parent
    imported = set()
    for source in [*folder.glob("*.py"), folder.parent / "document.py"]:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            imported |= {name.split(".")[1] for name in names if name.startswith("sharedride.")}
    assert "day" in imported
    assert imported <= allowed
