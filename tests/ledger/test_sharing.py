"""When sharing helps whom, and who counts as sharing."""

from typing import Any

import pytest

from tests.ledger.plans import account, day_of, outbound, route

NOTHING: tuple[int, ...] = ()
HOME_AND_CARE: dict[str, str | None] = dict.fromkeys(["depot", "home", "care"])
TEN_KM: list[list[float]] = [[0, 1, 10], [1, 0, 10], [10, 10, 0]]


def test_sharing_may_cost_the_payer_more_than_riding_alone() -> None:
    """A lawful detour of 10 km outweighs 15 % off, for the trip and for the ride as a whole."""
    # All places lie 20 km apart but a to b and x to y, 10 km each. The car drives a, b, x, y.
    km: list[list[float]] = [[0.0, 20, 20, 20, 20], *([[20.0] * 5] * 4)]
    km = [[0.0 if i == j else row[j] for j in range(5)] for i, row in enumerate(km)]
    km[1][2] = km[3][4] = 10.0
    trips = [
        outbound("t0", "a") | {"to": "x"},
        outbound("t1", "b") | {"to": "y"},
    ]
    day = day_of(dict.fromkeys(["depot", "a", "b", "x", "y"]), km, trips)
    plan = account(
        day, route(day, 0, (1, (0,), NOTHING), (2, (1,), NOTHING), (3, NOTHING, (0,)), (4, NOTHING, (1,)))
    )
    # Each rides 10 + 20 = 30 km against 20: (15.75 + 27 * 1.10) * 0.85 = 38.6325 against 15.75 + 18.70.
    assert [(each.detour_km, each.detour_limit_km) for each in plan.trips] == [(10.0, 10.0)] * 2
    assert [(each.fare, each.solo_fare) for each in plan.trips] == [(38.63, 34.45)] * 2
    assert [each.trip for each in plan.costlier_shared] == [0, 1]
    assert plan.costlier_rides == plan.rides
    assert plan.kpis.payer.saving == -8.36
    # The 40 km with somebody aboard are the 40 km of the two alone: the operator keeps what the payer loses.
    assert plan.rides[0].operator_gain == pytest.approx(8.36)
    assert plan.operator_gains_payer_loses == plan.rides
    assert plan.payer_gains_operator_loses == ()


@pytest.mark.parametrize(("per_km", "operator_loses"), [(0.35, True), (0.5, False)])
def test_payer_may_gain_what_the_operator_loses(per_km: float, operator_loses: bool) -> None:
    """Two neighbours bring 1.70 solo fares: a loss of margin unless the km saved make up for it."""
    km: list[list[float]] = [[0.0, 50, 50], [50, 0, 50], [50, 50, 0]]
    trips = [outbound("t0", "a"), outbound("t1", "a")]
    costs = {"per_km": per_km, "per_hour": 0.0, "per_vehicle": 0.0}
    day = day_of(dict.fromkeys(["depot", "a", "care"]), km, trips, costs=costs)
    plan = account(day, route(day, 0, (1, (0, 1), NOTHING), (2, NOTHING, (0, 1))))
    # 15.75 + 47 * 1.10 = 67.45 alone, 67.45 * 0.85 = 57.3325 shared: 10.12 less each. The 50 km saved are
    # worth 17.50 at 0.35 a km, which leaves a loss of 2.74, and 25.00 at 0.50, a gain of 4.76.
    assert plan.rides[0].payer_gain == 20.24
    assert plan.rides[0].operator_gain == pytest.approx(-2.74 if operator_loses else 4.76)
    assert plan.payer_gains_operator_loses == (plan.rides if operator_loses else ())
    assert [each.trip for each in plan.cheaper_shared] == [0, 1]
    assert plan.costlier_shared == ()
    assert plan.costlier_rides == plan.operator_gains_payer_loses == ()


def test_who_leaves_before_another_boards_was_not_aboard_with_them() -> None:
    """At one stop a alights before c boards: b shares with both, a and c not with each other."""
    km = [[0.0 if i == j else 10.0 for j in range(5)] for i in range(5)]
    trips = [outbound("a", "h1") | {"to": "h2"}, outbound("b", "h1"), outbound("c", "h2")]
    day = day_of(dict.fromkeys(["depot", "h1", "h2", "care", "else"]), km, trips)
    plan = account(day, route(day, 0, (1, (0, 1), NOTHING), (2, (2,), (0,)), (3, NOTHING, (1, 2))))
    assert [(each.aboard, each.with_) for each in plan.trips] == [(2, (1,)), (2, (0, 2)), (2, (1,))]
    assert [ride.trips for ride in plan.rides] == [(0, 1, 2)]


def test_night_and_big_city_reach_the_fare() -> None:
    """A taxi from Paris at night bills city and night, whole trip, shared or not."""
    km: list[list[float]] = [[0.0, 5, 20], [5, 0, 20], [20, 20, 0]]
    day = day_of({"depot": None, "home": "75113", "care": None}, km, [outbound("t0", "home", "21:30")])
    plan = account(day, route(day, 1, (1, (0,), NOTHING), (2, NOTHING, (0,)), at=1200.0))
    # (13 + 15 + 16 * 1.08) * 1.5 = 67.92 at 20:00 sharp.
    assert (plan.trips[0].supplement_rate, plan.trips[0].big_city, plan.trips[0].fare) == (0.5, True, 67.92)


@pytest.mark.parametrize(("alone", "malus"), [(38, 0.0), (39, 60.64)])
def test_malus_falls_due_under_five_percent(alone: int, malus: float) -> None:
    """Exactly 5 % shared VSL trips keep the operator safe, one more trip alone costs 5 % of the spend."""
    # 2 shared of 40 trips is 5 %, of 41 less. 10 km cost 29.80 alone and 25.33 shared:
    # 0.05 * (39 * 29.80 + 2 * 25.33) = 0.05 * 1212.86 = 60.643.
    trips = [outbound(f"t{index}", "home") for index in range(alone + 2)]
    day = day_of(HOME_AND_CARE, TEN_KM, trips)
    visits = [(1, (0, 1), NOTHING), (2, NOTHING, (0, 1))]
    for index in range(2, alone + 2):
        visits += [(1, (index,), NOTHING), (2, NOTHING, (index,))]
    assert account(day, route(day, 0, *visits)).operators[0].malus == malus


def test_franchise_is_capped_over_the_day() -> None:
    """Three trips of one patient bear a franchise of 8 euros, not 12."""
    trips = [outbound(f"t{i}", "home", patient="p") for i in range(3)]
    day = day_of(HOME_AND_CARE, TEN_KM, trips)
    visits = [visit for i in range(3) for visit in ((1, (i,), NOTHING), (2, NOTHING, (i,)))]
    assert account(day, route(day, 0, *visits)).patients[0].franchise == 8.0


@pytest.mark.parametrize(
    ("more", "advanced"),
    [
        ({"motive": "dialysis"}, 29.80),
        ({}, 29.80),
        ({"motive": "consultation"}, 0.0),
        ({"motive": "dialysis", "share_incompatible": True}, 0.0),
    ],
)
def test_refusal_makes_the_patient_advance_the_fare(more: dict[str, Any], advanced: float) -> None:
    """Refusing costs third-party payment for the decree's motives, never when the state forbids sharing."""
    trips = [outbound("t0", "home", refuses_sharing=True, **more)]
    day = day_of(HOME_AND_CARE, TEN_KM, trips)
    plan = account(day, route(day, 0, (1, (0,), NOTHING), (2, NOTHING, (0,))))
    assert plan.patients[0].advanced == advanced


@pytest.mark.parametrize(
    ("visits", "message"),
    [
        ([(1, (0,), NOTHING)], "never alights"),
        ([(2, NOTHING, (0,))], "not aboard"),
        ([(1, (0,), NOTHING), (2, NOTHING, (0,)), (1, (0,), NOTHING), (2, NOTHING, (0,))], "boards twice"),
    ],
)
def test_impossible_routes_are_refused(
    visits: list[tuple[int, tuple[int, ...], tuple[int, ...]]], message: str
) -> None:
    """A ledger is not kept of a route whose patients appear or vanish on the way."""
    day = day_of(HOME_AND_CARE, TEN_KM, [outbound("t0", "home")])
    with pytest.raises(ValueError, match=message):
        account(day, route(day, 0, *visits))


def test_trip_in_two_vehicles_is_refused() -> None:
    """A trip is carried once."""
    day = day_of(HOME_AND_CARE, TEN_KM, [outbound("t0", "home")])
    both = [route(day, vehicle, (1, (0,), NOTHING), (2, NOTHING, (0,))) for vehicle in (0, 1)]
    with pytest.raises(ValueError, match="more than one vehicle"):
        account(day, *both)
