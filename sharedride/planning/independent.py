"""Parts of a problem that have nothing to do with each other: other vehicles, other trips, other visits."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import networkx as nx
import numpy as np
import numpy.typing as npt

from sharedride.planning.problem import Duty, Problem, among_own_places, problem_of

IntArray = npt.NDArray[np.int64]


def independent_parts(problem: Problem) -> list[tuple[Problem, list[IntArray]]]:
    """Split a problem where no vehicle, ride or visit joins two parts, the part with most trips first.

    Returns
    -------
    Each part, and per vehicle group the original index of each of its offers. Trips nobody can carry form
    one part of their own.
    """
    graph = nx.Graph()
    graph.add_nodes_from(("trip", int(t)) for t in problem.trips)
    for g, offer in enumerate(problem.offers):
        if problem.counts[g]:
            graph.add_edges_from((("group", g), ("trip", t)) for t in np.unique(offer.trip).tolist())
    pairs = ((int(t), int(problem.partner[t])) for t in problem.trips)
    graph.add_edges_from((("trip", t), ("trip", other)) for t, other in pairs if other >= 0)
    parts: list[tuple[set[int], set[int]]] = []
    alone: set[int] = set()
    for nodes in nx.connected_components(graph):
        trips = {number for kind, number in nodes if kind == "trip"}
        groups = {number for kind, number in nodes if kind == "group"}
        if groups:
            parts.append((trips, groups))
        else:
            alone |= trips
    if alone or not parts:
        parts.append((alone, set()))
    if len(parts) == 1:
        return [(problem, [np.arange(len(offer)) for offer in problem.offers])]
    parts.sort(key=lambda part: (-len(part[0]), sorted(part[0])[:1]))
    return [_cut(problem, sorted(trips), groups) for trips, groups in parts]


def _cut(problem: Problem, trips: Sequence[int], groups: set[int]) -> tuple[Problem, list[IntArray]]:
    counts = [n if g in groups else 0 for g, n in enumerate(problem.counts)]
    part, index = problem_of(
        problem.groups, counts, problem.offers, trips, partner=problem.partner, wait_limit=problem.wait_limit,
        table=problem.table, prices=problem.prices, tie=problem.tie, penalty=problem.penalty,
    )  # fmt: skip
    return among_own_places(part), index


def lifted(duties: Iterable[Duty], index: Sequence[IntArray]) -> list[Duty]:
    """Duties of a part in the terms of the problem it was cut from."""
    return [replace(duty, offers=tuple(int(index[duty.group][o]) for o in duty.offers)) for duty in duties]
