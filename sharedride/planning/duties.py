"""All duties of a small day, so that it can be solved outright."""

import numpy as np
from numba import njit

from sharedride.planning.problem import Duty, Problem
from sharedride.planning.timing import time_duties

EPS = 1e-6
TIE = 1e-7
"""Objectives closer than this differ by the order of their sums alone."""


@njit(cache=True, nogil=True)
def _sequences(first, last, lo, hi, duration, ptr, trip, trips, minutes, start, end, shift_to, most):  # type: ignore[no-untyped-def]
    """Every sequence of offers one vehicle can drive, breaks and visits aside; depth first.

    Returns
    -------
    Flat offers, pointers, number of sequences, and whether more than ``most`` offers had to be written.
    """
    size = first.shape[0]
    flat = np.empty(most, np.int32)
    ends = np.empty(most + 1, np.int64)
    ends[0] = 0
    count = 0
    written = 0
    used = np.zeros(trips, np.bool_)
    stack = np.empty(size + 2, np.int64)
    pointer = np.zeros(size + 2, np.int64)
    free = np.empty(size + 2)
    place = np.empty(size + 2, np.int64)
    d = 0
    while d >= 0:
        k = pointer[d]
        pointer[d] += 1
        if k >= size:
            if d > 0:
                for m in range(ptr[stack[d]], ptr[stack[d] + 1]):
                    used[trip[m]] = False
            d -= 1
            continue
        begin = lo[k] if d == 0 else max(lo[k], free[d] + minutes[place[d], first[k]])
        if begin > hi[k] + EPS:
            continue
        clash = False
        for m in range(ptr[k], ptr[k + 1]):
            clash = clash or used[trip[m]]
        if clash:
            continue
        d += 1
        stack[d] = k
        pointer[d] = 0
        free[d] = begin + duration[k]
        place[d] = last[k]
        for m in range(ptr[k], ptr[k + 1]):
            used[trip[m]] = True
        if free[d] + minutes[place[d], end] <= shift_to + EPS:
            if written + d > most:
                return flat, ends, count, True
            for x in range(1, d + 1):
                flat[written] = stack[x]
                written += 1
            count += 1
            ends[count] = written
    return flat, ends, count, False


def all_duties(problem: Problem, most: int) -> list[Duty] | None:
    """Every duty worth choosing from, or ``None`` where there are more than ``most`` offers in them.

    Where no visit of a duty reaches into another duty, only the cheapest way to carry a set of trips is
    kept; the others could matter only through their timing.
    """
    duties: list[Duty] = []
    for g, (offer, group) in enumerate(zip(problem.offers, problem.groups, strict=True)):
        if not len(offer) or not problem.counts[g]:
            continue
        flat, ends, count, cut = _sequences(
            offer.first, offer.last, offer.lo, offer.hi, offer.duration, offer.ptr, offer.trip,
            len(problem.partner), problem.table.minutes, group.start, group.end, group.shift[1], most,
        )  # fmt: skip
        if cut:
            return None
        best: dict[tuple[int, ...], Duty] = {}
        for k in range(count):
            duty = problem.duty(g, flat[ends[k] : ends[k + 1]].tolist(), ())
            inside = set(duty.trips)
            own = all(problem.partner[t] < 0 or int(problem.partner[t]) in inside for t in duty.trips)
            if not own:
                duties.append(duty)
                continue
            known = best.get(duty.trips)
            if known is not None and _no_dearer(known, duty):
                continue
            if _drivable(problem, duty):
                best[duty.trips] = duty
        duties += best.values()
    return duties


def _no_dearer(one: Duty, other: Duty) -> bool:
    """Whether a duty is better at the objective, or as good and its running cost no higher."""
    if abs(one.primary - other.primary) > TIE:
        return one.primary < other.primary
    return one.secondary <= other.secondary


def _drivable(problem: Problem, duty: Duty) -> bool:
    timed = time_duties(
        [(duty.group, duty.offers)], problem.groups, problem.offers, problem.table, problem.partner,
        problem.wait_limit,
    )  # fmt: skip
    return timed.starts is not None
