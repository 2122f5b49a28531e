"""Laws that hold for the ledger of any plan, on random routes."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedride.day.model import Day
from sharedride.ledger import Ledger
from sharedride.planning.solution import Route
from tests.ledger.plans import account, day_of, outbound, route

PLACES = 6


@st.composite
def plans(draw: st.DrawFn) -> tuple[Day, list[Route], Ledger]:
    """Two vehicles that let off and pick up at random among six places."""
    km = [[0.0 if i == j else float(draw(st.integers(1, 40))) for j in range(PLACES)] for i in range(PLACES)]
    trips: list[dict[str, Any]] = []
    visits_of = []
    for _ in range(2):
        aboard: list[int] = []
        visits = []
        for _ in range(draw(st.integers(0, 8))):
            place = draw(st.integers(1, PLACES - 1))
            leaving = tuple(trip for trip in aboard if draw(st.booleans()))
            aboard = [trip for trip in aboard if trip not in leaving]
            boarding = tuple(range(len(trips), len(trips) + draw(st.integers(0, 3 - len(aboard)))))
            for trip in leaving:
                trips[trip]["to"] = f"p{place}"
            trips += [outbound(f"t{trip}", f"p{place}") for trip in boarding]
            aboard += boarding
            visits.append((place, boarding, leaving))
        last = draw(st.integers(1, PLACES - 1))
        for trip in aboard:
            trips[trip]["to"] = f"p{last}"
        visits_of.append([*visits, (last, (), tuple(aboard))])
    for each in trips:
        if each["to"] == "care":
            each["to"] = "p1"
    day = day_of({f"p{index}" if index else "depot": None for index in range(PLACES)}, km, trips)
    routes = [route(day, vehicle, *visits) for vehicle, visits in enumerate(visits_of)]
    return day, routes, account(day, *routes)


@given(plans())
def test_company_is_that_of_the_legs(plan: tuple[Day, list[Route], Ledger]) -> None:
    """A trip is aboard with those on any of its legs, and at most as many as on its fullest one."""
    day, routes, kept = plan
    for each in routes:
        aboard: set[int] = set()
        legs = []
        for here, there in pairwise(each.stops):
            aboard = (aboard - set(here.alight)) | set(here.board)
            legs.append((frozenset(aboard), day.travel.km[here.place][there.place]))  # type: ignore[union-attr,index]
        for trip in {trip for leg, _ in legs for trip in leg}:
            own = [(leg, km) for leg, km in legs if trip in leg]
            one = kept.by_trip[trip]
            assert one.with_ == tuple(sorted(set().union(*(leg for leg, _ in own)) - {trip}))
            assert one.aboard == max(len(leg) for leg, _ in own)
            assert one.ridden_km == pytest.approx(sum(km for _, km in own))
            assert one.alone_km == pytest.approx(sum(km for leg, km in own if len(leg) == 1))


@given(plans())
def test_accounts_add_up(plan: tuple[Day, list[Route], Ledger]) -> None:
    """Trips, rides, operators and routes sum to the same totals, and every trip is in one ride."""
    _, _, kept = plan
    shown = kept.kpis.as_dict()
    assert sorted(trip for ride in kept.rides for trip in ride.trips) == [each.trip for each in kept.trips]
    assert sum(ride.fare for ride in kept.rides) == pytest.approx(shown["payer"]["plan"], abs=1e-6)
    assert sum(one.revenue for one in kept.operators) == pytest.approx(shown["operator"]["revenue"], abs=1e-6)
    assert sum(one.margin for one in kept.operators) == pytest.approx(shown["operator"]["margin"], abs=0.006)
    assert shown["loaded_km"] + shown["empty_km"] == pytest.approx(shown["km"])
    for ride in kept.rides:
        company = {trip for one in ride.trips for trip in kept.by_trip[one].with_}
        assert company <= set(ride.trips)
    assert all(each.shared == bool(each.with_) for each in kept.trips)
