"""A plan of two vehicles with every figure worked out by hand.

Km between places, and as many minutes::

            depot  a   b   c  care
    depot     0    5   8  10   20
    a         5    0   6   9   18
    b         8    6   0   7   14
    c        10    9   7   0   25
    care     20   18  14  25    0

The VSL of certified op1 takes t0 (a) and t1 (b, with a companion) to care, waits there empty and brings
t2 home to a. The taxi of op2 takes t3 (c, wheelchair, refuses to share). Nobody takes t4.
"""

import pytest

from sharedride.day.model import Day
from sharedride.ledger import Ledger
from sharedride.planning.solution import Route
from tests.ledger.plans import account, day_of, outbound, stop

KM = [
    [0.0, 5.0, 8.0, 10.0, 20.0],
    [5.0, 0.0, 6.0, 9.0, 18.0],
    [8.0, 6.0, 0.0, 7.0, 14.0],
    [10.0, 9.0, 7.0, 0.0, 25.0],
    [20.0, 18.0, 14.0, 25.0, 0.0],
]
DEPOT, A, B, C, CARE = range(5)


@pytest.fixture(scope="module")
def day() -> Day:
    trips = [
        outbound("t0", "a", patient="p1", motive="dialysis", visit="s1"),
        outbound("t1", "b", companions=1),
        {"id": "t2", "patient": "p1", "direction": "return", "from": "care", "to": "a", "ready": "13:00"},
        outbound("t3", "c", "10:00", wheelchair=True, refuses_sharing=True, motive="chemotherapy"),
        outbound("t4", "a"),
    ]
    return day_of(dict.fromkeys(["depot", "a", "b", "c", "care"]), KM, trips)


@pytest.fixture(scope="module")
def plan(day: Day) -> Ledger:
    vsl = (
        stop(DEPOT, "08:00", "08:00", "08:00"),
        stop(A, "08:05", "08:05", "08:07", board=(0,)),
        stop(B, "08:13", "08:13", "08:15", board=(1,)),
        stop(CARE, "08:29", "08:29", "08:33", alight=(0, 1)),
        stop(CARE, "08:33", "13:10", "13:12", board=(2,)),
        stop(A, "13:30", "13:30", "13:32", alight=(2,)),
        stop(DEPOT, "13:37", "13:37", "13:37"),
    )
    taxi = (
        stop(DEPOT, "09:00", "09:00", "09:00"),
        stop(C, "09:10", "09:10", "09:12", board=(3,)),
        stop(CARE, "09:37", "09:37", "09:39", alight=(3,)),
        stop(DEPOT, "09:59", "09:59", "09:59"),
    )
    return account(day, Route(0, vsl), Route(1, taxi))


def test_how_trips_were_carried(plan: Ledger) -> None:
    """Ride, distances, company and wait of each trip; the companion is no patient aboard."""
    shown = [
        (each.trip, each.vehicle, each.ride, each.aboard, each.shared, each.with_) for each in plan.trips
    ]
    assert shown == [
        (0, 0, 1, 2, True, (1,)),
        (1, 0, 1, 2, True, (0,)),
        (2, 0, 2, 1, False, ()),
        (3, 1, 1, 1, False, ()),
    ]
    # t0 rides 6 + 14 km against 18 direct, the first 6 alone; a patient alone is allowed no detour.
    assert [each.ridden_km for each in plan.trips] == [20.0, 14.0, 18.0, 25.0]
    assert [each.direct_km for each in plan.trips] == [18.0, 14.0, 18.0, 25.0]
    assert [each.detour_km for each in plan.trips] == [2.0, 0.0, 0.0, 0.0]
    assert [each.detour_limit_km for each in plan.trips] == [10.0, 10.0, 0.0, 0.0]
    assert [each.alone_km for each in plan.trips] == [6.0, 0.0, 18.0, 25.0]
    # Service at care starts 08:29 for 09:00, boarding 13:10 after ready 13:00, 09:37 for 10:00.
    assert [each.wait_min for each in plan.trips] == [31.0, 31.0, 10.0, 23.0]
    # Picked up when boarding starts, dropped off when the stop of alighting ends.
    assert [(each.picked_up, each.dropped_off) for each in plan.trips] == [
        (485.0, 513.0),
        (493.0, 513.0),
        (790.0, 812.0),
        (550.0, 579.0),
    ]


def test_fares(plan: Ledger) -> None:
    """What each trip costs as carried and alone, as declared, all certified and none certified."""
    # Certified: t0 (15.75 + 17 * 1.10) * 0.85 = 29.2825; alone 15.75 + 15 * 1.10 + 0.91 = 33.16.
    # t1 (15.75 + 11 * 1.10 + 3.41) * 0.85 = 26.571; alone 31.26. t2 as t0 alone.
    # Taxi: 13 + 21 * 1.08 + 30 = 65.68.
    fares, solo = [29.28, 26.57, 33.16, 65.68], [33.16, 31.26, 33.16, 65.68]
    assert [each.fare for each in plan.trips] == [each.fare_all_certified for each in plan.trips] == fares
    assert [each.solo_fare for each in plan.trips] == [each.solo_all_certified for each in plan.trips] == solo
    # Not certified, zone A: t0 (12.47 + 17 * 0.93) * 0.77 = 21.7756; alone 12.47 + 13.95 + 0.91 = 27.33.
    # t1 (12.47 + 10.23 + 3.41) * 0.77 = 20.1047; alone 26.11.
    assert [each.fare_none_certified for each in plan.trips] == [21.78, 20.10, 27.33, 65.68]
    assert [each.solo_none_certified for each in plan.trips] == [27.33, 26.11, 27.33, 65.68]


def test_every_fare_can_be_explained(plan: Ledger) -> None:
    """The lines of each fare, shared and alone, end at the amount in the account."""
    for each in plan.trips:
        assert plan.explain(each.trip).total == each.fare
        assert plan.explain(each.trip, solo=True).total == each.solo_fare
    assert plan.explain(3).wheelchair == 30.0
    with pytest.raises(KeyError):
        plan.explain(4)


def test_rides(plan: Ledger) -> None:
    """A ride's money against its trips one by one: what the payer saves and the operator keeps."""
    shared = plan.rides[0]
    assert [(ride.vehicle, ride.ride, ride.trips) for ride in plan.rides] == [
        (0, 1, (0, 1)),
        (0, 2, (2,)),
        (1, 1, (3,)),
    ]
    # 29.28 + 26.57 against 33.16 + 31.26.
    assert (shared.fare, shared.solo_fare, shared.payer_gain) == (55.85, 64.42, 8.57)
    # 20 km and 20 + 8 min against 32 km and 32 + 8 min, at 0.35 a km and 22 an hour.
    assert shared.cost == pytest.approx(7.00 + 22 * 28 / 60)
    assert shared.solo_cost == pytest.approx(11.20 + 22 * 40 / 60)
    # 55.85 - 17.2667 = 38.5833 against 64.42 - 25.8667 = 38.5533.
    assert shared.operator_gain == pytest.approx(0.03)
    assert plan.rides[1].operator_gain == plan.rides[1].payer_gain == 0.0


def test_routes(plan: Ledger) -> None:
    """Km with and without patients, hours at work and on duty of each vehicle."""
    vsl, taxi = plan.routes
    assert vsl.leg_km == (0.0, 5.0, 6.0, 14.0, 0.0, 18.0, 5.0)
    assert (vsl.km, vsl.loaded_km, vsl.empty_km) == (48.0, 38.0, 10.0)
    # 48 min of driving and 6 services of 2 min; from 08:00 to 13:37.
    assert [vsl.work_hours, vsl.duty_hours] == pytest.approx([1.0, 337 / 60])
    assert (taxi.km, taxi.loaded_km, taxi.empty_km) == (55.0, 25.0, 30.0)
    assert [taxi.work_hours, taxi.duty_hours] == pytest.approx([59 / 60, 59 / 60])


def test_operators(plan: Ledger) -> None:
    """Each operator's trips, revenue, cost and margin; one that carried nobody has no rate and no malus."""
    first, second, idle = plan.operators
    assert (first.all.trips, first.all.shared, first.vsl.rate, first.taxi.rate) == (3, 2, 2 / 3, None)
    # 29.28 + 26.57 + 33.16; 0.35 * 48 + 22 * 1 + 40.
    assert first.revenue == 89.01
    assert [first.running_cost, first.margin] == pytest.approx([78.80, 10.21])
    assert (second.revenue, second.taxi.rate, second.vsl.rate, second.malus) == (65.68, 0.0, None, 0.0)
    assert (idle.all.rate, idle.revenue, idle.running_cost, idle.malus) == (None, 0.0, 0.0, 0.0)


def test_patients(plan: Ledger) -> None:
    """Franchise, rest to pay at both rates and what the refusal makes the patient advance."""
    shown = [
        (each.patient, each.fares, each.franchise, each.left_in_full, each.left_in_common, each.advanced)
        for each in plan.patients
    ]
    assert shown == [
        ("p1", 62.44, 8.0, 8.0, 36.10, 0.0),  # 29.28 + 33.16; 0.45 * 62.44 = 28.098
        ("p-t1", 26.57, 4.0, 4.0, 15.96, 0.0),  # 0.45 * 26.57 = 11.9565
        ("p-t3", 65.68, 4.0, 4.0, 33.56, 65.68),  # 0.45 * 65.68 = 29.556
    ]


def test_kpis(plan: Ledger) -> None:
    """The block of the plan file, key for key in the order of the contract."""
    shown = plan.kpis.as_dict()
    assert list(shown) == [
        *("trips", "served", "shared", "shared_rate", "shared_rate_vsl", "shared_rate_taxi"),
        *("shared_rate_amount", "km", "loaded_km", "empty_km", "vehicles_used", "work_hours", "duty_hours"),
        *("co2_kg", "payer", "operator", "by_operator"),
    ]
    # 154.69 = 29.28 + 26.57 + 33.16 + 65.68 and 163.26 = 33.16 + 31.26 + 33.16 + 65.68 alone;
    # none certified 134.89 = 21.78 + 20.10 + 27.33 + 65.68 and 146.45 = 27.33 + 26.11 + 27.33 + 65.68.
    # Work 60 + 59 min, duty 337 + 59 min; cost 0.35 * 103 + 22 * 119 / 60 + 2 * 40 = 159.6833.
    assert shown == {
        "trips": 5,
        "served": 4,
        "shared": 2,
        "shared_rate": 0.5,
        "shared_rate_vsl": 2 / 3,
        "shared_rate_taxi": 0.0,
        "shared_rate_amount": 55.85 / 154.69,
        "km": 103.0,
        "loaded_km": 63.0,
        "empty_km": 40.0,
        "vehicles_used": 2,
        "work_hours": 1.9833,
        "duty_hours": 6.6,
        "co2_kg": 13.493,  # 103 * 0.131
        "payer": {
            "solo": 163.26,
            "plan": 154.69,
            "saving": 8.57,
            "all_certified": {"solo": 163.26, "plan": 154.69, "saving": 8.57},
            "none_certified": {"solo": 146.45, "plan": 134.89, "saving": 11.56},
        },
        "operator": {"revenue": 154.69, "running_cost": 159.68, "margin": -4.99},
        "by_operator": [
            {"operator": "op1", "trips": 3, "shared": 2, "shared_rate": 2 / 3},
            {"operator": "op2", "trips": 1, "shared": 0, "shared_rate": 0.0},
            {"operator": "idle", "trips": 0, "shared": 0, "shared_rate": None},
        ],
    }
    # In amount, by type: 55.85 of the VSL's 89.01, nothing of the taxi's 65.68.
    assert (plan.kpis.vsl.rate_amount, plan.kpis.taxi.rate_amount) == (55.85 / 89.01, 0.0)


def test_empty_plan(day: Day) -> None:
    """A plan that serves nobody has no rates, no km and no bill."""
    shown = account(day).kpis.as_dict()
    assert (shown["trips"], shown["served"], shown["km"], shown["payer"]["plan"]) == (5, 0, 0, 0)
    assert shown["shared_rate"] is shown["shared_rate_vsl"] is shown["shared_rate_amount"] is None
