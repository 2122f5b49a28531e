"""Why a trip rides alone: every code with its figure worked out by hand, and the laws behind them.

One km is one minute and no stop takes time unless a test says so. A trip's home is a point in km from the
first place of care, which stands at the origin with the depot.
"""

from dataclasses import replace
from math import dist
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedride.checking import check
from sharedride.clock import parse_clock
from sharedride.day.model import Day
from sharedride.document import parse_plan
from sharedride.planning.fleet import vehicle_groups
from sharedride.planning.solution import Objective, Route, Solution, Status, Stop
from sharedride.report.alone import AloneReason, alone_reasons
from sharedride.report.alone_limits import Case, judge
from sharedride.report.alone_ride import PairOrder
from sharedride.report.alone_search import FAR, NEAR, PartnerSearch
from sharedride.rides.pool import lawful_rides
from sharedride.rules import rules_of
from sharedride.travel import travel_table
from tests.checking.by_hand import small_plan
from tests.reference.lawful_rides import RideFinder
from tests.reference.limits import limits_of
from tests.reference.random_days import random_day

Json = dict[str, Any]
Point = tuple[float, float]

CARE: dict[str, Point] = {"depot": (0, 0), "care": (0, 0), "care2": (0, -4)}


def trip(home: Point, appointment: str | None = "09:00", **more: Any) -> Json:
    asked = {"direction": "outbound", "to": "care", "appointment": appointment}
    return {"home": home, "board_min": 0.0, "alight_min": 0.0} | asked | more


def day_of(*trips: Json, shift: tuple[str, str] = ("00:00", "24:00")) -> Day:
    """Trips t1, t2, ... of patients p1, p2, ... from homes h1, h2, ..., or back there."""
    points = dict(CARE)
    listed = []
    for number, asked in enumerate(trips, start=1):
        points[f"h{number}"] = asked["home"]
        back = asked["direction"] == "return"
        ends = {"from": "care", "to": f"h{number}"} if back else {"from": f"h{number}"}
        base = {"id": f"t{number}", "patient": f"p{number}"}
        listed.append(base | {key: asked[key] for key in asked if key != "home"} | ends)
    km = [[dist(one, other) for other in points.values()] for one in points.values()]
    home: Json = {"start": "depot", "end": "depot", "shift": list(shift)}
    return Day.model_validate(
        {
            "schema": "sharedride/day/1",
            "date": "2026-03-17",
            "places": [{"id": name, "lat": 47.0, "lon": 6.0, "kind": "home"} for name in points],
            "operators": [
                {"id": "op1", "vsl_flat": "A"},
                {"id": "op2", "taxi_department": "90"},
            ],
            "vehicles": [
                {"id": "v1", "operator": "op1", "type": "vsl", "seats": 4, "wheelchairs": 1} | home,
                {"id": "v2", "operator": "op2", "type": "taxi", "seats": 4, "wheelchairs": 1} | home,
            ],
            "trips": listed,
            "travel": {"model": "matrix", "km": km, "minutes": km},
        }
    )


def apart(day: Day, status: Status = Status.OPTIMAL, wait: dict[int, float] | None = None) -> Solution:
    """Every trip alone in a vehicle, without a wait at the place of care but those given."""
    place = {p.id: i for i, p in enumerate(day.places)}
    minutes = travel_table(day).minutes
    routes = []
    for i, asked in enumerate(day.trips):
        start, end = place[asked.origin], place[asked.destination]
        ride = asked.board_min + float(minutes[start, end])
        if asked.appointment is not None:
            at = asked.appointment - ride - asked.alight_min - (wait or {}).get(i, 0.0)
        else:
            at = (asked.ready or 0.0) + (wait or {}).get(i, 0.0)
        stops = (
            Stop(start, at, at, at),
            Stop(start, at, at, at + asked.board_min, board=(i,)),
            Stop(end, at + ride, at + ride, at + ride + asked.alight_min, alight=(i,)),
            Stop(end, at + ride, at + ride, at + ride + asked.alight_min),
        )
        routes.append(Route(i % len(day.vehicles), stops))
    return Solution(tuple(routes), Objective.COST, status, 0.0, None, None, 0.0, 0)


def reason(*trips: Json, rules: str = "decree", **more: Any) -> AloneReason:
    """Why t1 is alone."""
    day = day_of(*trips, **more)
    return alone_reasons(day, travel_table(day), rules_of(day, rules), apart(day))[0]


FAR_HOME, ON_THE_WAY = (20, 0), (10, 0)
OFF_THE_WAY = (9, 12)
"""15 km from the place of care and 15 from (18, 0)."""


@pytest.mark.parametrize(
    ("own", "code"),
    [
        ({"share_incompatible": True}, "INCOMPATIBLE"),
        ({"share_incompatible": True, "refuses_sharing": True}, "INCOMPATIBLE"),
        ({"refuses_sharing": True}, "REFUSED"),
        ({"lock": {"alone": True}}, "LOCKED"),
    ],
)
def test_own_flag(own: Json, code: str) -> None:
    """What the trip itself asks for comes before any partner."""
    found = reason(trip(FAR_HOME, **own), trip(ON_THE_WAY))
    assert (found.code, found.partner) == (code, None)


PAIRS: dict[str, tuple[tuple[Json, ...], str, str]] = {
    "kept apart": (
        (trip(FAR_HOME, not_with=["p2"]), trip(ON_THE_WAY)),
        "EXCLUDED",
        "with t2: the patients of t1 and t2 are to be kept apart",
    ),
    "one patient": (
        (trip(FAR_HOME), trip(ON_THE_WAY, patient="p1")),
        "EXCLUDED",
        "with t2: t1 and t2 are of the same patient",
    ),
    "two vehicles fixed": (
        (trip(FAR_HOME, lock={"vehicle": "v1"}), trip(ON_THE_WAY, lock={"vehicle": "v2"})),
        "LOCKED",
        "with t2: t1 is fixed to v1, t2 is fixed to v2",
    ),
    "promised to another": (
        (trip(FAR_HOME), trip(ON_THE_WAY, lock={"with": ["t3"]}), trip((-80, 0))),
        "LOCKED",
        "with t2: t2 is fixed to ride with t3",
    ),
    "two operators": (
        (trip(FAR_HOME, operator="op1"), trip(ON_THE_WAY, operator="op2")),
        "OPERATOR",
        "with t2: t1 asks for operator op1, t2 asks for operator op2",
    ),
    "no vehicle of the operator": (
        (trip(FAR_HOME, operator="op1"), trip(ON_THE_WAY, vehicle_types=["taxi"])),
        "OPERATOR",
        "with t2: t1 asks for operator op1, no vehicle of which can carry both",
    ),
    "two types": (
        (trip(FAR_HOME, vehicle_types=["vsl"]), trip(ON_THE_WAY, vehicle_types=["taxi"])),
        "VEHICLE_TYPE",
        "with t2: t1 needs a vsl, t2 needs a taxi",
    ),
    "seats": (
        (trip(FAR_HOME, companions=1), trip(ON_THE_WAY, companions=2)),
        "SEATS",
        "with t2: 5 seats needed, the largest vehicle that suits both has 4",
    ),
    "wheelchairs": (
        (trip(FAR_HOME, wheelchair=True), trip(ON_THE_WAY, wheelchair=True)),
        "SEATS",
        "with t2: 2 wheelchair places needed, no vehicle that suits both has more than 1",
    ),
    "detour": (
        (trip((18, 0)), trip(OFF_THE_WAY)),
        "DETOUR",
        "with t2: detour of t1 12.0 km, limit 10.0 km",
    ),
    "wait": (
        (trip(FAR_HOME), trip(ON_THE_WAY, "10:00")),
        "WAIT",
        "with t2: t2 would wait 60 min, limit 45",
    ),
    "appointment": (
        (trip(FAR_HOME), trip(ON_THE_WAY, "09:10", earliest_pickup="08:55")),
        "TIME",
        "with t2: t2 is not picked up before 08:55, 5 min too late for the 09:00 appointment of t1",
    ),
    "longest ride": (
        (trip(FAR_HOME, max_ride_min=22.0), trip(ON_THE_WAY, board_min=5.0)),
        "TIME",
        "with t2: t1 would ride 25 min, limit 22",
    ),
    "detour and wait": (
        (trip((18, 0)), trip(OFF_THE_WAY, "10:00")),
        "WAIT",
        "with t2: t2 would wait 60 min, limit 45; detour of t1 12.0 km, limit 10.0 km",
    ),
    "lawful": (
        (trip(FAR_HOME), trip(ON_THE_WAY), trip((18, 0), "09:30", companions=2)),
        "NOT_WORTH_IT",
        "with t3: lawful, 20.0 km together, 38.0 km apart, 18.0 km less",
    ),
    "nobody near": (
        (trip(FAR_HOME), trip((-60, 0))),
        "NO_NEIGHBOUR",
        "nearest is t2: detour of t2 40.0 km, limit 10.0 km",
    ),
    "nobody near in time": (
        (trip(FAR_HOME), trip(ON_THE_WAY, "10:31")),
        "NO_NEIGHBOUR",
        "nearest is t2: t2 would wait 91 min, limit 45",
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_best_partner_by_hand(name: str) -> None:
    """Each code names the best partner and the figure that decides, worked out by hand."""
    trips, code, detail = PAIRS[name]
    found = reason(*trips)
    assert (found.code, found.detail) == (code, detail)
    assert f"{found.partner}: " in found.detail


def test_nobody_else() -> None:
    """Partners that ride alone themselves are no partners, so none is named."""
    found = reason(
        trip(FAR_HOME), trip(ON_THE_WAY, refuses_sharing=True), trip(ON_THE_WAY, lock={"alone": True})
    )
    assert (found.code, found.partner) == ("NO_NEIGHBOUR", None)


def test_never_aboard_together() -> None:
    """Who alights where the partner boards has left by then: only the other order is a shared ride."""
    day = day_of(trip(FAR_HOME), trip(ON_THE_WAY, direction="return", appointment=None, ready="09:00"))
    assert [judge(case_of(day), order) is None for order in orders(0, 1)] == [True, True, False, False]


def test_shift_too_short_for_both() -> None:
    """A pair lawful in itself stays apart where no shift covers its longer ride."""
    trips = trip(FAR_HOME), trip(ON_THE_WAY, board_min=5.0)
    found = reason(*trips, shift=("08:20", "18:00"))
    detail = "with t2: no shift of a vehicle that can carry both covers the ride, 5 min are missing"
    assert (found.code, found.detail) == ("TIME", detail)
    assert reason(*trips, shift=("08:15", "18:00")).code == "NOT_WORTH_IT"


def test_wait_of_the_whole_visit() -> None:
    """The wait counts over both trips of the visit, the other as the plan has it."""
    back = trip(FAR_HOME, direction="return", appointment=None, ready="11:00", patient="p1", visit="s")
    day = day_of(trip(FAR_HOME, "09:20", visit="s"), trip(ON_THE_WAY), back)
    table, rules = travel_table(day), rules_of(day)
    found = alone_reasons(day, table, rules, apart(day, wait={2: 30.0}))[0]
    detail = "with t2: patient of t1 would wait 50 min (30 of them on t3 as planned), limit 45"
    assert (found.code, found.detail) == ("WAIT", detail)
    assert alone_reasons(day, table, rules, apart(day, wait={2: 25.0}))[0].code == "NOT_WORTH_IT"


def test_unproven_plan_claims_no_preference() -> None:
    """A lawful partner is not worth it only where the plan is proven optimal."""
    day = day_of(trip(FAR_HOME), trip(ON_THE_WAY))
    for status in (Status.FEASIBLE, Status.INTERRUPTED):
        found = alone_reasons(day, travel_table(day), rules_of(day), apart(day, status))
        detail = "with {}: lawful, 20.0 km together, 30.0 km apart, 10.0 km less"
        assert found[0] == AloneReason("NOT_PROVEN", "t2", detail.format("t2"))
        assert found[1] == AloneReason("NOT_PROVEN", "t1", detail.format("t1"))


def test_three_may_share_where_two_may_not() -> None:
    """A lawful ride of three is found in the pool although t1 forms no lawful pair; without it, the pair."""
    homes = [(-13, -40), (0, -40), (5, -40)]
    day = day_of(*(trip(home) for home in homes))
    table, rules = travel_table(day), rules_of(day)
    alone = alone_reasons(day, table, rules, apart(day))[0]
    assert (alone.code, alone.detail) == ("DETOUR", "with t2: detour of t1 10.9 km, limit 10.0 km")
    pool = lawful_rides(day, table, rules)
    found = alone_reasons(day, table, rules, apart(day), pool)[0]
    detail = "with t2 and t3: lawful, 58.3 km together, 122.4 km apart, 64.1 km less"
    assert found == AloneReason("NOT_WORTH_IT", "t2", detail)


@pytest.mark.parametrize(
    ("others", "waited", "shift_from", "code"),
    [
        ("09:00", 0.0, "07:19", "NOT_WORTH_IT"),
        ("09:00", 0.0, "07:20", "DETOUR"),
        ("08:30", 15.0, "06:00", "NOT_WORTH_IT"),
        ("08:30", 16.0, "06:00", "DETOUR"),
    ],
)
def test_larger_ride_needs_shift_and_wait_too(others: str, waited: float, shift_from: str, code: str) -> None:
    """A ride of three counts only where a shift covers it and the whole visit's wait is kept."""
    back = trip((-13, -40), direction="return", appointment=None, ready="12:00", patient="p1", visit="s")
    outbound = [trip((-13, -40), visit="s"), trip((0, -40), others), trip((5, -40), others)]
    day = day_of(*outbound, back, shift=(shift_from, "24:00"))
    table, rules = travel_table(day), rules_of(day)
    pool = lawful_rides(day, table, rules)
    assert alone_reasons(day, table, rules, apart(day, wait={3: waited}), pool)[0].code == code


def test_stricter_rule_set() -> None:
    """Under avenant 11 nobody is taken out of the way once the last patient is aboard."""
    pair = trip(FAR_HOME, to="care2"), trip(ON_THE_WAY)
    found = reason(*pair, rules="avenant11")
    detail = "with t2: detour of t1 3.2 km after the last pick-up, limit 0.0 km"
    assert (found.code, found.detail) == ("DETOUR", detail)
    assert reason(*pair).code == "NOT_WORTH_IT"


def test_only_who_rides_alone_is_asked() -> None:
    """Shared and unserved trips need no reason."""
    day = day_of(trip(FAR_HOME), trip(ON_THE_WAY), trip((-5, 0)), trip((-9, 0)))
    together = Route(
        0,
        (
            Stop(0, 500.0, 500.0, 500.0),
            Stop(3, 520.0, 520.0, 520.0, board=(0,)),
            Stop(4, 530.0, 530.0, 530.0, board=(1,)),
            Stop(1, 540.0, 540.0, 540.0, alight=(0, 1)),
            Stop(0, 540.0, 540.0, 540.0),
        ),
    )
    solution = replace(apart(day), routes=(together, apart(day).routes[2]))
    assert list(alone_reasons(day, travel_table(day), rules_of(day), solution)) == [2]


@pytest.mark.parametrize(
    ("name", "hours", "rule", "value", "limit"),
    [
        ("detour", ("08:30", "08:45", "08:45", "09:00"), "DETOUR", 12.0, 10.0),
        ("wait", ("08:40", "08:50", "08:50", "09:00"), "WAIT", 60.0, 45.0),
        ("appointment", ("08:45", "08:55", "08:55", "09:05"), "LATE", 545.0, 540.0),
        ("longest ride", ("08:35", "08:45", "08:50", "09:00"), "MAX_RIDE", 25.0, 22.0),
    ],
)
def test_checker_reads_the_same_figure(
    name: str, hours: tuple[str, str, str, str], rule: str, value: float, limit: float
) -> None:
    """The ride of the pair, driven as the reason supposes, breaks that one limit by that figure."""
    trips, _, detail = PAIRS[name]
    day = day_of(*trips)
    at_first, at_second, leaves, drop = hours
    visits = [
        ("depot", "00:00", "00:00", [], []),
        ("h1", at_first, at_first, ["t1"], []),
        ("h2", at_second, leaves, ["t2"], []),
        ("care", drop, drop, [], ["t1", "t2"]),
        ("depot", drop, drop, [], []),
    ]
    km = travel_table(day).km
    index = {place.id: i for i, place in enumerate(day.places)}
    stops, last = [], 0
    for place, arrival, departure, board, alight in visits:
        clock = {"arrival": arrival, "service_start": arrival, "departure": departure}
        leg = float(km[last, index[place]])
        stops.append({"place": place, "km": leg, "board": board, "alight": alight} | clock)
        last = index[place]
    route = {"vehicle": "v1", "km": 0.0, "loaded_km": 0.0, "empty_km": 0.0, "stops": stops}
    found = check(day, parse_plan(small_plan() | {"routes": [route], "trips": []}))
    law = {"DETOUR", "WAIT", "LATE", "EARLY", "MAX_RIDE", "EARLIEST_PICKUP", "SEATS", "TRAVEL_TIME"}
    broken = [violation for violation in found if violation.rule in law]
    assert [(str(v.rule), v.limit) for v in broken] == [(rule, limit)]
    assert broken[0].value == pytest.approx(value)
    figure = parse_clock(hours[3]) - limit if rule == "LATE" else value
    assert f" {figure:.0f}" in detail


def case_of(day: Day) -> Case:
    place = {p.id: i for i, p in enumerate(day.places)}
    return Case(day, travel_table(day), rules_of(day), place, vehicle_groups(day), {})


def free_day(seed: int, trips: int) -> Day:
    """A random day without visits and with long shifts: what RideFinder does not look at."""
    day = random_day(np.random.default_rng(seed), trips, 4)
    return day.model_copy(
        update={
            "trips": tuple(asked.model_copy(update={"visit": None}) for asked in day.trips),
            "vehicles": tuple(vehicle.model_copy(update={"shift": (-1e4, 1e4)}) for vehicle in day.vehicles),
        }
    )


def orders(one: int, other: int) -> list[PairOrder]:
    return [PairOrder(*pair, fifo) for pair in ((one, other), (other, one)) for fifo in (True, False)]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_lawful_partner_named_where_brute_force_finds_one(seed: int) -> None:
    """A trip has a lawful partner exactly when the brute force finds a lawful ride of two with it."""
    day = free_day(seed, 9)
    finder = RideFinder(day, travel_table(day), limits_of(day))
    masks = {ride.mask for vehicle in day.vehicles for ride in finder.rides(vehicle)}
    lawful = {mask for mask in masks if mask.bit_count() == 2}
    number = {asked.id: i for i, asked in enumerate(day.trips)}
    reasons = alone_reasons(day, travel_table(day), rules_of(day), apart(day, Status.FEASIBLE))
    for one, found in reasons.items():
        assert (found.code == "NOT_PROVEN") == any(mask >> one & 1 for mask in lawful)
        if found.code == "NOT_PROVEN":
            assert 1 << one | 1 << number[found.partner or ""] in lawful
    for one in range(len(day.trips)):
        for other in range(one):
            if day.trips[one].must_ride_alone or day.trips[other].must_ride_alone:
                continue
            judged = [judge(case_of(day), order) for order in orders(one, other)]
            assert any(j is not None and not j[1] for j in judged) == (1 << one | 1 << other in lawful)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_best_partner_is_the_nearest_to_lawful(seed: int) -> None:
    """The search over all partners at once picks what judging every pair by itself would pick."""
    day = random_day(np.random.default_rng(seed), 14, 4)
    case = case_of(day)
    search = PartnerSearch(case)
    places = {"DETOUR", "TIME", "WAIT"}

    def score(order: PairOrder) -> tuple[float, float] | None:
        judged = judge(case, order)
        if judged is None:
            return None
        ride, broken = judged
        far = any(breach.excess > NEAR for breach in broken if breach.code in places)
        extra = ride.km - case.direct_km(order.first) - case.direct_km(order.second)
        total = sum(breach.excess for breach in broken) + max(len(broken) - 1, 0) + far * FAR
        return total, extra if not broken else 0.0

    for one in range(len(day.trips)):
        others = [j for j, asked in enumerate(day.trips) if j != one and not asked.must_ride_alone]
        scores = [s for other in others for order in orders(one, other) if (s := score(order)) is not None]
        best = search.best(one)
        if best is None:
            assert not scores
            continue
        chosen = score(best.order)
        assert chosen == pytest.approx(min(scores), abs=1e-6)
        assert chosen is not None
        assert best.lawful == (chosen[0] == 0.0)
        assert best.near == (chosen[0] < FAR)
