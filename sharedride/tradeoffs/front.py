"""Two figures to be kept low at once: which points nobody beats in both, and what is proven below them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Line:
    """A proven limit: every plan has ``x_weight * x + y_weight * y >= at_least``, no weight below 0."""

    x_weight: float
    y_weight: float
    at_least: float

    def y_at(self, x: float) -> float | None:
        """Least ``y`` the line leaves a plan whose ``x`` is no higher; ``None`` where it says nothing."""
        return (self.at_least - self.x_weight * x) / self.y_weight if self.y_weight > 0 else None


def undominated(points: Sequence[tuple[float, float]], tolerance: float = TOLERANCE) -> list[int]:
    """Indices of the points no other is as good as in both figures, by rising ``x``; one of equals.

    Parameters
    ----------
    tolerance
        Difference below which two figures count as the same.
    """
    kept: list[int] = []
    for index in sorted(range(len(points)), key=lambda i: (points[i], i)):
        while kept and abs(points[kept[-1]][0] - points[index][0]) <= tolerance:
            if points[index][1] >= points[kept[-1]][1] - tolerance:
                break
            kept.pop()
        if not kept or points[index][1] < points[kept[-1]][1] - tolerance:
            kept.append(index)
    return kept


def least_y(lines: Sequence[Line], x: float) -> float | None:
    """Least ``y`` of any plan whose ``x`` is no higher than given; ``None`` where nothing is proven."""
    found = [y for line in lines if (y := line.y_at(x)) is not None]
    return max(found, default=None)


def least_x(lines: Sequence[Line]) -> float | None:
    """Least ``x`` of any plan; ``None`` where nothing is proven."""
    return max((line.at_least / line.x_weight for line in lines if line.y_weight == 0), default=None)


def envelope(lines: Sequence[Line], low: float, high: float) -> list[tuple[float, float]]:
    """Corners of the proven limit between two ``x``, left to right: below it there is no plan."""
    slanted = [line for line in lines if line.y_weight > 0]
    if not slanted or low > high:
        return []
    corners = {low, high}
    for one, other in combinations(slanted, 2):
        turn = one.x_weight * other.y_weight - other.x_weight * one.y_weight
        if abs(turn) > TOLERANCE:
            x = (one.at_least * other.y_weight - other.at_least * one.y_weight) / turn
            if low < x < high:
                corners.add(x)
    return [(x, y) for x in sorted(corners) if (y := least_y(slanted, x)) is not None]
