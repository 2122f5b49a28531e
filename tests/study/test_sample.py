from collections import Counter
from datetime import date

import pytest

from sharedride.day.model import Day
from sharedride.study.sample import some_companies
from sharedride.synth import synth_day
from tests.study.studies import planned
from tests.synth.towns import town

DAY = Day.model_validate(synth_day(town(), date(2026, 3, 17), trips=60).content)


@pytest.mark.parametrize("neighbours", [False, True])
def test_a_larger_draw_contains_the_smaller_one(neighbours: bool) -> None:
    """Companies come whole, with all their trips and cars; one more asked for adds one."""
    before: set[str] = set()
    for companies in (1, 2, 3):
        day = some_companies(DAY, companies, "salt", neighbours=neighbours)
        kept = {operator.id for operator in day.operators}
        assert len(kept) == companies
        assert before < kept
        assert [trip for trip in DAY.trips if trip.operator in kept] == list(day.trips)
        assert [car for car in DAY.vehicles if car.operator in kept] == list(day.vehicles)
        before = kept
    assert some_companies(DAY, 1000, "salt", neighbours=neighbours) == DAY


def test_a_drawn_company_is_planned_as_in_the_whole_day() -> None:
    """Companies planned one by one cost together what they cost side by side: a draw is a fair sample."""
    sizes = Counter(trip.operator or "" for trip in DAY.trips)
    names = sorted((name for name in sizes if sizes[name] > 1), key=lambda name: (sizes[name], name))[:2]
    both, *alone = (planned(_only(*chosen), time_limit=60) for chosen in (names, names[:1], names[1:]))
    assert {result.document.solver.status for result in (both, *alone)} == {"optimal"}
    values = [result.document.solver.value or 0.0 for result in (both, *alone)]
    assert values[0] == pytest.approx(sum(values[1:]), rel=3e-4)


def _only(*names: str) -> Day:
    return DAY.model_copy(
        update={
            "operators": tuple(each for each in DAY.operators if each.id in names),
            "trips": tuple(trip for trip in DAY.trips if trip.operator in names),
            "vehicles": tuple(car for car in DAY.vehicles if car.operator in names),
        }
    )
