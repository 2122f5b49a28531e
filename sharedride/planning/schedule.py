"""Vehicles' rides with their earliest and latest starts, kept so that one check tells whether a ride fits.

A vehicle's rides have two earliest starts, with the driver's break still owed and with it taken, and two
latest ones to match. The 45 minutes of a visit whose trips ride in different vehicles are kept by concrete
starts: each trip may wait what the present wait of its partner leaves.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from sharedride.planning.ridesets import NEVER, TOLERANCE, RideSets

Records = npt.NDArray[np.void]

VEHICLE = np.dtype([("group", "i8"), ("rides", "i8"), ("cost", "f8"), ("stamp", "i8")])
RIDE = np.dtype(
    [
        ("offer", "i8"),
        ("lo", "f8"),
        ("hi", "f8"),
        ("start", "f8"),
        ("owed", "f8"),
        ("taken", "f8"),
        ("may_owe", "f8"),
        ("must_have", "f8"),
    ]
)
PLACE = np.dtype([("car", "i8"), ("wait", "f8"), ("told", "i8")])
NOW = np.dtype([("frozen", "i8"), ("stamp", "i8")])
BEST = np.dtype(
    [("stamp", "i8"), ("wait", "f8"), ("more", "f8"), ("begin", "i4"), ("end", "i4"), ("offer", "i8")]
)


class Schedule(NamedTuple):
    """A plan being changed.

    Attributes
    ----------
    vehicle
        Group, number of rides and cost of each vehicle; a new stamp whenever anything about it changes.
    ride
        Rides of each vehicle in order: offer, window of starts with visits in it, concrete start; earliest
        start with the break to come and with the break had (or none to have); latest start from which the
        break can still be had later, and from which the rest of the route works without one.
    place
        Vehicle of each trip or -1, its wait at the place of care, and whether its partner's vehicle has been
        told of it.
    now
        The trip whose wait may not grow at present, or -1, and the last stamp given.
    best
        Cheapest place of each trip in each vehicle, as of a stamp of the vehicle and the wait of the trip's
        partner: increase of cost, first and last ride replaced, and offer. A vehicle put back as it was has
        its old stamp again, and what was known of it holds.
    """

    vehicle: Records
    ride: Records
    place: Records
    now: Records
    best: Records


def empty_schedule(sets: RideSets, counts: Sequence[int], longest: int) -> Schedule:
    """Return a plan without rides, ``longest`` of which fit in a vehicle."""
    vehicle = np.zeros(sum(counts), VEHICLE)
    vehicle["group"] = np.repeat(np.arange(len(counts)), counts)
    place, now = np.zeros(len(sets.trip), PLACE), np.zeros(1, NOW)
    place["car"], now["frozen"] = -1, -1
    best = np.zeros((len(place), len(vehicle)), BEST)
    best["stamp"] = -1
    return Schedule(vehicle, np.zeros((len(vehicle), longest), RIDE), place, now, best)


@njit(cache=True, nogil=True)
def stamp(plan, v):  # type: ignore[no-untyped-def]
    """Note that a vehicle has changed."""
    plan.now[0].stamp += 1
    plan.vehicle[v].stamp = plan.now[0].stamp


@njit(cache=True, nogil=True)
def window(sets, plan, o, v):  # type: ignore[no-untyped-def]
    """Window of starts of an offer in a vehicle, cut to what the waits of placed partners leave."""
    lo, hi = sets.offer[o].lo, sets.offer[o].hi
    for m in range(sets.offer[o].ptr, sets.offer[o + 1].ptr):
        p = sets.member[m].partner
        if p < 0 or plan.place[p].car < 0:
            continue
        t = sets.member[m].trip
        if plan.now[0].frozen == t:
            most = plan.place[t].wait
        else:
            most = sets.terms[0].wait_limit - plan.place[p].wait
            if plan.now[0].frozen != p and plan.place[t].car == v and plan.place[p].car == v:
                # Both may move at once: each gets half of what is left.
                most = plan.place[t].wait + 0.5 * (most - plan.place[t].wait)
        if sets.member[m].wait_sign < 0:
            lo = max(lo, sets.member[m].wait_at - most)
        else:
            hi = min(hi, most - sets.member[m].wait_at)
    return lo, hi


@njit(cache=True, nogil=True)
def _first(sets, g, o, lo, hi):  # type: ignore[no-untyped-def]
    """Earliest starts of an offer as the first of a vehicle: break owed, break taken."""
    rest = sets.group[g].break_rest
    if rest < 0:
        return NEVER, lo if lo <= hi + TOLERANCE else NEVER
    away = sets.leg[sets.group[g].depot, sets.offer[o].first].minutes
    taken = max(lo, sets.group[g].break_finish + away)
    stood = sets.group[g].shift_start + away + rest
    if stood <= sets.group[g].break_finish + TOLERANCE:
        taken = min(taken, max(lo, max(stood, sets.group[g].break_begin + rest)))
    return lo if lo <= hi + TOLERANCE else NEVER, taken if taken <= hi + TOLERANCE else NEVER


@njit(cache=True, nogil=True)
def _next(sets, g, owed, taken, gap, lo, hi):  # type: ignore[no-untyped-def]
    """Earliest starts of a ride from those of the one before, ``gap`` minutes earlier at least."""
    rest = sets.group[g].break_rest
    then = max(lo, taken + gap)
    if rest >= 0 and owed + gap + rest <= sets.group[g].break_finish + TOLERANCE:
        then = min(then, max(lo, max(owed + gap, sets.group[g].break_begin) + rest))
    still = max(lo, owed + gap)
    return still if still <= hi + TOLERANCE else NEVER, then if then <= hi + TOLERANCE else NEVER


@njit(cache=True, nogil=True)
def _ends_before(sets, g, o):  # type: ignore[no-untyped-def]
    """Latest start of an offer as the last of a vehicle that needs no break."""
    if sets.group[g].break_rest < 0:
        return -NEVER
    return (
        sets.group[g].break_begin
        - sets.offer[o].duration
        - sets.leg[sets.offer[o].last, sets.group[g].home].minutes
    )


@njit(cache=True, nogil=True)
def fits(sets, plan, v, i, j, o, lo, hi):  # type: ignore[no-untyped-def]
    """Whether an offer can take the place of rides ``i`` to ``j`` (excluded) of a vehicle."""
    g = plan.vehicle[v].group
    if i == 0:
        owed, taken = _first(sets, g, o, lo, hi)
    else:
        before = plan.ride[v, i - 1].offer
        gap = sets.offer[before].duration + sets.leg[sets.offer[before].last, sets.offer[o].first].minutes
        owed, taken = _next(sets, g, plan.ride[v, i - 1].owed, plan.ride[v, i - 1].taken, gap, lo, hi)
    if j == plan.vehicle[v].rides:
        return taken < NEVER or (owed < NEVER and owed <= _ends_before(sets, g, o) + TOLERANCE)
    after = plan.ride[v, j].offer
    gap = sets.offer[o].duration + sets.leg[sets.offer[o].last, sets.offer[after].first].minutes
    if taken + gap <= plan.ride[v, j].must_have + TOLERANCE:
        return True
    if owed + gap <= plan.ride[v, j].may_owe + TOLERANCE:
        return True
    rest = sets.group[g].break_rest
    return (
        rest >= 0
        and owed + gap + rest <= sets.group[g].break_finish + TOLERANCE
        and max(owed + gap, sets.group[g].break_begin) + rest <= plan.ride[v, j].must_have + TOLERANCE
    )


@njit(cache=True, nogil=True)
def refresh(sets, plan, v):  # type: ignore[no-untyped-def]
    """Compute a vehicle's windows, earliest and latest starts anew; false where it cannot be driven."""
    g, rides = plan.vehicle[v].group, plan.vehicle[v].rides
    if rides == 0:
        return True
    rest, begin, finish = sets.group[g].break_rest, sets.group[g].break_begin, sets.group[g].break_finish
    changed = False
    for k in range(rides):
        o = plan.ride[v, k].offer
        lo, hi = window(sets, plan, o, v)
        changed |= lo != plan.ride[v, k].lo or hi != plan.ride[v, k].hi
        plan.ride[v, k].lo, plan.ride[v, k].hi = lo, hi
        if k == 0:
            plan.ride[v, 0].owed, plan.ride[v, 0].taken = _first(sets, g, o, lo, hi)
        else:
            before = plan.ride[v, k - 1].offer
            gap = sets.offer[before].duration + sets.leg[sets.offer[before].last, sets.offer[o].first].minutes
            plan.ride[v, k].owed, plan.ride[v, k].taken = _next(
                sets, g, plan.ride[v, k - 1].owed, plan.ride[v, k - 1].taken, gap, lo, hi
            )
    if changed:
        stamp(plan, v)
    for k in range(rides - 1, -1, -1):
        o, lo, hi = plan.ride[v, k].offer, plan.ride[v, k].lo, plan.ride[v, k].hi
        if k == rides - 1:
            have, owe = hi, min(hi, _ends_before(sets, g, o))
        else:
            after = plan.ride[v, k + 1].offer
            gap = sets.offer[o].duration + sets.leg[sets.offer[o].last, sets.offer[after].first].minutes
            later = plan.ride[v, k + 1].must_have
            have, owe = min(hi, later - gap), min(hi, plan.ride[v, k + 1].may_owe - gap)
            if rest >= 0 and later >= begin + rest - TOLERANCE:
                owe = max(owe, min(hi, min(finish, later) - gap - rest))
        plan.ride[v, k].must_have = have if have >= lo - TOLERANCE else -NEVER
        plan.ride[v, k].may_owe = owe if owe >= lo - TOLERANCE else -NEVER
    o = plan.ride[v, rides - 1].offer
    return plan.ride[v, rides - 1].taken < NEVER or (
        plan.ride[v, rides - 1].owed < NEVER
        and plan.ride[v, rides - 1].owed <= _ends_before(sets, g, o) + TOLERANCE
    )


@njit(cache=True, nogil=True)
def settle(sets, plan, v):  # type: ignore[no-untyped-def]
    """Choose a refreshed vehicle's starts: outbound rides late, the others early; note the waits."""
    g, rides = plan.vehicle[v].group, plan.vehicle[v].rides
    if rides == 0:
        return
    rest, finish = sets.group[g].break_rest, sets.group[g].break_finish
    end = _ends_before(sets, g, plan.ride[v, rides - 1].offer)
    k = rides - 1
    owing = plan.ride[v, k].owed < NEVER and plan.ride[v, k].owed <= end + TOLERANCE
    ends_early = owing
    pause = -1
    while k >= 0:
        if owing:
            plan.ride[v, k].start = plan.ride[v, k].owed
        else:
            plan.ride[v, k].start = plan.ride[v, k].taken
            if rest >= 0 and k > 0:
                o, before = plan.ride[v, k].offer, plan.ride[v, k - 1].offer
                gap = (
                    sets.offer[before].duration
                    + sets.leg[sets.offer[before].last, sets.offer[o].first].minutes
                )
                if max(plan.ride[v, k].lo, plan.ride[v, k - 1].taken + gap) > plan.ride[v, k].taken + 1e-9:
                    owing, pause = True, k
        k -= 1
    for k in range(rides - 1, -1, -1):
        o = plan.ride[v, k].offer
        late = plan.ride[v, k].hi
        if k == rides - 1:
            if ends_early:
                late = min(late, end)
        else:
            gap = (
                sets.offer[o].duration
                + sets.leg[sets.offer[o].last, sets.offer[plan.ride[v, k + 1].offer].first].minutes
            )
            if pause == k + 1:
                late = min(late, finish - gap - rest)
                gap += rest
            late = min(late, plan.ride[v, k + 1].start - gap)
        slope = 0.0
        for m in range(sets.offer[o].ptr, sets.offer[o + 1].ptr):
            if sets.member[m].partner >= 0:
                slope += sets.member[m].wait_sign
        if slope < 0:
            plan.ride[v, k].start = max(plan.ride[v, k].start, late)
        for m in range(sets.offer[o].ptr, sets.offer[o + 1].ptr):
            place = plan.place[sets.member[m].trip]
            wait = sets.member[m].wait_at + sets.member[m].wait_sign * plan.ride[v, k].start
            if wait != place.wait:
                place.wait, place.told = wait, 0
