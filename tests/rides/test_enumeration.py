"""The rides found against a plain enumeration of all stop orders, and a few worked out by hand."""

import numpy as np
import pytest

from sharedride.day.model import Day
from sharedride.rides.constraints import kind_of, locked_vehicles
from sharedride.rides.pool import RidePool, lawful_rides
from sharedride.rules import rules_of
from sharedride.travel import travel_table
from tests.reference.lawful_rides import Ride, RideFinder
from tests.reference.limits import limits_of
from tests.reference.random_days import random_day
from tests.test_reference import back, line, outbound, small_day

Stops = tuple[tuple[int, tuple[int, ...], tuple[int, ...]], ...]
Figures = list[float]

TRIANGLE = [[0.0, 10.0, 11.0, 10.0], [10.0, 0.0, 12.0, 12.0], [11.0, 12.0, 0.0, 3.0], [10.0, 12.0, 3.0, 0.0]]
"""Care at 0; homes 1 and 2 are 12 km apart, 10 and 11 km from care, home 3 is 3 km from home 2."""


def pool_of(day: Day, rules: str = "decree") -> RidePool:
    return lawful_rides(day, travel_table(day), rules_of(day, rules))


def stops(day: Day, pool: RidePool, ride: int) -> Stops:
    """Places of a ride in order, with who boards and who alights there."""
    place = {p.id: i for i, p in enumerate(day.places)}
    found: list[tuple[int, list[int], list[int]]] = []
    for code in pool.events[2 * pool.ptr[ride] : 2 * pool.ptr[ride + 1]].tolist():
        trip = day.trips[max(code, ~code)]
        where = place[trip.origin if code >= 0 else trip.destination]
        if not found or found[-1][0] != where:
            found.append((where, [], []))
        (found[-1][1] if code >= 0 else found[-1][2]).append(max(code, ~code))
    return tuple((where, tuple(sorted(on)), tuple(sorted(off))) for where, on, off in found)


def figures(pool: RidePool, ride: int) -> Figures:
    """Window, minutes and km of a ride, then what becomes of each trip, in their order."""
    low, high = pool.earliest[ride], pool.latest[ride]
    result = [low, high, pool.duration[ride], pool.km[ride]]
    for m in sorted(range(pool.ptr[ride], pool.ptr[ride + 1]), key=lambda m: int(pool.trip[m])):
        result += [pool.trip[m], pool.board_start[m], pool.alight_start[m]]
        result += [pool.ridden_km[m], pool.alone_km[m], pool.aboard[m]]
    return [float(figure) for figure in result]


def plain(ride: Ride) -> tuple[Stops, Figures]:
    """Return the same of a ride of the plain enumeration."""
    result = [ride.low, ride.high, ride.duration, ride.km]
    for one in sorted(ride.carried, key=lambda one: one.trip):
        result += [one.trip, one.pickup, one.dropoff, one.ridden_km, one.alone_km, one.aboard]
    order = tuple((s.place, tuple(sorted(s.board)), tuple(sorted(s.alight))) for s in ride.stops)
    return order, [float(figure) for figure in result]


@pytest.mark.parametrize("chunk", range(4))
def test_the_rides_are_those_of_plain_enumeration(chunk: int) -> None:
    """Vehicle by vehicle every stop order is found once, no other is, and all its figures are right."""
    longest = 0
    for seed in range(60 * chunk, 60 * chunk + 60):
        rng = np.random.default_rng(seed)
        day = random_day(rng, int(rng.integers(1, 7)), int(rng.integers(1, 4)))
        pool = pool_of(day)
        assert pool.complete
        finder = RideFinder(day, travel_table(day), limits_of(day))
        for vehicle in day.vehicles:
            able = pool.carriers.can(kind_of(vehicle, locked_vehicles(day)))
            mine = [ride for ride in range(len(pool)) if able[ride]]
            found = {stops(day, pool, ride): figures(pool, ride) for ride in mine}
            assert len(found) == len(mine), f"seed {seed}"
            wanted = dict(plain(ride) for ride in finder.rides(vehicle))
            assert found.keys() == wanted.keys(), f"seed {seed}"
            for order, expected in wanted.items():
                assert found[order] == pytest.approx(expected, abs=1e-6), f"seed {seed}, {order}"
            longest = max([longest, *(ride.mask.bit_count() for ride in finder.rides(vehicle))])
    assert longest >= 4


def orders(day: Day, rules: str = "decree") -> set[Stops]:
    pool = pool_of(day, rules)
    return {stops(day, pool, ride) for ride in range(len(pool))}


def test_a_triple_is_lawful_that_holds_two_unlawful_pairs() -> None:
    """Pairs with the first patient take one 11 km round or more; with all three aboard 15 km are lawful."""
    day = small_day(TRIANGLE, [outbound(home, 0, "09:00") for home in (1, 2, 3)])
    pool = pool_of(day)
    groups = {frozenset(pool.members(ride).tolist()) for ride in range(len(pool))}
    assert groups == {frozenset(group) for group in ((0,), (1,), (2,), (1, 2), (0, 1, 2))}
    order = ((1, (0,), ()), (2, (1,), ()), (3, (2,), ()), (0, (), (0, 1, 2)))
    triple = next(ride for ride in range(len(pool)) if stops(day, pool, ride) == order)
    first = pool.ptr[triple] + pool.members(triple).tolist().index(0)
    assert pool.ridden_km[first] == pytest.approx(12.0 + 3.0 + 10.0)
    assert pool.aboard[first] == 3


def test_a_ride_may_mix_ways_there_and_back() -> None:
    """Who goes home boards while another is still on the way to a place of care next door."""
    day = small_day(line(0, 10, 12, 20), [outbound(0, 2, "09:00"), back(1, 3, "08:50")])
    assert ((0, (0,), ()), (1, (1,), ()), (2, (), (0,)), (3, (), (1,))) in orders(day)


def test_a_ride_may_be_a_chain_of_overlapping_patients() -> None:
    """Three patients of whom no more than two are ever aboard make one ride, each under the limit for two."""
    trips = [outbound(0, 2, "09:00"), outbound(1, 4, "09:10"), outbound(3, 5, "09:20")]
    day = small_day(line(0, 10, 15, 20, 25, 30), trips, vehicles=[{"seats": 2}])
    pool = pool_of(day)
    chain = ((0, (0,), ()), (1, (1,), ()), (2, (), (0,)), (3, (2,), ()), (4, (), (1,)), (5, (), (2,)))
    ride = next(r for r in range(len(pool)) if stops(day, pool, r) == chain)
    assert pool.patients[ride] == 2
    assert sorted(pool.aboard[pool.ptr[ride] : pool.ptr[ride + 1]]) == [2, 2, 2]


@pytest.mark.parametrize(("due", "allowed"), [((2, 2), True), ((2, 3), False), ((3, 2), False)])
def test_avenant_11_allows_no_detour_after_the_last_pick_up(due: tuple[int, int], allowed: bool) -> None:
    """Two bound for one place of care share under both rule sets, for two places under the decree alone."""
    # Homes at 0 and 1, places of care 2 and 3, 3 km from each other: one of the two is taken round.
    km = [[0.0, 1.0, 10.0, 10.0], [1.0, 0.0, 9.0, 9.5], [10.0, 9.0, 0.0, 3.0], [10.0, 9.5, 3.0, 0.0]]
    day = small_day(km, [outbound(home, due[home], "09:00") for home in (0, 1)])
    shared = {order for order in orders(day) if len(order) > 2}
    stricter = {order for order in orders(day, "avenant11") if len(order) > 2}
    assert shared
    assert stricter <= shared
    assert bool(stricter) is allowed


def test_avenant_11_allows_no_far_detour_between_two_pick_ups() -> None:
    """The triple that is lawful under the decree takes the first patient 13 km round to the second."""
    day = small_day(TRIANGLE, [outbound(home, 0, "09:00") for home in (1, 2, 3)])
    triple = ((1, (0,), ()), (2, (1,), ()), (3, (2,), ()), (0, (), (0, 1, 2)))
    assert triple in orders(day)
    assert orders(day, "avenant11") < orders(day) - {triple}


@pytest.mark.parametrize("chunk", range(2))
def test_what_avenant_11_allows_the_decree_allows(chunk: int) -> None:
    """The older clause is the stricter one ride by ride, and strictly so on some day."""
    stricter = 0
    for seed in range(60 * chunk, 60 * chunk + 60):
        day = random_day(np.random.default_rng(seed), 6, 2)
        if day.rules.detour_km_cap is None and day.rules.detour_km_per_extra_patient is None:
            old, decree = orders(day, "avenant11"), orders(day)
            assert old <= decree, f"seed {seed}"
            stricter += old < decree
    assert stricter > 5
