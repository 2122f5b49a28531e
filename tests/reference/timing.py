"""Difference constraints: systems of ``x[v] - x[u] <= w``, solved by all shortest paths."""

from collections.abc import Iterable

EPS = 1e-7
"""Minutes or km by which a limit may be missed for floating point's sake."""

ORIGIN = 0
"""The node of time zero: ``(ORIGIN, v, w)`` reads ``x[v] <= w`` and ``(v, ORIGIN, -w)`` ``x[v] >= w``."""

Edge = tuple[int, int, float]
Closure = list[list[float]]


def closure(size: int, edges: Iterable[Edge]) -> Closure | None:
    """Tightest implied bounds ``x[v] - x[u] <= c[u][v]`` (Floyd-Warshall), ``None`` when infeasible."""
    infinity = float("inf")
    c = [[infinity] * size for _ in range(size)]
    nodes = range(size)
    for u in nodes:
        c[u][u] = 0.0
    for u, v, w in edges:
        c[u][v] = min(c[u][v], w)
    for k in nodes:
        through = c[k]
        for row in c:
            head = row[k]
            if head < infinity:
                for v in nodes:
                    if head + through[v] < row[v]:
                        row[v] = head + through[v]
    return None if any(c[u][u] < -EPS for u in nodes) else c


def earliest(bounds: Closure) -> list[float]:
    """Return the smallest solution of the system whose closure is given."""
    return [-row[ORIGIN] for row in bounds]
