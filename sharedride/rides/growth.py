"""The hot loop of envelopes: every state of a ride one event further, those alike merged, compiled."""

import numpy as np
from numba import njit

from sharedride.rides.search import EPS

MOST_SERVED = 24
"""Patients of one envelope, over a whole chain."""

MOST_ABOARD = 8
"""Patients aboard at once."""

STATE = np.dtype(
    [
        ("key", "u8"), ("kinds", "i8"),
        ("lo", "f8"), ("hi", "f8"), ("begin0", "f8"), ("begin1", "f8"), ("leave0", "f8"), ("leave1", "f8"),
        ("deadline", "f8"), ("km", "f8"),
        ("count", "i4"), ("load", "i4"), ("here", "i4"), ("first", "i4"),
        ("served", "i4", (MOST_SERVED,)), ("wait", "f8", (MOST_SERVED,)),
        ("aboard", "i4", (MOST_ABOARD,)), ("ridden", "f8", (MOST_ABOARD,)), ("most", "i4", (MOST_ABOARD,)),
    ],
    align=True,
)  # fmt: skip
"""What some rides so far have in common, and the best and widest of what they differ in.

``lo`` and ``hi``: first and last start. From the start, in minutes: where service at the present stop begins,
at least ``begin0`` and at most ``begin1``, and where the car could leave it. ``deadline``: of leaving it.
``kinds``: a bit per vehicle kind that may do it. ``served``: who boarded so far, ascending, with the ``wait``
each has at the place of care beside the ride's start; ``aboard``, ascending: with the km ridden and the most
patients aboard.
"""


@njit(cache=True, nogil=True)
def _like(a, b):  # type: ignore[no-untyped-def]
    """Whether two states of one key serve and carry the same patients at the same place."""
    if a.count != b.count or a.load != b.load or a.here != b.here or a.first != b.first:
        return False
    for x in range(a.count):
        if a.served[x] != b.served[x]:
            return False
    same = True
    for x in range(a.load):
        same = same and a.aboard[x] == b.aboard[x]
    return same


@njit(cache=True, nogil=True)
def _merge(into, state):  # type: ignore[no-untyped-def]
    into.kinds |= state.kinds
    into.lo = min(into.lo, state.lo)
    into.hi = max(into.hi, state.hi)
    into.begin0 = min(into.begin0, state.begin0)
    into.begin1 = max(into.begin1, state.begin1)
    into.leave0 = min(into.leave0, state.leave0)
    into.leave1 = max(into.leave1, state.leave1)
    into.deadline = max(into.deadline, state.deadline)
    into.km = min(into.km, state.km)
    for x in range(into.count):
        into.wait[x] = min(into.wait[x], state.wait[x])
    for x in range(into.load):
        into.ridden[x] = min(into.ridden[x], state.ridden[x])
        into.most[x] = max(into.most[x], state.most[x])


@njit(cache=True, nogil=True)
def _settle(table, states, row, grain, words):  # type: ignore[no-untyped-def]
    """Merge the state written last with one alike, or keep it; returns how many are kept."""
    state = states[row]
    key = words[2, state.here] ^ words[3, state.first]
    for x in range(state.count):
        key += words[0, state.served[x]]
    for x in range(state.load):
        key += words[1, state.aboard[x]]
    for value in (state.lo, state.hi, state.leave0):
        # Far limits, such as none at all, are alike.
        bucket = np.uint64(min(max(value, -10_000.0), 10_000.0) / grain + 20_000.0)
        key = (key ^ (key >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15) + bucket
    key ^= key >> np.uint64(32)
    state.key = key
    mask = np.uint64(table.shape[0] - 1)
    at = key & mask
    while table[at] >= 0:
        other = states[table[at]]
        if other.key == key and _like(other, state):
            _merge(other, state)
            return row
        at = (at + np.uint64(1)) & mask
    table[at] = row
    return row + 1


@njit(cache=True, nogil=True)
def _serve(state, trip, wait):  # type: ignore[no-untyped-def]
    """Write a trip in its place among those served."""
    x = state.count
    while x > 0 and state.served[x - 1] > trip:
        state.served[x] = state.served[x - 1]
        state.wait[x] = state.wait[x - 1]
        x -= 1
    state.served[x] = trip
    state.wait[x] = wait
    state.count += 1


@njit(cache=True, nogil=True)
def _take(state, trip):  # type: ignore[no-untyped-def]
    """Write a trip in its place among those aboard, and count who is."""
    x = state.load
    while x > 0 and state.aboard[x - 1] > trip:
        state.aboard[x] = state.aboard[x - 1]
        state.ridden[x] = state.ridden[x - 1]
        state.most[x] = state.most[x - 1]
        x -= 1
    state.aboard[x] = trip
    state.ridden[x] = 0.0
    state.most[x] = 0
    state.load += 1
    for x in range(state.load):
        state.most[x] = max(state.most[x], state.load)


@njit(cache=True, nogil=True)
def _hopeless(state, dst, low_km, low_minutes, alight, hi_d, direct, limit_km):  # type: ignore[no-untyped-def]
    """Whether somebody aboard can no longer arrive in time or within the detour."""
    if state.lo > state.hi + EPS:
        return True
    for x in range(state.load):
        trip = state.aboard[x]
        if state.ridden[x] + low_km[state.here, dst[trip]] - direct[trip] > limit_km + EPS:
            return True
        if state.lo + state.leave0 + low_minutes[state.here, dst[trip]] + alight[trip] > hi_d[trip] + EPS:
            return True
    return False


@njit(cache=True, nogil=True)
def _limit(kinds, kind_patients, per_extra, cap, loose):  # type: ignore[no-untyped-def]
    """Detour nobody aboard a car of these kinds may ever exceed."""
    fullest = 1
    for g in range(kind_patients.shape[0]):
        if kinds >> g & 1:
            fullest = max(fullest, kind_patients[g])
    return min(loose, min(per_extra * (fullest - 1), cap))


@njit(cache=True, nogil=True)
def roots(  # type: ignore[no-untyped-def]
    states, org, board, lo_b, hi_b, seats, chairs, outbound, anchor, trip_kinds, kind_patients, kind_seats,
    kind_chairs,
):  # fmt: skip
    """Write the state after each trip's boarding as the first; returns how many there are."""
    count = 0
    for trip in range(org.shape[0]):
        kinds = np.int64(0)
        for g in range(kind_patients.shape[0]):
            if (
                trip_kinds[trip, g] and kind_patients[g] >= 1 and kind_seats[g] >= seats[trip]
                and kind_chairs[g] >= chairs[trip]
            ):  # fmt: skip
                kinds |= np.int64(1) << g
        if lo_b[trip] > hi_b[trip] + EPS or not kinds:
            continue
        state = states[count]
        state.kinds = kinds
        state.lo, state.hi = lo_b[trip], hi_b[trip]
        state.begin0 = state.begin1 = 0.0
        state.leave0 = state.leave1 = board[trip]
        state.deadline = 1e9
        state.km = 0.0
        state.count = 0
        state.load = 0
        state.here = state.first = org[trip]
        _serve(state, trip, 1e9 if outbound[trip] else -anchor[trip])
        _take(state, trip)
        count += 1
    return count


@njit(cache=True, nogil=True)
def grow(  # type: ignore[no-untyped-def]
    states, count, following, table, done, done_count, done_table, grain, words,
    org, dst, km, minutes, low_km, low_minutes, board, alight, lo_b, hi_b, lo_a, hi_d, direct, seats, chairs,
    share, near_ptr, near_trip, outbound, anchor, trip_kinds, kind_patients, kind_seats, kind_chairs,
    per_extra, cap, loose,
):  # fmt: skip
    """Write every state one event further; those that end the ride go to ``done``.

    Returns
    -------
    Number of states to go on from and of those done, and whether some had no room.
    """
    written = 0
    room = min(following.shape[0], table.shape[0] // 2) - 1
    done_room = min(done.shape[0], done_table.shape[0] // 2) - 1
    for row in range(count):
        state = states[row]
        # Who alights next: all that get off at one place.
        for k in range(state.load):
            there = dst[state.aboard[k]]
            again = False
            for x in range(k):
                again = again or dst[state.aboard[x]] == there
            if again:
                continue
            if written >= room or done_count >= done_room:
                return written, done_count, True
            following[written] = state
            new = following[written]
            far = km[state.here, there]
            new.km += far
            new.begin0 = state.leave0 + minutes[state.here, there]
            new.begin1 = state.leave1 + minutes[state.here, there]
            new.deadline = 1e9
            new.here = there
            new.load = 0
            work = 0.0
            good = True
            for x in range(state.load):
                trip = state.aboard[x]
                ridden = state.ridden[x] + far
                if dst[trip] != there:
                    new.aboard[new.load] = trip
                    new.ridden[new.load] = ridden
                    new.most[new.load] = state.most[x]
                    new.load += 1
                    continue
                work += alight[trip]
                new.lo = max(new.lo, lo_a[trip] - new.begin1)
                new.deadline = min(new.deadline, hi_d[trip])
                if (
                    ridden - direct[trip] > min(per_extra * (state.most[x] - 1), cap) + EPS
                    and state.count > 1
                ):
                    good = False
                if outbound[trip]:
                    for y in range(new.count):
                        if new.served[y] == trip:
                            new.wait[y] = anchor[trip] - new.begin1
            new.leave0 = new.begin0 + work
            new.leave1 = new.begin1 + work
            new.hi = min(new.hi, new.deadline - new.leave0)
            limit = _limit(new.kinds, kind_patients, per_extra, cap, loose)
            if not good or _hopeless(new, dst, low_km, low_minutes, alight, hi_d, direct, limit):
                continue
            if new.load:
                written = _settle(table, following, written, grain, words)
            else:
                done[done_count] = new
                done_count = _settle(done_table, done, done_count, grain, words)
        # Who boards next.
        pivot = state.aboard[0]
        for q in range(near_ptr[pivot], near_ptr[pivot + 1]):
            trip = near_trip[q]
            good = True
            for x in range(state.count):
                good = good and state.served[x] != trip
            seats_now, chairs_now = seats[trip], chairs[trip]
            for x in range(state.load):
                other = state.aboard[x]
                good = good and share[trip, other] and (org[trip] == state.here or dst[other] != org[trip])
                seats_now += seats[other]
                chairs_now += chairs[other]
            if not good:
                continue
            kinds = np.int64(0)
            for g in range(kind_patients.shape[0]):
                if (
                    state.kinds >> g & 1 and trip_kinds[trip, g] and kind_patients[g] > state.load
                    and kind_seats[g] >= seats_now and kind_chairs[g] >= chairs_now
                ):  # fmt: skip
                    kinds |= np.int64(1) << g
            if not kinds:
                continue
            if written >= room or state.count >= MOST_SERVED or state.load >= MOST_ABOARD:
                return written, done_count, True
            following[written] = state
            new = following[written]
            new.kinds = kinds
            there = org[trip]
            if there != state.here:
                far = km[state.here, there]
                new.km += far
                for x in range(new.load):
                    new.ridden[x] += far
                new.begin0 = state.leave0 + minutes[state.here, there]
                new.begin1 = state.leave1 + minutes[state.here, there]
                new.leave0, new.leave1 = new.begin0, new.begin1
                new.deadline = 1e9
                new.here = there
            new.leave0 += board[trip]
            new.leave1 += board[trip]
            new.lo = max(new.lo, lo_b[trip] - new.begin1)
            new.hi = min(new.hi, min(hi_b[trip] - new.begin0, new.deadline - new.leave0))
            _serve(new, trip, 1e9 if outbound[trip] else new.begin0 - anchor[trip])
            _take(new, trip)
            limit = _limit(kinds, kind_patients, per_extra, cap, loose)
            if not _hopeless(new, dst, low_km, low_minutes, alight, hi_d, direct, limit):
                written = _settle(table, following, written, grain, words)
    return written, done_count, False
