"""The same day under two policies: what a difference between policies is computed from."""

from __future__ import annotations

from math import fsum, sqrt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Row = dict[str, Any]


def pairs(plans: Iterable[Row], base: str, policy: str) -> list[tuple[Row, Row]]:
    """Return the plans of a policy, each after the base policy's of the same day and objective.

    Days on which one of the two serves fewer trips are left out: a trip not driven costs nothing.
    """
    rows = list(plans)
    first = {_day(row): row for row in rows if row["policy"] == base}
    return [
        (first[_day(row)], row)
        for row in rows
        if row["policy"] == policy and _day(row) in first and first[_day(row)]["served"] == row["served"]
    ]


def mean_and_spread(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean and the standard deviation; the latter is 0 of a single value."""
    mean = fsum(values) / len(values)
    if len(values) == 1:
        return mean, 0.0
    return mean, sqrt(fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def _day(row: Row) -> tuple[Any, ...]:
    return row["day"], row["objective"], row["varied"]
