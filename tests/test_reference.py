from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedride.day import parse_day
from sharedride.day.model import Day
from sharedride.planning.solution import Objective
from sharedride.travel import travel_table
from tests.reference.brute_force import Reference, optimum
from tests.reference.lawful_rides import RideFinder
from tests.reference.limits import limits_of
from tests.reference.random_days import random_day, random_day_dict

SEEDS = st.integers(0, 2**32 - 1)


def small_day(km: list[list[float]], trips: list[dict[str, Any]], **changes: Any) -> Day:
    """Return a Tuesday on which a km takes a minute, stops no time; a km and a minute cost a euro each."""
    vehicle = {
        "id": "v1",
        "operator": "op",
        "type": "vsl",
        "seats": 3,
        "start": "0",
        "end": "0",
        "shift": ["04:00", "23:00"],
    }
    vehicles = [vehicle | {"id": f"v{n}"} | more for n, more in enumerate(changes.pop("vehicles", [{}]), 1)]
    return Day.model_validate(
        {
            "schema": "sharedride/day/1",
            "date": "2026-03-17",
            "places": [{"id": str(p), "lat": 47.6, "lon": 6.8, "kind": "care"} for p in range(len(km))],
            "operators": [{"id": "op", "vsl_flat": "A"}],
            "vehicles": vehicles,
            "trips": [
                {"id": f"t{n}", "patient": f"p{n}", "board_min": 0.0, "alight_min": 0.0} | trip
                for n, trip in enumerate(trips)
            ],
            "travel": {"model": "matrix", "km": km, "minutes": km},
            "costs": {"per_km": 1.0, "per_hour": 60.0, "per_vehicle": 0.0},
        }
        | changes
    )


def line(*positions: float) -> list[list[float]]:
    return [[abs(one - other) for other in positions] for one in positions]


def outbound(origin: int, destination: int, appointment: str, **more: Any) -> dict[str, Any]:
    ends = {"from": str(origin), "to": str(destination)}
    return {"direction": "outbound", "appointment": appointment} | ends | more


def back(origin: int, destination: int, ready: str, **more: Any) -> dict[str, Any]:
    return {"direction": "return", "ready": ready, "from": str(origin), "to": str(destination)} | more


@pytest.mark.parametrize(
    ("objective", "value", "running_cost"),
    [
        # 0 -> 10 -> 20 -> 30 -> 0; one after the other it would be 80 km.
        (Objective.COST, 120.0, 120.0),
        (Objective.KM, 60.0, 120.0),
        (Objective.SHARED, 2.0, 120.0),
        # 0.77 x (12.47 + 17 x 0.93) = 21.78 and 0.77 x (12.47 + 7 x 0.93 + 6.35) = 19.50.
        (Objective.SAVINGS, 41.28, 120.0),
        (Objective.MARGIN, 41.28 - 120.0, 120.0),
    ],
)
def test_two_patients_on_one_road_share(objective: Objective, value: float, running_cost: float) -> None:
    """Two patients of one road and one appointment share, whatever the plan is to be best at."""
    day = small_day(line(0, 10, 20, 30), [outbound(1, 3, "10:00"), outbound(2, 3, "10:00")])
    best = optimum(day, objective)
    assert (best.served, best.value, best.running_cost) == pytest.approx((2, value, running_cost))
    assert [stop.place for stop in best.example[0].stops] == [0, 1, 2, 3, 0]


@pytest.mark.parametrize(("homes", "served"), [((1, 2, 3), 3), ((1, 2), 1), ((1, 3), 1), ((2, 3), 2)])
def test_a_triple_may_be_lawful_where_a_pair_is_not(homes: tuple[int, ...], served: int) -> None:
    """Three patients may ride 20 km more, so a third one can make two lawful who may not share alone."""
    # Homes 1 and 2 are 12 km apart, 10 and 11 km from care: either order is more than 10 km of detour.
    km = [[0.0, 10.0, 11.0, 10.0], [10.0, 0.0, 12.0, 12.0], [11.0, 12.0, 0.0, 3.0], [10.0, 12.0, 3.0, 0.0]]
    day = small_day(km, [outbound(home, 0, "09:00") for home in homes], rules={"wait_min": 0.0})
    best = optimum(day, Objective.KM)
    assert best.served == served
    if served == 3:
        assert best.value == pytest.approx(35.0)


def test_an_outbound_and_a_return_patient_share_a_ride() -> None:
    """A patient on the way home boards while another still rides to a place of care next door."""
    ends = [{"start": "0", "end": "3"}]
    day = small_day(line(0, 10, 12, 20), [outbound(0, 2, "09:00"), back(1, 3, "08:50")], vehicles=ends)
    best = optimum(day, Objective.COST)
    assert best.value == pytest.approx(40.0)
    assert [(stop.board, stop.alight) for stop in best.example[0].stops[1:-1]] == [
        ((0,), ()),
        ((1,), ()),
        ((), (0,)),
        ((), (1,)),
    ]


@pytest.mark.parametrize("fleet", [1, 2])
@pytest.mark.parametrize(("pickup", "served"), [("08:15", 2), ("08:14", 1)])
def test_both_waits_of_a_visit_count_together(pickup: str, served: int, fleet: int) -> None:
    """Waits of 25 and 20 min at the place of care are lawful, 26 and 20 are not, in one vehicle or two."""
    trips = [
        outbound(0, 1, "09:00", visit="s", patient="p", lock={"pickup": pickup, "vehicle": "v1"}),
        back(1, 0, "09:30", visit="s", patient="p", lock={"pickup": "09:50", "vehicle": f"v{fleet}"}),
    ]
    day = small_day(line(0, 20), trips, vehicles=[{}] * fleet)
    assert optimum(day, Objective.COST).served == served


@pytest.mark.parametrize(("minutes", "served"), [(40.0, 2), (41.0, 1)])
def test_a_break_is_taken_standing_empty_in_one_piece(minutes: float, served: int) -> None:
    """Between 12:05, the earliest drop-off, and 12:45, the latest pick-up, a break of 40 min fits."""
    pause = [{"break": {"window": ["12:00", "13:00"], "minutes": minutes}}]
    trips = [outbound(1, 2, "12:20"), back(2, 1, "12:30")]
    day = small_day(line(0, 10, 20), trips, vehicles=pause, rules={"wait_min": 15.0})
    assert optimum(day, Objective.COST).served == served


@pytest.mark.parametrize(("seats", "km"), [(3, 80.0), (4, 60.0)])
def test_a_companion_takes_a_seat(seats: int, km: float) -> None:
    """A companion fills the seat a second patient would need, though the vehicle may hold the patients."""
    trips = [outbound(1, 3, "09:00", companions=2), outbound(2, 3, "09:00")]
    day = small_day(line(0, 10, 20, 30), trips, vehicles=[{"seats": seats}])
    assert optimum(day, Objective.KM).value == pytest.approx(km)


@pytest.mark.parametrize(("appointment", "bill"), [("08:20", 28.28), ("08:19", 42.42)])
def test_the_payer_is_spared_the_night_where_the_clock_allows(appointment: str, bill: float) -> None:
    """A patient 20 min from care is picked up at 08:00 by day if that is in time, and before it by night."""
    day = small_day(line(0, 20), [outbound(1, 0, appointment)])
    assert optimum(day, Objective.SAVINGS).value == pytest.approx(bill)


@given(seed=SEEDS)
@settings(max_examples=60, deadline=None)
def test_each_objective_is_best_at_itself(seed: int) -> None:
    """All objectives serve as many, each is best at its own, and the example drives what it claims."""
    rng = np.random.default_rng(seed)
    day = random_day(rng, int(rng.integers(1, 6)), int(rng.integers(1, 3)))
    reference, travel = Reference(day), travel_table(day)
    best = {objective: reference.optimum(objective) for objective in Objective}
    km = {}
    for objective, result in best.items():
        legs = [leg for route in result.example for leg in pairwise(route.stops)]
        boarded = [trip for route in result.example for stop in route.stops for trip in stop.board]
        assert len(set(boarded)) == len(boarded) == result.served
        assert all(
            then.arrival == pytest.approx(one.departure + travel.minutes[one.place, then.place])
            for one, then in legs
        )
        km[objective] = sum(travel.km[one.place, then.place] for one, then in legs)
    assert len({result.served for result in best.values()}) == 1
    assert best[Objective.KM].value == pytest.approx(km[Objective.KM])
    assert best[Objective.COST].value == best[Objective.COST].running_cost
    for objective, result in best.items():
        assert km[objective] >= best[Objective.KM].value - 1e-6
        assert result.running_cost >= best[Objective.COST].value - 1e-6
    assert best[Objective.MARGIN].value >= (
        -best[Objective.SAVINGS].running_cost + best[Objective.SAVINGS].value - 1e-6
    )


@given(seed=SEEDS, medium=st.booleans(), rich=st.booleans())
@settings(max_examples=60, deadline=None)
def test_random_days_are_valid(seed: int, medium: bool, rich: bool) -> None:
    """A random day passes validation, and each trip could be carried alone by a vehicle of the day."""
    rng = np.random.default_rng(seed)
    trips, vehicles = (rng.integers(10, 61), rng.integers(4, 21)) if medium else rng.integers(1, (6, 3))
    day = parse_day(random_day_dict(rng, int(trips), int(vehicles), rich=rich))
    assert (len(day.trips), len(day.vehicles)) == (trips, vehicles)
    if not medium:
        finder = RideFinder(day, travel_table(day), limits_of(day))
        alone = {ride.mask for vehicle in day.vehicles for ride in finder.rides(vehicle)}
        partners = [trip.lock.with_ if trip.lock is not None else () for trip in day.trips]
        assert all(1 << t in alone for t in range(len(day.trips)) if not partners[t])


@given(seed=SEEDS)
@settings(max_examples=20, deadline=None)
def test_random_days_are_reproducible(seed: int) -> None:
    """The same seed gives the same day, and the next seed another."""
    day = random_day(np.random.default_rng(seed), 5, 2)
    assert random_day(np.random.default_rng(seed), 5, 2) == day
    assert random_day(np.random.default_rng(seed + 1), 5, 2) != day


def test_random_days_bring_the_rules_into_play() -> None:
    """Among tiny random days none, two, three or four trips are shared, and up to two or none unserved."""
    groups, unserved = set(), set()
    for seed in range(80):
        day = random_day(np.random.default_rng(seed), 5, 2)
        reference = Reference(day)
        best = reference.optimum(Objective.SHARED)
        groups.add(best.value)
        unserved.add(len(day.trips) - best.served)
    assert groups >= {0.0, 2.0, 3.0, 4.0}
    assert unserved >= {0, 1, 2}
