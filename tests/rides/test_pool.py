"""Every lawful ride of a day, and no other."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import sharedride
from sharedride.day import parse_day
from sharedride.day.model import Day
from sharedride.rides.pool import RidePool, lawful_rides
from sharedride.rules import rules_of
from sharedride.travel import travel_table
from tests.reference.random_days import random_day


def line_day(homes: dict[str, float], care: float, **rules: float) -> Day:
    """Return a day on one straight road: a place per km mark, one km a minute, everyone to one place of care.

    ``homes`` are km marks; every patient is due there at 12:00.
    """
    marks = {"depot": 0.0, "care": care, **homes}
    km = [[abs(a - b) for b in marks.values()] for a in marks.values()]
    return parse_day(
        {
            "schema": "sharedride/day/1",
            "date": "2026-03-17",
            "places": [
                {"id": name, "lat": 47.6, "lon": 6.8, "kind": "home" if name in homes else "care"}
                for name in marks
            ],
            "operators": [{"id": "op", "vsl_flat": "A"}],
            "vehicles": [
                {
                    "id": "v", "operator": "op", "type": "vsl", "seats": 3, "start": "depot",
                    "end": "depot", "shift": ["05:00", "20:00"],
                }
            ],
            "trips": [
                {
                    "id": name, "patient": name, "direction": "outbound", "from": name, "to": "care",
                    "appointment": "12:00", "board_min": 0, "alight_min": 0,
                }
                for name in homes
            ],
            "travel": {"model": "matrix", "km": km, "minutes": km},
            "rules": rules,
        }
    )  # fmt: skip


def groups(day: Day, pool: RidePool) -> set[frozenset[str]]:
    """Return the sets of trips that share a ride."""
    return {frozenset(day.trips[t].id for t in pool.members(r)) for r in range(len(pool))}


def rides(day: Day, rules: str = "decree", **options: Any) -> RidePool:
    """Return the pool of a day."""
    return lawful_rides(day, travel_table(day), rules_of(day, rules), **options)


def test_a_lawful_triple_may_hold_unlawful_pairs() -> None:
    """16 km round is too far for two patients and lawful for three: the detour rule is not monotone."""
    day = line_day({"a": 8.0, "b": -8.0}, 0.0)
    assert groups(day, rides(day)) == {frozenset({"a"}), frozenset({"b"})}
    star = line_day({"a": 8.0, "b": -8.0, "c": -8.0}, 0.0)
    found = groups(star, rides(star))
    assert frozenset({"a", "b"}) not in found
    assert frozenset({"a", "c"}) not in found
    assert frozenset({"b", "c"}) in found
    assert frozenset({"a", "b", "c"}) in found


def test_detours_are_kept_to_each_patients_own_limit() -> None:
    """On a straight road the nearer patient costs the farther none; a limit of 0 km allows only that."""
    day = line_day({"far": 20.0, "near": 10.0, "off": -3.0}, 0.0, detour_km_per_extra_patient=0.0)
    assert groups(day, rides(day)) == {
        frozenset({"far"}),
        frozenset({"near"}),
        frozenset({"off"}),
        frozenset({"far", "near"}),
    }


@pytest.mark.parametrize("seed", range(40))
def test_avenant_11_allows_no_ride_the_decree_forbids(seed: int) -> None:
    """The older billing clause is the stricter of the two rule sets."""
    rng = np.random.default_rng(seed)
    day = random_day(rng, 5, 2)
    stricter = rules_of(day, "avenant11").detour_km_cap <= rules_of(day).detour_km_cap
    if stricter:
        assert groups(day, rides(day, "avenant11")) <= groups(day, rides(day))


def test_members_figures_belong_together() -> None:
    """Ridden km are no shorter than direct, nobody shares alone, and windows are not empty."""
    day = random_day(np.random.default_rng(3), 12, 4)
    table, pool = travel_table(day), rides(day)
    place = {p.id: i for i, p in enumerate(day.places)}
    sizes = np.diff(pool.ptr)
    for member, ride in enumerate(pool.ride_of_member()):
        trip = day.trips[pool.trip[member]]
        direct = table.km[place[trip.origin], place[trip.destination]]
        assert (pool.aboard[member] > 1) == (sizes[ride] > 1)
        if sizes[ride] == 1:
            assert pool.ridden_km[member] == pytest.approx(direct)
        assert pool.alone_km[member] <= pool.ridden_km[member] + 1e-9
    assert (pool.earliest <= pool.latest).all()
    assert pool.complete


def test_a_day_too_dense_is_said_to_be() -> None:
    """Where rides had to be left out, nothing is proven and the user is told."""
    day = random_day(np.random.default_rng(5), 40, 10, rich=False)
    assert not rides(day, limit=50).complete
    result = sharedride.plan(day, ride_limit=50, time_limit=2)
    assert result.solution.bound is None
    assert any("--ride-limit" in note for note in result.solution.notes)
    assert sharedride.check(day, result) == []


@pytest.mark.parametrize("seed", range(6))
def test_rides_that_save_little_can_be_passed_over(seed: int) -> None:
    """Those kept are lawful and short enough, none of two patients is lost, and the pool is not complete."""
    day = random_day(np.random.default_rng(seed), 12, 4, rich=seed % 2 > 0)
    every, some = rides(day), rides(day, spare_km=1.0)

    def told(pool: RidePool) -> dict[tuple[int, ...], bool]:
        """Return whether each ride, by its events, is short enough."""
        direct = dict.fromkeys(range(len(day.trips)), 0.0)
        alone = np.flatnonzero(np.diff(every.ptr) == 1)
        direct |= {int(every.members(r)[0]): float(every.km[r]) for r in alone.tolist()}
        return {
            tuple(pool.events[2 * lo : 2 * hi].tolist()): bool(
                km <= sum(direct[t] for t in pool.trip[lo:hi].tolist()) + 1.0 * (hi - lo - 1) + 1e-6
            )
            for (lo, hi), km in zip(pairwise(pool.ptr.tolist()), pool.km.tolist(), strict=True)
        }

    lawful, kept = told(every), told(some)
    assert every.complete
    assert not some.complete
    assert kept.keys() <= lawful.keys()
    assert all(kept.values())
    assert {ride for ride, short in lawful.items() if short and len(ride) <= 4} <= kept.keys()


def test_rides_that_cannot_fit_are_not_counted() -> None:
    """Where rides of four would take far more steps than allowed, listing stops at three."""
    day = random_day(np.random.default_rng(5), 40, 10, rich=False)
    three = rides(day, max_members=3)
    some = rides(day, effort=three.steps)
    assert not some.complete
    assert int(np.diff(some.ptr).max()) == 3
    assert some.steps == three.steps
