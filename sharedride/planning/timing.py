"""When each ride of a set of duties starts: difference constraints, over all vehicles at once.

Nobody idles aboard, so a ride has one unknown, its start. Succession, windows, breaks and the wait summed
over a visit (the out ride's start against the return ride's) are all of the form ``s_j - s_i >= w``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, product

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

from sharedride.planning.fleet import VehicleGroup
from sharedride.planning.offers import Offers
from sharedride.travel import TravelTable

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

EPS = 1e-6
MOST_BREAK_CHOICES = 256
"""Combinations of break positions tried before a set of duties counts as impossible to time."""

Edge = tuple[int, int, float]


@dataclass(frozen=True)
class TimedDuties:
    """Outcome of timing a set of duties.

    Attributes
    ----------
    starts
        Start of each ride per duty, minutes from midnight, or ``None`` where no timing exists.
    conflict
        Stretches of duties that cannot go together, where none exists: duty, first and last position.
    proven
        Whether ``conflict`` is certain: not when some break positions were left untried.
    """

    starts: list[list[float]] | None
    conflict: tuple[tuple[int, int, int], ...] = ()
    proven: bool = True


@njit(cache=True, nogil=True)
def _longest(nodes, tail, head, weight):  # type: ignore[no-untyped-def]
    """Earliest times from node 0, or the nodes of a cycle that makes the constraints impossible."""
    time = np.full(nodes, -1e18)
    time[0] = 0.0
    via = np.full(nodes, -1, np.int64)
    for _ in range(nodes + 1):
        changed = -1
        for e in range(tail.shape[0]):
            if time[tail[e]] > -1e17 and time[tail[e]] + weight[e] > time[head[e]] + 1e-7:
                time[head[e]] = time[tail[e]] + weight[e]
                via[head[e]] = tail[e]
                changed = head[e]
        if changed < 0:
            return time, np.empty(0, np.int64)
        if time[0] > EPS:
            break
    x = 0 if time[0] > EPS else changed
    for _ in range(nodes):
        if via[x] >= 0:
            x = via[x]
    cycle = [x]
    y = via[x]
    while y >= 0 and y != x and len(cycle) <= nodes:
        cycle.append(y)
        y = via[y]
    return time, np.array(cycle)


def time_duties(
    duties: Sequence[tuple[int, Sequence[int]]],
    groups: Sequence[VehicleGroup],
    offers: Sequence[Offers],
    table: TravelTable,
    partner: IntArray,
    wait_limit: float,
    *,
    kind: bool = False,
) -> TimedDuties:
    """Find starts that keep every timing rule of a set of duties.

    Parameters
    ----------
    duties
        Group and sequence of offers of each.
    partner
        The other trip of each trip's visit, or -1, shape ``(trips,)``.
    kind
        Whether to choose, among lawful timings, one with the least waiting at the places of care.
    """
    node: list[list[int]] = []
    count = 1
    for _, sequence in duties:
        node.append(list(range(count, count + len(sequence))))
        count += len(sequence)
    edges: list[Edge] = []
    wait_node: dict[int, tuple[int, float, float]] = {}
    slope = np.zeros(count)
    owner = np.zeros(count, np.int64)
    choices: list[list[list[Edge]]] = []
    for d, (g, sequence) in enumerate(duties):
        offer, group = offers[g], groups[g]
        for k, o in enumerate(sequence):
            x = node[d][k]
            owner[x] = d
            edges += [(0, x, float(offer.lo[o])), (x, 0, -float(offer.hi[o]))]
            if k:
                edges.append((x - 1, x, _gap(offer, table, sequence[k - 1], o)))
            for m in range(offer.ptr[o], offer.ptr[o + 1]):
                wait_node[int(offer.trip[m])] = (x, float(offer.wait_at[m]), float(offer.wait_sign[m]))
                slope[x] += offer.wait_sign[m]
        choices.append(_break_choices(group, offer, table, sequence, node[d]))
    for trip, (x, at, sign) in wait_node.items():
        other = int(partner[trip])
        if sign < 0 and other in wait_node:
            y, other_at, _ = wait_node[other]
            edges.append((y, x, at + other_at - wait_limit))
    for d, part in enumerate(choices):
        if not part:
            return TimedDuties(None, ((d, 0, len(node[d]) - 1),))
    conflict: tuple[tuple[int, int, int], ...] = ()
    tried = 0
    for option in islice(product(*choices), MOST_BREAK_CHOICES):
        tried += 1
        chosen = edges + [edge for part in option for edge in part]
        times, cycle = _solve(count, chosen)
        if not len(cycle):
            if kind and len(chosen):
                times = _kind(times, slope, np.array(chosen).reshape(-1, 3))
            return TimedDuties([[float(times[x]) for x in nodes] for nodes in node])
        conflict = _stretches([int(x) for x in cycle if x > 0], owner, node)
    total = 1
    for part in choices:
        total *= len(part)
    if total > 1:
        conflict = tuple((d, 0, len(nodes) - 1) for d, nodes in enumerate(node) if nodes)
    return TimedDuties(None, conflict, proven=tried >= total)


def _stretches(cycle: list[int], owner: IntArray, node: list[list[int]]) -> tuple[tuple[int, int, int], ...]:
    """The part of each duty a cycle runs through; the whole duty is a safe answer too, this one says more."""
    spans: dict[int, list[int]] = {}
    for x in cycle:
        d = int(owner[x])
        spans.setdefault(d, []).append(x - node[d][0])
    return tuple((d, min(at), max(at)) for d, at in sorted(spans.items()))


def _gap(offer: Offers, table: TravelTable, before: int, after: int) -> float:
    return float(offer.duration[before] + table.minutes[offer.last[before], offer.first[after]])


def _break_choices(
    group: VehicleGroup, offer: Offers, table: TravelTable, sequence: Sequence[int], nodes: list[int]
) -> list[list[Edge]]:
    """Ways to keep the driver's break, each as further constraints."""
    if group.break_ is None or not sequence:
        return [[]]
    begin, finish = group.break_.window
    rest = group.break_.minutes
    last = sequence[-1]
    home = float(offer.duration[last] + table.minutes[offer.last[last], group.end])
    away = float(table.minutes[group.start, offer.first[sequence[0]]])
    ways: list[list[Edge]] = [[(nodes[-1], 0, home - begin)], [(0, nodes[0], finish + away)]]
    for k, o in enumerate(sequence):
        way: list[Edge] = [(0, nodes[k], begin + rest)]
        if k == 0:
            if group.shift[0] + away + rest > finish + EPS:
                continue
            way.append((0, nodes[0], group.shift[0] + away + rest))
        else:
            drive = _gap(offer, table, sequence[k - 1], o)
            way += [(nodes[k - 1], nodes[k], drive + rest), (nodes[k - 1], 0, drive + rest - finish)]
        ways.append(way)
    windows: list[Edge] = []
    for k, (x, o) in enumerate(zip(nodes, sequence, strict=True)):
        windows += [(0, x, float(offer.lo[o])), (x, 0, -float(offer.hi[o]))]
        if k:
            windows.append((x - 1, x, _gap(offer, table, sequence[k - 1], o)))
    return [way for way in ways if not len(_solve(nodes[-1] + 1, windows + way)[1])]


def _solve(count: int, edges: list[Edge]) -> tuple[FloatArray, IntArray]:
    array = np.array(edges, dtype=np.float64).reshape(-1, 3)
    times, cycle = _longest(count, array[:, 0].astype(np.int64), array[:, 1].astype(np.int64), array[:, 2])
    return times, cycle


def _kind(times: FloatArray, slope: FloatArray, edges: FloatArray) -> FloatArray:
    """Among lawful timings the one with the least waiting at the places of care."""
    size = len(times)
    rows = np.arange(len(edges))
    tail, head = edges[:, 0].astype(np.int64), edges[:, 1].astype(np.int64)
    matrix = coo_matrix(
        (
            np.concatenate((np.ones(len(rows)), -np.ones(len(rows)))),
            (np.concatenate((rows, rows)), np.concatenate((tail, head))),
        ),
        shape=(len(rows), size),
    ).tocsr()
    bounds = [(0.0, 0.0)] + [(None, None)] * (size - 1)
    # The feasibility test may leave a constraint short by a hair; ask no more than it reached.
    reached = np.minimum(edges[:, 2], times[head] - times[tail])
    result = linprog(slope, A_ub=matrix, b_ub=-reached, bounds=bounds, method="highs")
    return np.asarray(result.x, dtype=np.float64) if result.status == 0 else times
