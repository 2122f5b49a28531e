"""Where the waits of a visit's two trips are parted."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sharedride.planning.master import SLIVER, Waits, shares_between

LIMIT = 45.0

minutes = st.integers(0, 45 * 4).map(lambda quarter: quarter / 4.0)
waits = st.lists(st.tuples(minutes, minutes), min_size=1, max_size=5)


def met(pairs: list[tuple[float, float]]) -> Waits:
    """Waits with the least each could be."""
    return (
        np.array([max(pair) for pair in pairs]),
        np.array([min(pair) for pair in pairs]),
        np.ones(len(pairs)),
    )


@given(waits, waits)
def test_a_share_parts_what_clashes_and_leaves_room_for_both_where_there_is(
    outs: list[tuple[float, float]], backs: list[tuple[float, float]]
) -> None:
    """Of waits too long together both are over some share; one at which both duties may stay, if any is."""
    out, back = met(outs), met(backs)
    share = shares_between(out, back, LIMIT)
    for wait, least in zip(out[0], out[1], strict=True):
        for other, other_least in zip(back[0], back[1], strict=True):
            if wait + other <= LIMIT + SLIVER:
                continue
            parts = share[(share < wait) & (LIMIT - share < other)]
            assert len(parts)
            if least + other_least <= LIMIT:
                room = (parts >= least - SLIVER) & (LIMIT - parts >= other_least - SLIVER)
                assert room.any()


def test_waits_that_go_together_are_not_parted() -> None:
    """20 and 25 minutes make no share, nor do 20 and 25 and a hair."""
    for other in (25.0, 25.0 + 0.5 * SLIVER):
        assert not len(shares_between(met([(20.0, 20.0)]), met([(other, 0.0)]), LIMIT))
