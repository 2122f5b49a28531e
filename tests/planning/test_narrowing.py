"""Where too many rides are lawful to be listed, a plan comes out of those the linear program likes."""

import pytest

from benchmarks.generate import Spec, generate
from sharedride.day.model import Day
from sharedride.planning.part import Part
from sharedride.planning.solution import Objective, Status
from tests.planning.days import lawfully


@pytest.mark.parametrize(
    ("name", "cost"),
    [
        ("dense-company-24-3", 596.615),
        ("dense-company-22-2", 641.154),
        ("dense-company-26-2", 536.104),
    ],
)
def test_a_plan_has_rides_that_were_never_listed(
    name: str, cost: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With rides of up to two patients listed, the best plan of all is found, and its cost nearly proven."""
    day = Day.model_validate(generate(Spec.of(name)))
    whole = lawfully(day, Objective.COST, time_limit=60.0)
    assert whole.status is Status.OPTIMAL
    assert whole.value == pytest.approx(cost, abs=1e-3)
    narrowed: list[int] = []
    narrow = Part.narrow

    def counted(part: Part) -> None:
        narrow(part)
        narrowed.append(sum(map(len, part.problem.offers)))

    monkeypatch.setattr(Part, "narrow", counted)
    plan = lawfully(day, Objective.COST, time_limit=20.0, ride_limit=1)
    assert narrowed
    assert plan.value == pytest.approx(cost, abs=1e-3)
    assert plan.bound is not None
    assert 0.99 * cost < plan.bound <= cost + 1e-3
    monkeypatch.setattr(Part, "narrow", lambda part: None)
    assert lawfully(day, Objective.COST, time_limit=5.0, ride_limit=1).value > cost + 1.0
