"""The linear master: duties covering trips, solved by column generation, with a bound at every step."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from numba import njit
from ortools.linear_solver import pywraplp

from sharedride.planning.pricer import Cut, DutyPricer, DutySource, Prices, RideDuties, SubsetCut, WaitCut
from sharedride.planning.pricing import MOST_FRONT
from sharedride.planning.problem import Duty, Problem
from sharedride.planning.repeats import MOST_BITS
from sharedride.planning.selection import least_waits

FloatArray = npt.NDArray[np.float64]
Waits = tuple[FloatArray, FloatArray, FloatArray]

EPS = 1e-6
SMOOTH = 0.6
"""Weight of the best bound's duals in those priced with."""

BOX = 0.15
"""Half the width of the first box around known prices, as a share of their mean."""

NEAR, WIDER, FAR, CLOSER = 0.3, 1.5, 3.0, 0.8
"""The box widens, by this factor, where the bound gains so large a share of what was hoped for; it narrows
where it loses so many times that."""

BOXED = 1e-3
"""Gap of the linear program within its box at which the box is widened where the solution leans on it."""

LEAST_BOX = 1e-4
"""Half the width of a box at least, as a share of a dear trip's cost."""

AFAR, EVERY = 0.02, 4
"""Gap of the linear program down to which one group in so many is priced, but for one round in as many."""

NARROW = 1e-2
"""Gap of the linear program over short rides at which all rides are looked at."""

EARLY = 3e-3
"""Gap of the linear program at which wait cuts are first looked for."""

SUBSETS_AT_ONCE = 30
"""Subset cuts added in one round at most."""

PER_TRIP = 5
"""Subset cuts of one trip added in one round at most."""

MOST_TRIPLES = 20_000
"""Violated subset cuts looked at in one round at most."""

SLIVER = 0.02
"""Minutes by which two waits may be too long together and no wait cut be looked for."""

CUTS_PER_VISIT = 12
"""Wait cuts of one visit at most, so that an offer's starts stay few."""


@dataclass
class Relaxation:
    """State and result of the column generation.

    Attributes
    ----------
    columns, weight
        Duties generated so far, and their weights in the last linear solution.
    cuts
        Cuts that the duals are of.
    bound
        Proven least ``primary + tie * secondary + penalty * unserved`` of any plan.
    converged
        Whether the linear program over all duties is solved, given the cuts.
    """

    columns: list[Duty] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    weight: FloatArray = field(default_factory=lambda: np.empty(0))
    reduced: FloatArray = field(default_factory=lambda: np.empty(0))
    value: float = np.inf
    bound: float = -np.inf
    duals: Prices | None = None
    converged: bool = False

    def raise_to(self, bound: float, duals: Prices) -> None:
        """Take a bound and its duals over where it is better."""
        if bound > self.bound + 1e-9:
            self.bound, self.duals = bound, duals


def _warm() -> pywraplp.MPSolverParameters:
    """Presolve off: it would throw the last basis away."""
    parameters = pywraplp.MPSolverParameters()
    parameters.SetIntegerParam(parameters.PRESOLVE, parameters.PRESOLVE_OFF)
    parameters.SetIntegerParam(parameters.INCREMENTALITY, parameters.INCREMENTALITY_ON)
    return parameters


@njit(cache=True, nogil=True)
def violated_triples(ptr, duty, share, trips, least, most):  # type: ignore[no-untyped-def]
    """Triples of trips whose subset cut a linear solution violates.

    Parameters
    ----------
    ptr, duty
        Duties of trip ``i``, ascending, are ``duty[ptr[i]:ptr[i + 1]]``.
    share
        Weights of the duties.
    least, most
        Violation asked for, and triples found at most.

    Returns
    -------
    Violations, and the triples, shape ``(found, 3)``.
    """
    found = 0
    size = np.empty(most)
    triple = np.empty((most, 3), np.int64)
    pair = np.zeros((trips, trips))
    mark = np.zeros(share.shape[0])
    for i in range(trips):
        mark[:] = 0.0
        for a in range(ptr[i], ptr[i + 1]):
            mark[duty[a]] = share[duty[a]]
        for j in range(trips):
            if j != i:
                for b in range(ptr[j], ptr[j + 1]):
                    pair[i, j] += mark[duty[b]]
    for i in range(trips):
        mark[:] = 0.0
        for a in range(ptr[i], ptr[i + 1]):
            mark[duty[a]] = 1.0
        for j in range(i + 1, trips):
            if pair[i, j] <= 0.0:
                continue
            for b in range(ptr[j], ptr[j + 1]):
                mark[duty[b]] += 1.0
            for k in range(j + 1, trips):
                total = pair[i, j] + pair[i, k] + pair[j, k]
                if total <= 1.0 + least:
                    continue
                for c in range(ptr[k], ptr[k + 1]):
                    if mark[duty[c]] == 2.0:
                        total -= 2.0 * share[duty[c]]
                if total > 1.0 + least and found < most:
                    size[found] = total - 1.0
                    triple[found, 0], triple[found, 1], triple[found, 2] = i, j, k
                    found += 1
            for b in range(ptr[j], ptr[j + 1]):
                mark[duty[b]] -= 1.0
    return size[:found], triple[:found]


def _key(duty: Duty) -> tuple[object, ...]:
    made_of = duty.offers or (duty.trips, duty.waits, round(duty.primary, 4))
    return duty.group, made_of, tuple(round(s, 4) for s in duty.starts)


def _waits(problem: Problem, duty: Duty) -> Iterator[tuple[int, float, float, float]]:
    """Trips of visits that a duty carries: wait, the least it could have, and -1 before care, 1 after it."""
    for trip, wait, side in duty.waits:
        yield trip, round(wait, 6), round(wait, 6), side
    if not duty.offers:
        return
    offer, least = problem.offers[duty.group], least_waits(problem, duty)
    for o, start in zip(duty.offers, duty.starts, strict=True):
        for m in range(offer.ptr[o], offer.ptr[o + 1]):
            trip, sign = int(offer.trip[m]), float(offer.wait_sign[m])
            if problem.partner[trip] >= 0:
                wait = float(offer.wait_at[m]) + sign * start
                yield trip, round(wait, 6), round(min(wait, least[trip]), 6), sign


def waits_met(
    problem: Problem, columns: Sequence[Duty], weight: FloatArray
) -> tuple[dict[int, Waits], dict[int, Waits]]:
    """Waits of visits' outbound and return trips in a linear solution, by trip.

    Returns
    -------
    Of each, the waits met, the least ones their duties could have, and the weights, each shape ``(w,)``.
    """
    outs: dict[int, dict[tuple[float, float], float]] = {}
    backs: dict[int, dict[tuple[float, float], float]] = {}
    for k in np.flatnonzero(weight > EPS).tolist():
        for trip, wait, least, sign in _waits(problem, columns[k]):
            side = (outs if sign < 0 else backs).setdefault(trip, {})
            side[wait, least] = side.get((wait, least), 0.0) + float(weight[k])
    return tuple(
        {t: (*np.array(list(w)).reshape(-1, 2).T, np.array(list(w.values()))) for t, w in side.items()}
        for side in (outs, backs)
    )  # type: ignore[return-value]


def weights_over(out: Waits, back: Waits, share: FloatArray, limit: float) -> tuple[FloatArray, FloatArray]:
    """Weights of a visit's outbound trip waiting over a share, and of its return over what that leaves."""
    waits, _, shares = out
    others, _, weights = back
    first: FloatArray = shares @ (waits[:, None] > share + EPS)
    second: FloatArray = weights @ (others[:, None] > limit - share + EPS)
    return first, second


def shares_between(out: Waits, back: Waits, limit: float) -> FloatArray:
    """Shares of the outbound trip's wait that part the waits of a visit that clash, ascending.

    Of two waits that are too long together each could be as short as its duty lets it. The share lies where
    both may stay, if there is such a place, and else between what the one and the other can do with.
    """
    waits, others = out[0][:, None], back[0]
    one, other = out[1][:, None], limit - back[1]
    low = np.maximum(np.minimum(one, other), limit - others)
    high = np.minimum(np.maximum(one, other), waits)
    share = np.clip(0.5 * (low + high), limit - others + 0.5 * SLIVER, waits - 0.5 * SLIVER)
    return np.unique(share[waits + others > limit + SLIVER])


class Master:
    """Column generation over duties, with wait cuts and lazily forbidden repetitions.

    Parameters
    ----------
    source
        What duties are made of: the rides the problem lists, by default.
    """

    def __init__(
        self,
        problem: Problem,
        threads: ThreadPoolExecutor | None = None,
        source: DutySource | None = None,
    ) -> None:
        self.problem = problem
        self.threads = threads
        self.source = source or RideDuties(problem)
        self.pricers = self.source.pricers
        self.forbidden = self.source.forbidden
        self.cuts: list[Cut] = []
        self.cuts_of: dict[int, int] = {}
        self.columns: list[Duty] = []
        self.known: set[tuple[object, ...]] = set()
        self.in_cuts: list[dict[int, int]] = []
        # Prices of trips stay in a box around the best known, which widens where the solution leans on it.
        rows = len(problem.trips)
        self.middle = np.zeros(rows)
        self._modest_price = self._modest()
        self.width = np.full(rows, min(problem.penalty, self._modest_price))
        self.quick: Sequence[DutyPricer] = []
        self.room = max(1000, 8 * len(problem.trips))
        self._build()

    def _build(self) -> None:
        """Write the linear program from what is known: at the start, and after numerical trouble."""
        problem = self.problem
        self.linear = pywraplp.Solver.CreateSolver("GLOP")
        # Scaled anew with every column, the matrix would look changed and the last basis be thrown away.
        self.linear.SetSolverSpecificParametersAsString("use_scaling: false")
        self.infinity = self.linear.infinity()
        self.objective = self.linear.Objective()
        self.objective.SetMinimization()
        rows = len(problem.trips)
        self.cover = [self.linear.Constraint(1.0, 1.0) for _ in range(rows)]
        least = problem.least or [-self.infinity] * len(problem.counts)
        self.use = [
            self.linear.Constraint(float(few), float(most))
            for few, most in zip(least, problem.counts, strict=True)
        ]
        self.cut_rows = [self.linear.Constraint(-self.infinity, 1.0) for _ in self.cuts]
        self.variables: list[pywraplp.Variable] = []
        self.short = [self.linear.NumVar(0.0, self.infinity, "") for _ in range(rows)]
        self.over = [self.linear.NumVar(0.0, self.infinity, "") for _ in range(rows)]
        for few, use in zip(problem.least, self.use, strict=False):
            if few:
                # Vehicles that must be used and have no duty yet.
                idle = self.linear.NumVar(0.0, self.infinity, "")
                use.SetCoefficient(idle, 1.0)
                self.objective.SetCoefficient(idle, problem.penalty)
        for row in range(rows):
            self.cover[row].SetCoefficient(self.short[row], 1.0)
            self.cover[row].SetCoefficient(self.over[row], -1.0)
        self._box()
        for duty, in_cuts in zip(self.columns, self.in_cuts, strict=True):
            self._write(duty, in_cuts)
        self._close_banned()

    def _write(self, duty: Duty, in_cuts: dict[int, int]) -> None:
        variable = self.linear.NumVar(0.0, self.infinity, "")
        self.objective.SetCoefficient(variable, self.problem.cost(duty))
        counts: dict[int, float] = {}
        for trip in duty.trips:
            row = self.problem.row[trip]
            counts[row] = counts.get(row, 0.0) + 1.0
        for row, times in counts.items():
            self.cover[row].SetCoefficient(variable, times)
        self.use[duty.group].SetCoefficient(variable, 1.0)
        for number, times in in_cuts.items():
            self.cut_rows[number].SetCoefficient(variable, float(times))
        self.variables.append(variable)

    def _counts(self, cut: Cut, duty: Duty) -> int:
        return self.pricers[duty.group].times(cut, duty)

    def _purge(self) -> None:
        """Drop the columns the linear program is furthest from using, and write it anew without them."""
        reduced = np.array([variable.reduced_cost() for variable in self.variables])
        weight = self._weights()
        order = np.argsort(np.where(weight > EPS, -1.0, reduced), kind="stable")
        keep = sorted(order[: self.room // 2].tolist())
        self.columns = [self.columns[k] for k in keep]
        self.in_cuts = [self.in_cuts[k] for k in keep]
        self.known = {_key(duty) for duty in self.columns}
        self._build()

    def _modest(self) -> float:
        """Twice what the dearest trip costs alone in a car of its own, at least one."""
        problem = self.problem
        dearest = 0.5
        for offer, where in zip(problem.offers, problem.groups, strict=True):
            alone = np.flatnonzero(np.diff(offer.ptr) == 1)
            if not len(alone):
                continue
            dead = problem.prices.primary_dead + problem.tie * problem.prices.secondary_dead
            cost = offer.primary[alone] + dead[where.start, offer.first[alone]]
            cost = cost + dead[offer.last[alone], where.end] + problem.prices.primary_vehicle
            dearest = max(dearest, float(np.abs(cost).max()))
        return 2.0 * dearest

    def _box(self) -> None:
        """Let a trip be left out or carried twice at the edges of its price's box."""
        low, high = self._edges()
        for row, (least, most) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
            self.objective.SetCoefficient(self.short[row], most)
            self.objective.SetCoefficient(self.over[row], -least)
        self.moved = False

    def _edges(self) -> tuple[FloatArray, FloatArray]:
        high = np.minimum(self.middle + self.width, self.problem.penalty)
        return np.minimum(self.middle - self.width, high), high

    def _recentre(self, duals: Prices) -> None:
        self.middle = np.minimum(duals.trip, self.problem.penalty)
        self.moved = True

    def _resize_box(self, factor: float) -> None:
        """Stay nearer to the best known prices, or go further from them."""
        self.width = np.maximum(factor * self.width, LEAST_BOX * self._modest_price)
        self.moved = True

    def _widen_box(self) -> bool:
        """Widen the box where the solution leans on it; True when it could be."""
        high = self._edges()[1]
        lean = np.array(
            [max(s.solution_value(), o.solution_value()) for s, o in zip(self.short, self.over, strict=True)]
        )
        # Leaving a trip out at the full penalty is no leaning.
        twice = np.array([o.solution_value() for o in self.over]) > EPS
        lean = np.where((high >= self.problem.penalty - EPS) & ~twice, 0.0, lean)
        if lean.max(initial=0.0) <= EPS:
            return False
        self.width = np.where(lean > EPS, 4.0 * self.width, self.width)
        self.moved = True
        return True

    def add(self, duties: Iterable[Duty]) -> int:
        """Add duties as columns; returns how many were new."""
        new = 0
        for duty in duties:
            key = _key(duty)
            if key in self.known or self._banned(duty):
                continue
            self.known.add(key)
            new += 1
            in_cuts = self.pricers[duty.group].counts(self.cuts, duty)
            self._write(duty, in_cuts)
            self.in_cuts.append(in_cuts)
            self.columns.append(duty)
        return new

    def solve(
        self,
        until: float,
        stop: Callable[[], bool],
        report: Callable[[Relaxation], None] | None = None,
        *,
        gap: float = 1e-6,
        center: Prices | None = None,
    ) -> Relaxation:
        """Generate duties until none is missing, time is up or the bound is within ``gap`` of the value.

        Duals are smoothed towards those of the best bound (Wentges 1997,
        doi:10.1111/j.1475-3995.1997.tb00098.x).

        Parameters
        ----------
        until
            Moment of ``time.perf_counter`` at which to give up.
        report
            Called with where it stands after each round: value, bound and the bound's duals.
        center
            Duals to start from, such as those of a problem this one was confined from.
        """
        state = Relaxation()
        smooth = 0.0 if center is None else SMOOTH
        nearby, turn = -np.inf, 0
        self.quick = self.quick or self.source.narrow()
        narrow = bool(self.quick)
        if center is not None:
            self.width = np.minimum(self.width, BOX * np.maximum(1e-3, np.abs(center.trip)).mean())
            self._recentre(center)
        while self._solve_linear():
            if len(self.columns) > self.room:
                self._purge()
                if not self._solve_linear():
                    break
            state.value = float(self.linear.Objective().Value())
            slack = gap * max(1.0, abs(state.value))
            duals = self._duals()
            asked = duals if center is None or smooth == 0.0 else self._between(center, duals, smooth)
            turn += 1
            if turn % EVERY and state.value - nearby > AFAR * abs(state.value) and len(self.pricers) > EVERY:
                # A bound would be of little use yet: a few groups tell well enough what is missing.
                if self.add(self._price(asked, narrow=narrow, turn=turn)[1]):
                    if time.perf_counter() > until or stop():
                        break
                    continue
                turn = 0
            bound, found = self._price(asked, narrow=narrow)
            if not narrow:
                state.raise_to(bound, asked)
            gained, hoped = bound - nearby, state.value - nearby
            if gained > 1e-9:
                nearby, center = bound, asked
                self._recentre(asked)
                if np.isfinite(gained) and gained > NEAR * hoped:
                    self._resize_box(WIDER)
            elif hoped > BOXED * abs(state.value) and gained < -FAR * hoped:
                self._resize_box(CLOSER)
            if report is not None:
                report(state)
            distance = state.value - nearby
            if narrow and distance <= NARROW * abs(state.value):
                narrow, nearby = False, -np.inf
                continue
            if distance <= BOXED * abs(state.value):
                self._widen_box()
            if distance <= EARLY * abs(state.value) and self._cut():
                # Far enough to see what clashes; the rest of the tail is worth walking only once.
                continue
            new = 0 if distance <= slack else self.add(found)
            if narrow and not new:
                narrow, nearby = False, -np.inf
                continue
            if time.perf_counter() > until or stop():
                break
            if new:
                smooth = SMOOTH
                continue
            if smooth > 0.0 and distance > slack:
                smooth = 0.0
                continue
            if self._forbid_repeats(self._weights()):
                continue
            if self._widen_box() or (distance > slack and self._sharpen()):
                continue
            state.converged = True
            break
        state.columns = self.columns
        if self._solve_linear():
            state.weight = self._weights()
            state.value = float(self.linear.Objective().Value())
        else:
            state.weight = np.zeros(len(self.columns))
        if state.duals is not None:
            state.duals, state.cuts = self._padded(state.duals), list(self.cuts)
            state.reduced = self.reduced_costs(state.duals)
        return state

    def _sharpen(self) -> bool:
        """Keep more labels, lest pricing merge cars into duties nobody can drive; True when it could."""
        pricers = [*self.pricers, *self.quick]
        keep = 4 * max(pricer.front for pricer in pricers)
        if keep > MOST_FRONT:
            return False
        for pricer in pricers:
            pricer.front = keep
        return True

    def _between(self, center: Prices, duals: Prices, smooth: float) -> Prices:
        center = self._padded(center)
        return Prices(
            np.minimum(smooth * center.trip + (1 - smooth) * duals.trip, self.problem.penalty),
            smooth * center.cut + (1 - smooth) * duals.cut,
        )

    def _cut(self) -> bool:
        """Forbid repetitions met, or else add violated cuts of visits or of trips; True when anything was."""
        weight = self._weights()
        return self._forbid_repeats(weight) or self._separate(weight) or self._separate_subsets(weight)

    def _solve_linear(self) -> bool:
        """Solve the master from its last basis, or afresh where numbers went bad; False where it fails."""
        for attempt in range(2):
            if attempt:
                self._build()
            elif self.moved:
                # Only now: a change to the program takes its last solution away.
                self._box()
            if self.linear.Solve(_warm()) == pywraplp.Solver.OPTIMAL:
                return True
        return False

    def bound_at(self, duals: Prices, *, primary_only: bool = False) -> float:
        """Proven bound on the cost (or on the objective alone) at given duals."""
        return self._price(duals, primary_only=primary_only)[0]

    def reduced_costs(self, duals: Prices) -> FloatArray:
        """Reduced cost of each column, against the cheapest duty of its group, shape ``(columns,)``."""
        cost = np.array(
            [self._reduced(duty, c, duals) for duty, c in zip(self.columns, self.in_cuts, strict=True)]
        )
        group = np.array([duty.group for duty in self.columns], dtype=np.int64)
        for g in np.unique(group):
            cost[group == g] -= min(0.0, float(cost[group == g].min()))
        return cost

    def _padded(self, duals: Prices) -> Prices:
        """The same duals with nothing charged for cuts that came later: as valid as before."""
        return Prices(duals.trip, np.pad(duals.cut, (0, len(self.cuts) - len(duals.cut))))

    def _reduced(self, duty: Duty, in_cuts: dict[int, int], duals: Prices) -> float:
        cost = self.problem.cost(duty) - sum(duals.trip[self.problem.row[t]] for t in duty.trips)
        return float(cost - sum(duals.cut[number] * times for number, times in in_cuts.items()))

    def _duals(self) -> Prices:
        cover = np.array([row.dual_value() for row in self.cover], dtype=np.float64)
        cut = np.array([row.dual_value() for row in self.cut_rows], dtype=np.float64)
        return Prices(np.minimum(cover, self.problem.penalty), np.minimum(cut, 0.0))

    def _weights(self) -> FloatArray:
        return np.array([variable.solution_value() for variable in self.variables], dtype=np.float64)

    def _price(
        self, duals: Prices, *, primary_only: bool = False, narrow: bool = False, turn: int = 0
    ) -> tuple[float, list[Duty]]:
        """Bound at the duals and duties that may improve the master.

        Parameters
        ----------
        narrow
            Whether to look at near offers only: no bound of the whole problem, then.
        turn
            Where not 0, only some groups are priced, others with each turn: no bound at all, then.
        """
        pricers = [pricer for pricer in (self.quick if narrow else self.pricers) if pricer.size]
        if turn:
            pricers = pricers[turn % EVERY :: EVERY]
        trips = len(self.problem.trips)
        most = int(np.clip(2 * trips, 40, 400))

        def one(pricer: DutyPricer) -> tuple[float, list[tuple[float, Duty]]]:
            return pricer.price(duals, self.cuts, self.forbidden, most, primary_only=primary_only)

        run = self.threads.map if self.threads is not None else map
        bound = float(duals.trip.sum() + duals.cut.sum())
        least = self.problem.least or [0] * len(self.problem.counts)
        found: list[Duty] = []
        for pricer, (best, duties) in zip(pricers, run(one, pricers), strict=True):
            count = self.problem.counts[pricer.group] if best < 0.0 else least[pricer.group]
            if count:
                bound += count * best
            found += [duty for _, duty in duties]
        return bound, found

    def _forbid_repeats(self, weight: FloatArray) -> bool:
        """Forbid repetition of trips that fractional duties carry twice; True when any is new."""
        fresh: dict[int, float] = {}
        for k in np.flatnonzero(weight > EPS):
            duty = self.columns[k]
            if duty.elementary:
                continue
            for trip in {t for t in duty.trips if duty.trips.count(t) > 1}:
                row = self.problem.row[trip]
                if row not in self.forbidden.bit:
                    fresh[row] = fresh.get(row, 0.0) + float(weight[k])
        if not self.forbidden.add(sorted(fresh, key=lambda r: (-fresh[r], r))):
            return False
        self._close_banned()
        return True

    def _close_banned(self) -> None:
        for duty, variable in zip(self.columns, self.variables, strict=True):
            if self._banned(duty):
                variable.SetUb(0.0)

    def _banned(self, duty: Duty) -> bool:
        """Whether a duty carries a trip twice whose repetition is forbidden."""
        if duty.elementary:
            return False
        rows = (self.problem.row[trip] for trip in duty.trips if duty.trips.count(trip) > 1)
        return any(row in self.forbidden.bit for row in rows)

    def _separate(self, weight: FloatArray) -> bool:
        """Add the most violated wait cuts; True when any was added."""
        limit = self.problem.wait_limit
        outs, backs = waits_met(self.problem, self.columns, weight)
        found: list[tuple[float, WaitCut]] = []
        for out in outs:
            back = int(self.problem.partner[out])
            if back not in backs or self.cuts_of.get(out, 0) >= CUTS_PER_VISIT:
                continue
            share = shares_between(outs[out], backs[back], limit)
            total = np.sum(weights_over(outs[out], backs[back], share, limit), axis=0)
            if len(share) and total.max() > 1.0 + 1e-4:
                worst = int(total.argmax())
                found.append((float(total[worst]), WaitCut(out, back, float(share[worst]))))
        found.sort(key=lambda pair: (-pair[0], pair[1].outbound))
        for _, cut in found:
            self.add_cut(cut)
        return bool(found)

    def _separate_subsets(self, weight: FloatArray) -> bool:
        """Add the most violated subset cuts; True when any was added."""
        active = [k for k in np.flatnonzero(weight > EPS) if weight[k] < 1.0 - 1e-4]
        carriers: dict[int, list[int]] = {}
        for number, k in enumerate(active):
            for trip in set(self.columns[k].trips):
                carriers.setdefault(trip, []).append(number)
        loose = sorted(carriers)
        ptr = np.concatenate(([0], np.cumsum([len(carriers[t]) for t in loose]))).astype(np.int64)
        duties = np.array([number for t in loose for number in carriers[t]], dtype=np.int64)
        size, triples = violated_triples(ptr, duties, weight[active], len(loose), 0.02, MOST_TRIPLES)
        order = np.lexsort((triples[:, 2], triples[:, 1], triples[:, 0], -size))
        chosen: list[SubsetCut] = []
        fresh = np.zeros(len(loose), np.int64)
        room = MOST_BITS - sum(isinstance(cut, SubsetCut) for cut in self.cuts)
        for i, j, k in triples[order]:
            if max(fresh[i], fresh[j], fresh[k]) >= PER_TRIP or len(chosen) >= min(room, SUBSETS_AT_ONCE):
                continue
            cut = SubsetCut((loose[i], loose[j], loose[k]))
            if cut not in self.cuts:
                fresh[[i, j, k]] += 1
                chosen.append(cut)
        for cut in chosen:
            self.add_cut(cut)
        return bool(chosen)

    def add_cut(self, cut: Cut) -> None:
        """Add one cut over all duties known and to come."""
        number = len(self.cuts)
        self.cuts.append(cut)
        if isinstance(cut, WaitCut):
            self.cuts_of[cut.outbound] = self.cuts_of.get(cut.outbound, 0) + 1
        constraint = self.linear.Constraint(-self.infinity, 1.0)
        touched = set(cut.trips)
        for k, duty in enumerate(self.columns):
            if touched.isdisjoint(duty.trips):
                continue
            times = self._counts(cut, duty)
            if times:
                constraint.SetCoefficient(self.variables[k], float(times))
                self.in_cuts[k][number] = times
        self.cut_rows.append(constraint)
