"""Lines with as few corners as the eye can do with."""

from collections.abc import Sequence

Point = tuple[float, float]


def simplified(line: Sequence[Point], tolerance: float) -> list[Point]:
    """Return the corners without which the line would be off by more than ``tolerance``.

    Both ends stay. A line of one point, repeated or not, comes back as its ends.

    References
    ----------
    Douglas and Peucker (1973), https://doi.org/10.3138/FM57-6770-U75U-7727.
    """
    kept = {0, len(line) - 1}
    open_ = [(0, len(line) - 1)]
    while open_:
        first, last = open_.pop()
        worst, at = tolerance, 0
        for number in range(first + 1, last):
            away = _distance(line[number], line[first], line[last])
            if away > worst:
                worst, at = away, number
        if at:
            kept.add(at)
            open_ += [(first, at), (at, last)]
    return [line[number] for number in sorted(kept)]


def _distance(point: Point, start: Point, end: Point) -> float:
    """Distance from a point to a stretch: a way that turns back is farther than its own straight line."""
    along = (end[0] - start[0], end[1] - start[1])
    to = (point[0] - start[0], point[1] - start[1])
    length = along[0] ** 2 + along[1] ** 2
    share = min(max((to[0] * along[0] + to[1] * along[1]) / length, 0.0), 1.0) if length else 0.0
    return float(((to[0] - share * along[0]) ** 2 + (to[1] - share * along[1]) ** 2) ** 0.5)
