"""Every peer's routes become a plan whose figures are right, and a lawful one after repair."""

import importlib.util
from typing import Any

import pytest

import sharedride
from benchmarks.document import document, raw_routes, schedule_routes
from benchmarks.figures import exponent, gaps, over, reached, summary, time_to_gap
from benchmarks.instances import read
from benchmarks.measure import UNKNOWN, figures
from benchmarks.peers import NAMES, peer
from benchmarks.repair import lawful, placed_routes
from benchmarks.rides import settled
from benchmarks.view import View

FIGURES = {
    "KM",
    "KPI",
    "SOLVER",
    "FARE",
    "SOLO_FARE",
    "WITH",
    "ABOARD",
    "PICKED_UP",
    "DROPPED_OFF",
    "RIDE_ID",
}
"""Rules on figures: whatever a peer's routes break, what the plan says of them must be so."""

MODULES = {"pyvroom": "vroom", "pyvrp": "pyvrp", "vrp-cli": "vrp_cli", "ortools": "ortools"}
LAWFUL = {"insertion", "group-first"}


@pytest.mark.parametrize("name", [name for name in NAMES if name != "sharedride"])
def test_what_a_peer_plans_is_counted_and_made_lawful(name: str) -> None:
    """The figures of the peer's plan are those of its routes, and its repaired plan breaks no rule."""
    package = peer(name).package
    if package is not None and importlib.util.find_spec(MODULES[package]) is None:
        pytest.skip(f"{package} is not installed: pip install -e '.[benchmarks]'")
    day, _ = read("dense-company-20-1")
    view = View(day)
    answer = peer(name).solve(view, 1.0, 0, 1)
    raw = figures(day, document(view, raw_routes(view, answer.routes, answer.starts), 1.0, UNKNOWN))
    assert raw["served"] >= 18
    assert not FIGURES & raw["violations"].keys()
    if name in LAWFUL:
        assert raw["violations"] == {}
    schedule, _ = lawful(view, answer.routes, answer.starts)
    mended = document(view, schedule_routes(view, placed_routes(schedule)), 1.0, UNKNOWN)
    assert sharedride.check(day, mended) == []
    assert mended.kpis.served >= 18


def test_who_alights_at_a_stop_leaves_before_others_board() -> None:
    """Events at one place are put into the order of the law, those at others stay."""
    view = View(read("dense-company-20-1")[0])
    trips = {view.trips[t].id: t for t in range(20)}
    assert len(trips) == 20
    back = next(t for t in range(20) if not view.trips[t].outbound)
    there = next(t for t in range(20) if view.trips[t].outbound and view.destination[t] == view.origin[back])
    events = [(there, True), (back, True), (there, False), (back, False)]
    assert settled(view, events) == [(there, True), (there, False), (back, True), (back, False)]


def test_shares_compare_plans_that_serve_as_many() -> None:
    """A dearer plan is so many percent over ours; one that serves other trips cannot be compared."""
    curve = [
        {"seconds": 1.0, "served": 9, "cost": 50.0, "bound": None},
        {"seconds": 2.0, "served": 10, "cost": 120.0, "bound": None},
        {"seconds": 5.0, "served": 10, "cost": 100.0, "bound": 99.0},
    ]
    base = {"lawful": {"served": 10, "cost": 100.0}, "curve": curve}
    assert over({"lawful": {"served": 10, "cost": 110.0}}, base) == pytest.approx(0.1)
    assert over({"lawful": {"served": 9, "cost": 90.0}}, base) is None
    assert reached(base, {"lawful": {"served": 10, "cost": 110.0}}) == 5.0
    assert reached(base, {"lawful": {"served": 9, "cost": 60.0}}) == 1.0
    assert reached(base, {"lawful": {"served": 10, "cost": 99.0}}) is None


def test_the_summary_counts_the_days_on_which_ours_is_cheaper() -> None:
    """Per peer and multiple of our limit: days compared, days ours costs less, mean and least difference."""
    curve = [{"seconds": 2.0, "served": 10, "cost": 100.0, "bound": None}]
    rows = []
    for day, cost, served in (("a", 110.0, 10), ("b", 98.0, 10), ("c", 50.0, 9)):
        rows.append(row(day, "sharedride", 10.0, 100.0, 10) | {"curve": curve})
        rows.append(row(day, "vroom", 100.0, cost, served))
    (only,) = summary([*rows, {"instance": "a", "peer": "pyvrp", "limit": 10.0, "error": "none"}])
    assert (only["peer"], only["multiple"], only["instances"], only["compared"]) == ("vroom", 10.0, 3, 2)
    assert (only["cheaper"], only["fewer"]) == (1, 1)
    assert (only["mean"], only["least"]) == pytest.approx((0.04, -0.02))
    assert (only["reached"], only["shorter"]) == (2, 25.0)


def row(instance: str, name: str, limit: float, cost: float, served: int) -> dict[str, Any]:
    lawful = {"served": served, "cost": cost}
    return {"instance": instance, "peer": name, "limit": limit, "seconds": 50.0, "lawful": lawful}


def test_the_exponent_of_growth_is_the_slope_of_logarithms() -> None:
    """Time growing as size to the power of 1.5 has the exponent 1.5."""
    assert exponent([(n, 0.1 * n**1.5) for n in (100.0, 400.0, 1600.0)]) == pytest.approx(1.5)
    assert exponent([(100.0, 1.0)]) is None


def test_a_gap_counts_once_as_many_trips_are_served_as_in_the_end() -> None:
    """9 trips within 1 % of their bound say nothing; 10 of 11 do, where no more are ever served."""
    curve = [
        {"seconds": 1.0, "served": 9, "cost": 50.0, "bound": 49.9},
        {"seconds": 2.0, "served": 10, "cost": 120.0, "bound": 60.0},
        {"seconds": 5.0, "served": 10, "cost": 100.0, "bound": 99.0},
    ]
    run = {"trips": 11, "lawful": {"served": 10}, "curve": curve, "bound": 99.0}
    assert time_to_gap(run, 0.03) == 5.0
    assert time_to_gap(run, 0.005) is None
    assert [seconds for seconds, _ in gaps(run)] == [2.0, 5.0]
