from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedride.day.model import Day
from sharedride.study import Policy
from sharedride.study.change import changed
from sharedride.synth import synth_day
from tests.synth.towns import town

DAY = Day.model_validate(synth_day(town(), date(2026, 3, 17), trips=60).content)
FRACTIONS = st.floats(0.0, 1.0)


@given(low=FRACTIONS, high=FRACTIONS)
def test_draws_are_common_to_all_policies(low: float, high: float) -> None:
    """Who refuses, is certified or has a car at the lower fraction does at the higher one too."""
    low, high = sorted((low, high))
    some, more = (
        changed(DAY, Policy(name="x", refusal=each, certified=each, fleet=max(each, 1e-9)), "salt")
        for each in (low, high)
    )
    assert {t.id for t in some.trips if t.refuses_sharing} <= {t.id for t in more.trips if t.refuses_sharing}
    assert {o.id for o in some.operators if o.certified} <= {o.id for o in more.operators if o.certified}
    assert {v.id for v in some.vehicles} <= {v.id for v in more.vehicles}


def test_fractions_are_met_at_their_ends() -> None:
    """At 0 nobody refuses; at 1 everybody does who may share, and both trips of a patient alike."""
    nobody = changed(DAY, Policy(name="x", refusal=0.0), "salt")
    assert not any(trip.refuses_sharing for trip in nobody.trips)
    everybody = changed(DAY, Policy(name="x", refusal=1.0), "salt")
    assert all(trip.refuses_sharing != trip.share_incompatible for trip in everybody.trips)
    half = changed(DAY, Policy(name="x", refusal=0.5, incompatible=0.0), "salt")
    refuses = {(trip.patient, trip.refuses_sharing) for trip in half.trips}
    assert len(refuses) == len({patient for patient, _ in refuses})


@pytest.mark.parametrize("most", [15, 30])
def test_appointments_move_as_far_as_they_may(most: float) -> None:
    """A visit moves whole, by at most the shift, to a common time."""
    moved = changed(DAY, Policy(name="x", appointment_shift_min=most), "salt")
    shifts: dict[str, set[float]] = {}
    for before, after in zip(DAY.trips, moved.trips, strict=True):
        at = "appointment" if before.outbound else "ready"
        by = getattr(after, at) - getattr(before, at)
        shifts.setdefault(before.visit or before.id, set()).add(by)
        if before.outbound:
            assert after.appointment is not None
            assert after.appointment % (2 * most) == 0
    assert all(len(each) == 1 and abs(*each) <= most for each in shifts.values())
    assert any(by for each in shifts.values() for by in each)


def test_a_pooled_day_keeps_the_type_of_car() -> None:
    """Trips lose their company and keep its type of car; without sharing all ride alone."""
    free = changed(DAY, Policy(name="x", pooled=True, sharing=False), "salt")
    kinds = {vehicle.operator: vehicle.type for vehicle in DAY.vehicles}
    for before, after in zip(DAY.trips, free.trips, strict=True):
        assert after.operator is None
        assert after.vehicle_types == (kinds[before.operator or ""],)
        assert after.must_ride_alone


def test_a_policy_that_says_nothing_changes_nothing() -> None:
    """The bare policy leaves the day as it is."""
    assert changed(DAY, Policy(name="as it is"), "salt") == DAY
