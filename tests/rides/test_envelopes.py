"""Every lawful ride is inside an envelope."""

import numpy as np
import pytest

from sharedride.rides.envelopes import Envelopes, ride_envelopes
from sharedride.rides.pool import RidePool, lawful_rides
from sharedride.rules import rules_of
from sharedride.travel import travel_table
from tests.reference.random_days import random_day

SLACK = 1e-6


def waits(pool: RidePool, day_anchor: np.ndarray, outbound: np.ndarray, ride: int) -> dict[int, float]:
    """Wait of each member of a ride beside its start, by trip."""
    found = {}
    for m in range(pool.ptr[ride], pool.ptr[ride + 1]):
        trip = int(pool.trip[m])
        out = day_anchor[trip] - pool.alight_start[m]
        found[trip] = float(out if outbound[trip] else pool.board_start[m] - day_anchor[trip])
    return found


def inside(pool: RidePool, ride: int, wait: dict[int, float], envelopes: Envelopes, k: int) -> bool:
    """Whether an envelope is no dearer, no tighter and no less carried than a ride."""
    members = envelopes.trip[envelopes.ptr[k] : envelopes.ptr[k + 1]].tolist()
    least = envelopes.wait_at[envelopes.ptr[k] : envelopes.ptr[k + 1]].tolist()
    return bool(
        envelopes.first[k] == pool.first[ride]
        and envelopes.last[k] == pool.last[ride]
        and envelopes.km[k] <= pool.km[ride] + SLACK
        and envelopes.duration[k] <= pool.duration[ride] + SLACK
        and envelopes.earliest[k] <= pool.earliest[ride] + SLACK
        and envelopes.latest[k] >= pool.latest[ride] - SLACK
        and all(low <= wait[trip] + SLACK for trip, low in zip(members, least, strict=True))
        and not (pool.carriers.of_ride(ride) - envelopes.carriers.of_ride(k))
    )


@pytest.mark.parametrize("grain", [0.25, 5.0, 60.0])
@pytest.mark.parametrize("seed", range(12))
def test_no_lawful_ride_is_better_than_every_envelope(seed: int, grain: float) -> None:
    """Each ride of a day has an envelope of its patients and end places that is as good in everything."""
    rng = np.random.default_rng(seed)
    day = random_day(rng, int(rng.integers(6, 16)), 6, rich=seed % 3 > 0)
    table, rules = travel_table(day), rules_of(day)
    pool = lawful_rides(day, table, rules, limit=20_000)
    envelopes = ride_envelopes(day, table, rules, grain=grain)
    assert envelopes is not None
    anchor = np.array([t.appointment if t.appointment is not None else t.ready for t in day.trips])
    outbound = np.array([t.outbound for t in day.trips])
    assert (envelopes.wait_sign == np.where(outbound[envelopes.trip], -1.0, 1.0)).all()
    by_patients: dict[frozenset[int], list[int]] = {}
    for k in range(len(envelopes)):
        members = frozenset(envelopes.trip[envelopes.ptr[k] : envelopes.ptr[k + 1]].tolist())
        by_patients.setdefault(members, []).append(k)
    for ride in range(len(pool)):
        near = by_patients.get(frozenset(pool.members(ride).tolist()), [])
        wait = waits(pool, anchor, outbound, ride)
        assert any(inside(pool, ride, wait, envelopes, k) for k in near), f"ride {ride}"


def test_alike_rides_share_an_envelope() -> None:
    """A coarser grain leaves fewer envelopes, and never more than there are rides where all is exact."""
    day = random_day(np.random.default_rng(1), 12, 6, rich=False)
    table, rules = travel_table(day), rules_of(day)
    sizes = []
    for grain in (1.0, 5.0, 1e6):
        envelopes = ride_envelopes(day, table, rules, grain=grain)
        assert envelopes is not None
        sizes.append(len(envelopes))
    pool = lawful_rides(day, table, rules)
    assert pool.complete
    assert sizes[2] < sizes[1] <= sizes[0] <= len(pool)


def test_too_many_envelopes_are_none() -> None:
    """Where they cannot all be kept, there are none, and nothing is proven by them."""
    day = random_day(np.random.default_rng(1), 12, 6, rich=False)
    table, rules = travel_table(day), rules_of(day)
    assert ride_envelopes(day, table, rules, limit=20) is None
    assert ride_envelopes(day, table, rules, states=20) is None
    assert ride_envelopes(day, table, rules, stop=lambda: True) is None
