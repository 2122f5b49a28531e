"""What is proven of parts together, whichever of their trips are left out."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedride.planning.bounds import Bound, bound_without

amounts = st.integers(-20, 60).map(float)
bounds = st.builds(Bound.of, amounts, st.lists(amounts, min_size=3, max_size=3))
parts = st.lists(
    st.tuples(st.lists(bounds, min_size=1, max_size=2), st.integers(0, 2)), min_size=1, max_size=3
)


@given(parts, st.integers(0, 4))
def test_no_way_of_leaving_trips_out_is_below_what_is_proven(
    day: list[tuple[list[Bound], int]], more: int
) -> None:
    """However the trips left out are shared out, the parts' own bounds come to no less, and once to it."""
    fewest = [few for _, few in day]
    least = min(
        sum(max(bound.without(left) for bound in part) for (part, _), left in zip(day, lefts, strict=True))
        for lefts in itertools.product(*(range(few, few + more + 1) for few in fewest))
        if sum(lefts) <= sum(fewest) + more
    )
    found = bound_without([part for part, _ in day], sum(fewest) + more, fewest)
    assert found == pytest.approx(least)


def test_a_part_of_which_nothing_is_proven_takes_the_bound_of_all() -> None:
    """Minus infinity stays so, however many trips are left out."""
    nothing = Bound.of(-math.inf, ())
    assert bound_without([[Bound.of(10.0, [2.0])], [nothing]], 2) == -math.inf
