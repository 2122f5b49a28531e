"""Rides listed part by part are those of the whole day."""

import numpy as np

from sharedride.day.model import Day, Trip
from sharedride.rides.constraints import may_carry, vehicle_kinds
from sharedride.rides.parts import independent_trips, rides_by_part
from sharedride.rides.pool import RidePool, lawful_rides
from sharedride.rules import rules_of
from sharedride.travel import travel_table
from tests.reference.random_days import random_day


def bound_day(seed: int, trips: int) -> Day:
    """Return a random day whose patients each have chosen one operator."""
    day = random_day(np.random.default_rng(seed), trips, 8, rich=False)
    names = [operator.id for operator in day.operators]
    kinds = vehicle_kinds(day)

    def chosen(trip: Trip) -> Trip:
        first = sum(map(ord, trip.patient))
        order = [names[(first + k) % len(names)] for k in range(len(names))]
        bound = [trip.model_copy(update={"operator": name}) for name in order]
        return next((b for b in bound if any(may_carry(kind, b) for kind in kinds)), trip)

    return day.model_copy(update={"trips": tuple(chosen(trip) for trip in day.trips)})


def orders(pool: RidePool) -> list[tuple[int, ...]]:
    """Return the stop orders of a pool, sorted."""
    return sorted(
        tuple(pool.events[2 * pool.ptr[r] : 2 * pool.ptr[r + 1]].tolist()) for r in range(len(pool))
    )


def test_parts_hold_the_rides_of_the_day_and_no_other() -> None:
    """Listed apart or together, the lawful rides are the same, and no ride joins two parts."""
    several = 0
    for seed in range(20):
        day = bound_day(seed, 20)
        table, rules = travel_table(day), rules_of(day)
        parts = independent_trips(day)
        assert sorted(trip for part in parts for trip in part) == list(range(len(day.trips)))
        several += len(parts) > 1
        pool, whole = rides_by_part(day, table, rules)
        together = lawful_rides(day, table, rules)
        assert whole.all() == pool.complete == together.complete
        assert orders(pool) == orders(together)
    assert several > 5


def test_one_dense_part_leaves_the_others_whole() -> None:
    """A part with too many rides is cut short and said to be; parts that fit are listed wholly."""
    some, all_ = 0, 0
    for seed in range(20):
        day = bound_day(seed, 30)
        _, whole = rides_by_part(day, travel_table(day), rules_of(day), limit=60)
        some += 0 < whole.sum() < len(whole)
        all_ += int(whole.all())
    assert some > 3
    assert all_ < 20


def test_every_part_has_its_pairs_however_few_the_steps() -> None:
    """Steps that are used up cut a part at rides of two patients, never before."""
    for seed in range(5):
        day = bound_day(seed, 20)
        table, rules = travel_table(day), rules_of(day)
        pairs = lawful_rides(day, table, rules, max_members=2)
        assert orders(rides_by_part(day, table, rules, effort=0)[0]) == orders(pairs)
