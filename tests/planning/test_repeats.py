"""Trips carried at different hours share the bits that keep a duty from carrying one twice."""

from dataclasses import replace

import numpy as np
import pytest

from sharedride.planning.offers import Offers
from sharedride.planning.pricer import Pricer, Prices
from sharedride.planning.repeats import Repeats, starts_of
from tests.planning.test_pricing import TRIPS, Case, crowded, drawn

LATER = 150.0
SLACK = 1e-6


def twice(seed: int) -> Case:
    """Return one drawn case followed by another, of other trips, two and a half hours later."""
    early, late = drawn(seed), drawn(seed + 10_000)
    one, two = early.problem.offers[0], late.problem.offers[0]
    moved = {
        "lo": two.lo + LATER,
        "hi": two.hi + LATER,
        "trip": two.trip + TRIPS,
        "ptr": two.ptr[1:] + one.ptr[-1],
    }
    both = {
        name: np.concatenate((getattr(one, name), moved.get(name, getattr(two, name))))
        for name in one.__dict__
    }
    group = replace(early.problem.groups[0], break_=None, shift=(40.0, 190.0 + LATER))
    problem = replace(
        early.problem,
        groups=(group,),
        offers=(Offers(**both),),
        trips=np.arange(2 * TRIPS),
        partner=np.full(2 * TRIPS, -1),
        row={t: t for t in range(2 * TRIPS)},
    )
    return Case(problem, Prices(np.concatenate((early.duals.trip, late.duals.trip)), np.empty(0)), ())


@pytest.mark.parametrize("seed", range(300))
def test_trips_that_share_a_bit_are_kept_apart(seed: int) -> None:
    """The cheapest duty costs the same whether trips of other hours share bits or each has its own."""
    case = twice(seed)
    shared = Repeats(starts_of(case.problem), range(2 * TRIPS))
    own = Repeats(starts_of(case.problem))
    own.bit = {row: row for row in shared.bit}
    if shared.bit:
        assert len(set(shared.bit.values())) < len(shared.bit) or len(shared.bit) < 3
    best, duties = Pricer(case.problem, 0).price(case.duals, (), shared, 50)
    least, _ = Pricer(case.problem, 0).price(case.duals, (), own, 50)
    assert best == pytest.approx(least, abs=SLACK)
    assert all(duty.elementary for _, duty in duties)


def test_a_trip_without_a_bit_is_not_forbidden() -> None:
    """Trips of one hour need a bit each: with one bit, only the first gets it, and says so."""
    case = crowded(0, 5)
    repeats = Repeats(starts_of(case.problem), most=1)
    assert repeats.add([3, 1, 3]) == [3]
    assert repeats.add(range(5)) == []
    assert repeats.bit == {3: 0}


def test_bits_change_where_a_trip_begins_and_ends_to_be_carried() -> None:
    """Of every stretch of slots, the table holds the bits that change in any of them."""
    repeats = Repeats(starts_of(twice(1).problem), range(2 * TRIPS))
    width, slots = 2.0, 200
    table = repeats.changes(width, slots)
    for row, bit in repeats.bit.items():
        begin, end = repeats.span[row]
        for slot in (int(begin / width), int(end / width) + 1):
            assert table[0, slot] >> bit & 1
    for level in range(len(table)):
        for slot in range(slots - 2**level + 1):
            assert table[level, slot] == np.bitwise_or.reduce(table[0, slot : slot + 2**level])
