"""The hot loop of the ride network: every state of a car with patients aboard, one event further,
compiled.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from sharedride.rides.search import EPS

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Records = npt.NDArray[Any]

MOST_ABOARD = 8
"""Patients aboard at once."""

RIDDEN_GRAIN = 3.0
"""Km aboard within which states count as alike."""

STATE = np.dtype(
    [
        ("key", "u8"), ("kinds", "i8"), ("begin0", "f8"), ("begin1", "f8"), ("leave0", "f8"), ("leave1",
        "f8"), ("deadline", "f8"), ("work", "f8"), ("load", "i4"), ("here", "i4"), ("slot", "i4"),
        ("following", "i4"), ("aboard", "i4", (MOST_ABOARD,)), ("most", "i4", (MOST_ABOARD,)), ("ridden",
        "f8", (MOST_ABOARD,)),
    ],
    align=True,
)  # fmt: skip
"""A car at a stop, for all ways that lead there alike, with the best and widest of what they differ in.

``begin0`` and ``begin1``: first and last moment at which service begins there; ``leave0`` and ``leave1``: at
which the car could leave; ``deadline``: of leaving; ``work``: minutes of service so far. ``kinds``: a bit
per vehicle kind that may do it. ``aboard``, ascending: with the km ridden and the most patients aboard.
``following`` chains the states of one ``slot`` of ``leave0``. """

MOVE = np.dtype([("to", "i4"), ("trip", "i4"), ("shares", "i4"), ("km", "f8"), ("minutes", "f8")], align=True)
"""A state one event further: who boards, or -1, and how many trips become shared by it."""

WAIT = np.dtype([("move", "i8"), ("trip", "i4"), ("least", "f8")], align=True)
"""A patient arrives at care or is fetched there by a move, and waits there as many minutes at least."""


class Asked(NamedTuple):
    """What trips ask, and what vehicle kinds take, as :class:`sharedride.rides.constraints.TripData` has it.

    ``anchor``: appointment, or when the patient is ready; ``near``: who may be aboard with each trip;
    ``fits``: kinds that may carry it.
    """

    org: IntArray
    dst: IntArray
    km: FloatArray
    minutes: FloatArray
    low_km: FloatArray
    low_minutes: FloatArray
    direct: FloatArray
    board: FloatArray
    alight: FloatArray
    board_from: FloatArray
    board_to: FloatArray
    alight_from: FloatArray
    leave_by: FloatArray
    seats: IntArray
    chairs: IntArray
    outbound: npt.NDArray[np.bool_]
    anchor: FloatArray
    share: npt.NDArray[np.bool_]
    near_ptr: IntArray
    near_trip: IntArray
    fits: npt.NDArray[np.bool_]
    kind_patients: IntArray
    kind_seats: IntArray
    kind_chairs: IntArray


class Terms(NamedTuple):
    """Terms of the search: detour limits, and slots of time."""

    per_extra: float
    cap: float
    loose: float
    origin: float
    width: float
    slots: int


@njit(cache=True, nogil=True)
def _alike(a, b):  # type: ignore[no-untyped-def]
    """Whether two states of one key are of the same place, time and patients."""
    if a.slot != b.slot or a.here != b.here or a.load != b.load:
        return False
    same = True
    for x in range(a.load):
        same = same and a.aboard[x] == b.aboard[x] and a.most[x] == b.most[x]
    return same


@njit(cache=True, nogil=True)
def _merge(into, state):  # type: ignore[no-untyped-def]
    into.kinds |= state.kinds
    into.begin0 = min(into.begin0, state.begin0)
    into.begin1 = max(into.begin1, state.begin1)
    into.leave0 = min(into.leave0, state.leave0)
    into.leave1 = max(into.leave1, state.leave1)
    into.deadline = max(into.deadline, state.deadline)
    into.work = min(into.work, state.work)
    for x in range(into.load):
        into.ridden[x] = min(into.ridden[x], state.ridden[x])


@njit(cache=True, nogil=True)
def _settle(states, row, table, heads, words, terms):  # type: ignore[no-untyped-def]
    """Merge the state written last with one alike, or keep it; returns its row, or -1 where it is too
    late."""
    state = states[row]
    slot = max(0, int((state.leave0 - terms.origin) / terms.width))
    if slot >= terms.slots:
        return -1
    state.slot = slot
    key = words[1, state.here] + np.uint64(slot)
    for x in range(state.load):
        key = (key ^ (key >> np.uint64(29))) * np.uint64(0xD6E8FEB86659FD93) + words[0, state.aboard[x]]
        key += np.uint64(state.most[x]) + np.uint64(16) * np.uint64(state.ridden[x] / RIDDEN_GRAIN)
    key = (key ^ (key >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
    key ^= key >> np.uint64(32)
    state.key = key
    mask = np.uint64(table.shape[0] - 1)
    at = key & mask
    while table[at] >= 0:
        other = states[table[at]]
        if other.key == key and _alike(other, state):
            _merge(other, state)
            return table[at]
        at = (at + np.uint64(1)) & mask
    table[at] = row
    state.following = heads[slot]
    heads[slot] = row
    return row


@njit(cache=True, nogil=True)
def _fullest(kinds, asked):  # type: ignore[no-untyped-def]
    """Patients a car of these kinds takes at most."""
    fullest = 1
    for g in range(asked.kind_patients.shape[0]):
        if kinds >> g & 1:
            fullest = max(fullest, asked.kind_patients[g])
    return fullest


@njit(cache=True, nogil=True)
def _limit(fullest, terms):  # type: ignore[no-untyped-def]
    """Detour nobody aboard a car of so many patients may ever exceed."""
    return min(terms.loose, min(terms.per_extra * (fullest - 1), terms.cap))


@njit(cache=True, nogil=True)
def _after(state, one, x, limit, asked):  # type: ignore[no-untyped-def]
    """Whether number ``x`` of those aboard can still arrive after trip ``one``, or with it."""
    trip = state.aboard[x]
    between, there = asked.dst[one], asked.dst[trip]
    far = asked.low_km[state.here, between] + asked.low_km[between, there]
    if state.ridden[x] + far - asked.direct[trip] > limit:
        return False
    minutes = asked.low_minutes[state.here, between] + asked.low_minutes[between, there]
    last = asked.leave_by[trip] - asked.alight[trip] + EPS
    return state.leave0 + minutes + asked.alight[one] <= last


@njit(cache=True, nogil=True)
def _next(state, x, full, limit, asked):  # type: ignore[no-untyped-def]
    """Whether number ``x`` of those aboard can be the first to alight, with all that go there.

    The others must still arrive, and a full car must not be there too early: it can serve nobody meanwhile.
    """
    trip = state.aboard[x]
    there = asked.dst[trip]
    opens, closes, work = -np.inf, np.inf, 0.0
    for y in range(state.load):
        other = state.aboard[y]
        if asked.dst[other] == there:
            opens, closes = max(opens, asked.alight_from[other]), min(closes, asked.leave_by[other])
            work += asked.alight[other]
        elif not _after(state, trip, y, limit, asked):
            return False
    if full and opens > state.leave1 + asked.minutes[state.here, there] + EPS:
        return False
    return max(opens, state.leave0 + asked.low_minutes[state.here, there]) + work <= closes + EPS


@njit(cache=True, nogil=True)
def _hopeless(state, asked, terms):  # type: ignore[no-untyped-def]
    """Whether somebody aboard, or one of two, can no longer arrive in time or within the detour, or whether
    nobody can be the first to alight.
    """
    if state.begin0 > state.begin1 + EPS or state.leave0 > state.leave1 + EPS:
        return True
    fullest = _fullest(state.kinds, asked)
    limit = _limit(fullest, terms) + EPS
    here = state.here
    for x in range(state.load):
        trip = state.aboard[x]
        there = asked.dst[trip]
        if state.ridden[x] + asked.low_km[here, there] - asked.direct[trip] > limit:
            return True
        last = asked.leave_by[trip] - asked.alight[trip] + EPS
        if state.leave0 + asked.low_minutes[here, there] > last:
            return True
    some = state.load == 0
    for x in range(state.load):
        some = some or _next(state, x, state.load >= fullest, limit, asked)
    if not some:
        return True
    for x in range(state.load):
        for y in range(x):
            if not (
                _after(state, state.aboard[x], y, limit, asked)
                or _after(state, state.aboard[y], x, limit, asked)
            ):
                return True
    return False


@njit(cache=True, nogil=True)
def _kinds(state, trip, asked):  # type: ignore[no-untyped-def]
    """Kinds of vehicle that may take one more patient, of those that carry the patients aboard."""
    seats, chairs = asked.seats[trip], asked.chairs[trip]
    for x in range(state.load):
        seats += asked.seats[state.aboard[x]]
        chairs += asked.chairs[state.aboard[x]]
    kinds = np.int64(0)
    for g in range(asked.kind_patients.shape[0]):
        if (
            state.kinds >> g & 1 and asked.fits[trip, g] and asked.kind_patients[g] > state.load
            and asked.kind_seats[g] >= seats and asked.kind_chairs[g] >= chairs
        ):  # fmt: skip
            kinds |= np.int64(1) << g
    return kinds


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
def _set_down(state, new, there, asked, terms):  # type: ignore[no-untyped-def]
    """Drive a state on to a place where patients alight; false where that breaks a rule."""
    far, minutes = asked.km[state.here, there], asked.minutes[state.here, there]
    new.begin0, new.begin1 = state.leave0 + minutes, state.leave1 + minutes
    new.deadline = 1e9
    new.here = there
    new.load = 0
    work, good = 0.0, True
    for x in range(state.load):
        trip = state.aboard[x]
        if asked.dst[trip] != there:
            new.aboard[new.load] = trip
            new.ridden[new.load] = state.ridden[x] + far
            new.most[new.load] = state.most[x]
            new.load += 1
            continue
        work += asked.alight[trip]
        new.begin0 = max(new.begin0, asked.alight_from[trip])
        new.deadline = min(new.deadline, asked.leave_by[trip])
        detour = state.ridden[x] + far - asked.direct[trip]
        if state.most[x] > 1 and detour > min(terms.per_extra * (state.most[x] - 1), terms.cap) + EPS:
            good = False
    new.leave0 = new.begin0 + work
    new.leave1 = min(new.begin1 + work, new.deadline)
    new.begin1 = new.leave1 - work
    new.work = work
    if new.load == 0:
        new.kinds = -1
    return good and new.begin0 <= new.begin1 + EPS


@njit(cache=True, nogil=True)
def _fetch(state, new, trip, asked):  # type: ignore[no-untyped-def]
    """Drive a state on to where a patient is fetched; false where the hours do not fit."""
    there = asked.org[trip]
    minutes = 0.0
    if there != state.here:
        far, minutes = asked.km[state.here, there], asked.minutes[state.here, there]
        for x in range(new.load):
            new.ridden[x] += far
        new.begin0, new.begin1 = state.leave0 + minutes, state.leave1 + minutes
        new.leave0, new.leave1 = new.begin0, new.begin1
        new.deadline = 1e9
        new.here = there
        new.work = 0.0
    new.begin0 = max(new.begin0, asked.board_from[trip])
    new.begin1 = min(new.begin1, asked.board_to[trip])
    if new.begin0 > new.begin1 + EPS:
        return False
    new.work += asked.board[trip]
    new.leave0 = max(new.leave0 + asked.board[trip], new.begin0 + new.work)
    new.leave1 = min(new.leave1 + asked.board[trip], new.deadline)
    if there != state.here:
        new.leave1 = new.begin1 + new.work
    _take(new, trip)
    return True


@njit(cache=True, nogil=True)
def explore(asked, terms, slots, found, states, moves, waits, table, heads, words, start, order, ptr):  # type: ignore[no-untyped-def]
    """Write the states of some slots of time and the moves from them.

    Parameters
    ----------
    slots
        First slot, and the one after the last.
    found
        Numbers of states, moves, waits and states gone on from so far, which are written anew.
    states, moves, waits, table, heads, words
        Room for what is found, the table and the chains that find it again, and random words.
    start
        State of each trip after a ride began with it in each slot, -1 where there is none.
    order, ptr
        States in the order of time, and where the moves of each begin.

    Returns
    -------
    Whether there was room.
    """
    trips = asked.org.shape[0]
    count, moved, waited, done = found[0], found[1], found[2], found[3]
    for slot in range(slots[0], slots[1]):
        begin = terms.origin + slot * terms.width
        # Rides that begin now.
        for trip in range(trips):
            begin0, begin1 = (
                max(begin, asked.board_from[trip]),
                min(begin + terms.width, asked.board_to[trip]),
            )
            if begin0 > begin1:
                continue
            if count >= states.shape[0] - 2:
                return False
            state = states[count]
            state.kinds = -1
            state.load = 0
            state.kinds = _kinds(state, trip, asked)
            if state.kinds == 0:
                continue
            state.begin0, state.begin1 = begin0, begin1
            state.deadline, state.work = 1e9, asked.board[trip]
            state.leave0, state.leave1 = begin0 + state.work, begin1 + state.work
            state.here = asked.org[trip]
            _take(state, trip)
            if _hopeless(state, asked, terms):
                continue
            row = _settle(states, count, table, heads, words, terms)
            count += 1 if row == count else 0
            start[trip, slot] = row
        row = heads[slot]
        while row >= 0:
            state = states[row]
            order[done] = row
            ptr[done] = moved
            done += 1
            # Who alights next: all that get off at one place.
            for k in range(state.load):
                there = asked.dst[state.aboard[k]]
                again = False
                for x in range(k):
                    again = again or asked.dst[state.aboard[x]] == there
                if again:
                    continue
                if (
                    count >= states.shape[0] - 2 or moved >= moves.shape[0]
                    or waited >= waits.shape[0] - MOST_ABOARD
                ):  # fmt: skip
                    return False
                states[count] = state
                new = states[count]
                if not _set_down(state, new, there, asked, terms) or _hopeless(new, asked, terms):
                    continue
                latest = new.begin1
                to = _settle(states, count, table, heads, words, terms)
                count += 1 if to == count else 0
                if to < 0:
                    continue
                move = moves[moved]
                move.to, move.trip, move.shares = to, -1, 0
                move.km = asked.km[state.here, there]
                move.minutes = asked.minutes[state.here, there]
                for x in range(state.load):
                    trip = state.aboard[x]
                    if asked.dst[trip] == there:
                        move.minutes += asked.alight[trip]
                        if asked.outbound[trip]:
                            wait = waits[waited]
                            wait.move, wait.trip = moved, trip
                            wait.least = max(0.0, asked.anchor[trip] - latest)
                            waited += 1
                moved += 1
            # Who boards next.
            first, last = 0, 0
            if state.load:
                first, last = asked.near_ptr[state.aboard[0]], asked.near_ptr[state.aboard[0] + 1]
            for q in range(first, last):
                trip = asked.near_trip[q]
                good = True
                for x in range(state.load):
                    other = state.aboard[x]
                    good = good and asked.share[trip, other]
                    good = good and (asked.org[trip] == state.here or asked.dst[other] != asked.org[trip])
                if not good:
                    continue
                kinds = _kinds(state, trip, asked)
                if not kinds:
                    continue
                if (
                    count >= states.shape[0] - 2 or moved >= moves.shape[0] or waited >= waits.shape[0]
                    or state.load >= MOST_ABOARD
                ):  # fmt: skip
                    return False
                states[count] = state
                new = states[count]
                new.kinds = kinds
                if not _fetch(state, new, trip, asked) or _hopeless(new, asked, terms):
                    continue
                earliest = new.begin0
                to = _settle(states, count, table, heads, words, terms)
                count += 1 if to == count else 0
                if to < 0:
                    continue
                move = moves[moved]
                move.to, move.trip = to, trip
                move.shares = 2 if state.load == 1 and state.most[0] == 1 else 1
                move.km, move.minutes = 0.0, asked.board[trip]
                if asked.org[trip] != state.here:
                    move.km = asked.km[state.here, asked.org[trip]]
                    move.minutes += asked.minutes[state.here, asked.org[trip]]
                if not asked.outbound[trip]:
                    wait = waits[waited]
                    wait.move, wait.trip = moved, trip
                    wait.least = max(0.0, earliest - asked.anchor[trip])
                    waited += 1
                moved += 1
            row = state.following
    ptr[done] = moved
    found[0], found[1], found[2], found[3] = count, moved, waited, done
    return True


@njit(cache=True, nogil=True)
def useful(states, count, moves, order, ptr):  # type: ignore[no-untyped-def]
    """Which states a ride can pass through that ends empty."""
    good = np.zeros(count, np.bool_)
    for k in range(count - 1, -1, -1):
        row = order[k]
        good[row] = states[row].load == 0
        for m in range(ptr[k], ptr[k + 1]):
            if good[moves[m].to]:
                good[row] = True
                break
    return good
