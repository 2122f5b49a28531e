"""The slack of a ride: late by it nothing promised breaks, later something does."""

from dataclasses import replace

import numpy as np
import pytest

import sharedride
from sharedride.checking import check
from sharedride.day.model import Day
from sharedride.planning.solution import Route, Solution
from sharedride.report.reading import solution_of
from sharedride.report.slack import ride_slacks, rides_of
from sharedride.rules import rules_of
from tests.pages.plans import document_of
from tests.reference.random_days import random_day
from tests.report.by_hand import ROUTE, solution, tutorial

PROMISED = {"LATE", "WAIT", "SHIFT_END", "LATEST_DROPOFF", "LOCK_PICKUP", "BREAK"}
SECOND = 1.0 / 60.0


def delayed(route: Route, ride: int, minutes: float) -> Route:
    """The route with one ride late, the delay carried on until standing time has taken it up."""
    first = list(rides_of(route))[ride - 1][0]
    stops = list(route.stops[:first])
    late, shift = 0.0, minutes
    for stop in route.stops[first:]:
        arrival = stop.arrival + late
        start = max(arrival, stop.service_start + shift)
        shift, late = 0.0, start - stop.service_start
        stops.append(replace(stop, arrival=arrival, service_start=start, departure=stop.departure + late))
    return Route(route.vehicle, tuple(stops))


def broken(day: Day, plan: Solution, changed: Route) -> set[str]:
    routes = [changed if route.vehicle == changed.vehicle else route for route in plan.routes]
    return {item.rule.value for item in check(day, document_of(day, routes))} & PROMISED


def test_the_slack_of_the_tutorial_is_worked_out_by_hand() -> None:
    """Appointments bound the ways there; on the way back what the visits have left of their 45 minutes.

    C waited 14 minutes before care and waits 4 after it: 27 are left, and A's ride just before may use no
    more of them than they are. B waited 4 and has 41 left.
    """
    day = tutorial()
    (slacks,) = ride_slacks(day, rules_of(day), solution(ROUTE))
    assert [slack.minutes for slack in slacks] == pytest.approx([0.0, 12.0, 27.0, 27.0, 41.0])
    assert [slack.because for slack in slacks] == [
        "the appointment of a-out",
        "the appointment of c-out",
        "the 45 minutes of c-back",
        "the 45 minutes of c-back",
        "the 45 minutes of b-back",
    ]


@pytest.mark.parametrize("seed", range(4))
def test_late_by_its_slack_nothing_breaks_and_later_something_does(seed: int) -> None:
    """The checker agrees about every ride of a random day's plan: at the slack all is kept, past it not."""
    day = random_day(np.random.default_rng(seed), 8, 3)
    result = sharedride.plan(day, time_limit=3)
    assert sharedride.check(day, result) == []
    plan = solution_of(day, result.document)
    for route, slacks in zip(plan.routes, ride_slacks(day, rules_of(day), plan), strict=True):
        for slack in slacks:
            assert broken(day, plan, delayed(route, slack.ride, slack.minutes)) == set(), slack
            if slack.because:
                past = delayed(route, slack.ride, slack.minutes + 5 * SECOND)
                assert broken(day, plan, past) or "break" in slack.because, slack
