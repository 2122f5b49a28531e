"""The primal side: a first plan by greedy pricing, then large neighbourhoods solved by the same machine."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from sharedride.planning.incumbent import Incumbent, incumbent_of, timed_duties, waits_of
from sharedride.planning.insertion import insertion
from sharedride.planning.master import Master, Relaxation
from sharedride.planning.problem import Duty, Problem, problem_of

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

SETTLED = 1.0
"""Share of trips in fixed rides from which a dive goes on to fix whole duties."""

MOST_COLUMNS = 600
"""Columns a choice or a dive starts from at most, those of least reduced cost."""


def confined(
    problem: Problem, rides: set[int], free: set[int], among: set[int] | None = None
) -> tuple[Problem, list[IntArray]]:
    """The problem with some rides kept as they are and only some trips free to be grouped anew.

    All rides may still be chained in any order on any vehicle.

    Parameters
    ----------
    rides
        Rides of the pool to keep.
    free
        Trips that may ride in any offer among themselves.
    among
        Rides those offers are restricted to; all by default.

    Returns
    -------
    The problem, and per group the original index of each of its offers.
    """
    loose = np.zeros(len(problem.partner), np.bool_)
    loose[list(free)] = True
    kept = np.array(sorted(rides), dtype=np.int64)
    allowed = np.array(sorted(among or ()), dtype=np.int64)
    offers, index = [], []
    for offer in problem.offers:
        if len(offer):
            inside = np.logical_and.reduceat(loose[offer.trip], offer.ptr[:-1])
            if among is not None:
                inside &= np.isin(offer.ride, allowed)
            keep = np.flatnonzero(inside | np.isin(offer.ride, kept))
        else:
            keep = np.empty(0, np.int64)
        offers.append(offer.take(keep))
        index.append(keep)
    return replace(problem, offers=tuple(offers)), index


def neighbourhood(
    problem: Problem, plan: Incumbent, apart: FloatArray, rng: np.random.Generator, size: int
) -> set[int]:
    """Some trips near each other, with everyone who rides with them, and those not served nearby."""
    rows = len(problem.trips)
    unserved = [problem.row[t] for t in plan.unserved]
    seed = int(rng.choice(unserved)) if unserved and rng.random() < 0.7 else int(rng.integers(rows))
    order = np.argsort(apart[seed] * rng.uniform(0.5, 1.5, rows), kind="stable")
    free = {int(problem.trips[r]) for r in [seed, *order[:size]]}
    for trip in list(free):
        if problem.partner[trip] >= 0 and rng.random() < 0.3:
            free.add(int(problem.partner[trip]))
    for duty in plan.duties:
        offer = problem.offers[duty.group]
        for o in duty.offers:
            aboard = {int(t) for t in offer.members(o)}
            if aboard & free:
                free |= aboard
    return free | set(plan.unserved) if len(plan.unserved) <= size else free


def kept_offers(problem: Problem, masks: Sequence[npt.NDArray[np.bool_]]) -> tuple[Problem, list[IntArray]]:
    """The problem with only some offers of each group, and their original indices."""
    index = [np.flatnonzero(mask) for mask in masks]
    offers = tuple(offer.take(keep) for offer, keep in zip(problem.offers, index, strict=True))
    return replace(problem, offers=offers), index


def rides_of(problem: Problem, duties: Sequence[Duty]) -> set[int]:
    """Rides of the pool some duties drive."""
    return {int(problem.offers[duty.group].ride[o]) for duty in duties for o in duty.offers}


def moved(duties: Iterable[Duty], source: Problem, target: Problem, index: Sequence[IntArray]) -> list[Duty]:
    """Duties of a problem in the terms of one confined from it; those that do not fit are left out."""
    place = [{int(o): k for k, o in enumerate(kept)} for kept in index]
    fit = []
    for duty in duties:
        where = place[duty.group]
        if all(o in where for o in duty.offers):
            fit.append(replace(duty, offers=tuple(where[o] for o in duty.offers)))
    return fit


def lifted(duties: Iterable[Duty], index: Sequence[IntArray]) -> list[Duty]:
    """Duties of a confined problem in the terms of the problem it came from."""
    return [replace(duty, offers=tuple(int(index[duty.group][o]) for o in duty.offers)) for duty in duties]


def replan(
    problem: Problem,
    plan: Incumbent,
    free: set[int],
    *,
    until: float,
    stop: Callable[[], bool],
    threads: ThreadPoolExecutor | None,
    guide: Relaxation | None = None,
) -> Incumbent:
    """Group some trips anew, the other rides as they are, and chain all rides afresh.

    Returns
    -------
    The better plan, or the same.
    """
    kept = set()
    for duty in plan.duties:
        offer = problem.offers[duty.group]
        kept |= {int(offer.ride[o]) for o in duty.offers if not free & {int(t) for t in offer.members(o)}}
    sub, index = confined(problem, kept, free)
    master = Master(sub, threads, guide.cuts if guide is not None else ())
    master.add(moved(timed_duties(plan), problem, sub, index))
    state = master.solve(until, stop, gap=5e-4, center=guide.duals if guide is not None else None)
    if state.bound >= plan.cost(problem) - 1e-6 * max(1.0, abs(plan.cost(problem))):
        return plan
    rounded = finished(sub, state, until=until, stop=stop, threads=threads)
    trial = incumbent_of(problem, lifted(rounded.duties, index))
    return trial if trial is not None and trial.cost(problem) < plan.cost(problem) - 1e-7 else plan


def finished(
    problem: Problem,
    state: Relaxation,
    *,
    until: float,
    stop: Callable[[], bool],
    threads: ThreadPoolExecutor | None,
) -> Incumbent:
    """Round a linear solution to a plan: fix its heaviest duties, solve for what is left, and so on."""
    plan = incumbent_of(problem, [])
    assert plan is not None
    sub, index = problem, [np.arange(len(offer)) for offer in problem.offers]
    while not stop() and time.perf_counter() < until:
        columns = lifted(state.columns, index)
        order = np.argsort(-state.weight, kind="stable")
        fixed = 0
        for k in order[: 4 * len(problem.trips)]:
            if state.weight[k] < 1e-6 or (fixed and state.weight[k] < 0.999):
                break
            duty = columns[k]
            if not duty.elementary or not set(duty.trips) <= set(plan.unserved):
                continue
            trial = incumbent_of(problem, [*plan.duties, duty])
            if trial is not None:
                plan, fixed = trial, fixed + 1
        if not fixed or not plan.unserved:
            break
        plan = incumbent_of(problem, plan.duties, kind=True) or plan
        used = np.bincount([duty.group for duty in plan.duties], minlength=len(problem.counts))
        sub, index = problem_of(
            problem.groups, [int(n - u) for n, u in zip(problem.counts, used, strict=True)], problem.offers,
            plan.unserved, partner=problem.partner, wait_limit=problem.wait_limit, table=problem.table,
            prices=problem.prices, tie=problem.tie, penalty=problem.penalty, waits=waits_of(problem, plan),
        )  # fmt: skip
        master = Master(sub, threads, [c for c in state.cuts if c.outbound in sub.row and c.back in sub.row])
        master.add(duty for duty in moved(columns, problem, sub, index) if in_time(sub, duty))
        state = master.solve(until, stop, gap=2e-4)
    return insertion(problem, stop, until, plan)


def in_time(problem: Problem, duty: Duty) -> bool:
    """Whether a duty's starts lie in its offers' windows, which may have shrunk."""
    offer = problem.offers[duty.group]
    return all(
        offer.lo[o] - 1e-6 <= start <= offer.hi[o] + 1e-6
        for o, start in zip(duty.offers, duty.starts, strict=True)
    )


def dive(
    problem: Problem,
    state: Relaxation,
    plan: Incumbent,
    *,
    until: float,
    stop: Callable[[], bool],
    threads: ThreadPoolExecutor | None,
) -> Incumbent | None:
    """Fix the rides the linear solution agrees on, solve again, and so on; then round.

    Returns
    -------
    A plan, better than ``plan`` or not; ``None`` where time ran out or none better can come.
    """
    among = _promising(problem, state, plan)
    fixed: set[int] = set()
    settled: set[int] = set()
    duties, weight = state.columns, state.weight
    everyone = {int(t) for t in problem.trips}
    while not stop() and time.perf_counter() < until:
        usage: dict[int, float] = {}
        carried: dict[int, frozenset[int]] = {}
        for k in np.flatnonzero(weight > 1e-6):
            offer = problem.offers[duties[k].group]
            for o in duties[k].offers:
                ride = int(offer.ride[o])
                usage[ride] = usage.get(ride, 0.0) + float(weight[k])
                carried[ride] = frozenset(int(t) for t in offer.members(o))
        fresh = sorted(
            (ride for ride in usage if ride not in fixed and not carried[ride] & settled),
            key=lambda r: (-usage[r], r),
        )
        if not fresh:
            break
        before = len(settled)
        for rank, ride in enumerate(fresh):
            if carried[ride] & settled or (usage[ride] < 0.7 and rank >= max(3, len(everyone) // 12)):
                continue
            fixed.add(ride)
            settled |= carried[ride]
        if len(settled) == before:
            break
        sub, index = confined(problem, fixed, everyone - settled, among)
        master = Master(sub, threads, state.cuts)
        master.add(moved(light(duties, state.reduced), problem, sub, index))
        state = master.solve(until, stop, gap=1e-3, center=state.duals, cut_rounds=2)
        if state.bound >= plan.cost(problem):
            return None
        duties, weight = lifted(state.columns, index), state.weight
        if len(settled) >= SETTLED * len(everyone):
            rounded = finished(sub, state, until=until, stop=stop, threads=threads)
            return incumbent_of(problem, lifted(rounded.duties, index))
    return None


def _promising(problem: Problem, state: Relaxation, plan: Incumbent) -> set[int]:
    """Rides seen in columns of small reduced cost, and every trip alone."""
    rides = rides_of(problem, light(state.columns, state.reduced)) | rides_of(problem, plan.duties)
    for offer in problem.offers:
        rides |= {int(r) for r in offer.ride[np.diff(offer.ptr) == 1]}
    return rides


def light(columns: Sequence[Duty], reduced: FloatArray) -> list[Duty]:
    """Elementary columns of least reduced cost, at most ``MOST_COLUMNS``."""
    if len(reduced) != len(columns):
        return [duty for duty in columns if duty.elementary]
    order = np.argsort(reduced, kind="stable")[:MOST_COLUMNS]
    return [columns[k] for k in sorted(order) if columns[k].elementary]
