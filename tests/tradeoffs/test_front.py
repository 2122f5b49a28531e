from hypothesis import given
from hypothesis import strategies as st

from sharedride.tradeoffs.front import Line, envelope, least_x, least_y, undominated

COORDINATES = st.tuples(st.integers(-20, 20).map(float), st.integers(-20, 20).map(float))


def beats(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one != other and one[0] <= other[0] and one[1] <= other[1]


@given(st.lists(COORDINATES, min_size=1))
def test_what_is_kept_is_what_nobody_beats(points: list[tuple[float, float]]) -> None:
    """Kept are, once each and by rising x, exactly the points no other is as good as in both figures."""
    kept = [points[i] for i in undominated(points)]
    assert kept == sorted({p for p in points if not any(beats(q, p) for q in points)})


@given(
    st.lists(COORDINATES, min_size=1), st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5)), min_size=1)
)
def test_supporting_lines_leave_every_plan_above_the_envelope(
    points: list[tuple[float, float]], weights: list[tuple[int, int]]
) -> None:
    """Limits that hold for all points hold at every place of the envelope, corners included."""
    lines = [Line(a, b, min(a * x + b * y for x, y in points)) for a, b in weights]
    for x, y in points:
        limit = least_y(lines, x)
        assert limit is not None
        assert y >= limit - 1e-9
    corners = envelope(lines, -20.0, 20.0)
    assert [x for x, _ in corners] == sorted(x for x, _ in corners)
    assert all(b * y + a * x >= c - 1e-6 for x, y in corners for a, b, c in map(_parts, lines))


def test_a_limit_on_x_alone_says_nothing_of_y() -> None:
    """A vertical limit bounds x, and no y."""
    vertical = Line(2.0, 0.0, 10.0)
    assert least_x([vertical]) == 5.0
    assert least_y([vertical], 7.0) is None
    assert least_x([Line(1.0, 1.0, 3.0)]) is None


def _parts(line: Line) -> tuple[float, float, float]:
    return line.x_weight, line.y_weight, line.at_least
