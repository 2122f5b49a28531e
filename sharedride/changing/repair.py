"""From the plan at hand to the one that changes least: kept rides first, then a short search."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sharedride.changing.rest import EPS, ONE_SECOND, STEADY_MIN, Rest
from sharedride.changing.standing import Standing
from sharedride.planning.incumbent import Incumbent, incumbent_of
from sharedride.planning.problem import Duty, Problem
from sharedride.planning.route_search import RouteSearch
from sharedride.planning.starts import as_driven

SHARES = (1.0, 0.2, 0.0)
"""Weights of a change the search tries, as shares of what the user gives up for fewer changes."""

ROUNDS_PER_TRIP = 4
"""Rounds of the search per weight, by trip."""

HEAT = 0.3
"""Share of the usual temperature: the plan at hand is a good one."""


CALM = (1.0, 3.0, 8.0)
"""Seconds a steady pick-up is held to, tried in turn: printed clocks leave no exact timing."""


@dataclass(frozen=True)
class Repaired:
    """A plan of the rest, how many promises it changes, and the least cost met.

    ``cut`` tells that the clock, not the rounds, ended the search.
    """

    plan: Incumbent
    changed: int
    least: float
    cut: bool


def kept_plan(rest: Rest, plan: Standing) -> tuple[Incumbent | None, list[int]]:
    """What still stands of a plan.

    Returns
    -------
    The plan, ``None`` where even the rides that have begun cannot be driven, and the vehicles (indices) whose
    begun rides leave no room for the driver's break.
    """
    problem = rest.problem
    duties: list[Duty] = []
    base: list[Duty] = []
    stuck = []
    for v in range(len(rest.day.vehicles)):
        starts = [ride.start for ride in rest.wheres[v].begun]
        begun = problem.duty(v, rest.begun[v], starts) if starts else None
        duty = _kept_duty(rest, plan, v, begun)
        if duty is None and begun is not None and incumbent_of(problem, [begun]) is None:
            stuck.append(v)
            continue
        base += [begun] if begun is not None else []
        duties += [duty] if duty is not None else []
    if stuck:
        return None, stuck
    whole = as_driven(problem, duties)
    if whole is not None:
        return whole, []
    # Two legs of one visit may be at odds: keep vehicle after vehicle, as far as it goes.
    kept = {duty.group: duty for duty in base}
    for duty in duties:
        if as_driven(problem, [*(d for g, d in kept.items() if g != duty.group), duty]) is not None:
            kept[duty.group] = duty
    return as_driven(problem, list(kept.values())), []


def _kept_duty(rest: Rest, plan: Standing, v: int, begun: Duty | None) -> Duty | None:
    """Rides of a vehicle that can stay, each as little changed as can be."""
    problem, where = rest.problem, rest.wheres[v]
    offer, changed = problem.offers[v], rest.changed[v]
    duty = begun
    if duty is not None and incumbent_of(problem, [duty]) is None:
        # A break still to come may only fit once a later ride is there.
        duty = None
    offers, starts = (list(begun.offers), list(begun.starts)) if begun is not None else ([], [])
    sizes = np.diff(offer.ptr)
    for ride in plan.rides.get(rest.day.vehicles[v].id, ()):
        trips = sorted(rest.trips[name] for name in ride.trips if name in rest.trips)
        if ride in where.begun or not trips:
            continue
        inside: np.typing.NDArray[np.bool_] = np.zeros(0, np.bool_)
        if len(offer):
            inside = np.logical_and.reduceat(np.isin(offer.trip, trips), offer.ptr[:-1])
        alike = np.flatnonzero(inside & (sizes == len(trips)))
        off = np.maximum(np.maximum(offer.lo[alike] - ride.start, ride.start - offer.hi[alike]), 0.0)
        for o in alike[np.lexsort((offer.primary[alike], off, changed[alike]))].tolist():
            at = float(np.clip(ride.start, offer.lo[o], offer.hi[o]))
            trial = problem.duty(v, [*offers, o], [*starts, at])
            if incumbent_of(problem, [trial]) is not None:
                duty = trial
                offers, starts = list(trial.offers), list(trial.starts)
                break
    return duty


def repair(
    rest: Rest,
    kept: Incumbent,
    percent: float,
    *,
    local: bool,
    until: float,
    seed: int,
    stop: Callable[[], bool],
) -> Repaired:
    """Search for the plan that serves most and, within ``percent`` of the least cost met, changes least.

    With a price of ``percent`` of the plan's cost on every changed promise, no plan that changes less is
    within ``percent`` of the least cost; lower prices follow in case that plan itself is not.

    Parameters
    ----------
    local
        Whether to leave it at the full price, so that the plan is repaired and nothing else made cheaper.
    """
    problem = rest.problem
    scale = abs(kept.primary) + problem.tie * abs(kept.secondary)
    found = [kept]
    for share in SHARES[:1] if local else SHARES if percent > 0 else SHARES[-1:]:
        if stop() or time.perf_counter() >= until:
            break
        best = found[-1] if share < 1.0 else kept
        found.append(_searched(rest, best, share * scale * percent / 100.0, until, seed, stop))
    cut = time.perf_counter() >= until
    lawful = [plan for plan in found if _keeps_begun(rest, plan)]
    if local:
        lawful = lawful[-1:]
    most = min(len(plan.unserved) for plan in lawful)
    lawful = [plan for plan in lawful if len(plan.unserved) == most]
    least = min(plan.cost(problem) for plan in lawful)
    limit = least + (abs(least - problem.penalty * most)) * percent / 100.0 + 1e-9
    near = [plan for plan in lawful if plan.cost(problem) <= limit]
    best = min(near, key=lambda plan: (count_changed(rest, plan), plan.cost(problem)))
    return Repaired(_calm(rest, best), count_changed(rest, best), least, cut and not stop())


def count_changed(rest: Rest, plan: Incumbent) -> int:
    """Promises a plan changes."""
    return int(sum(rest.changed[duty.group][list(duty.offers)].sum() for duty in plan.duties))


def _searched(
    rest: Rest, plan: Incumbent, price: float, until: float, seed: int, stop: Callable[[], bool]
) -> Incumbent:
    problem = rest.problem
    priced = _with_price(problem, rest, price)
    search = RouteSearch(priced, seed, 2)
    start = as_driven(priced, [priced.duty(d.group, d.offers, s) for d, s in _timed(plan)])
    rounds = ROUNDS_PER_TRIP * len(problem.trips) + 200
    best = search.run(until, stop, plan=start or plan, rounds=rounds, heat=HEAT)
    again = as_driven(problem, [problem.duty(d.group, d.offers, s) for d, s in _timed(best)])
    return again if again is not None else plan


def _with_price(problem: Problem, rest: Rest, price: float) -> Problem:
    """The problem with a price on every changed promise."""
    offers = tuple(
        replace(offer, primary=offer.primary + price * changed)
        for offer, changed in zip(problem.offers, rest.changed, strict=True)
    )
    return replace(problem, offers=offers)


def _timed(plan: Incumbent) -> list[tuple[Duty, tuple[float, ...]]]:
    return list(zip(plan.duties, plan.starts, strict=True))


def _keeps_begun(rest: Rest, plan: Incumbent) -> bool:
    driven = {duty.group: duty.offers for duty in plan.duties}
    return all(set(begun) <= set(driven.get(v, ())) for v, begun in enumerate(rest.begun))


def _calm(rest: Rest, plan: Incumbent) -> Incumbent:
    """The same rides with the told pick-ups kept to the second where they can be, and little waiting."""
    problem = rest.problem
    told = [(duty.group, o) for duty in plan.duties for o in duty.offers]
    for seconds in CALM:
        tight = []
        for g, offer in enumerate(problem.offers):
            lo, hi = offer.lo.copy(), offer.hi.copy()
            for group, o in told:
                if group == g and hi[o] - lo[o] <= 2.0 * STEADY_MIN + EPS:
                    middle, width = float(lo[o] + hi[o]) / 2.0, seconds * ONE_SECOND
                    lo[o], hi[o] = max(lo[o], middle - width), min(hi[o], middle + width)
            tight.append(replace(offer, lo=lo, hi=hi))
        calm = incumbent_of(replace(problem, offers=tuple(tight)), plan.duties, kind=True)
        if calm is not None:
            return calm
    return incumbent_of(problem, plan.duties, kind=True) or plan
