"""The offers of all vehicle groups, found by who rides in them.

Every trip has a random 64-bit word and every group one more; the sum of the words of a set of trips and a
group is its code (Zobrist 1970), so the code of a ride with one patient more or less is one addition away.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from sharedride.planning.problem import Problem
from sharedride.planning.relatedness import relatedness

NEVER = 1e18
"""A time that never comes, in minutes."""
TOLERANCE = 1e-7
NEAR = 60
"""Near trips known of each trip."""

STRANGERS = 120.0
"""Minutes by which trips that no vehicle could both carry count as further apart."""

IntArray = npt.NDArray[np.int64]
Records = npt.NDArray[np.void]

OFFER = np.dtype(
    [
        ("lo", "f8"),
        ("hi", "f8"),
        ("duration", "f8"),
        ("own", "f8"),
        ("code", "i8"),
        ("ptr", "i8"),
        ("size", "i4"),
        ("following", "i4"),
        ("first", "i4"),
        ("last", "i4"),
    ]
)
MEMBER = np.dtype([("trip", "i4"), ("partner", "i4"), ("wait_at", "f8"), ("wait_sign", "f8")])
SLOT = np.dtype([("key", "i8"), ("head", "i8")])
TRIP = np.dtype([("word", "i8"), ("mate", "i8"), ("alone", "f8"), ("time", "f8"), ("choice", "f8")])
GROUP = np.dtype(
    [
        ("word", "i8"),
        ("depot", "i8"),
        ("home", "i8"),
        ("shift_start", "f8"),
        ("break_begin", "f8"),
        ("break_finish", "f8"),
        ("break_rest", "f8"),
    ]
)
LEG = np.dtype([("minutes", "f8"), ("dead", "f8")])
TERMS = np.dtype([("vehicle_cost", "f8"), ("wait_limit", "f8"), ("penalty", "f8")])


class RideSets(NamedTuple):
    """Tables the compiled search reads and never writes; trips are rows of the problem.

    Attributes
    ----------
    offer
        Offers of all groups one after the other, and one more to end the last: window of starts, minutes,
        cost with the tie-breaker, the code of its members and group, its first member, number of members, the
        next offer with the same code or -1, and end places.
    member
        Members in boarding order: trip, its partner or -1 (also where the two ride together), and wait at the
        place of care, ``wait_at + wait_sign * start``.
    slot
        Open-addressed table from code to the last offer that has it.
    trip
        Random word, the other trip of the visit or -1, and what guides the order of insertion: running cost
        alone, time of day, and number of offers of vehicles that can carry it.
    group
        Random word, depots and break; ``break_rest`` is -1 where there is none.
    leg
        Minutes and cost of empty legs between places.
    together
        Whether two trips share any offer.
    near
        Trips near each trip, nearest first.
    terms
        Cost of using a vehicle, limit of the waits of a visit, cost of leaving a trip out.
    """

    offer: Records
    member: Records
    slot: Records
    trip: Records
    group: Records
    leg: Records
    together: npt.NDArray[np.bool_]
    near: IntArray
    terms: Records


@njit(cache=True, nogil=True)
def first_offer(sets, code):  # type: ignore[no-untyped-def]
    """First offer whose group and members have a code, or -1."""
    mask = sets.slot.shape[0] - 1
    slot = (code ^ (code >> 29)) & mask
    while sets.slot[slot].head >= 0:
        if sets.slot[slot].key == code:
            return np.int64(sets.slot[slot].head)
        slot = (slot + 1) & mask
    return np.int64(-1)


@njit(cache=True, nogil=True)
def _enter(offer, member, trip, group, bound, slot, together):  # type: ignore[no-untyped-def]
    """Fill the table of codes; false where two different sets of trips have the same one."""
    mask = slot.shape[0] - 1
    for g in range(group.shape[0]):
        for o in range(bound[g], bound[g + 1]):
            code = group[g].word
            for m in range(offer[o].ptr, offer[o + 1].ptr):
                code += trip[member[m].trip].word
            offer[o].code = code
            offer[o].following = -1
            if offer[o].lo >= NEVER:
                continue
            at = (code ^ (code >> 29)) & mask
            while slot[at].head >= 0 and slot[at].key != code:
                at = (at + 1) & mask
            other = slot[at].head
            if other >= 0:
                if other < bound[g] or offer[other].size != offer[o].size:
                    return False
                for m in range(offer[o].ptr, offer[o + 1].ptr):
                    found = False
                    for n in range(offer[other].ptr, offer[other + 1].ptr):
                        found |= member[m].trip == member[n].trip
                    if not found:
                        return False
            else:
                for m in range(offer[o].ptr, offer[o + 1].ptr):
                    for n in range(offer[o].ptr, offer[o + 1].ptr):
                        together[member[m].trip, member[n].trip] = True
            slot[at].key = code
            slot[at].head = o
            offer[o].following = other
    return True


@njit(cache=True, nogil=True)
def _uncouple(offer, member, wait_limit):  # type: ignore[no-untyped-def]
    """Uncouple members whose partner rides along; close the offers in which those two wait too long."""
    for o in range(offer.shape[0] - 1):
        for m in range(offer[o].ptr, offer[o + 1].ptr):
            if member[m].partner < 0:
                continue
            for n in range(m + 1, offer[o + 1].ptr):
                if member[n].trip == member[m].partner:
                    if member[m].wait_at + member[n].wait_at > wait_limit + TOLERANCE:
                        offer[o].lo = NEVER
                    member[m].partner = -1
                    member[n].partner = -1
                    break


def ride_sets(problem: Problem) -> RideSets:
    """Tables of a problem's offers."""
    bound = np.concatenate(([0], np.cumsum([len(o) for o in problem.offers]))).astype(np.int64)
    offer = np.zeros(bound[-1] + 1, OFFER)
    members = np.concatenate(([0], np.cumsum([len(o.trip) for o in problem.offers]))).astype(np.int64)
    member = np.zeros(members[-1], MEMBER)
    rows = len(problem.trips)
    row = np.full(len(problem.partner) + 1, -1, np.int64)
    row[problem.trips] = np.arange(rows)
    trip = np.zeros(rows, TRIP)
    trip["mate"] = row[problem.partner[problem.trips]]
    for g, part in enumerate(problem.offers):
        here = offer[bound[g] : bound[g + 1]]
        for name in ("lo", "hi", "duration", "first", "last"):
            here[name] = getattr(part, name)
        here["own"] = part.primary + problem.tie * part.secondary
        here["ptr"] = part.ptr[:-1] + members[g]
        here["size"] = np.diff(part.ptr)
        those = member[members[g] : members[g + 1]]
        those["trip"], those["partner"] = row[part.trip], row[problem.partner[part.trip]]
        those["wait_at"], those["wait_sign"] = part.wait_at, part.wait_sign
        single = np.flatnonzero(np.diff(part.ptr) == 1)
        alone = row[part.trip[part.ptr[single]]]
        trip["alone"][alone] = np.maximum(trip["alone"][alone], part.secondary[single])
        trip["time"][alone] = part.lo[single]
        trip["choice"] += problem.counts[g] * np.bincount(row[part.trip], minlength=rows)
    offer["ptr"][-1] = members[-1]
    _uncouple(offer, member, problem.wait_limit)
    together = np.zeros((rows, rows), np.bool_)
    group = _groups(problem)
    slot = np.zeros(1 << max(4, int(2 * len(offer)).bit_length()), SLOT)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        trip["word"] = rng.integers(-(2**63), 2**63, size=rows, dtype=np.int64)
        group["word"] = rng.integers(-(2**63), 2**63, size=len(group), dtype=np.int64)
        slot["head"] = -1
        if _enter(offer, member, trip, group, bound, slot, together):
            break
    leg = np.zeros(problem.table.minutes.shape, LEG)
    prices = problem.prices
    leg["minutes"] = problem.table.minutes
    leg["dead"] = prices.primary_dead + problem.tie * prices.secondary_dead
    terms = np.zeros(1, TERMS)
    terms["vehicle_cost"] = prices.primary_vehicle + problem.tie * prices.secondary_vehicle
    terms["wait_limit"], terms["penalty"] = problem.wait_limit, problem.penalty
    return RideSets(offer, member, slot, trip, group, leg, together, _near(problem), terms)


def _groups(problem: Problem) -> Records:
    group = np.zeros(len(problem.groups), GROUP)
    for g, which in enumerate(problem.groups):
        group[g]["depot"], group[g]["home"] = which.start, which.end
        group[g]["shift_start"], group[g]["break_rest"] = which.shift[0], -1.0
        if which.break_ is not None:
            group[g]["break_begin"], group[g]["break_finish"] = which.break_.window
            group[g]["break_rest"] = which.break_.minutes
    return group


def _near(problem: Problem) -> IntArray:
    """Nearest other trips of each trip, nearest first."""
    rows = len(problem.trips)
    count = min(NEAR, rows - 1)
    if count <= 0:
        return np.zeros((rows, 0), np.int64)
    able = np.zeros((rows, len(problem.groups)), np.float32)
    for g, part in enumerate(problem.offers):
        if problem.counts[g]:
            able[[problem.row[t] for t in np.unique(part.trip).tolist()], g] = 1.0
    apart = relatedness(problem) + STRANGERS * (able @ able.T == 0)
    np.fill_diagonal(apart, np.inf)
    near = np.argpartition(apart, count - 1, axis=1)[:, :count]
    order = np.argsort(np.take_along_axis(apart, near, axis=1), axis=1, kind="stable")
    return np.take_along_axis(near, order, axis=1).astype(np.int64)
