"""Plans as a dispatcher makes them: every trip where it costs least, alone or with a ride already planned.

It gives a first plan in a blink, and completes plans that leave trips out.
"""

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sharedride.planning.incumbent import Incumbent, incumbent_of
from sharedride.planning.problem import Problem
from sharedride.planning.trip_words import TripWords

IntArray = npt.NDArray[np.int64]

EPS = 1e-6

TRIES = 6
"""Places tried for a trip, cheapest first, before it is left out."""

MOST_TOGETHER = 4
"""Patients of a ride a trip may be added to, itself included."""


@dataclass
class _Route:
    """A duty being built; earliest and latest starts ignore breaks and visits, which are checked after."""

    group: int
    offers: list[int] = field(default_factory=list)
    early: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)


@dataclass(frozen=True, order=True)
class _Place:
    """Where a trip can go: after ``position`` rides of a route, or instead of the ride there."""

    delta: float
    route: int
    position: int
    group: int
    offer: int
    instead: bool


class Inserter:
    """Inserts trips into plans of one problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.alone: dict[int, list[tuple[int, int]]] = {}
        # Offers of a group by a word for their trips, ascending: a table of sets would take seconds to build.
        self.words = TripWords(len(problem.partner))
        self.by_word: list[tuple[IntArray, IntArray]] = []
        for g, offer in enumerate(problem.offers):
            sizes = np.diff(offer.ptr)
            for o in np.flatnonzero(sizes == 1).tolist():
                self.alone.setdefault(int(offer.trip[offer.ptr[o]]), []).append((g, o))
            some = np.flatnonzero((sizes > 1) & (sizes <= MOST_TOGETHER))
            word = self.words.each(offer.ptr, offer.trip)[some]
            order = np.argsort(word, kind="stable")
            self.by_word.append((word[order], some[order]))
        prices = problem.prices
        self.dead = prices.primary_dead + problem.tie * prices.secondary_dead
        self.fixed = prices.primary_vehicle + problem.tie * prices.secondary_vehicle
        self.own = [offer.primary + problem.tie * offer.secondary for offer in problem.offers]

    def together(self, group: int, trips: Collection[int]) -> list[int]:
        """Offers of a group that carry just these trips."""
        word, offers = self.by_word[group]
        mine = self.words.of(trips)
        found: list[int] = offers[np.searchsorted(word, mine) : np.searchsorted(word, mine, "right")].tolist()
        return found

    def by_time(self, trips: Iterable[int]) -> list[int]:
        """Trips in the order in which they can start, those nobody can carry left out."""
        offers = self.problem.offers
        able = [t for t in trips if t in self.alone]
        return sorted(able, key=lambda t: (min(float(offers[g].lo[o]) for g, o in self.alone[t]), t))

    def complete(
        self,
        plan: Incumbent,
        order: Iterable[int],
        stop: Callable[[], bool],
        until: float,
    ) -> Incumbent:
        """Insert trips into a plan in the given order; those that fit nowhere stay out."""
        problem = self.problem
        routes = [self._timed(duty.group, list(duty.offers)) for duty in plan.duties]
        for trip in order:
            if stop() or time.perf_counter() > until:
                break
            for place in self._places(routes, trip)[:TRIES]:
                offers = [] if place.route < 0 else list(routes[place.route].offers)
                offers[place.position : place.position + place.instead] = [place.offer]
                at = place.route if place.route >= 0 else len(routes)
                duties = list(plan.duties)
                duties[at : at + 1] = [problem.duty(place.group, offers, ())]
                trial = incumbent_of(problem, duties)
                if trial is not None:
                    plan = trial
                    routes[at : at + 1] = [self._timed(place.group, offers)]
                    break
        return plan

    def _places(self, routes: list[_Route], trip: int) -> list[_Place]:
        """Every place in the routes where a trip fits in time, cheapest first."""
        problem = self.problem
        used = np.bincount([route.group for route in routes], minlength=len(problem.counts))
        found: list[_Place] = []
        for g, o in self.alone.get(trip, ()):
            for r, route in enumerate(routes):
                if route.group == g:
                    found += self._gaps(r, route, o)
            if used[g] < problem.counts[g]:
                found += self._gaps(-1, _Route(g), o)
        for r, route in enumerate(routes):
            offer = problem.offers[route.group]
            for k, o in enumerate(route.offers):
                for other in self.together(route.group, {*offer.members(o).tolist(), trip}):
                    place = self._instead(r, route, k, other)
                    if place is not None:
                        found.append(place)
        return sorted(found)

    def _gaps(self, r: int, route: _Route, o: int) -> list[_Place]:
        problem, g = self.problem, route.group
        offer, where, minutes = problem.offers[g], problem.groups[g], problem.table.minutes
        first, last = int(offer.first[o]), int(offer.last[o])
        size = len(route.offers)
        found = []
        for k in range(size + 1):
            before = where.start if k == 0 else int(offer.last[route.offers[k - 1]])
            after = where.end if k == size else int(offer.first[route.offers[k]])
            start = float(offer.lo[o])
            if k:
                previous = route.offers[k - 1]
                start = max(
                    start, route.early[k - 1] + float(offer.duration[previous] + minutes[before, first])
                )
            if start > offer.hi[o] + EPS:
                break
            if k < size and start + offer.duration[o] + minutes[last, after] > route.late[k] + EPS:
                continue
            delta = float(self.own[g][o] + self.dead[before, first] + self.dead[last, after])
            delta += self.fixed if size == 0 else -float(self.dead[before, after])
            found.append(_Place(delta, r, k, g, o, False))
        return found

    def _instead(self, r: int, route: _Route, k: int, o: int) -> _Place | None:
        problem, g = self.problem, route.group
        offer, where, minutes = problem.offers[g], problem.groups[g], problem.table.minutes
        size, old = len(route.offers), route.offers[k]
        first, last = int(offer.first[o]), int(offer.last[o])
        before = where.start if k == 0 else int(offer.last[route.offers[k - 1]])
        after = where.end if k == size - 1 else int(offer.first[route.offers[k + 1]])
        start = float(offer.lo[o])
        if k:
            previous = route.offers[k - 1]
            drive = float(offer.duration[previous] + minutes[before, first])
            start = max(start, route.early[k - 1] + drive)
        if start > offer.hi[o] + EPS:
            return None
        if k < size - 1 and start + offer.duration[o] + minutes[last, after] > route.late[k + 1] + EPS:
            return None
        delta = self.own[g][o] - self.own[g][old]
        delta += self.dead[before, first] + self.dead[last, after]
        delta -= self.dead[before, int(offer.first[old])] + self.dead[int(offer.last[old]), after]
        return _Place(float(delta), r, k, g, o, True)

    def _timed(self, group: int, offers: list[int]) -> _Route:
        offer, minutes = self.problem.offers[group], self.problem.table.minutes
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


def insertion(
    problem: Problem, stop: Callable[[], bool], until: float, plan: Incumbent | None = None
) -> Incumbent:
    """Insert the trips a plan leaves out (all, where none is given) by time."""
    if plan is None:
        plan = incumbent_of(problem, [])
        assert plan is not None
    inserter = Inserter(problem)
    return inserter.complete(plan, inserter.by_time(plan.unserved), stop, until)
