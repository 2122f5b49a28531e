"""When the driver's break is taken."""

import pytest

from sharedride.day.model import Break, Day
from sharedride.report.rest import Rest, rest_of
from tests.report.by_hand import ROUTE, tutorial


def resting(opens: float, closes: float, minutes: float) -> Day:
    """The tutorial with a break for its first car, which stands 9:40–10:04, 10:18–11:00 and 11:58–12:30."""
    day = tutorial()
    pause = Break.model_construct(window=(opens, closes), minutes=minutes)
    cars = (day.vehicles[0].model_copy(update={"break_": pause}), *day.vehicles[1:])
    return day.model_copy(update={"vehicles": cars})


@pytest.mark.parametrize(
    ("opens", "closes", "minutes", "expected"),
    [
        # 42 minutes from 10:18 are the longest, and leave 12.
        (540, 780, 30, Rest(stop=6, start=618, end=648, spare=12)),
        # The window cuts them to 20, so 32 from 11:58 are.
        (640, 780, 20, Rest(stop=10, start=718, end=738, spare=12)),
        # Exactly as long as the standing.
        (618, 660, 42, Rest(stop=6, start=618, end=660, spare=0)),
        # Longer than any; and due at no time of the route.
        (540, 780, 43, None),
        (780, 840, 10, None),
        (400, 529, 10, None),
    ],
)
def test_the_break_is_taken_where_the_car_stands_longest(
    opens: float, closes: float, minutes: float, expected: Rest | None
) -> None:
    """Inside its window, empty and in one piece, as soon as the car stands; nowhere if nothing holds it."""
    assert rest_of(resting(opens, closes, minutes), ROUTE) == expected
