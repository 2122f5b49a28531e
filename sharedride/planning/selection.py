"""Which of the duties met so far to drive: a set partitioning MIP, its timing checked and cut lazily."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix

from sharedride.planning.problem import Duty, Problem
from sharedride.planning.timing import time_duties

FloatArray = npt.NDArray[np.float64]

EPS = 1e-6


@dataclass(frozen=True)
class Selection:
    """Duties that can be driven together.

    Attributes
    ----------
    proven
        Whether no better choice exists among the duties offered.
    """

    duties: tuple[Duty, ...]
    proven: bool


class Selector:
    """Chooses among duties; keeps what it learned about impossible timings."""

    def __init__(self, problem: Problem, duties: Sequence[Duty]) -> None:
        self.problem = problem
        distinct: dict[tuple[int, tuple[int, ...]], Duty] = {}
        for duty in duties:
            if duty.elementary:
                distinct.setdefault((duty.group, duty.offers), duty)
        self.duties = list(distinct.values())
        self.rows: list[tuple[list[int], list[float], float]] = []
        self._waits: list[dict[int, float] | None] = [None] * len(self.duties)
        self._carriers: dict[int, list[int]] = {}
        for k, duty in enumerate(self.duties):
            for trip in duty.trips:
                self._carriers.setdefault(trip, []).append(k)

    def least_waits(self, k: int) -> dict[int, float]:
        """Least wait each trip of a duty can have, whatever the other duties do."""
        cached = self._waits[k]
        if cached is None:
            cached = self._waits[k] = least_waits(self.problem, self.duties[k])
        return cached

    def choose(
        self,
        until: float,
        stop: Callable[[], bool],
        *,
        cost: FloatArray,
        penalty: float,
        limits: Sequence[tuple[FloatArray, float, float]] = (),
    ) -> Selection | None:
        """Duties of least cost that can be timed together; ``None`` where none was found in time.

        Parameters
        ----------
        cost
            Cost of each of ``self.duties``.
        penalty
            Cost of a trip not served; ``inf`` where all must be.
        limits
            Further rows ``weights @ x + unserved * per_trip <= limit`` as (weights, per_trip, limit).
        """
        proven = True
        while True:
            left = until - time.perf_counter()
            if left <= 0 or stop():
                return None
            chosen, certain = self._solve(cost, penalty, limits, left)
            if chosen is None:
                return None
            proven = proven and certain
            problem = self.problem
            timed = time_duties(
                [(self.duties[k].group, self.duties[k].offers) for k in chosen],
                problem.groups, problem.offers, problem.table, problem.partner, problem.wait_limit,
            )  # fmt: skip
            if timed.starts is not None:
                return Selection(tuple(self.duties[k] for k in chosen), proven)
            proven = proven and timed.proven
            self._learn(chosen, [(chosen[d], a, b) for d, a, b in timed.conflict])

    def _solve(
        self,
        cost: FloatArray,
        penalty: float,
        limits: Sequence[tuple[FloatArray, float, float]],
        seconds: float,
    ) -> tuple[list[int] | None, bool]:
        problem = self.problem
        trips, size = len(problem.trips), len(self.duties)
        row = [problem.row[t] for duty in self.duties for t in duty.trips]
        column = [k for k, duty in enumerate(self.duties) for _ in duty.trips]
        cover = coo_matrix(
            (np.ones(len(row) + trips), (row + list(range(trips)), column + list(range(size, size + trips)))),
            shape=(trips, size + trips),
        )
        use = coo_matrix(
            (np.ones(size), ([duty.group for duty in self.duties], range(size))),
            shape=(len(problem.groups), size + trips),
        )
        fixed = np.isinf(penalty)
        rows = [LinearConstraint(cover.tocsr(), 1.0, 1.0), LinearConstraint(use.tocsr(), ub=problem.counts)]
        for weights, per_trip, limit in limits:
            rows.append(LinearConstraint(np.concatenate((weights, np.full(trips, per_trip))), ub=limit))
        if self.rows:
            rows.append(self._lazy_rows(size + trips))
        result = milp(
            np.concatenate((cost, np.full(trips, 0.0 if fixed else penalty))),
            integrality=np.ones(size + trips),
            bounds=Bounds(0.0, np.concatenate((np.ones(size), np.zeros(trips) if fixed else np.ones(trips)))),
            constraints=rows,
            options={"time_limit": max(seconds, 0.05), "mip_rel_gap": 0.0},
        )
        if result.x is None:
            return None, False
        return [int(k) for k in np.flatnonzero(result.x[:size] > 0.5)], result.status == 0

    def _lazy_rows(self, width: int) -> LinearConstraint:
        data = [v for _, values, _ in self.rows for v in values]
        column = [k for columns, _, _ in self.rows for k in columns]
        row = [r for r, (columns, _, _) in enumerate(self.rows) for _ in columns]
        matrix = coo_matrix((data, (row, column)), shape=(len(self.rows), width))
        return LinearConstraint(matrix.tocsr(), ub=[limit for _, _, limit in self.rows])

    def _learn(self, chosen: list[int], conflict: list[tuple[int, int, int]]) -> None:
        """Cut off every visit of the choice whose two trips cannot both be kept; else the conflict itself."""
        limit = self.problem.wait_limit
        waits: dict[int, tuple[int, float]] = {}
        for d in chosen:
            waits.update({trip: (d, wait) for trip, wait in self.least_waits(d).items()})
        learned = False
        for trip, (d, wait) in waits.items():
            other = int(self.problem.partner[trip])
            if trip > other or other not in waits or waits[other][0] == d:
                continue
            if wait + waits[other][1] > limit + EPS:
                self._separate(trip, other, 0.5 * (wait + limit - waits[other][1]))
                learned = True
        if learned:
            return
        families = [self._family(*stretch) for stretch in conflict] or [[k] for k in chosen]
        weights: dict[int, float] = {}
        for family in families:
            for k in family:
                weights[k] = weights.get(k, 0.0) + 1.0
        self.rows.append((list(weights), list(weights.values()), len(families) - 1.0))

    def _family(self, k: int, begin: int, end: int) -> list[int]:
        """Duties that contain a stretch of a duty, at no wider windows: they conflict just the same."""
        problem, duty = self.problem, self.duties[k]
        offer = problem.offers[duty.group]
        stretch = duty.offers[begin : end + 1]
        if problem.groups[duty.group].break_ is not None:
            return [k]
        rides = [int(offer.ride[o]) for o in stretch]
        windows = [(offer.lo[o] - EPS, offer.hi[o] + EPS) for o in stretch]
        family = []
        for other in self._carriers[int(offer.members(stretch[0])[0])]:
            there = self.duties[other]
            far = problem.offers[there.group]
            sequence = [int(far.ride[o]) for o in there.offers]
            if rides[0] not in sequence:
                continue
            at = sequence.index(rides[0])
            if sequence[at : at + len(rides)] == rides and all(
                lo <= far.lo[o] and far.hi[o] <= hi
                for o, (lo, hi) in zip(there.offers[at:], windows, strict=False)
            ):
                family.append(other)
        return family

    def _separate(self, trip: int, other: int, share: float) -> None:
        """At most one of a visit's two trips may wait longer than its share at the very least."""
        side = [k for k in self._carriers.get(trip, ()) if self._waits_over(k, trip, share)]
        far = [
            k
            for k in self._carriers.get(other, ())
            if self._waits_over(k, other, self.problem.wait_limit - share)
        ]
        both = sorted(set(side) ^ set(far))
        if side and far:
            self.rows.append((both, [1.0] * len(both), 1.0))

    def _waits_over(self, k: int, trip: int, share: float) -> bool:
        return self.least_waits(k)[trip] > share + EPS


def least_waits(problem: Problem, duty: Duty) -> dict[int, float]:
    """Least wait at the place of care of each trip with a visit, by trip, within its own duty."""
    offer, minutes = problem.offers[duty.group], problem.table.minutes
    sequence = duty.offers
    waits: dict[int, float] = {}
    early, late = [0.0] * len(sequence), [0.0] * len(sequence)
    for k, o in enumerate(sequence):
        early[k] = float(offer.lo[o])
        if k:
            b = sequence[k - 1]
            drive = float(offer.duration[b] + minutes[offer.last[b], offer.first[o]])
            early[k] = max(early[k], early[k - 1] + drive)
    for k in range(len(sequence) - 1, -1, -1):
        o = sequence[k]
        late[k] = float(offer.hi[o])
        if k + 1 < len(sequence):
            drive = float(offer.duration[o] + minutes[offer.last[o], offer.first[sequence[k + 1]]])
            late[k] = min(late[k], late[k + 1] - drive)
    # With a break the least waits may be longer; what is learned from shorter ones stays true.
    for k, o in enumerate(sequence):
        for m in range(offer.ptr[o], offer.ptr[o + 1]):
            trip = int(offer.trip[m])
            if problem.partner[trip] >= 0:
                start = late[k] if offer.wait_sign[m] < 0 else early[k]
                waits[trip] = float(offer.wait_at[m] + offer.wait_sign[m] * start)
    return waits


def choose_likeliest(
    problem: Problem,
    duties: Sequence[Duty],
    reduced: FloatArray,
    most: int,
    until: float,
    stop: Callable[[], bool],
    beside: Sequence[Duty] = (),
) -> Selection | None:
    """Choose exactly among the ``most`` duties of least reduced cost and some others beside them."""
    order = np.argsort(reduced, kind="stable")[:most].tolist()
    selector = Selector(problem, [duties[k] for k in sorted(order)] + list(beside))
    cost = np.array([problem.cost(duty) for duty in selector.duties])
    return selector.choose(until, stop, cost=cost, penalty=problem.penalty)
