"""What is proven of parts together, whichever of their trips are left out."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedride.planning.bounds import Bound, bound_without

amounts = st.integers(-20, 60).map(float)
bounds = st.builds(Bound.of, amounts, st.lists(amounts, min_size=3, max_size=3))
parts = st.lists(st.lists(bounds, min_size=1, max_size=2), min_size=1, max_size=3)


@given(parts, st.integers(0, 5))
def test_no_way_of_leaving_trips_out_is_below_what_is_proven(day: list[list[Bound]], trips: int) -> None:
    """However the trips left out are shared out, the parts' own bounds come to no less, and once to it."""
    least = min(
        sum(max(bound.without(few) for bound in part) for part, few in zip(day, shares, strict=True))
        for shares in itertools.product(range(trips + 1), repeat=len(day))
        if sum(shares) <= trips
    )
    assert bound_without(day, trips) == pytest.approx(least)


def test_a_part_of_which_nothing_is_proven_takes_the_bound_of_all() -> None:
    """Minus infinity stays so, however many trips are left out."""
    nothing = Bound.of(-math.inf, ())
    assert bound_without([[Bound.of(10.0, [2.0])], [nothing]], 2) == -math.inf
