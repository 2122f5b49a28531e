"""The cheapest ways of one vehicle through the ride network under given prices, compiled.

Labels go from state to state in the order of time; where a car is empty it may go to any trip's first place
and wait there. Trips whose repetition is forbidden carry a bit each while they can be carried, as in
:mod:`pricing`; a break still owed is one more bit.
"""

from threading import local
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from sharedride.planning.borrowed import borrowed
from sharedride.planning.pricing import EPS, OWED, bits_kept, due_for

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MOST_LABELS = 6_000_000
"""Labels, and arrivals, of one sweep; beyond them it gives up, and with it any claim to a least cost."""

AT_ONCE = 4
"""Cars kept at a place to tell which further ones are of use, as a multiple of the labels kept at a state."""

LABEL = np.dtype(
    [
        ("cost", "f8"), ("paid", "f8"), ("bits", "i8"), ("odd", "i8"),
        ("before", "i4"), ("code", "i4"), ("next", "i4"),
    ],
    align=True,
)  # fmt: skip
"""A car in a state, after label ``before``: at which cost, of which ``paid`` is no price, by which move, or
if ``code < 0`` by the beginning of a ride, ``-1 - trip * slots - slot``."""

CAR = np.dtype(
    [
        ("cost", "f8"), ("paid", "f8"), ("bits", "i8"), ("odd", "i8"), ("slot", "i4"), ("trip", "i4"),
        ("before", "i4"), ("next", "i4"),
    ],
    align=True,
)  # fmt: skip
"""An empty car where a trip begins, or at a place."""


class Ways(NamedTuple):
    """The network as one vehicle group sees it, as :class:`sharedride.rides.network.RideNetwork` has it.

    Places are numbered among those of the network. ``dead``: cost of empty legs; ``starting`` and ``home``:
    cost of the legs from and to the depot; ``arrive`` and ``arrive_rested``: slot in which a car that has
    still to take its break, or has taken it or leaves after it, can be where a trip begins;
    ``home_minutes``; ``rest``: window and minutes of the break.
    """

    place: npt.NDArray[np.int32]
    slot: npt.NDArray[np.int32]
    leave: FloatArray
    able: npt.NDArray[np.bool_]
    empty: npt.NDArray[np.bool_]
    slot_ptr: IntArray
    ptr: IntArray
    to: npt.NDArray[np.int32]
    trip: npt.NDArray[np.int32]
    start: npt.NDArray[np.int32]
    last: IntArray
    board_to: FloatArray
    org: IntArray
    minutes: FloatArray
    dead: FloatArray
    starting: FloatArray
    home: FloatArray
    home_minutes: FloatArray
    arrive: IntArray
    arrive_rested: IntArray
    shift_to: float
    rest: tuple[float, float, float]
    origin: float
    width: float


@njit(cache=True, nogil=True)
def _put(labels, count, head, size, state, cost, paid, bits, odd, charge, before, code, front):  # type: ignore[no-untyped-def]
    """Keep a label at a state unless one there serves as well; returns how many labels there are.

    Where the front is full it is merged with the dearest, into one that has the better of both: a relaxation.
    """
    k = head[state]
    while k >= 0:
        kept = labels[k]
        if (
            kept.cost <= cost + 1e-12
            and (kept.bits & ~bits) == 0
            and kept.cost + due_for(kept.odd & ~odd, charge) <= cost + 1e-12
        ):
            return count
        k = kept.next
    k, last, dearest = head[state], -1, -1
    while k >= 0:
        kept = labels[k]
        after = kept.next
        if (
            kept.cost >= cost
            and (bits & ~kept.bits) == 0
            and cost + due_for(odd & ~kept.odd, charge) <= kept.cost
        ):
            if last < 0:
                head[state] = after
            else:
                labels[last].next = after
            size[state] -= 1
        else:
            alike = (kept.bits ^ bits) & OWED == 0
            if alike and (dearest < 0 or kept.cost > labels[dearest].cost):
                dearest = k
            last = k
        k = after
    if size[state] < front or dearest < 0:
        if count < labels.shape[0]:
            label = labels[count]
            label.cost, label.paid, label.bits, label.odd = cost, paid, bits, odd
            label.before, label.code, label.next = before, code, head[state]
            head[state] = count
            size[state] += 1
        return count + 1
    merged = labels[dearest]
    merged.bits &= bits
    merged.odd &= odd
    if cost < merged.cost:
        merged.cost, merged.paid, merged.before, merged.code = cost, paid, before, code
    return count


@njit(cache=True, nogil=True)
def _join(cars, count, room, cost, paid, bits, odd, charge, before):  # type: ignore[no-untyped-def]
    """The same for a car that waits where a trip begins; returns how many wait."""
    for x in range(count):
        kept = cars[x]
        if (
            kept.cost <= cost + 1e-12
            and (kept.bits & ~bits) == 0
            and kept.cost + due_for(kept.odd & ~odd, charge) <= cost + 1e-12
        ):
            return count
    left, dearest = 0, -1
    for x in range(count):
        kept = cars[x]
        if (
            kept.cost >= cost
            and (bits & ~kept.bits) == 0
            and cost + due_for(odd & ~kept.odd, charge) <= kept.cost
        ):
            continue
        cars[left] = kept
        alike = (kept.bits ^ bits) & OWED == 0
        if alike and (dearest < 0 or cars[left].cost > cars[dearest].cost):
            dearest = left
        left += 1
    if left < room:
        car = cars[left]
        car.cost, car.paid, car.bits, car.odd, car.before = cost, paid, bits, odd, before
        return left + 1
    dearest = max(dearest, 0)
    car = cars[dearest]
    car.bits &= bits
    car.odd &= odd
    if cost < car.cost:
        car.cost, car.paid, car.before = cost, paid, before
    return left


@njit(cache=True, nogil=True)
def _come(cars, heads, count, slot, trip, cost, paid, bits, odd, before):  # type: ignore[no-untyped-def]
    """Let an empty car arrive where a trip begins; returns how many have."""
    if count < cars.shape[0]:
        car = cars[count]
        car.cost, car.paid, car.bits, car.odd = cost, paid, bits, odd
        car.trip, car.before, car.next = trip, before, heads[slot]
        heads[slot] = count
    return count + 1


@njit(cache=True, nogil=True)
def to_go(ways, move_cost, move_price, start_cost, start_price, left, begin):  # type: ignore[no-untyped-def]
    """Write what a way costs at least from each state on, and from a car waiting where a trip begins.

    Repetitions, breaks and what subset cuts charge are left out: it can only cost more with them.

    Parameters
    ----------
    left, begin
        Where to write it, shapes ``(states,)`` and ``(trips, slots + 1)``.
    """
    trips = ways.org.shape[0]
    begin[:, -1] = np.inf
    for slot in range(ways.slot_ptr.shape[0] - 2, -1, -1):
        for trip in range(trips):
            least, state = begin[trip, slot + 1], ways.start[trip, slot]
            if state >= 0:
                least = min(least, start_cost[trip] + start_price[trip, slot] + left[state])
            begin[trip, slot] = least
        for state in range(ways.slot_ptr[slot], ways.slot_ptr[slot + 1]):
            least = np.inf
            if not ways.empty[state]:
                for move in range(ways.ptr[state], ways.ptr[state + 1]):
                    to = ways.to[move]
                    if ways.able[to]:
                        least = min(least, move_cost[move] + move_price[move] + left[to])
                left[state] = least
                continue
            place, leave = ways.place[state], ways.leave[state]
            if leave + ways.home_minutes[place] <= ways.shift_to + EPS:
                least = ways.home[place]
            for trip in range(trips):
                there = ways.org[trip]
                arrival = leave + ways.minutes[place, there]
                if arrival <= ways.board_to[trip] + EPS:
                    z = max(slot, int((arrival - ways.origin - EPS) / ways.width))
                    if z <= ways.last[trip]:
                        least = min(least, ways.dead[place, there] + begin[trip, z])
            left[state] = least


@njit(cache=True, nogil=True)
def sweep(  # type: ignore[no-untyped-def]
    ways, move_cost, move_price, start_cost, start_price, fixed, bit, changes, odd, charge, alive,
    most, left, begin,
    labels, head, size, cars, heads, waiting, waits, there, stays, final, final_label,
):  # fmt: skip
    """Cheapest ways, at most one per state in which the last ride ends.

    Parameters
    ----------
    move_cost, move_price
        Cost of each move, and the prices charged for it or taken off.
    start_cost, start_price
        The same for each trip a ride may begin with, the prices by slot.
    fixed
        Cost of the vehicle.
    bit, changes
        Bit of each trip whose repetition is forbidden, or 0; bits that change their meaning, from
        :meth:`Repeats.changes`, by slots of the network.
    odd, charge, alive
        Subset cuts each trip is in, a bit each; per bit, what the second such trip costs; per slot, bits that
        may still matter.
    most
        Ways to return at most.
    left, begin
        What a way costs at least from each state and each beginning of a ride on, from :func:`to_go`, or
        ``-inf``: ways that cannot cost less than nothing are passed over.
    labels, head, size, cars, heads, waiting, waits, there, stays, final, final_label
        Room to work in, from :func:`room`.

    Returns
    -------
    The least cost of any way, at most 0 (``-inf`` where the sweep gave up), the codes of
    the labels of each way with pointers, last first, and their costs with and without prices.
    """
    trips = ways.org.shape[0]
    slots = ways.slot_ptr.shape[0] - 1
    front = waiting.shape[1]
    labels, cars, waiting, there = borrowed(labels), borrowed(cars), borrowed(waiting), borrowed(there)
    head, size, heads, charges = borrowed(head), borrowed(size), borrowed(heads), borrowed(charge)
    rest_from, rest_to, rest = ways.rest
    count = came = 0
    best = np.inf
    for trip in range(trips):
        for rested in range(2 if rest > 0.0 else 1):
            slot = ways.arrive_rested[trip] if rested else ways.arrive[trip]
            if 0 <= slot < slots:
                owed = OWED if rest > 0.0 and not rested else np.int64(0)
                cost = fixed + ways.starting[trip]
                if cost + begin[trip, slot] >= 0.0:
                    continue
                came = _come(cars, heads, came, slot, trip, cost, cost, owed, np.int64(0), -1)
    for slot in range(slots):
        # Cars that became empty.
        for state in range(ways.slot_ptr[slot], ways.slot_ptr[slot + 1]):
            if not ways.empty[state]:
                continue
            place, leave = ways.place[state], ways.leave[state]
            k = head[state]
            while k >= 0:
                label = labels[k]
                cost, paid, bits, half = label.cost, label.paid, label.bits, label.odd & alive[slot]
                this, k = k, label.next
                owed = bits & OWED != 0
                home = leave + ways.home_minutes[place]
                if home <= ways.shift_to + EPS and (not owed or home <= rest_from + EPS):
                    total = cost + ways.home[place]
                    if total < final[state]:
                        final[state], final_label[state] = total, this
                        best = min(best, total)
                if owed and leave > rest_to:
                    continue
                useless = False
                for x in range(stays[place]):
                    kept = there[place, x]
                    if (
                        kept.cost <= cost + 1e-12
                        and (bits_kept(kept.bits, changes, kept.slot, slot) & ~bits) == 0
                        and kept.cost + due_for(kept.odd & alive[slot] & ~half, charges) <= cost + 1e-12
                    ):
                        useless = True
                        break
                if useless:
                    continue
                x = stays[place]
                if x < there.shape[1]:
                    stays[place] += 1
                else:
                    x = 0
                    for y in range(1, there.shape[1]):
                        if there[place, y].cost > there[place, x].cost:
                            x = y
                kept = there[place, x]
                kept.cost, kept.bits, kept.odd, kept.slot = cost, bits, half, slot
                # Without a break, with one here, with one where the next ride begins.
                for rested in range(3 if owed else 1):
                    free = leave
                    if rested == 1:
                        free = max(leave, rest_from) + rest
                        if free > rest_to + EPS:
                            break
                    for trip in range(trips):
                        arrival = free + ways.minutes[place, ways.org[trip]]
                        if rested == 2:
                            arrival = max(arrival, rest_from) + rest
                            if arrival > rest_to + EPS:
                                continue
                        if arrival > ways.board_to[trip] + EPS:
                            continue
                        z = max(slot, int((arrival - ways.origin - EPS) / ways.width))
                        if z > ways.last[trip]:
                            continue
                        after = bits_kept(bits, changes, slot, z)
                        if rested:
                            after &= ~OWED
                        leg = ways.dead[place, ways.org[trip]]
                        if cost + leg + begin[trip, z] >= 0.0:
                            continue
                        came = _come(
                            cars, heads, came, z, trip, cost + leg, paid + leg, after, half & alive[z], this
                        )  # fmt: skip
        # Cars that arrive where a trip begins.
        if changes[0, slot]:
            for trip in range(trips):
                for x in range(waits[trip]):
                    waiting[trip, x].bits &= ~changes[0, slot]
        k = heads[slot]
        while k >= 0:
            car = cars[k]
            trip = car.trip
            waits[trip] = _join(
                waiting[trip], waits[trip], front, car.cost, car.paid, car.bits, car.odd, charges, car.before
            )
            k = car.next
        # Rides that begin.
        for trip in range(trips):
            state = ways.start[trip, slot]
            if state < 0:
                continue
            then = ways.slot[state]
            for x in range(waits[trip]):
                car = waiting[trip, x]
                if car.bits & bit[trip]:
                    continue
                cost = car.cost + start_cost[trip] + start_price[trip, slot]
                cost += due_for(car.odd & odd[trip], charges)
                if cost + left[state] >= 0.0:
                    continue
                half = (car.odd ^ odd[trip]) & alive[then]
                bits = bits_kept(car.bits, changes, slot, then) | bit[trip]
                count = _put(
                    labels, count, head, size, state, cost, car.paid + start_cost[trip], bits, half, charges,
                    car.before, -1 - trip * slots - slot, front,
                )  # fmt: skip
        # Cars with patients aboard.
        for state in range(ways.slot_ptr[slot], ways.slot_ptr[slot + 1]):
            if ways.empty[state]:
                continue
            k = head[state]
            while k >= 0:
                label = labels[k]
                cost, paid, bits, half = label.cost, label.paid, label.bits, label.odd
                for move in range(ways.ptr[state], ways.ptr[state + 1]):
                    to = ways.to[move]
                    if not ways.able[to]:
                        continue
                    then = ways.slot[to]
                    total = cost + move_cost[move] + move_price[move]
                    after, next_half = bits_kept(bits, changes, slot, then), half
                    trip = ways.trip[move]
                    if trip >= 0:
                        if bits & bit[trip]:
                            continue
                        after |= bit[trip]
                        total += due_for(half & odd[trip], charges)
                        next_half ^= odd[trip]
                    if total + left[to] >= 0.0:
                        continue
                    count = _put(
                        labels, count, head, size, to, total, paid + move_cost[move], after,
                        next_half & alive[then], charges, k, move, front,
                    )  # fmt: skip
                k = label.next
        if count > labels.shape[0] or came > cars.shape[0]:
            return -np.inf, np.empty(0, np.int32), np.zeros(1, np.int64), np.empty(0), np.empty(0)
    # Whatever was passed over costs nothing at least.
    best = min(best, 0.0)
    ends = np.flatnonzero(final < np.inf)
    ends = ends[np.argsort(final[ends])][:most]
    ptr = np.zeros(ends.shape[0] + 1, np.int64)
    for k in range(ends.shape[0]):
        length, at = 0, final_label[ends[k]]
        while at >= 0:
            length += 1
            at = labels[at].before
        ptr[k + 1] = ptr[k] + length
    codes, costs, paids = np.empty(ptr[-1], np.int32), np.empty(ends.shape[0]), np.empty(ends.shape[0])
    for k in range(ends.shape[0]):
        at, x = final_label[ends[k]], ptr[k]
        costs[k] = final[ends[k]]
        paids[k] = labels[at].paid + ways.home[ways.place[ends[k]]]
        while at >= 0:
            codes[x] = labels[at].code
            at, x = labels[at].before, x + 1
    return best, codes, ptr, costs, paids


_OWN = local()
"""Room for labels and cars of each thread, used again: memory touched for the first time is slow."""


def room(states: int, places: int, trips: int, slots: int, front: int) -> tuple[npt.NDArray[Any], ...]:
    """Room for one sweep in this thread; what is never used is never touched, so it costs no memory."""
    if not hasattr(_OWN, "labels"):
        _OWN.labels, _OWN.cars = np.empty(MOST_LABELS, LABEL), np.empty(MOST_LABELS, CAR)
    return (
        _OWN.labels,
        np.full(states, -1, np.int32),
        np.zeros(states, np.int32),
        _OWN.cars,
        np.full(slots, -1, np.int32),
        np.empty((trips, front), CAR),
        np.zeros(trips, np.int64),
        np.empty((places, AT_ONCE * front), CAR),
        np.zeros(places, np.int64),
        np.full(states, np.inf),
        np.full(states, -1, np.int64),
    )


@njit(cache=True, nogil=True)
def wait_prices(wait_ptr, wait_trip, wait_least, start_wait, cut_ptr, share, amount, moves, starts):  # type: ignore[no-untyped-def]
    """Add what wait cuts charge for moves and for the beginnings of rides.

    Parameters
    ----------
    cut_ptr, share, amount
        Cuts of trip ``i`` are ``cut_ptr[i]:cut_ptr[i + 1]``: the wait beyond which they charge, and how much.
    moves, starts
        Where to add it.
    """
    for move in range(moves.shape[0]):
        for x in range(wait_ptr[move], wait_ptr[move + 1]):
            trip = wait_trip[x]
            for c in range(cut_ptr[trip], cut_ptr[trip + 1]):
                if wait_least[x] > share[c] + EPS:
                    moves[move] += amount[c]
    for trip in range(starts.shape[0]):
        for c in range(cut_ptr[trip], cut_ptr[trip + 1]):
            for slot in range(starts.shape[1]):
                if start_wait[trip, slot] > share[c] + EPS:
                    starts[trip, slot] += amount[c]
