"""Lines with fewer corners."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedride.pages.simplify import Point, simplified

CORNER = st.tuples(st.integers(-30, 30), st.integers(-30, 30)).map(lambda at: (at[0] / 2.0, at[1] / 2.0))


def away(point: Point, line: list[Point]) -> float:
    """Distance from a point to a line, by trying hundreds of points of every stretch."""
    share = np.linspace(0.0, 1.0, 401)[:, None]
    stretches = [np.array(a) + share * (np.array(b) - np.array(a)) for a, b in pairwise(line)]
    return min(float(np.hypot(*(stretch - np.array(point)).T).min()) for stretch in stretches)


@settings(max_examples=60)
@given(st.lists(CORNER, min_size=2, max_size=12), st.floats(0.1, 8.0))
def test_no_corner_is_farther_from_the_new_line_than_allowed(line: list[Point], tolerance: float) -> None:
    """The ends stay, what stays keeps its order, and what goes lies within the tolerance of the new line."""
    kept = simplified(line, tolerance)
    assert (kept[0], kept[-1]) == (line[0], line[-1])
    rest = iter(line)
    assert all(corner in rest for corner in kept)
    for corner in line:
        assert away(corner, kept) <= tolerance + 0.06


def test_corners_on_a_straight_line_go_and_turns_stay() -> None:
    """Of a right angle with points along both arms, three corners are left; a way back keeps its far end."""
    line = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (2.0, 2.0)]
    assert simplified(line, 0.1) == [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0)]
    back = [(0.0, 0.0), (5.0, 0.0), (9.0, 0.0), (3.0, 0.0)]
    assert simplified(back, 0.1) == [(0.0, 0.0), (9.0, 0.0), (3.0, 0.0)]
