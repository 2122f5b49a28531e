"""Every rule broken one at a time, and found by name and place."""

from collections.abc import Iterator
from typing import Any

import pytest

from sharedride.checking import Rule
from tests.checking.by_hand import Json, get, put, small_day, small_plan, violations

# The hospital stop split in two: t1 alights first, t2's service then starts two minutes later.
SPLIT = {
    "routes[0].stops[3].departure": "08:52",
    "routes[0].stops[3].alight": ["t1"],
    "trips[0].dropped_off": "08:52",
    "trips[1].wait_min": 8.0,
}
SPLIT_REST = {
    "place": "hosp",
    "arrival": "08:52",
    "service_start": "08:52",
    "departure": "08:54",
    "km": 0.0,
    "board": [],
    "alight": ["t2"],
}

# rule, where it is found, what is changed in the day, what is changed in the plan
CASES: list[tuple[Rule, str, Json, Json]] = [
    (Rule.DAY, "day.date", {}, {"day.date": "2026-03-18"}),
    (Rule.DAY, "day.sha256", {}, {"day.sha256": "cd34"}),
    (Rule.UNKNOWN_ID, "routes[1].vehicle", {}, {"routes[1].vehicle": "v9"}),
    (Rule.UNKNOWN_ID, "routes[1].stops[2].place", {}, {"routes[1].stops[2].place": "moon"}),
    (Rule.UNKNOWN_ID, "routes[1].stops[1].board[0]", {}, {"routes[1].stops[1].board": ["t9"]}),
    (Rule.UNKNOWN_ID, "trips[3].id", {}, {"trips[3].id": "t9"}),
    (Rule.UNKNOWN_ID, "unserved[0].id", {}, {"unserved[0].id": "t9"}),
    (Rule.UNKNOWN_ID, "kpis.by_operator[1].operator", {}, {"kpis.by_operator[1].operator": "op9"}),
    (Rule.VEHICLE_TWICE, "routes[1].vehicle", {}, {"routes[1].vehicle": "v1"}),
    (Rule.ROUTE_ENDS, "routes[1].stops[0].place", {"vehicles[1].start": "clinic"}, {}),
    (Rule.ROUTE_ENDS, "routes[1].stops[3].place", {"vehicles[1].end": "clinic"}, {}),
    (Rule.ROUTE_ENDS, "routes[1].stops[0]", {}, {"routes[1].stops[0].board": ["t4"]}),
    (Rule.ROUTE_ENDS, "routes[1].stops[3]", {}, {"routes[1].stops[3].alight": ["t4"]}),
    (Rule.ROUTE_ENDS, "routes[1].stops", {}, {"routes[1].stops": []}),
    (Rule.ORDER, "routes[1].stops[2].alight[0]", {}, {"routes[1].stops[1].board": []}),
    (Rule.ORDER, "routes[1].stops", {}, {"routes[1].stops[2].alight": []}),
    (Rule.PLACE, "routes[1].stops[1].board[0]", {"trips[3].from": "hb"}, {}),
    (Rule.PLACE, "routes[1].stops[2].alight[0]", {"trips[3].to": "clinic"}, {}),
    (Rule.SERVED_TWICE, "routes[1].stops[1].board[1]", {}, {"routes[1].stops[1].board": ["t4", "t1"]}),
    (Rule.SERVED_TWICE, "unserved[0].id", {}, {"unserved[0].id": "t1"}),
    (Rule.SERVED_TWICE, "trips[3].id", {}, {"trips[3].id": "t1"}),
    (Rule.MISSING_TRIP, "unserved", {}, {"unserved": []}),
    (Rule.MISSING_TRIP, "trips", {}, {"trips": []}),
    (Rule.MISSING_TRIP, "trips[3].id", {}, {"routes[1].stops[1].board": []}),
    (Rule.STOP_RIDE, "routes[0].stops[3]", {}, {"routes[0].stops[3].board": ["t3"]}),
    (Rule.CLOCK_ORDER, "routes[1].stops[1]", {}, {"routes[1].stops[1].service_start": "10:02"}),
    (Rule.CLOCK_ORDER, "routes[1].stops[1]", {}, {"routes[1].stops[1].departure": "10:02"}),
    (Rule.TRAVEL_TIME, "routes[1].stops[1].arrival", {}, {"routes[1].stops[1].arrival": "10:02"}),
    (Rule.IDLE_ABOARD, "routes[1].stops[2].service_start", {}, {"routes[1].stops[2].service_start": "10:46"}),
    (Rule.IDLE_ABOARD, "routes[1].stops[2].arrival", {}, {"routes[1].stops[2].arrival": "10:46"}),
    (Rule.SERVICE_TIME, "routes[1].stops[1].departure", {"trips[3].board_min": 3.0}, {}),
    (Rule.SERVICE_TIME, "routes[1].stops[2].departure", {"trips[3].alight_min": 1.0}, {}),
    (Rule.SHIFT_START, "routes[0].stops[0].departure", {"vehicles[0].shift": ["08:09", "18:00"]}, {}),
    (Rule.SHIFT_END, "routes[0].stops[6].arrival", {"vehicles[0].shift": ["08:00", "10:42"]}, {}),
    (Rule.BREAK, "routes[0]", {"vehicles[0].break.minutes": 66}, {}),
    (Rule.BREAK, "routes[0]", {"vehicles[0].break.window": ["09:40", "12:00"]}, {}),
    (Rule.SEATS, "routes[0].stops[2]", {"vehicles[0].seats": 1}, {}),
    (Rule.SEATS, "routes[0].stops[1]", {"trips[0].companions": 3}, {}),
    (Rule.WHEELCHAIR, "routes[1].stops[1]", {"trips[3].wheelchair": True}, {}),
    (Rule.SHARE_FORBIDDEN, "trips[1].with", {"trips[1].share_incompatible": True}, {}),
    (Rule.SHARE_FORBIDDEN, "trips[0].with", {"trips[0].refuses_sharing": True}, {}),
    (Rule.NOT_WITH, "trips[0].with", {"trips[0].not_with": ["p2"]}, {}),
    (Rule.NOT_WITH, "trips[0].with", {"trips[1].not_with": ["p1"]}, {}),
    (Rule.SAME_PATIENT, "trips[0].with", {"trips[1].patient": "p1"}, {}),
    (Rule.OPERATOR, "trips[0].vehicle", {"trips[0].operator": "op2"}, {}),
    (Rule.VEHICLE_TYPE, "trips[0].vehicle", {"trips[0].vehicle_types": ["taxi"]}, {}),
    (Rule.LOCK_VEHICLE, "trips[0].vehicle", {"trips[0].lock": {"vehicle": "v2"}}, {}),
    (Rule.LOCK_WITH, "trips[0].with", {"trips[0].lock": {"with": ["t2", "t4"]}}, {}),
    (Rule.LOCK_WITH, "trips[0].with", {"trips[0].lock": {"with": ["t3"]}}, {}),
    (Rule.LOCK_ALONE, "trips[0].with", {"trips[0].lock": {"alone": True}}, {}),
    (Rule.LOCK_PICKUP, "routes[0].stops[1].service_start", {"trips[0].lock": {"pickup": "08:17"}}, {}),
    (Rule.LATE, "routes[0].stops[3].departure", {"trips[0].appointment": "08:53"}, {}),
    (Rule.EARLY, "routes[0].stops[4].service_start", {"trips[2].ready": "10:06"}, {}),
    (Rule.WAIT, "trips[2].wait_min", {"rules": {"wait_min": 14.0}}, {}),
    (Rule.WAIT, "trips[3].wait_min", {"rules": {"wait_min": 14.9}, "trips[0].visit": "s0"}, {}),
    (Rule.EARLIEST_PICKUP, "routes[0].stops[2].service_start", {"trips[1].earliest_pickup": "08:29"}, {}),
    (Rule.LATEST_DROPOFF, "routes[0].stops[5].departure", {"trips[2].latest_dropoff": "10:32"}, {}),
    (Rule.MAX_RIDE, "routes[0].stops[3].arrival", {"trips[0].max_ride_min": 29.0}, {}),
    (Rule.DETOUR, "trips[0].detour_km", {"rules": {"detour_km_per_extra_patient": 1.9}}, {}),
    (Rule.DETOUR, "trips[0].detour_km", {"rules": {"detour_km_cap": 1.9}}, {}),
    (Rule.KM, "routes[0].stops[2].km", {}, {"routes[0].stops[2].km": 4.01}),
    (Rule.KM, "routes[0].km", {}, {"routes[0].km": 36.02}),
    (Rule.KM, "routes[0].loaded_km", {}, {"routes[0].loaded_km": 24.0}),
    (Rule.KM, "routes[0].empty_km", {}, {"routes[0].empty_km": 12.0}),
    (Rule.KM, "trips[0].direct_km", {}, {"trips[0].direct_km": 12.01}),
    (Rule.KM, "trips[0].ridden_km", {}, {"trips[0].ridden_km": 13.9}),
    (Rule.KM, "trips[0].detour_km", {}, {"trips[0].detour_km": 1.9}),
    (Rule.TRIP_VEHICLE, "trips[0].vehicle", {}, {"trips[0].vehicle": "v2"}),
    (Rule.RIDE_ID, "trips[2].ride", {}, {"trips[2].ride": "v1/1"}),
    (Rule.PICKED_UP, "trips[0].picked_up", {}, {"trips[0].picked_up": "08:20"}),
    (Rule.DROPPED_OFF, "trips[0].dropped_off", {}, {"trips[0].dropped_off": "08:50"}),
    (Rule.DETOUR_LIMIT, "trips[2].detour_limit_km", {}, {"trips[2].detour_limit_km": 10.0}),
    (Rule.ABOARD, "trips[0].aboard", {}, {"trips[0].aboard": 3}),
    (Rule.SHARED, "trips[2].shared", {}, {"trips[2].shared": True}),
    (Rule.WITH, "trips[0].with", {}, {"trips[0].with": ["t2", "t3"]}),
    (Rule.WITH, "trips[0].with", {}, {"trips[0].with": ["t2", "t2"]}),
    (Rule.WAIT_MIN, "trips[2].wait_min", {}, {"trips[2].wait_min": 15.0}),
    (Rule.FARE, "trips[0].fare", {}, {"trips[0].fare": 26.59}),
    (Rule.FARE, "trips[0].fare", {"operators[0].certified": False}, {}),
    (Rule.FARE, "trips[3].fare", {"places[4].commune": "75101"}, {}),
    (Rule.SOLO_FARE, "trips[0].solo_fare", {}, {"trips[0].solo_fare": 31.26}),
    (Rule.ALONE_BECAUSE, "trips[0].alone_because", {}, {"trips[0].alone_because": "DETOUR"}),
    (Rule.ALONE_BECAUSE, "trips[2].alone_because", {}, {"trips[2].alone_because": None}),
    (Rule.ALONE_BECAUSE, "trips[2].alone_because", {}, {"trips[2].alone_because": "REFUSED"}),
    (Rule.ALONE_BECAUSE, "trips[2].alone_because", {}, {"trips[2].alone_because": "INCOMPATIBLE"}),
    (Rule.ALONE_BECAUSE, "trips[2].alone_because", {}, {"trips[2].alone_partner": "t9"}),
    (Rule.KPI, "kpis.shared_rate_taxi", {}, {"kpis.shared_rate_taxi": None}),
    (Rule.KPI, "kpis.shared_rate_amount_vsl", {}, {"kpis.shared_rate_amount_vsl": 0.5}),
    (Rule.KPI, "kpis.by_operator", {}, {"kpis.by_operator": []}),
    (Rule.KPI, "kpis.by_operator[1].operator", {}, {"kpis.by_operator[1].operator": "op1"}),
    (Rule.KPI, "kpis.operator.running_cost", {"costs": {"per_hour": 21.0}}, {}),
    (Rule.SOLVER, "solver.value", {}, {"solver.objective": "savings"}),
    (Rule.SOLVER, "solver.bound", {}, {"solver.bound": 171.0, "solver.gap": 0.003698}),
    (
        Rule.SOLVER,
        "solver.bound",
        {},
        {"solver.objective": "shared", "solver.value": 2, "solver.bound": 1, "solver.gap": 0.5},
    ),
    (Rule.SOLVER, "solver.gap", {}, {"solver.bound": 160.0}),
    (Rule.SOLVER, "solver.gap", {}, {"solver.bound": None}),
    (Rule.SOLVER, "solver.gap", {}, {"solver.gap": None}),
    (Rule.SOLVER, "solver.status", {}, {"solver.bound": 160.0, "solver.gap": 0.060867}),
    (Rule.SOLVER, "solver.status", {}, {"solver.bound": None, "solver.gap": None}),
    (Rule.SOLVER, "solver.served_bound", {}, {"solver.served_bound": 3}),
]


@pytest.mark.parametrize(("rule", "path", "in_day", "in_plan"), CASES)
def test_a_broken_rule_is_found_by_name_and_place(rule: Rule, path: str, in_day: Json, in_plan: Json) -> None:
    """One change to the day or the plan, and the rule it breaks is named at the place it is broken."""
    day, plan = small_day(), small_plan()
    for changes, document in ((in_day, day), (in_plan, plan)):
        for key, value in changes.items():
            put(document, key, value)
    assert (rule, path) in {(found.rule, found.path) for found in violations(day, plan, day_sha256="ab12")}


def test_work_of_one_ride_at_one_place_in_two_stops_is_found_and_nothing_else() -> None:
    """Splitting a stop keeps every clock lawful and breaks the one rule on stops."""
    plan = small_plan()
    for key, value in SPLIT.items():
        put(plan, key, value)
    plan["routes"][0]["stops"].insert(4, SPLIT_REST)
    found = violations(small_day(), plan)
    assert [(item.rule, item.path) for item in found] == [(Rule.STOP_MERGE, "routes[0].stops[4]")]


def test_four_patients_in_a_vsl_are_too_many_whatever_its_seats() -> None:
    """The convention's three patients bind a VSL of eight seats; companions do not count as patients."""
    day, plan = small_day(), small_plan()
    put(day, "vehicles[0].seats", 8)
    put(day, "trips[0].companions", 2)
    assert violations(day, plan) == []
    for name in ("x1", "x2"):
        day["trips"].append({**day["trips"][1], "id": name, "patient": name})
        plan["routes"][0]["stops"][2]["board"].append(name)
        plan["routes"][0]["stops"][3]["alight"].append(name)
    rules = {(found.rule, found.value) for found in violations(day, plan)}
    assert (Rule.VSL_PATIENTS, 4) in rules
    assert Rule.SEATS not in {rule for rule, _ in rules}


@pytest.mark.parametrize("rules", ["decree", "avenant11"])
def test_only_avenant_11_forbids_a_detour_after_the_last_pick_up(rules: str) -> None:
    """t2 goes on 3 km past t1's hospital to a clinic 12 km from home: 1 km too far, after all boarded."""
    day, plan = small_day(), small_plan()
    put(day, "trips[1].to", "clinic")
    plan["routes"][0]["stops"][3]["alight"] = ["t1"]
    onward = {**plan["routes"][0]["stops"][4], "place": "clinic", "board": [], "alight": ["t2"]}
    plan["routes"][0]["stops"].insert(4, onward)
    found = [item for item in violations(day, plan, rules=rules) if item.rule.startswith("DETOUR_AFTER")]
    expected = [("t2", pytest.approx(1.0), 0.0)] if rules == "avenant11" else []
    assert [(item.trip, item.value, item.limit) for item in found] == expected


@pytest.mark.parametrize(("km_to_hb", "found_for"), [(12.0, []), (12.1, ["t1"])])
def test_avenant_11_bounds_the_detour_from_one_pick_up_to_the_next(
    km_to_hb: float, found_for: list[str]
) -> None:
    """t1's way may grow by 10 km for the second pick-up: 12 km to hb and 10 on, instead of 12, not more."""
    day, plan = small_day(), small_plan()
    day["travel"]["km"][1][2] = km_to_hb
    found = violations(day, plan, rules="avenant11")
    assert [item.trip for item in found if item.rule is Rule.DETOUR_BETWEEN_PICKUPS] == found_for


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Walk the paths and values of everything that is no container."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}[{index}]")
    else:
        yield path, value


# The clock at which a route comes into being, the run's own circumstances, words for people, and a
# choice among reasons that the day does not settle.
FREE = {
    "routes[0].stops[0].arrival",
    "routes[1].stops[0].arrival",
    "solver.seconds",
    "solver.seed",
    "solver.served_bound",
    "unserved[0].reason",
    "unserved[0].detail",
    "trips[2].alone_because",
    "trips[3].alone_because",
}
CONTRACT = {"schema", "solver.status", "solver.objective"}
FIGURES = [(path, value) for path, value in leaves(small_plan()) if path not in FREE | CONTRACT]


@pytest.mark.parametrize(("path", "value"), FIGURES)
def test_no_figure_of_the_plan_can_change_unseen(path: str, value: Any) -> None:
    """Any id, clock, count, distance or amount that is changed by itself is found."""
    changed: Any
    if isinstance(value, bool):
        changed = not value
    elif isinstance(value, int):
        changed = value + 1
    elif isinstance(value, float):
        changed = value + 0.06
    elif path.endswith("date"):
        changed = "2026-03-18"
    elif isinstance(value, str) and ":" in value:
        hours, minutes, seconds = map(int, value.split(":"))
        changed = f"{hours:02d}:{minutes - 1:02d}:{seconds:02d}" if minutes else f"{hours - 1:02d}:59:00"
    else:
        changed = "DETOUR" if value is None else f"{value}0"
    plan = small_plan()
    put(plan, path, changed)
    assert violations(small_day(), plan, day_sha256="ab12")


def items(value: Any, path: str = "") -> Iterator[str]:
    """Walk the paths of everything that stands in a list."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from items(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield f"{path}[{index}]"
            yield from items(item, f"{path}[{index}]")


@pytest.mark.parametrize("path", list(items(small_plan())))
def test_nothing_can_be_left_out_of_a_list_of_the_plan_unseen(path: str) -> None:
    """A route, stop, boarding, trip or operator that is missing is found, and never stops the check."""
    plan = small_plan()
    parent, _, index = path.removesuffix("]").rpartition("[")
    del get(plan, parent)[int(index)]
    assert violations(small_day(), plan)


def test_every_rule_is_broken_somewhere_here() -> None:
    """No rule of the checker is without a test that breaks it, and each says what it means."""
    elsewhere = {
        Rule.STOP_MERGE,
        Rule.VSL_PATIENTS,
        Rule.DETOUR_AFTER_LAST_PICKUP,
        Rule.DETOUR_BETWEEN_PICKUPS,
    }
    assert {case[0] for case in CASES} | elsewhere == set(Rule)
    assert all(rule.meaning for rule in Rule)
