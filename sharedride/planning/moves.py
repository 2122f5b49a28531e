"""Changes to a plan, each of which can be taken back: rides put in, trips taken out."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from sharedride.planning.ridesets import NEVER, first_offer
from sharedride.planning.schedule import Schedule, fits, refresh, settle, stamp, window

IntArray = npt.NDArray[np.int64]
Records = npt.NDArray[np.void]


class Undo(NamedTuple):
    """Vehicles as they were before the changes.

    Attributes
    ----------
    changed
        Vehicles changed, as many as ``known`` says.
    at
        Of each vehicle: where in ``changed`` it stands, or -1.
    vehicle, ride
        The changed vehicles and their rides as they were.
    """

    changed: IntArray
    known: IntArray
    at: IntArray
    vehicle: Records
    ride: Records


def nothing_to_undo(plan: Schedule) -> Undo:
    """Room for every vehicle of a plan."""
    size = len(plan.vehicle)
    return Undo(
        np.zeros(size, np.int64),
        np.zeros(1, np.int64),
        np.full(size, -1, np.int64),
        np.zeros_like(plan.vehicle),
        np.zeros_like(plan.ride),
    )


@njit(cache=True, nogil=True)
def remember(plan, undo, v):  # type: ignore[no-untyped-def]
    """Keep a vehicle as it is, unless it is kept already."""
    if undo.at[v] >= 0:
        return
    at = undo.known[0]
    undo.known[0] += 1
    undo.changed[at], undo.at[v] = v, at
    undo.vehicle[at] = plan.vehicle[v]
    for k in range(plan.vehicle[v].rides):
        undo.ride[at, k] = plan.ride[v, k]


@njit(cache=True, nogil=True)
def forget(undo):  # type: ignore[no-untyped-def]
    """Let the changes stand."""
    for at in range(undo.known[0]):
        undo.at[undo.changed[at]] = -1
    undo.known[0] = 0


@njit(cache=True, nogil=True)
def take_back(sets, plan, undo):  # type: ignore[no-untyped-def]
    """Put every changed vehicle back as it was."""
    for at in range(undo.known[0]):
        v = undo.changed[at]
        for k in range(plan.vehicle[v].rides):
            o = plan.ride[v, k].offer
            for m in range(sets.offer[o].ptr, sets.offer[o + 1].ptr):
                plan.place[sets.member[m].trip].car = -1
    for at in range(undo.known[0]):
        v = undo.changed[at]
        plan.vehicle[v] = undo.vehicle[at]
        for k in range(plan.vehicle[v].rides):
            plan.ride[v, k] = undo.ride[at, k]
            o, start = plan.ride[v, k].offer, plan.ride[v, k].start
            for m in range(sets.offer[o].ptr, sets.offer[o + 1].ptr):
                place = plan.place[sets.member[m].trip]
                place.car = v
                place.wait = sets.member[m].wait_at + sets.member[m].wait_sign * start
    forget(undo)


@njit(cache=True, nogil=True)
def cost_of(sets, plan, v):  # type: ignore[no-untyped-def]
    """Cost of a vehicle's duty with the tie-breaker."""
    rides, g = plan.vehicle[v].rides, plan.vehicle[v].group
    if rides == 0:
        return 0.0
    total, here = sets.terms[0].vehicle_cost, sets.group[g].depot
    for k in range(rides):
        o = plan.ride[v, k].offer
        total += sets.leg[here, sets.offer[o].first].dead + sets.offer[o].own
        here = sets.offer[o].last
    return total + sets.leg[here, sets.group[g].home].dead


@njit(cache=True, nogil=True)
def replace(sets, plan, v, i, j, one, two):  # type: ignore[no-untyped-def]
    """Put up to two offers in the place of rides ``i`` to ``j`` (excluded); -1 stands for none."""
    stamp(plan, v)
    for k in range(i, j):
        for m in range(sets.offer[plan.ride[v, k].offer].ptr, sets.offer[plan.ride[v, k].offer + 1].ptr):
            plan.place[sets.member[m].trip].car = -1
    shift = (one >= 0) + (two >= 0) - (j - i)
    rides = plan.vehicle[v].rides
    if shift > 0:
        for k in range(rides - 1, j - 1, -1):
            plan.ride[v, k + shift] = plan.ride[v, k]
    elif shift < 0:
        for k in range(j, rides):
            plan.ride[v, k + shift] = plan.ride[v, k]
    plan.vehicle[v].rides = rides + shift
    for which in range(2):
        o = one if which == 0 else two
        if o < 0:
            continue
        plan.ride[v, i].offer = o
        for m in range(sets.offer[o].ptr, sets.offer[o + 1].ptr):
            plan.place[sets.member[m].trip].car = v
            plan.place[sets.member[m].trip].told = 0
        i += 1


@njit(cache=True, nogil=True)
def _tell_partners(sets, plan, undo, v):  # type: ignore[no-untyped-def]
    """Bring the vehicles of partners up to date with the waits in a vehicle."""
    within = False
    for k in range(plan.vehicle[v].rides):
        o = plan.ride[v, k].offer
        for m in range(sets.offer[o].ptr, sets.offer[o + 1].ptr):
            p, place = sets.member[m].partner, plan.place[sets.member[m].trip]
            if place.told:
                continue
            place.told = 1
            if p < 0 or plan.place[p].car < 0:
                continue
            u = plan.place[p].car
            if u == v:
                within = True
            else:
                remember(plan, undo, u)
                refresh(sets, plan, u)
    if within:
        refresh(sets, plan, v)


@njit(cache=True, nogil=True)
def put_in(sets, plan, undo, v, i, j, o):  # type: ignore[no-untyped-def]
    """Replace rides by one offer that fits, and time the vehicle; false, and nothing done, where it fails."""
    remember(plan, undo, v)
    none = np.int64(-1)
    old = plan.ride[v, i].offer if j > i else none
    second = plan.ride[v, i + 1].offer if j > i + 1 else none
    replace(sets, plan, v, i, j, o, none)
    fit = refresh(sets, plan, v)
    if not fit:
        replace(sets, plan, v, i, i + 1, old, second)
        refresh(sets, plan, v)
    settle(sets, plan, v)
    plan.now[0].frozen = -1
    plan.vehicle[v].cost = cost_of(sets, plan, v)
    _tell_partners(sets, plan, undo, v)
    return fit


@njit(cache=True, nogil=True)
def _best_rest(sets, plan, v, k, code, size):  # type: ignore[no-untyped-def]
    """Cheapest offer of a code that fits in the place of ride ``k``, or -1."""
    g, best, least = plan.vehicle[v].group, np.int64(-1), NEVER
    here = sets.group[g].depot if k == 0 else sets.offer[plan.ride[v, k - 1].offer].last
    there = (
        sets.group[g].home if k + 1 == plan.vehicle[v].rides else sets.offer[plan.ride[v, k + 1].offer].first
    )
    o = first_offer(sets, code)
    while o >= 0:
        if sets.offer[o].size == size:
            price = (
                sets.offer[o].own
                + sets.leg[here, sets.offer[o].first].dead
                + sets.leg[sets.offer[o].last, there].dead
            )
            if price < least:
                lo, hi = window(sets, plan, o, v)
                if lo <= hi and fits(sets, plan, v, k, k + 1, o, lo, hi):
                    best, least = o, price
        o = sets.offer[o].following
    return best


@njit(cache=True, nogil=True)
def _split(sets, plan, v, k, gone):  # type: ignore[no-untyped-def]
    """Two offers that carry the first and the last of those who stay in ride ``k``, or -1 and -1."""
    old = plan.ride[v, k].offer
    start = sets.group[plan.vehicle[v].group].word
    whole = start
    stay = 0
    for m in range(sets.offer[old].ptr, sets.offer[old + 1].ptr):
        if not gone[sets.member[m].trip]:
            whole += sets.trip[sets.member[m].trip].word
            stay += 1
    code, count = start, 0
    for m in range(sets.offer[old].ptr, sets.offer[old + 1].ptr):
        if gone[sets.member[m].trip]:
            continue
        code += sets.trip[sets.member[m].trip].word
        count += 1
        if count == stay:
            break
        one = first_offer(sets, code)
        two = first_offer(sets, whole - code + start)
        if one >= 0 and two >= 0 and sets.offer[one].size == count and sets.offer[two].size == stay - count:
            return one, two
    return np.int64(-1), np.int64(-1)


@njit(cache=True, nogil=True)
def take_out(sets, plan, undo, v, gone):  # type: ignore[no-untyped-def]
    """Take the trips marked as gone out of a vehicle; those left behind who cannot go on without them too."""
    remember(plan, undo, v)
    # Numba compiles a function again for every literal argument: these two are plain numbers.
    k, none = np.int64(0), np.int64(-1)
    while k < plan.vehicle[v].rides:
        old = plan.ride[v, k].offer
        code, stay = sets.offer[old].code, np.int64(sets.offer[old].size)
        for m in range(sets.offer[old].ptr, sets.offer[old + 1].ptr):
            t = sets.member[m].trip
            if gone[t]:
                code -= sets.trip[t].word
                stay -= 1
        if stay == sets.offer[old].size:
            k += 1
            continue
        rest = none
        if stay > 0:
            rest = _best_rest(sets, plan, v, k, code, stay)
            if rest < 0 and stay > 1 and plan.vehicle[v].rides + 1 < plan.ride.shape[1]:
                one, two = _split(sets, plan, v, k, gone)
                if one >= 0:
                    replace(sets, plan, v, k, k + 1, one, two)
                    if refresh(sets, plan, v):
                        k += 2
                        continue
                    replace(sets, plan, v, k, k + 2, old, none)
        replace(sets, plan, v, k, k + 1, rest, none)
        k += rest >= 0
        # A direct way longer than that over a stop can make even a shorter duty impossible.
        if not refresh(sets, plan, v):
            while plan.vehicle[v].rides > 0:
                replace(sets, plan, v, 0 * k, 0 * k + 1, none, none)
    refresh(sets, plan, v)
    settle(sets, plan, v)
    plan.vehicle[v].cost = cost_of(sets, plan, v)
    _tell_partners(sets, plan, undo, v)


@njit(cache=True, nogil=True)
def _alone(sets, plan, t, v, best):  # type: ignore[no-untyped-def]
    """Find the cheapest place for a trip in a ride of its own."""
    g, rides = plan.vehicle[v].group, plan.vehicle[v].rides
    o = first_offer(sets, sets.group[g].word + sets.trip[t].word)
    while o >= 0 and rides < plan.ride.shape[1]:
        lo, hi = window(sets, plan, o, v)
        first, last = sets.offer[o].first, sets.offer[o].last
        for k in range(rides, -1, -1):
            if k < rides and plan.ride[v, k].hi < lo:
                break
            here, there = sets.group[g].depot, sets.group[g].home
            if k > 0:
                before = plan.ride[v, k - 1]
                if before.lo > hi:
                    continue
                here = sets.offer[before.offer].last
            if k < rides:
                there = sets.offer[plan.ride[v, k].offer].first
            more = sets.offer[o].own + sets.leg[here, first].dead + sets.leg[last, there].dead
            more += sets.terms[0].vehicle_cost if rides == 0 else -sets.leg[here, there].dead
            if more < best.more and fits(sets, plan, v, k, k, o, lo, hi):
                best.more, best.begin, best.end, best.offer = more, k, k, o
        o = sets.offer[o].following


@njit(cache=True, nogil=True)
def _aboard(sets, plan, t, v, best):  # type: ignore[no-untyped-def]
    """Find the cheapest place for a trip in a ride there is, or joining it with the next."""
    g, rides = plan.vehicle[v].group, plan.vehicle[v].rides
    for k in range(rides):
        one = plan.ride[v, k].offer
        if not sets.together[t, sets.member[sets.offer[one].ptr].trip]:
            continue
        for width in range(1, 3):
            code = sets.offer[one].code + sets.trip[t].word
            end = one
            if width == 2:
                if k + 1 == rides:
                    break
                end = plan.ride[v, k + 1].offer
                if not sets.together[t, sets.member[sets.offer[end].ptr].trip]:
                    break
                code += sets.offer[end].code - sets.group[g].word
            o = first_offer(sets, code)
            if o < 0:
                continue
            here, there = sets.group[g].depot, sets.group[g].home
            if k > 0:
                here = sets.offer[plan.ride[v, k - 1].offer].last
            if k + width < rides:
                there = sets.offer[plan.ride[v, k + width].offer].first
            saved = sets.offer[one].own
            saved += sets.leg[here, sets.offer[one].first].dead + sets.leg[sets.offer[end].last, there].dead
            if width == 2:
                saved += sets.offer[end].own
                saved += sets.leg[sets.offer[one].last, sets.offer[end].first].dead
            while o >= 0:
                more = sets.offer[o].own - saved + sets.leg[here, sets.offer[o].first].dead
                more += sets.leg[sets.offer[o].last, there].dead
                if more < best.more:
                    lo, hi = window(sets, plan, o, v)
                    if fits(sets, plan, v, k, k + width, o, lo, hi):
                        best.more, best.begin, best.end, best.offer = more, k, k + width, o
                o = sets.offer[o].following


@njit(cache=True, nogil=True)
def best_vehicle(sets, plan, t, blink, dice):  # type: ignore[no-untyped-def]
    """Vehicle a trip costs least in, or -1; the place there is in ``plan.best``.

    Parameters
    ----------
    blink
        Chance that a vehicle is overlooked.
    """
    mate = sets.trip[t].mate
    wait = plan.place[mate].wait if mate >= 0 and plan.place[mate].car >= 0 else -NEVER
    vehicle, least = np.int64(-1), NEVER
    empty_group = np.int64(-1)
    for v in range(plan.vehicle.shape[0]):
        if plan.vehicle[v].rides == 0:
            if plan.vehicle[v].group == empty_group:
                continue
            empty_group = plan.vehicle[v].group
        best = plan.best[t, v]
        if best.stamp != plan.vehicle[v].stamp or best.wait != wait:
            best.stamp, best.wait, best.more = plan.vehicle[v].stamp, wait, NEVER
            _alone(sets, plan, t, v, best)
            _aboard(sets, plan, t, v, best)
        if best.more < least and chance(dice) >= blink:
            vehicle, least = np.int64(v), best.more
    return vehicle


@njit(cache=True, nogil=True)
def chance(dice):  # type: ignore[no-untyped-def]
    """Next random number in [0, 1) (xorshift64*, Vigna 2016)."""
    x = dice[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    dice[0] = x
    return ((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True, nogil=True)
def below(dice, bound):  # type: ignore[no-untyped-def]
    """Next random whole number from 0 to ``bound`` (excluded)."""
    return int(chance(dice) * bound)
