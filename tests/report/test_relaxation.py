"""The one change that lets a lonely trip share: made, the trip may share; made by less, it may not."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import sharedride
from sharedride.day.model import Day
from sharedride.planning.solution import Solution
from sharedride.report.alone import alone_reasons
from sharedride.report.reading import solution_of
from sharedride.report.relaxation import Relaxation, relaxations
from sharedride.report.relaxed import Gives
from sharedride.rules import Rules, rules_of
from sharedride.travel import travel_table
from tests.reference.random_days import random_day
from tests.report.test_alone import day_of
from tests.report.test_alone import trip as asked

SEEDS = range(6)
LAWFUL = {"NOT_WORTH_IT", "NOT_PROVEN"}


@cache
def planned(seed: int) -> tuple[Day, Rules, Solution]:
    """A random day and a lawful plan of it."""
    day = random_day(np.random.default_rng(100 + seed), 12, 4)
    result = sharedride.plan(day, time_limit=2)
    assert sharedride.check(day, result) == []
    return day, rules_of(day), solution_of(day, result.document)


def changed(day: Day, trip: int, **fields: object) -> Day:
    trips = list(day.trips)
    trips[trip] = trips[trip].model_copy(update=fields)
    return day.model_copy(update={"trips": tuple(trips)})


def looser(rules: Rules, gives: Gives, by: float) -> Rules:
    if gives is Gives.WAIT:
        return replace(rules, wait_min=rules.wait_min + by)
    return replace(
        rules,
        detour_km_per_extra_patient=rules.detour_km_per_extra_patient + by,
        detour_km_cap=rules.detour_km_cap + by,
    )


def code(day: Day, rules: Rules, plan: Solution, trip: int) -> str:
    return alone_reasons(day, travel_table(day), rules, plan)[trip].code


def asking(day: Day, rules: Rules, plan: Solution) -> dict[int, Relaxation]:
    table = travel_table(day)
    alone = [i for i, why in alone_reasons(day, table, rules, plan).items() if why.code not in LAWFUL]
    return relaxations(day, table, rules, plan, alone)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_change_does_what_it_says_and_no_smaller_one_does(seed: int) -> None:
    """On random days, minutes and km are enough and not a unit too many; consent makes the pair lawful."""
    day, rules, plan = planned(seed)
    for trip, found in asking(day, rules, plan).items():
        if found.gives in (Gives.WAIT, Gives.KM):
            unit = 1.0 if found.gives is Gives.WAIT else 0.1
            assert code(day, looser(rules, found.gives, found.amount), plan, trip) in LAWFUL
            less = found.amount - unit - 1e-3
            assert less < 0 or code(day, looser(rules, found.gives, less), plan, trip) not in LAWFUL
        if found.gives is Gives.CONSENT:
            own = day.trips[trip].refuses_sharing
            agreed = changed(day, trip if own else found.partner, refuses_sharing=False)
            assert code(agreed, rules, plan, trip) in LAWFUL
        if found.gives is Gives.OPERATOR:
            (free,) = [i for i in (trip, found.partner) if day.trips[i].id in found.words.split()]
            assert code(changed(day, free, operator=None), rules, plan, trip) in LAWFUL


def test_the_random_days_hold_what_is_tested() -> None:
    """Among them are lonely trips that minutes or km would help."""
    seen: set[Gives] = set()
    for seed in SEEDS:
        seen |= {found.gives for found in asking(*planned(seed)).values()}
    assert seen >= {Gives.WAIT, Gives.KM, Gives.HOURS}


def test_a_refusal_is_what_keeps_two_neighbours_apart() -> None:
    """Of two trips that could share but for one patient's refusal, both name that consent and each other."""
    day = day_of(asked((10, 0)), asked((9, 0), refuses_sharing=True))
    result = sharedride.plan(day, time_limit=5)
    assert sharedride.check(day, result) == []
    plan, rules = solution_of(day, result.document), rules_of(day)
    found = relaxations(day, travel_table(day), rules, plan, [0, 1])
    assert [(found[i].gives, found[i].partner, found[i].words) for i in (0, 1)] == [
        (Gives.CONSENT, 1, "consent of the patient of t2"),
        (Gives.CONSENT, 0, "consent of the patient of t2"),
    ]
    assert found[0].extra_km == pytest.approx(-9.0)
    assert code(changed(day, 1, refuses_sharing=False), rules, plan, 0) in LAWFUL


def test_what_no_dispatcher_may_change_is_not_offered() -> None:
    """A prescription that forbids sharing and patients to be kept apart get no answer."""
    for seed in SEEDS:
        day, rules, plan = planned(seed)
        table = travel_table(day)
        reasons = alone_reasons(day, table, rules, plan)
        forbidden = [i for i, why in reasons.items() if day.trips[i].share_incompatible]
        found = relaxations(day, table, rules, plan, list(reasons))
        assert not set(forbidden) & set(found)
        assert not [i for i, each in found.items() if day.trips[each.partner].share_incompatible]
