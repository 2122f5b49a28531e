import pytest

import sharedride
from sharedride.checking.violation import Rule
from sharedride.practice import Habits, fit_propensity, modelled_rate, share_by_hand
from sharedride.practice.routes import plan_by_hand
from sharedride.rules import rule_sets
from sharedride.synth import SynthDay, synth_day
from tests.synth.towns import TUESDAY, town

LAW = rule_sets()["decree"]


@pytest.fixture(scope="module")
def made() -> SynthDay:
    return synth_day(town(), TUESDAY, seed=2)


@pytest.mark.parametrize("propensity", [0.0, 0.4, 1.0])
def test_a_plan_made_by_hand_is_lawful(made: SynthDay, propensity: float) -> None:
    """The checker finds every rule kept and every figure right; all trips are served."""
    handmade = share_by_hand(made, propensity, rules=LAW)
    plan = plan_by_hand(made, handmade)
    violations = sharedride.check(plan.day, plan.document)
    # Nobody searched for the reason a trip is alone, so none is given.
    assert [item for item in violations if item.rule is not Rule.ALONE_BECAUSE] == []
    assert plan.document.kpis.served == len(plan.day.trips)
    assert plan.document.kpis.shared == len(handmade.shared)
    assert plan.document.kpis.shared_rate_vsl == pytest.approx(handmade.rate, abs=1e-6)


def test_partners_are_those_a_dispatcher_would_see(made: SynthDay) -> None:
    """Who shares has one company, one place of care and direction, and about the same time."""
    handmade = share_by_hand(made, 1.0, rules=LAW, habits=Habits(same_min=10, near_km=5, most=2))
    plan = plan_by_hand(made, handmade)
    trips = {trip.id: trip for trip in plan.day.trips}
    shared = [entry for entry in plan.document.trips if entry.shared]
    assert shared
    for entry in shared:
        trip, (other,) = trips[entry.id], [trips[name] for name in entry.with_]
        assert trip.operator == other.operator
        assert trip.direction is other.direction
        assert (trip.destination == other.destination) if trip.outbound else (trip.origin == other.origin)
        mine, theirs = ((each.appointment if each.outbound else each.ready) for each in (trip, other))
        assert mine is not None
        assert theirs is not None
        assert abs(mine - theirs) <= 10
        assert not trip.must_ride_alone


def test_who_looks_more_often_shares_more(made: SynthDay) -> None:
    """The rate is nothing at propensity 0, grows with it, and is the most there is at 1."""
    rates = [modelled_rate([(1, made)], propensity, rules=LAW) for propensity in (0.0, 0.2, 0.5, 1.0)]
    assert rates[0] == 0.0
    assert rates == sorted(rates)
    assert rates[-1] > 0.2


def test_the_propensity_is_found(made: SynthDay) -> None:
    """One number brings the modelled rate to the observed one; what cannot be reached is said."""
    days = [(1, made)]
    found = fit_propensity(days, 0.2, rules=LAW)
    assert found.reaches(0.2, 0.02)
    assert modelled_rate(days, found.value, rules=LAW) == found.rate
    out_of_reach = fit_propensity(days, 0.95, rules=LAW)
    assert out_of_reach.value == 1.0
    assert not out_of_reach.reaches(0.95, 0.005)
