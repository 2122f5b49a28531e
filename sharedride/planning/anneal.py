"""Ruin and recreate under simulated annealing, compiled.

Slack induction by string removals (Christiaens & Vanden Berghe 2020, doi:10.1287/trsc.2019.0914), on rides of
several patients: who stays aboard when others are taken out rides on where that is lawful.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from sharedride.planning.borrowed import borrowed
from sharedride.planning.moves import (
    Undo,
    below,
    best_vehicle,
    chance,
    forget,
    put_in,
    remember,
    take_back,
    take_out,
)
from sharedride.planning.ridesets import RideSets
from sharedride.planning.schedule import Schedule, refresh

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


class Settings(NamedTuple):
    """Numbers that steer the search.

    Attributes
    ----------
    removed
        Trips taken out in one go, on average.
    string
        Rides of one vehicle taken out in one go, at most.
    blink
        Chance that a vehicle is overlooked while a trip is put back.
    """

    removed: int = 8
    string: int = 6
    blink: float = 0.02


class Routes(NamedTuple):
    """Vehicle routes met, those of the best plans where there is no room for all.

    Attributes
    ----------
    key, rides, offer, start
        Hash, number of rides (0: free), offers and starts of each; the group follows from the offers.
    cost
        Least cost of a plan each was part of.
    """

    key: IntArray
    rides: IntArray
    offer: IntArray
    start: FloatArray
    cost: FloatArray


class Walk(NamedTuple):
    """One thread's search: its plan, the best it met, and all it needs on the way.

    Attributes
    ----------
    cost
        Of the plan at present and of the best.
    best_rides, best_offer, best_start
        The best plan.
    dice
        State of the random numbers.
    gone, hit, order, weight
        Scratch space.
    """

    plan: Schedule
    undo: Undo
    routes: Routes
    cost: FloatArray
    best_rides: IntArray
    best_offer: IntArray
    best_start: FloatArray
    dice: npt.NDArray[np.uint64]
    gone: npt.NDArray[np.bool_]
    hit: npt.NDArray[np.bool_]
    order: IntArray
    weight: FloatArray


@njit(cache=True, nogil=True)
def _mark_string(sets, walk, v, t, length, dice):  # type: ignore[no-untyped-def]
    """Mark the trips of some rides in a row, that of a trip among them; returns how many."""
    plan = walk.plan
    rides = plan.vehicle[v].rides
    at = 0
    for k in range(rides):
        for m in range(sets.offer[plan.ride[v, k].offer].ptr, sets.offer[plan.ride[v, k].offer + 1].ptr):
            if sets.member[m].trip == t:
                at = k
    length = min(length, rides)
    begin = max(0, min(at - below(dice, length), rides - length))
    # Some rides of the string may stay, as in the split string of the paper; of others some patients.
    spare = chance(dice) * 0.5 if chance(dice) < 0.5 else 0.0
    marked = 0
    for k in range(begin, begin + length):
        if k != at and chance(dice) < spare:
            continue
        part = chance(dice) < 0.3
        for m in range(sets.offer[plan.ride[v, k].offer].ptr, sets.offer[plan.ride[v, k].offer + 1].ptr):
            if sets.member[m].trip == t or not part or chance(dice) < 0.5:
                walk.gone[sets.member[m].trip] = True
                marked += 1
    return marked


@njit(cache=True, nogil=True)
def _mark(sets, walk, settings):  # type: ignore[no-untyped-def]
    """Mark trips to be taken out, in one of several ways."""
    plan, dice = walk.plan, walk.dice
    trips, vehicles = plan.place.shape[0], plan.vehicle.shape[0]
    walk.gone[:] = False
    walk.hit[:] = False
    seed = below(dice, trips)
    absent = 0
    for t in range(trips):
        if plan.place[t].car < 0:
            absent += 1
            if chance(dice) * absent < 0.5:
                seed = t
    many = 1 + below(dice, np.int64(2 * settings.removed - 1))
    way = chance(dice)
    if way < 0.6:
        strings = 1 + below(dice, np.int64(3))
        marked = 0
        for step in range(sets.near.shape[1] + 1):
            t = seed if step == 0 else sets.near[seed, step - 1]
            v = plan.place[t].car
            if v < 0 or walk.hit[v]:
                continue
            walk.hit[v] = True
            marked += _mark_string(sets, walk, v, t, 1 + below(dice, settings.string), dice)
            strings -= 1
            if strings <= 0 or marked >= 2 * settings.removed:
                break
    elif way < 0.85:
        # Near trips one by one, some passed over.
        walk.gone[seed] = True
        couple = chance(dice) < 0.3
        for step in range(sets.near.shape[1]):
            if many <= 0:
                break
            if chance(dice) < 0.4:
                continue
            t = sets.near[seed, step]
            walk.gone[t] = True
            many -= 1
            if couple and sets.trip[t].mate >= 0:
                walk.gone[sets.trip[t].mate] = True
                many -= 1
    elif way < 0.95:
        # A whole vehicle, rather one with few rides, so that it may be saved; some near trips make room.
        v, fewest = -1, 1 << 30
        for _ in range(3):
            u = plan.place[below(dice, trips)].car
            if u >= 0 and plan.vehicle[u].rides < fewest:
                v, fewest = u, plan.vehicle[u].rides
        if v >= 0:
            for k in range(plan.vehicle[v].rides):
                for m in range(
                    sets.offer[plan.ride[v, k].offer].ptr, sets.offer[plan.ride[v, k].offer + 1].ptr
                ):
                    walk.gone[sets.member[m].trip] = True
                    if trips > 1 and chance(dice) < 0.3:
                        walk.gone[sets.near[sets.member[m].trip, below(dice, min(5, sets.near.shape[1]))]] = (
                            True
                        )
    else:
        for _ in range(many):
            walk.gone[below(dice, trips)] = True
    walk.hit[:] = False
    for t in range(trips):
        if walk.gone[t] and plan.place[t].car >= 0:
            walk.hit[plan.place[t].car] = True
    for v in range(vehicles):
        if walk.hit[v]:
            take_out(sets, plan, walk.undo, v, walk.gone)


@njit(cache=True, nogil=True)
def _line_up(sets, walk):  # type: ignore[no-untyped-def]
    """Put the absent trips in the order in which they will be put back; returns how many."""
    plan, dice = walk.plan, walk.dice
    count = 0
    for t in range(plan.place.shape[0]):
        if plan.place[t].car < 0:
            walk.order[count] = t
            count += 1
    way = chance(dice)
    for k in range(count):
        t = walk.order[k]
        if way < 0.4:
            walk.weight[k] = chance(dice)
        elif way < 0.6:
            walk.weight[k] = -sets.trip[t].alone
        elif way < 0.7:
            walk.weight[k] = sets.trip[t].alone
        elif way < 0.85:
            walk.weight[k] = sets.trip[t].choice + 1e-3 * chance(dice)
        else:
            walk.weight[k] = sets.trip[t].time
    for k in range(1, count):
        t, weight, j = walk.order[k], walk.weight[k], k
        while j > 0 and walk.weight[j - 1] > weight:
            walk.order[j], walk.weight[j] = walk.order[j - 1], walk.weight[j - 1]
            j -= 1
        walk.order[j], walk.weight[j] = t, weight
    return count


@njit(cache=True, nogil=True)
def _put_back(sets, walk, t, blink):  # type: ignore[no-untyped-def]
    """Put a trip where it costs least, if it fits anywhere; returns the change of the plan's cost."""
    plan, undo = walk.plan, walk.undo
    change = 0.0
    p = sets.trip[t].mate
    if p >= 0 and plan.place[p].car >= 0:
        # Its partner keeps its wait meanwhile, so that the two cannot outbid each other.
        remember(plan, undo, plan.place[p].car)
        plan.now[0].frozen = p
        refresh(sets, plan, plan.place[p].car)
    v = best_vehicle(sets, plan, t, blink, walk.dice)
    if v >= 0:
        best, before = plan.best[t, v], plan.vehicle[v].cost
        if put_in(sets, plan, undo, v, np.int64(best.begin), np.int64(best.end), best.offer):
            change = plan.vehicle[v].cost - before - sets.terms[0].penalty
    plan.now[0].frozen = -1
    if p >= 0 and plan.place[p].car >= 0:
        refresh(sets, plan, plan.place[p].car)
    return change


@njit(cache=True, nogil=True)
def note_route(walk, v):  # type: ignore[no-untyped-def]
    """Keep the route of a vehicle, in the place of one from worse plans where there is no room."""
    plan, routes = walk.plan, walk.routes
    rides = plan.vehicle[v].rides
    if rides == 0:
        return
    mask = routes.key.shape[0] - 1
    key = np.int64(0)
    for k in range(rides):
        key = (key ^ (key >> 31)) * 6364136223846793005 + plan.ride[v, k].offer + 1
    key ^= key >> 29
    worst = key & mask
    for step in range(4):
        slot = (key + step) & mask
        if routes.rides[slot] == 0 or routes.key[slot] == key:
            worst = slot
            break
        if routes.cost[slot] > routes.cost[worst]:
            worst = slot
    if routes.rides[worst] > 0 and routes.cost[worst] <= walk.cost[0]:
        return
    routes.key[worst], routes.rides[worst], routes.cost[worst] = key, rides, walk.cost[0]
    for k in range(rides):
        routes.offer[worst, k], routes.start[worst, k] = plan.ride[v, k].offer, plan.ride[v, k].start


@njit(cache=True, nogil=True)
def keep_best(walk):  # type: ignore[no-untyped-def]
    """Make the present plan the best."""
    plan = walk.plan
    walk.cost[1] = walk.cost[0]
    for v in range(plan.vehicle.shape[0]):
        walk.best_rides[v] = plan.vehicle[v].rides
        for k in range(plan.vehicle[v].rides):
            walk.best_offer[v, k], walk.best_start[v, k] = plan.ride[v, k].offer, plan.ride[v, k].start


@njit(cache=True, nogil=True)
def total_cost(sets, plan):  # type: ignore[no-untyped-def]
    """Cost of a plan with tie-breaker and penalty."""
    total = 0.0
    for v in range(plan.vehicle.shape[0]):
        total += plan.vehicle[v].cost
    for t in range(plan.place.shape[0]):
        if plan.place[t].car < 0:
            total += sets.terms[0].penalty
    return total


@njit(cache=True, nogil=True)
def _uncounted(sets, walk):  # type: ignore[no-untyped-def]
    """Return tables and walk with their arrays borrowed."""
    return RideSets(
        borrowed(sets.offer), borrowed(sets.member), borrowed(sets.slot), borrowed(sets.trip),
        borrowed(sets.group), borrowed(sets.leg), borrowed(sets.together), borrowed(sets.near),
        borrowed(sets.terms),
    ), Walk(
        Schedule(
            borrowed(walk.plan.vehicle), borrowed(walk.plan.ride), borrowed(walk.plan.place),
            borrowed(walk.plan.now), borrowed(walk.plan.best),
        ),
        Undo(
            borrowed(walk.undo.changed), borrowed(walk.undo.known), borrowed(walk.undo.at),
            borrowed(walk.undo.vehicle), borrowed(walk.undo.ride),
        ),
        Routes(
            borrowed(walk.routes.key), borrowed(walk.routes.rides), borrowed(walk.routes.offer),
            borrowed(walk.routes.start), borrowed(walk.routes.cost),
        ),
        borrowed(walk.cost), borrowed(walk.best_rides), borrowed(walk.best_offer),
        borrowed(walk.best_start), borrowed(walk.dice), borrowed(walk.gone), borrowed(walk.hit),
        borrowed(walk.order), borrowed(walk.weight),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def anneal(sets, walk, settings, rounds, hot, cold):  # type: ignore[no-untyped-def]
    """Do some rounds of ruin and recreate while the temperature falls from ``hot`` to ``cold``."""
    sets, walk = _uncounted(sets, walk)
    plan, undo, dice = walk.plan, walk.undo, walk.dice
    for n in range(rounds):
        heat = hot * (cold / hot) ** (n / rounds)
        _mark(sets, walk, settings)
        for t in range(plan.place.shape[0]):
            p = sets.trip[t].mate
            if plan.place[t].car < 0 and p >= 0 and plan.place[p].car >= 0:
                remember(plan, undo, plan.place[p].car)
                refresh(sets, plan, plan.place[p].car)
        count = _line_up(sets, walk)
        # What is accepted is known beforehand, so a plan already dearer need not be completed.
        limit = walk.cost[0] - heat * np.log(max(chance(dice), 1e-300)) - 1e-9
        cost = total_cost(sets, plan) - count * sets.terms[0].penalty
        for k in range(count):
            cost += _put_back(sets, walk, walk.order[k], settings.blink) + sets.terms[0].penalty
            if cost >= limit:
                break
        if cost < limit:
            changed = abs(cost - walk.cost[0]) > 1e-7
            walk.cost[0] = cost
            if changed and cost < walk.cost[1] + 0.02 * abs(walk.cost[1]):
                for at in range(undo.known[0]):
                    note_route(walk, undo.changed[at])
            if cost < walk.cost[1] - 1e-7:
                keep_best(walk)
            forget(undo)
        else:
            take_back(sets, plan, undo)
