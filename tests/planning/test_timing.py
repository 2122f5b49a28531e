"""When rides start, worked out by hand: a km takes a minute, stops no time, and a visit's wait is 45 min."""

from typing import Any

import pytest

from sharedride.day.model import Day
from sharedride.planning.timing import TimedDuties, time_duties
from tests.planning.days import whole_problem
from tests.test_reference import back, line, outbound, small_day

ROAD = line(0, 20)


def timed(day: Day, *duties: tuple[int, list[int]], kind: bool = False) -> TimedDuties:
    """Time duties given as a vehicle and the trips it carries one after the other, each alone."""
    problem = whole_problem(day)
    group = {vehicle: g for g, one in enumerate(problem.groups) for vehicle in one.vehicles}
    chosen = []
    for vehicle, trips in duties:
        offers = problem.offers[group[vehicle]]
        alone = {int(offers.members(o)[0]): o for o in range(len(offers)) if len(offers.members(o)) == 1}
        chosen.append((group[vehicle], [alone[trip] for trip in trips]))
    return time_duties(
        chosen, problem.groups, problem.offers, problem.table, problem.partner, problem.wait_limit, kind=kind
    )


def visit(pickup: str, fetched: str, **more: Any) -> list[dict[str, Any]]:
    """Return a visit from 09:00 to 09:30, a drive of 20 min away, with both pick-ups locked."""
    return [
        outbound(0, 1, "09:00", visit="s", patient="p", lock={"pickup": pickup}, **more),
        back(1, 0, "09:30", visit="s", patient="p", lock={"pickup": fetched}, **more),
    ]


def test_waits_that_sum_to_the_limit_can_be_timed_in_two_vehicles() -> None:
    """25 min of wait before care in one vehicle and 20 after it in another are lawful."""
    day = small_day(ROAD, visit("08:15", "09:50"), vehicles=[{}, {"shift": ["05:00", "22:00"]}])
    assert timed(day, (0, [0]), (1, [1])).starts == [[495.0], [590.0]]


def test_waits_beyond_the_limit_are_a_conflict_of_both_vehicles() -> None:
    """With 26 min before care and 20 after it, each duty can be driven and the two cannot together."""
    day = small_day(ROAD, visit("08:14", "09:50"), vehicles=[{}, {"shift": ["05:00", "22:00"]}])
    assert timed(day, (0, [0])).starts == [[494.0]]
    assert timed(day, (1, [1])).starts == [[590.0]]
    both = timed(day, (0, [0]), (1, [1]))
    assert both.starts is None
    assert both.conflict == ((0, 0, 0), (1, 0, 0))
    assert both.proven


def test_a_conflict_names_only_the_rides_it_runs_through() -> None:
    """A first ride that has nothing to do with the conflict of the two after it is not in it."""
    trips = [
        outbound(0, 1, "06:00"),
        outbound(0, 1, "09:00", lock={"pickup": "08:30"}),
        outbound(0, 1, "09:10", lock={"pickup": "08:45"}),
    ]
    result = timed(small_day(ROAD, trips), (0, [0, 1, 2]))
    assert result.starts is None
    assert result.conflict == ((0, 1, 2),)


@pytest.mark.parametrize(
    ("window", "minutes", "second"),
    [
        # Empty at home again from 09:20; the second patient boards from 10:00 to 10:15.
        (("09:00", "10:05"), 45.0, 605.0),
        (("09:00", "10:04"), 45.0, None),
        (("09:25", "10:15"), 50.0, 615.0),
        (("09:25", "10:16"), 51.0, None),
        # The vehicle may stand at home from 07:00 until the first patient boards at 08:40.
        (("07:40", "08:45"), 60.0, 600.0),
        (("07:41", "08:45"), 60.0, None),
        # No break is owed to a route begun after the window, or back at 10:40 before it.
        (("07:00", "08:40"), 110.0, 600.0),
        (("07:00", "08:41"), 110.0, None),
        (("10:40", "11:30"), 30.0, 600.0),
        (("10:39", "11:30"), 30.0, None),
    ],
)
def test_a_break_is_placed_where_it_fits(
    window: tuple[str, str], minutes: float, second: float | None
) -> None:
    """The break stands before a ride, or falls away; where no place is left the duty cannot be driven."""
    trips = [
        outbound(0, 1, "09:00", lock={"pickup": "08:40"}),
        outbound(0, 1, "10:45", earliest_pickup="10:00", latest_dropoff="10:35"),
    ]
    vehicles = [{"shift": ["07:00", "23:00"], "break": {"window": list(window), "minutes": minutes}}]
    result = timed(small_day(ROAD, trips, vehicles=vehicles), (0, [0, 1]))
    assert result.proven
    if second is None:
        assert result.starts is None
        assert result.conflict == ((0, 0, 1),)
    else:
        assert result.starts == [[520.0, second]]


def test_kind_timing_lets_nobody_wait_for_nothing() -> None:
    """Of all lawful timings the kind one brings the patient at the appointment and fetches when ready."""
    trips = [
        outbound(0, 1, "09:00", visit="s", patient="p"),
        back(1, 0, "09:30", visit="s", patient="p"),
    ]
    day = small_day(ROAD, trips)
    assert timed(day, (0, [0, 1]), kind=True).starts == [pytest.approx([520.0, 570.0])]
