"""Wishes: what they cost, or the rule and the figure that forbid them."""

from pathlib import Path

import pytest

import sharedride
from sharedride.document import PlanDocument
from sharedride.errors import InputError

TUTORIAL = Path(__file__).parents[2] / "scenarios" / "tutorial.json"


@pytest.fixture(scope="module")
def plan() -> PlanDocument:
    """The plan of the tutorial."""
    return sharedride.plan(TUTORIAL, time_limit=20.0).document


def test_riding_alone_costs_what_sharing_saved(plan: PlanDocument, tmp_path: Path) -> None:
    """The tutorial's two who share 33 km drive 55 by turns: 17.60 euros more; the plan is lawful."""
    shared = next(trip for trip in plan.trips if trip.shared)
    answer = sharedride.whatif(TUTORIAL, plan, [f"{shared.id}:alone"])
    assert answer.possible
    assert answer.after is not None
    assert answer.after.cost - answer.before.cost == pytest.approx(17.60, abs=0.005)
    assert answer.after.shared == 0
    answer.write(tmp_path / "plan.json", tmp_path / "day.json")
    assert sharedride.check(tmp_path / "day.json", tmp_path / "plan.json") == []


def test_a_forbidden_pair_names_the_rule_and_the_figure(plan: PlanDocument) -> None:
    """The two returns, ready an hour and a half apart, would wait twice what the law allows."""
    day = sharedride.read_day(TUTORIAL)
    back = [trip for trip in day.trips if not trip.outbound and not trip.share_incompatible]
    answer = sharedride.whatif(TUTORIAL, plan, [f"{back[0].id}:with={back[1].id}"])
    assert not answer.possible
    assert "45" in " ".join(answer.reasons)


def test_a_prescription_against_sharing_is_named(plan: PlanDocument) -> None:
    """Consent is no matter of minutes: the answer names the flag."""
    day = sharedride.read_day(TUTORIAL)
    never = next(trip for trip in day.trips if trip.share_incompatible)
    other = next(trip for trip in day.trips if trip.patient != never.patient)
    answer = sharedride.whatif(TUTORIAL, plan, [f"{other.id}:with={never.id}"])
    assert not answer.possible
    assert "share_incompatible" in " ".join(answer.reasons)


def test_wishes_that_are_none_are_refused_together(plan: PlanDocument) -> None:
    """Unknown trips, wishes and hours are told all at once."""
    with pytest.raises(InputError) as raised:
        sharedride.whatif(TUTORIAL, plan, ["nobody:alone", "zz", "nobody:pickup=9h"])
    assert len(raised.value.problems) >= 4


def test_a_search_cut_by_the_clock_says_so(plan: PlanDocument) -> None:
    """The answer carries a note where time ended the search, and none where its rounds did."""
    shared = next(trip for trip in plan.trips if trip.shared)
    cut = sharedride.whatif(TUTORIAL, plan, [f"{shared.id}:alone"], time_limit=1e-6)
    assert any("the clock ended the search" in note for note in cut.notes)
    assert cut.as_dict()["notes"] == list(cut.notes)
    assert sharedride.whatif(TUTORIAL, plan, [f"{shared.id}:alone"], time_limit=60.0).notes == ()
