import pytest

from sharedride.study import Policy
from sharedride.study.monotone import monotonicity

POLICIES = [Policy(name="tight"), Policy(name="loose", contains=("tight",))]


def row(policy: str, value: float, bound: float | None, served: int = 9, objective: str = "cost") -> dict:
    return {
        "day": "d",
        "objective": objective,
        "policy": policy,
        "value": value,
        "bound": bound,
        "served": served,
        "served_bound": None if bound is None else served,
    }


@pytest.mark.parametrize(
    ("loose", "counts"),
    [
        (row("loose", 95.0, 95.0), (0, 0, 0)),
        (row("loose", 104.0, 99.0), (0, 1, 0)),
        (row("loose", 104.0, 101.0), (0, 0, 1)),
        (row("loose", 104.0, None), (1, 1, 0)),
        (row("loose", 90.0, 90.0, served=8), (0, 0, 1)),
    ],
)
def test_a_proven_bound_worse_than_a_plan_is_a_breach(loose: dict, counts: tuple[int, int, int]) -> None:
    """Unproven, within the gap, or a contradiction: told apart by bound and value."""
    found = monotonicity([row("tight", 100.0, 100.0), loose], POLICIES)
    assert (found.unproven, found.within_gap, len(found.breaches)) == counts


def test_the_most_margin_is_the_best() -> None:
    """Where most is best, a looser bound below a tighter plan is the breach."""
    tight = row("tight", 100.0, 100.0, objective="margin")
    assert monotonicity([tight, row("loose", 99.0, 99.5, objective="margin")], POLICIES).breaches
    assert not monotonicity([tight, row("loose", 99.0, 101.0, objective="margin")], POLICIES).breaches
