"""The linear master: duties covering trips, solved by column generation, with a bound at every step."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from ortools.linear_solver import pywraplp

from sharedride.planning.pricer import MOST_BITS, Pricer, Prices, WaitCut
from sharedride.planning.problem import Duty, Problem

FloatArray = npt.NDArray[np.float64]

EPS = 1e-6
SMOOTH = 0.6
"""Weight of the best bound's duals in those priced with."""

EARLY = 3e-3
"""Gap of the linear program at which wait cuts are first looked for."""

CUTS_PER_VISIT = 6
"""Wait cuts of one visit at most, so that an offer's starts stay few."""


@dataclass
class Relaxation:
    """State and result of the column generation.

    Attributes
    ----------
    columns, weight
        Duties generated so far, and their weights in the last linear solution.
    bound
        Proven least ``primary + tie * secondary + penalty * unserved`` of any plan.
    converged
        Whether the linear program over all duties is solved, given the cuts.
    """

    columns: list[Duty] = field(default_factory=list)
    weight: FloatArray = field(default_factory=lambda: np.empty(0))
    reduced: FloatArray = field(default_factory=lambda: np.empty(0))
    value: float = np.inf
    bound: float = -np.inf
    duals: Prices | None = None
    cuts: list[WaitCut] = field(default_factory=list)
    converged: bool = False


def _repeatable(problem: Problem) -> list[int]:
    """Rows of the trips a car could carry, drive back for and carry again within their window.

    Their repetition is forbidden from the start, the most tempting first; others are met as they appear.
    """
    slack: dict[int, float] = {}
    for offer in problem.offers:
        back = problem.table.minutes[offer.last, offer.first]
        spare = offer.hi - offer.lo - offer.duration - back
        for o in np.flatnonzero((np.diff(offer.ptr) == 1) & (spare >= -EPS)):
            row = problem.row[int(offer.trip[offer.ptr[o]])]
            slack[row] = max(slack.get(row, 0.0), float(spare[o]))
    return sorted(slack, key=lambda row: (-slack[row], row))[:MOST_BITS]


def _warm() -> pywraplp.MPSolverParameters:
    """Presolve off: it would throw the last basis away."""
    parameters = pywraplp.MPSolverParameters()
    parameters.SetIntegerParam(parameters.PRESOLVE, parameters.PRESOLVE_OFF)
    parameters.SetIntegerParam(parameters.INCREMENTALITY, parameters.INCREMENTALITY_ON)
    return parameters


class Master:
    """Column generation over duties, with wait cuts and lazily forbidden repetitions."""

    def __init__(
        self, problem: Problem, threads: ThreadPoolExecutor | None = None, cuts: Sequence[WaitCut] = ()
    ) -> None:
        self.problem = problem
        self.threads = threads
        self.pricers = [Pricer(problem, g) for g in range(len(problem.groups))]
        self.cuts: list[WaitCut] = []
        self.cuts_of: dict[int, int] = {}
        self.forbidden: list[int] = _repeatable(problem)
        self.columns: list[Duty] = []
        self.known: set[tuple[int, tuple[int, ...], tuple[float, ...]]] = set()
        self.waits: list[dict[int, float]] = []
        # A trip left out costs little at first, so that duals start near where they end; it rises to the
        # penalty where the linear solution still leaves trips out.
        self.artificial = min(problem.penalty, self._modest())
        self._build()
        for cut in cuts:
            self.add_cut(cut)

    def _build(self) -> None:
        """Write the linear program from what is known: at the start, and after numerical trouble."""
        problem = self.problem
        self.linear = pywraplp.Solver.CreateSolver("GLOP")
        self.infinity = self.linear.infinity()
        self.objective = self.linear.Objective()
        self.objective.SetMinimization()
        rows = len(problem.trips)
        self.cover = [self.linear.Constraint(1.0, 1.0) for _ in range(rows)]
        self.use = [self.linear.Constraint(-self.infinity, float(n)) for n in problem.counts]
        self.cut_rows = [self.linear.Constraint(-self.infinity, 1.0) for _ in self.cuts]
        self.variables: list[pywraplp.Variable] = []
        self.unserved = [self.linear.NumVar(0.0, self.infinity, "") for _ in range(rows)]
        for row, variable in enumerate(self.unserved):
            self.objective.SetCoefficient(variable, self.artificial)
            self.cover[row].SetCoefficient(variable, 1.0)
        for duty, waits in zip(self.columns, self.waits, strict=True):
            self._write(duty, waits)
        self._close_banned()

    def _write(self, duty: Duty, waits: dict[int, float]) -> None:
        variable = self.linear.NumVar(0.0, self.infinity, "")
        self.objective.SetCoefficient(variable, self.problem.cost(duty))
        counts: dict[int, float] = {}
        for trip in duty.trips:
            row = self.problem.row[trip]
            counts[row] = counts.get(row, 0.0) + 1.0
        for row, times in counts.items():
            self.cover[row].SetCoefficient(variable, times)
        self.use[duty.group].SetCoefficient(variable, 1.0)
        for cut, constraint in zip(self.cuts, self.cut_rows, strict=True):
            times = self._counts(cut, waits)
            if times:
                constraint.SetCoefficient(variable, float(times))
        self.variables.append(variable)

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

    def _raise_artificial(self) -> bool:
        """Make leaving trips out dearer where the linear solution does; True when it was."""
        if self.artificial >= self.problem.penalty:
            return False
        if max((v.solution_value() for v in self.unserved), default=0.0) <= EPS:
            return False
        self.artificial = min(self.problem.penalty, 4.0 * self.artificial)
        for variable in self.unserved:
            self.objective.SetCoefficient(variable, self.artificial)
        return True

    def add(self, duties: Iterable[Duty]) -> int:
        """Add duties as columns; returns how many were new."""
        new = 0
        for duty in duties:
            key = (duty.group, duty.offers, tuple(round(s, 4) for s in duty.starts))
            if key in self.known:
                continue
            self.known.add(key)
            new += 1
            waits = self._waits(duty)
            self._write(duty, waits)
            self.waits.append(waits)
            self.columns.append(duty)
        return new

    def solve(
        self,
        until: float,
        stop: Callable[[], bool],
        report: Callable[[float, float], None] | None = None,
        *,
        gap: float = 1e-6,
        center: Prices | None = None,
        cut_rounds: int = 1000,
    ) -> Relaxation:
        """Generate duties until none is missing, time is up or the bound is within ``gap`` of the value.

        Duals are smoothed towards those of the best bound (Wentges 1997,
        doi:10.1111/j.1475-3995.1997.tb00098.x).

        Parameters
        ----------
        until
            Moment of ``time.perf_counter`` at which to give up.
        report
            Called with the linear value and the bound after each round.
        center
            Duals to start from, such as those of a problem this one was confined from.
        cut_rounds
            Rounds of wait cuts after which to come back.
        """
        state = Relaxation()
        smooth = 0.0 if center is None else SMOOTH
        early = True
        while self._solve_linear():
            state.value = float(self.linear.Objective().Value())
            duals = self._duals()
            asked = duals
            if center is not None and smooth > 0:
                center = self._padded(center)
                asked = Prices(
                    np.minimum(smooth * center.trip + (1 - smooth) * duals.trip, self.artificial),
                    smooth * center.cut + (1 - smooth) * duals.cut,
                )
            bound, found = self._price(asked)
            if bound > state.bound + 1e-9:
                state.bound, state.duals, center = bound, asked, asked
            if report is not None:
                report(state.value, state.bound)
            distance = state.value - state.bound
            if early and distance <= EARLY * abs(state.value):
                # Far enough to see which waits clash; the rest of the tail is worth walking only once.
                early = False
                if cut_rounds <= 0:
                    break
                cut_rounds -= 1
                if self._separate(self._weights()):
                    early = True
                    continue
            new = 0 if distance <= gap * max(1.0, abs(state.value)) else self.add(found)
            if new == 0:
                if asked is not duals and distance > gap * max(1.0, abs(state.value)):
                    smooth = 0.0
                    continue
                weight = self._weights()
                repeated, cut = self._forbid_repeats(weight), self._separate(weight)
                if not repeated and not cut and not self._raise_artificial():
                    state.converged = True
                    break
            smooth = SMOOTH
            if time.perf_counter() > until or stop():
                break
        state.columns, state.cuts = self.columns, list(self.cuts)
        if self._solve_linear():
            state.weight = self._weights()
            state.value = float(self.linear.Objective().Value())
        else:
            state.weight = np.zeros(len(self.columns))
        if state.duals is not None:
            state.duals = self._padded(state.duals)
            state.reduced = self.reduced_costs(state.duals)
        return state

    def _solve_linear(self) -> bool:
        """Solve the master from its last basis, or afresh where numbers went bad; False where it fails."""
        for attempt in range(2):
            if attempt:
                self._build()
            if self.linear.Solve(_warm()) == pywraplp.Solver.OPTIMAL:
                return True
        return False

    def bound_at(self, duals: Prices, *, primary_only: bool = False) -> float:
        """Proven bound on the cost (or on the objective alone) at given duals."""
        return self._price(duals, primary_only=primary_only)[0]

    def through(self, duals: Prices) -> tuple[float, list[FloatArray]]:
        """Bound at some duals and, per group, how much dearer any plan with each offer must be, at least."""
        duals = self._padded(duals)

        def one(pricer: Pricer) -> tuple[float, FloatArray]:
            # The bound credits every other vehicle with its cheapest duty: count from that very price.
            best = min(0.0, pricer.price(duals, self.cuts, self.forbidden, 1)[0])
            if np.isinf(best):
                return best, np.full(pricer.size, -np.inf)
            return best * self.problem.counts[pricer.group], pricer.through(duals, self.cuts) - best

        run = self.threads.map if self.threads is not None else map
        parts = list(run(one, self.pricers))
        bound = float(duals.trip.sum() + duals.cut.sum()) + sum(credit for credit, _ in parts)
        return bound, [dearer for _, dearer in parts]

    def reduced(self, duals: Prices | None) -> FloatArray:
        """Reduced costs at duals older than some cuts; empty where there are no duals yet."""
        return np.empty(0) if duals is None else self.reduced_costs(self._padded(duals))

    def reduced_costs(self, duals: Prices) -> FloatArray:
        """Reduced cost of each column, against the cheapest duty of its group, shape ``(columns,)``."""
        cost = np.array(
            [self._reduced(duty, w, duals) for duty, w in zip(self.columns, self.waits, strict=True)]
        )
        group = np.array([duty.group for duty in self.columns], dtype=np.int64)
        for g in np.unique(group):
            cost[group == g] -= min(0.0, float(cost[group == g].min()))
        return cost

    def _padded(self, duals: Prices) -> Prices:
        """The same duals with nothing charged for cuts that came later: as valid as before."""
        return Prices(duals.trip, np.pad(duals.cut, (0, len(self.cuts) - len(duals.cut))))

    def _reduced(self, duty: Duty, waits: dict[int, float], duals: Prices) -> float:
        cost = self.problem.cost(duty) - sum(duals.trip[self.problem.row[t]] for t in duty.trips)
        for cut, dual in zip(self.cuts, duals.cut, strict=True):
            if dual < 0.0:
                cost -= dual * self._counts(cut, waits)
        return float(cost)

    def _duals(self) -> Prices:
        cover = np.array([row.dual_value() for row in self.cover], dtype=np.float64)
        cut = np.array([row.dual_value() for row in self.cut_rows], dtype=np.float64)
        return Prices(np.minimum(cover, self.artificial), np.minimum(cut, 0.0))

    def _weights(self) -> FloatArray:
        return np.array([variable.solution_value() for variable in self.variables], dtype=np.float64)

    def _price(self, duals: Prices, *, primary_only: bool = False) -> tuple[float, list[Duty]]:
        """Bound at the duals and duties that may improve the master."""
        trips = len(self.problem.trips)
        most = int(np.clip(2 * trips, 40, 400))

        def one(pricer: Pricer) -> tuple[float, list[tuple[float, Duty]]]:
            return pricer.price(duals, self.cuts, self.forbidden, most, primary_only=primary_only)

        run = self.threads.map if self.threads is not None else map
        bound = float(duals.trip.sum() + duals.cut.sum())
        found: list[Duty] = []
        for pricer, (best, duties) in zip(self.pricers, run(one, self.pricers), strict=True):
            if self.problem.counts[pricer.group]:
                bound += self.problem.counts[pricer.group] * min(0.0, best)
            found += [duty for _, duty in duties]
        return bound, found

    def _waits(self, duty: Duty) -> dict[int, float]:
        """Wait at the place of care of each trip with a visit, at the starts the duty was priced with."""
        offer = self.problem.offers[duty.group]
        waits: dict[int, float] = {}
        for o, start in zip(duty.offers, duty.starts, strict=True):
            for m in range(offer.ptr[o], offer.ptr[o + 1]):
                wait = float(offer.wait_at[m] + offer.wait_sign[m] * start)
                trip = int(offer.trip[m])
                if self.problem.partner[trip] >= 0:
                    waits[trip] = max(wait, waits.get(trip, -1.0))
        return waits

    def _counts(self, cut: WaitCut, waits: dict[int, float]) -> int:
        over = waits.get(cut.outbound, -1.0) > cut.share + EPS
        return int(over) + int(waits.get(cut.back, -1.0) > self.problem.wait_limit - cut.share + EPS)

    def _forbid_repeats(self, weight: FloatArray) -> bool:
        """Forbid repetition of trips that fractional duties carry twice; True when any is new."""
        fresh: dict[int, float] = {}
        for k in np.flatnonzero(weight > EPS):
            duty = self.columns[k]
            if duty.elementary:
                continue
            for trip in {t for t in duty.trips if duty.trips.count(t) > 1}:
                row = self.problem.row[trip]
                if row not in self.forbidden:
                    fresh[row] = fresh.get(row, 0.0) + float(weight[k])
        rows = sorted(fresh, key=lambda r: (-fresh[r], r))[: MOST_BITS - len(self.forbidden)]
        if not rows:
            return False
        self.forbidden += rows
        self._close_banned()
        return True

    def _close_banned(self) -> None:
        banned = {int(self.problem.trips[r]) for r in self.forbidden}
        for duty, variable in zip(self.columns, self.variables, strict=True):
            if not duty.elementary and any(duty.trips.count(t) > 1 for t in banned & set(duty.trips)):
                variable.SetUb(0.0)

    def _separate(self, weight: FloatArray) -> bool:
        """Add the most violated wait cuts; True when any was added."""
        partner = self.problem.partner
        seen: dict[int, list[tuple[float, float]]] = {}
        for k in np.flatnonzero(weight > EPS):
            for trip, wait in self.waits[k].items():
                if partner[trip] >= 0:
                    seen.setdefault(trip, []).append((wait, float(weight[k])))
        found: list[tuple[float, WaitCut]] = []
        limit = self.problem.wait_limit
        for out, entries in seen.items():
            back = int(partner[out])
            if back not in seen or not self._outbound(out) or self.cuts_of.get(out, 0) >= CUTS_PER_VISIT:
                continue
            others = seen[back]
            best = (1.0 + 1e-4, 0.0)
            for wait, _ in entries:
                for other, _ in others:
                    if wait + other <= limit + 1e-4:
                        continue
                    share = 0.5 * (wait + limit - other)
                    total = sum(w for v, w in entries if v > share + EPS)
                    total += sum(w for v, w in others if v > limit - share + EPS)
                    if total > best[0]:
                        best = (total, share)
            if best[0] > 1.0 + 1e-4:
                found.append((best[0], WaitCut(out, back, best[1])))
        found.sort(key=lambda pair: (-pair[0], pair[1].outbound))
        for _, cut in found:
            self.add_cut(cut)
        return bool(found)

    def _outbound(self, trip: int) -> bool:
        return trip in self._out_trips

    @property
    def _out_trips(self) -> frozenset[int]:
        cached: frozenset[int] | None = getattr(self, "_cached_out", None)
        if cached is None:
            out: set[int] = set()
            for offer in self.problem.offers:
                out.update(int(t) for t in offer.trip[offer.wait_sign < 0])
            cached = self._cached_out = frozenset(out)
        return cached

    def add_cut(self, cut: WaitCut) -> None:
        """Add one wait cut over all duties known and to come."""
        self.cuts.append(cut)
        self.cuts_of[cut.outbound] = self.cuts_of.get(cut.outbound, 0) + 1
        constraint = self.linear.Constraint(-self.infinity, 1.0)
        for waits, variable in zip(self.waits, self.variables, strict=True):
            if cut.outbound in waits or cut.back in waits:
                times = self._counts(cut, waits)
                if times:
                    constraint.SetCoefficient(variable, float(times))
        self.cut_rows.append(constraint)
