"""A first plan as a dispatcher makes it: every trip alone, in time order, where it costs least."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sharedride.planning.incumbent import Incumbent, incumbent_of
from sharedride.planning.problem import Duty, Problem

EPS = 1e-6
TRIES = 12
"""Places tried for a trip, cheapest first, before it is left to the search."""


@dataclass
class _Route:
    """A duty being built; earliest and latest starts ignore breaks and visits, which are checked after."""

    group: int
    offers: list[int] = field(default_factory=list)
    early: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)


def insertion(
    problem: Problem, stop: Callable[[], bool], until: float, plan: Incumbent | None = None
) -> Incumbent:
    """Insert the trips a plan leaves out, one by one, alone, by time; those that fit nowhere stay out."""
    alone: dict[int, list[tuple[int, int]]] = {}
    for g, offer in enumerate(problem.offers):
        for single in np.flatnonzero(np.diff(offer.ptr) == 1):
            alone.setdefault(int(offer.trip[offer.ptr[single]]), []).append((g, int(single)))
    best = plan if plan is not None else incumbent_of(problem, [])
    assert best is not None
    missing = set(best.unserved)
    order = sorted(
        alone.keys() & missing, key=lambda t: (min(problem.offers[g].lo[o] for g, o in alone[t]), t)
    )
    routes = [_timed(problem, duty.group, list(duty.offers)) for duty in best.duties]
    for trip in order:
        if stop() or time.perf_counter() > until:
            break
        used = np.bincount([r.group for r in routes], minlength=len(problem.counts))
        found: list[tuple[float, int, int, int, int]] = []
        for g, o in alone[trip]:
            for r, route in enumerate(routes):
                if route.group == g:
                    found += [(delta, r, k, g, o) for delta, k in _places(problem, route, o)]
            if used[g] < problem.counts[g]:
                found += [(delta, -1, k, g, o) for delta, k in _places(problem, _Route(g), o)]
        found.sort()
        for _, r, k, g, o in found[:TRIES]:
            trial = [list(route.offers) for route in routes]
            groups = [route.group for route in routes]
            if r < 0:
                trial.append([o])
                groups.append(g)
            else:
                trial[r].insert(k, o)
            plan = incumbent_of(problem, _duties(problem, groups, trial))
            if plan is not None:
                best = plan
                changed = r if r >= 0 else len(routes)
                if r < 0:
                    routes.append(_Route(g))
                routes[changed] = _timed(problem, g, trial[changed])
                break
    return best


def _duties(problem: Problem, groups: list[int], offers: list[list[int]]) -> list[Duty]:
    return [problem.duty(g, sequence, ()) for g, sequence in zip(groups, offers, strict=True)]


def _timed(problem: Problem, group: int, offers: list[int]) -> _Route:
    offer, minutes = problem.offers[group], problem.table.minutes
    size = len(offers)
    early, late = [0.0] * size, [0.0] * size
    for k, o in enumerate(offers):
        early[k] = float(offer.lo[o])
        if k:
            b = offers[k - 1]
            gap = float(offer.duration[b] + minutes[offer.last[b], offer.first[o]])
            early[k] = max(early[k], early[k - 1] + gap)
    for k in range(size - 1, -1, -1):
        o = offers[k]
        late[k] = float(offer.hi[o])
        if k + 1 < size:
            gap = float(offer.duration[o] + minutes[offer.last[o], offer.first[offers[k + 1]]])
            late[k] = min(late[k], late[k + 1] - gap)
    return _Route(group, offers, early, late)


def _places(problem: Problem, route: _Route, o: int) -> list[tuple[float, int]]:
    """Cost and position of every place in a route where an offer fits in time."""
    offer, where, minutes = problem.offers[route.group], problem.groups[route.group], problem.table.minutes
    prices = problem.prices
    dead = prices.primary_dead + problem.tie * prices.secondary_dead
    fixed = prices.primary_vehicle + problem.tie * prices.secondary_vehicle
    own = float(offer.primary[o] + problem.tie * offer.secondary[o])
    first, last = int(offer.first[o]), int(offer.last[o])
    size = len(route.offers)
    found = []
    for k in range(size + 1):
        before = where.start if k == 0 else int(offer.last[route.offers[k - 1]])
        after = where.end if k == size else int(offer.first[route.offers[k]])
        start = float(offer.lo[o])
        if k:
            previous = route.offers[k - 1]
            start = max(start, route.early[k - 1] + float(offer.duration[previous] + minutes[before, first]))
        if start > offer.hi[o] + EPS:
            break
        if k < size and start + offer.duration[o] + minutes[last, after] > route.late[k] + EPS:
            continue
        delta = own + float(dead[before, first] + dead[last, after])
        delta += fixed if size == 0 else -float(dead[before, after])
        found.append((delta, k))
    return found
