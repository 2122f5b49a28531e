import json
import math

import pytest

from sharedride.checking import check
from sharedride.day.model import Day
from sharedride.document import PlanDocument
from sharedride.planning.solution import Objective, Status
from sharedride.report.alone import alone_reasons
from sharedride.report.assemble import assemble
from sharedride.rules import rules_of
from sharedride.travel import travel_table
from tests.report.by_hand import ROUTE, accounts, solution, tutorial


@pytest.fixture(scope="module")
def day() -> Day:
    return tutorial()


@pytest.fixture(scope="module")
def document(day: Day) -> PlanDocument:
    plan = solution(ROUTE)
    alone = alone_reasons(day, travel_table(day), rules_of(day), plan)
    return assemble(day, plan, accounts(day, ROUTE), sha256="ab12", unserved={}, alone=alone)


def test_the_plan_derived_by_hand_passes_the_checker(day: Day, document: PlanDocument) -> None:
    """The document of the tutorial's plan breaks no rule and states no wrong figure."""
    assert check(day, document, day_sha256="ab12") == []


def test_the_document_has_the_keys_of_the_contract(document: PlanDocument) -> None:
    """Written out, the plan carries version 1 key for key, ids for indices, clocks as text."""
    plan = json.loads(document.to_json())
    assert plan["schema"] == "sharedride/plan/1"
    assert plan["day"] == {"date": "2026-03-17", "sha256": "ab12"}
    assert plan["solver"] == {
        "status": "optimal",
        "objective": "cost",
        "value": 152.0,
        "bound": 152.0,
        "gap": 0.0,
        "served_bound": 6,
        "seconds": 0.25,
        "seed": 0,
    }
    assert plan["routes"][0]["stops"][3] == {
        "place": "hnfc",
        "arrival": "09:26:00",
        "service_start": "09:26:00",
        "departure": "09:30:00",
        "km": 12.0,
        "board": [],
        "alight": ["a-out", "b-out"],
    }
    assert plan["trips"][0] == {
        "id": "a-out",
        "vehicle": "v1",
        "ride": "v1/1",
        "picked_up": "09:05:00",
        "dropped_off": "09:30:00",
        "direct_km": 15.0,
        "ridden_km": 17.0,
        "detour_km": 2.0,
        "detour_limit_km": 10.0,
        "aboard": 2,
        "shared": True,
        "with": ["b-out"],
        "wait_min": 4.0,
        "fare": 27.75,
        "solo_fare": 31.75,
        "alone_because": None,
        "alone_partner": None,
        "alone_detail": None,
        "billed_km": None,
        "billed_solo_km": None,
    }


def test_the_figures_are_those_worked_out_by_hand(document: PlanDocument) -> None:
    """km, bill, saving and margin are those of the derivation in the scenarios' README."""
    kpis = document.kpis
    assert (kpis.trips, kpis.served, kpis.shared, kpis.vehicles_used) == (6, 6, 2, 1)
    assert (kpis.km, kpis.loaded_km, kpis.empty_km) == (128.0, 64.0, 64.0)
    assert (kpis.payer.solo, kpis.payer.plan, kpis.payer.saving) == (183.64, 175.10, 8.54)
    assert (kpis.operator.revenue, kpis.operator.running_cost, kpis.operator.margin) == (175.1, 152.0, 23.1)
    assert kpis.shared_rate == kpis.shared_rate_vsl == pytest.approx(1 / 3, abs=1e-6)
    assert kpis.shared_rate_taxi is None


def test_trips_alone_say_why_and_shared_ones_do_not(document: PlanDocument) -> None:
    """Every unshared trip carries a reason, and only those do."""
    reasons = {trip.id: trip.alone_because for trip in document.trips}
    assert reasons["c-out"] == reasons["c-back"] == "INCOMPATIBLE"
    assert reasons["a-out"] is reasons["b-out"] is None
    assert all((trip.alone_because is None) == trip.shared for trip in document.trips)


def test_what_is_not_served_is_listed_with_its_reason(day: Day) -> None:
    """A plan of nothing lists every trip, proves nothing, and its rates are null."""
    plan = solution(value=0.0, bound=None, status=Status.INTERRUPTED, served_bound=None)
    unserved = dict.fromkeys(reversed(range(6)), ("NO_VEHICLE", "stopped before it had a place"))
    document = assemble(day, plan, accounts(day), sha256="ab12", unserved=unserved, alone={})
    assert [item.id for item in document.unserved] == [trip.id for trip in day.trips]
    assert document.unserved[0].detail == "stopped before it had a place"
    assert document.solver.bound is document.solver.gap is document.kpis.shared_rate is None
    assert check(day, document) == []


@pytest.mark.parametrize(
    ("objective", "printed"),
    [(Objective.COST, 1.23), (Objective.KM, 1.235), (Objective.SHARED, 1.234568)],
)
def test_value_and_bound_are_rounded_alike(day: Day, objective: Objective, printed: float) -> None:
    """Euros to the cent, km to the metre; a bound that no value beats does not do so when printed."""
    exact = 1.2345678
    plan = solution(ROUTE, value=exact, bound=math.nextafter(exact, 0), objective=objective)
    solver = assemble(day, plan, accounts(day, ROUTE), sha256="", unserved={}, alone={}).solver
    assert solver.value == solver.bound == printed
