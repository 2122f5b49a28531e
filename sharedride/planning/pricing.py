"""The cheapest duty of one vehicle under given prices for its trips: label setting over rides, compiled.

A label says "this car can be at this place from this minute on, at this cost". A car idles empty for
nothing, so a label stays usable once it is there, and two labels of one place compare by cost alone.
Trips whose repetition the search has been told to forbid carry a bit each while they can be carried
(decremental state space relaxation, Righini & Salani 2008, doi:10.1002/net.20212); a label dominates another
only with a subset of its bits. A break still owed is one more bit.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from sharedride.planning.borrowed import borrowed

EPS = 1e-6
FRONT, MOST_FRONT = 64, 1024
"""Labels kept at a place, to begin with and at most; one more is merged with the worst, which can only lower
the result."""

OWED = np.int64(1) << np.int64(62)
"""Bit of a break still owed."""

MOST_LABELS = 3_000_000
"""Labels, and arrivals, of one search; beyond them it gives up, and with it any claim to a least cost."""

MOST_STARTS = 128
"""Starts of one offer worth trying; wait cuts of a visit are few."""

ARRIVAL = np.dtype(
    [
        ("time", "f8"), ("cost", "f8"), ("bits", "i8"), ("odd", "i8"),
        ("place", "i4"), ("source", "i4"), ("next", "i4"), ("ended", "?"), ("rested", "?"),
    ],
    align=True,
)  # fmt: skip
"""An empty car at a place: whether its ride ended there, whether it has just taken its break."""

LABEL = np.dtype(
    [
        ("start", "f8"), ("cost", "f8"), ("bits", "i8"), ("odd", "i8"),
        ("offer", "i4"), ("source", "i4"), ("next", "i4"),
    ],
    align=True,
)  # fmt: skip
"""A ride begun, after the ride of label ``source``."""

WAITING = np.dtype(
    [("time", "f8"), ("cost", "f8"), ("bits", "i8"), ("odd", "i8"), ("source", "i4"), ("goes", "?")],
    align=True,
)
"""A car kept in the front of a place: since when, and whether it could as well have gone anywhere else."""


@njit(cache=True, nogil=True)
def due_for(hit, charge):  # type: ignore[no-untyped-def]
    """What some subset cuts, a bit each, charge together."""
    total = 0.0
    q = 0
    while hit:
        if hit & 1:
            total += charge[q]
        hit >>= 1
        q += 1
    return total


@njit(cache=True, nogil=True)
def bits_kept(bits, changes, now, then):  # type: ignore[no-untyped-def]
    """Those of some bits that mean the same in two slots, the second not before the first."""
    if bits == 0 or then <= now:
        return bits
    then = min(then, changes.shape[1] - 1)
    level, reach = 0, 1
    while 2 * reach <= then - now:
        level += 1
        reach *= 2
    return bits & ~(changes[level, now + 1] | changes[level, then - reach + 1])


@njit(cache=True, nogil=True)
def _starts(earliest, latest, at, end, pen_at, pen_amount, pen_before, base, starts, extras):  # type: ignore[no-untyped-def]
    """Starts worth trying, earliest first, each cheaper than those before it; returns how many.

    Leaving ``at`` of a price due before it is the only reason to wait.
    """
    now = base
    later = base
    k = at
    while k < end and pen_at[k] <= earliest + EPS:
        if pen_before[k]:
            now -= pen_amount[k]
            later -= pen_amount[k]
        else:
            later += pen_amount[k]
            if pen_at[k] < earliest - EPS:
                now += pen_amount[k]
        k += 1
    starts[0] = earliest
    extras[0] = now
    count = 1
    best = now
    while k < end and pen_at[k] <= latest + EPS:
        if pen_before[k]:
            later -= pen_amount[k]
            if later < best - 1e-9 and count < starts.shape[0]:
                starts[count] = pen_at[k]
                extras[count] = later
                best = later
                count += 1
        else:
            later += pen_amount[k]
        k += 1
    return count


@njit(cache=True, nogil=True)
def _arrive(arrivals, heads, count, slot, place, time, cost, bits, odd, source, ended, rested):  # type: ignore[no-untyped-def]
    """Let an empty car arrive; returns how many have. One too many is lost, and the count tells."""
    if slot >= heads.shape[0]:
        return count
    if count < arrivals.shape[0]:
        arrival = arrivals[count]
        arrival.time = time
        arrival.cost = cost
        arrival.bits = bits
        arrival.odd = odd
        arrival.place = place
        arrival.source = source
        arrival.next = heads[slot]
        arrival.ended = ended
        arrival.rested = rested
        heads[slot] = count
    return count + 1


@njit(cache=True, nogil=True)
def _begin(labels, heads, count, slot, offer, start, cost, bits, odd, source):  # type: ignore[no-untyped-def]
    """Let a ride begin; returns how many have. One too many is lost, and the count tells."""
    if slot >= heads.shape[0]:
        return count
    if count < labels.shape[0]:
        label = labels[count]
        label.start = start
        label.cost = cost
        label.bits = bits
        label.odd = odd
        label.offer = offer
        label.source = source
        label.next = heads[slot]
        heads[slot] = count
    return count + 1


@njit(cache=True, nogil=True)
def _beaten(front, size, place, time, cost, bits, odd, charge, goes):  # type: ignore[no-untyped-def]
    """Whether a car kept at a place serves as well as one that comes there at ``time``.

    It must have been there by then, as what it found open has been looked at with its own time; with
    ``goes`` it must also do for a car that could still go elsewhere.
    """
    for x in range(size[place]):
        kept = front[place, x]
        if (
            kept.cost <= cost + 1e-12
            and kept.time <= time
            and (kept.bits & ~bits) == 0
            and (kept.goes or not goes)
            and kept.cost + due_for(kept.odd & ~odd, charge) <= cost + 1e-12
        ):
            return True
    return False


@njit(cache=True, nogil=True)
def _keep(front, size, place, car, charge):  # type: ignore[no-untyped-def]
    """Keep a car in the front of a place for what opens later; returns what now stands for it there.

    It displaces those it makes useless. Where the front is full, it is merged with the dearest, into a car
    that has the better of both: a relaxation, never a loss.
    """
    count = 0
    for x in range(size[place]):
        kept = front[place, x]
        if (
            car.cost <= kept.cost
            and (car.bits & ~kept.bits) == 0
            and car.cost + due_for(car.odd & ~kept.odd, charge) <= kept.cost
        ):
            continue
        front[place, count] = kept
        count += 1
    if count < front.shape[1]:
        size[place] = count + 1
        front[place, count] = car
        return count
    size[place] = count
    # Of those alike in the break, where there are: a duty without its break can never be driven.
    dearest = -1
    for x in range(count):
        alike = (front[place, x].bits ^ car.bits) & OWED == 0
        if alike and (dearest < 0 or front[place, x].cost > front[place, dearest].cost):
            dearest = x
    dearest = max(dearest, 0)
    merged = front[place, dearest]
    merged.time = car.time
    merged.bits &= car.bits
    merged.odd &= car.odd
    merged.goes = False
    if car.cost < merged.cost:
        merged.cost = car.cost
        merged.source = car.source
    return dearest


def scratch(places: int, slots: int, front: int) -> tuple[npt.NDArray[Any], ...]:
    """Room for one search; what it does not use is never touched, so it costs no memory."""
    return (
        np.empty(MOST_LABELS, ARRIVAL),
        np.empty(MOST_LABELS, LABEL),
        # One more row than there are places, for the car in hand.
        np.empty((places + 1, front), WAITING),
        np.zeros(places, np.int64),
        # Arrivals and labels are chained by slot.
        np.full(slots, -1, np.int32),
        np.full(slots, -1, np.int32),
        np.empty(MOST_STARTS),
        np.empty(MOST_STARTS),
    )


@njit(cache=True, nogil=True)
def cheapest_duties(  # type: ignore[no-untyped-def]
    first, last, open_from, open_to, duration, cost, bits, odd, charge,
    pen_ptr, pen_at, pen_amount, pen_before,
    by_place, place_ptr, place_wide, place_until, by_slot, slot_ptr, slot_width, changes, alive_odd,
    minutes, dead_cost, metric, start, end, shift_from, shift_to, fixed,
    break_from, break_to, break_min, most,
    arrivals, labels, front, size, arrived, begun, starts, extras,
):  # fmt: skip
    """Cheapest duties of one vehicle, at most one per last ride.

    Parameters
    ----------
    first, last, open_from, open_to, duration, cost, bits
        Offers: end places, window of starts, minutes, reduced cost, forbidden-repetition bits.
    odd, charge
        Per offer, the subset cuts of which it carries an odd number of trips, a bit each; per bit, what the
        second such offer of a duty costs.
    pen_ptr, pen_at, pen_amount, pen_before
        Price of an offer's start: ``pen_amount`` is due when it starts before (or else after) ``pen_at``;
        sorted by ``pen_at``.
    by_place, place_ptr, place_wide, place_until
        Offers by first place and ``open_from``, the widest window at each place and the latest end of one.
    by_slot, slot_ptr, slot_width
        Offers by the time slot of ``open_from``.
    changes
        Bits of repetition that change their meaning, from :meth:`Repeats.changes`.
    alive_odd
        Per slot, the bits of subset cuts that may still matter.
    metric
        Whether minutes and costs between places obey the triangle inequality.
    most
        Duties to return at most.
    arrivals, labels, front, size, arrived, begun, starts, extras
        Room to work in, from :func:`scratch`.

    Returns
    -------
    The least cost of any duty (``inf`` where there is none, ``-inf`` where the search gave up), duties as
    flat offers with their starts and pointers, and their costs.
    """
    offers = first.shape[0]
    places = place_ptr.shape[0] - 1
    slots = slot_ptr.shape[0] - 1
    # In the order of the scan, which is the hottest loop.
    scan_from, scan_to, scan_bits = open_from[by_place], open_to[by_place], bits[by_place]
    scan_slot = (scan_from / slot_width).astype(np.int64)
    arrivals, labels, front, size = borrowed(arrivals), borrowed(labels), borrowed(front), borrowed(size)
    arrived, begun = borrowed(arrived), borrowed(begun)
    charges, price_at, price, price_before = (
        borrowed(charge), borrowed(pen_at), borrowed(pen_amount), borrowed(pen_before),
    )  # fmt: skip
    car = front[places, 0]
    came, went = 0, 0
    done_cost = np.full((offers, 2), np.inf)
    done_start = np.full((offers, 2), np.inf)
    done_bits = np.zeros((offers, 2), np.int64)
    done_odd = np.zeros((offers, 2), np.int64)
    final_cost = np.full(offers, np.inf)
    final_label = np.full(offers, -1, np.int32)
    owed = OWED
    has_break = break_min > 0.0
    best = np.inf
    starts, extras = borrowed(starts), borrowed(extras)
    pen_base = np.zeros(offers)
    for r in range(offers):
        for k in range(pen_ptr[r], pen_ptr[r + 1]):
            if pen_before[k]:
                pen_base[r] += pen_amount[k]
    # Cars leaving the depot.
    for way in range(2 if has_break else 1):
        leave = shift_from if way == 0 else max(shift_from, break_to)
        mask = owed if (has_break and way == 0) else np.int64(0)
        for p in range(places):
            t = leave + minutes[start, p]
            if t <= place_until[p] + EPS:
                c = fixed + dead_cost[start, p]
                came = _arrive(
                    arrivals, arrived, came, int(t / slot_width), p, t, c, mask, 0, -1, False, False
                )
    for slot in range(slots):
        opening = True
        if changes[0, slot]:
            for p in range(places):
                for x in range(size[p]):
                    front[p, x].bits &= ~changes[0, slot]
        # Where nothing takes time a ride could be repeated for ever within a moment.
        while (opening or arrived[slot] >= 0 or begun[slot] >= 0) and max(came, went) <= MOST_LABELS:
            if opening:
                # Offers whose window opens now take the cars already waiting at their first place.
                for q in range(slot_ptr[slot], slot_ptr[slot + 1]):
                    r = by_slot[q]
                    p = first[r]
                    for x in range(size[p]):
                        kept = front[p, x]
                        if kept.bits & bits[r] & ~owed:
                            continue
                        count = _starts(
                            open_from[r], open_to[r], pen_ptr[r], pen_ptr[r + 1], price_at, price,
                            price_before, pen_base[r], starts, extras,
                        )  # fmt: skip
                        due = kept.cost + cost[r] + due_for(kept.odd & odd[r], charges)
                        for y in range(count):
                            s = int(starts[y] / slot_width)
                            mask = bits_kept(kept.bits, changes, slot, s) | bits[r]
                            went = _begin(
                                labels, begun, went, s, r, starts[y], due + extras[y], mask,
                                kept.odd ^ odd[r], kept.source,
                            )  # fmt: skip
                opening = False
            # Empty cars arriving in this slot.
            while arrived[slot] >= 0:
                arrival = arrivals[arrived[slot]]
                arrived[slot] = arrival.next
                p, t, c, source = arrival.place, arrival.time, arrival.cost, arrival.source
                ended = arrival.ended
                mask = arrival.bits
                half = arrival.odd & alive_odd[slot]
                if _beaten(front, size, p, t, c, mask, half, charges, ended):
                    continue
                # Staying is a leg too, which a table may say takes time.
                stays = not ended or (minutes[p, p] == 0.0 and dead_cost[p, p] == 0.0)
                if has_break and mask & owed and stays:
                    rested = max(t, break_from) + break_min
                    if rested <= break_to + EPS:
                        s = int(rested / slot_width)
                        came = _arrive(
                            arrivals, arrived, came, s, p, rested, c,
                            bits_kept(mask & ~owed, changes, slot, s), half, source, False, True,
                        )  # fmt: skip
                if ended:
                    # Where a ride ends the car may go anywhere, unless another is there already.
                    for to in range(places):
                        there = t + minutes[p, to]
                        if (to == p and stays) or there > place_until[to] + EPS:
                            continue
                        s = int(there / slot_width)
                        cc = c + dead_cost[p, to]
                        then = bits_kept(mask, changes, slot, s)
                        if not _beaten(
                            front, size, to, there, cc, then, half & alive_odd[s], charges, False
                        ):  # fmt: skip
                            came = _arrive(
                                arrivals, arrived, came, s, to, there, cc, then, half, source, False, False
                            )
                if not stays:
                    continue
                car.time = t
                car.cost = c
                car.bits = mask
                car.odd = half
                car.source = source
                car.goes = (metric or ended) and not arrival.rested
                # What stands for the car later must have met what is open now: others may yield to it.
                kept = front[p, _keep(front, size, p, car, charges)]
                # Offers open right now; those opening in a later slot take it from the front.
                lo, hi = place_ptr[p], place_ptr[p + 1]
                low = t - place_wide[p] - EPS
                while lo < hi:
                    mid = (lo + hi) // 2
                    if scan_from[mid] < low:
                        lo = mid + 1
                    else:
                        hi = mid
                for q in range(lo, place_ptr[p + 1]):
                    if scan_slot[q] > slot:
                        break
                    if scan_to[q] + EPS < t or kept.bits & scan_bits[q] & ~owed:
                        continue
                    r = by_place[q]
                    count = _starts(
                        max(open_from[r], t), open_to[r], pen_ptr[r], pen_ptr[r + 1], price_at, price,
                        price_before, pen_base[r], starts, extras,
                    )  # fmt: skip
                    due = kept.cost + cost[r] + due_for(kept.odd & odd[r], charges)
                    for y in range(count):
                        s = int(starts[y] / slot_width)
                        then = bits_kept(kept.bits, changes, slot, s) | bits[r]
                        if (
                            done_cost[r, 0] <= due + extras[y]
                            and done_start[r, 0] <= starts[y]
                            and (done_bits[r, 0] & ~then) == 0
                            and done_odd[r, 0] == 0
                        ):
                            continue
                        went = _begin(
                            labels, begun, went, s, r, starts[y], due + extras[y], then, kept.odd ^ odd[r],
                            kept.source,
                        )  # fmt: skip
            # Rides starting in this slot.
            while begun[slot] >= 0:
                i = begun[slot]
                label = labels[i]
                begun[slot] = label.next
                r, s0, c, mask, half = label.offer, label.start, label.cost, label.bits, label.odd
                dominated = False
                for x in range(2):
                    if (
                        done_cost[r, x] <= c + 1e-12
                        and done_start[r, x] <= s0
                        and (done_bits[r, x] & ~mask) == 0
                        and done_cost[r, x] + due_for(done_odd[r, x] & ~half, charges) <= c + 1e-12
                    ):
                        dominated = True
                        break
                if dominated:
                    continue
                # No duty repeats a ride within a moment, which would cost nothing where nothing takes time.
                back = label.source
                while back >= 0 and labels[back].start >= s0 and labels[back].offer != r:
                    back = labels[back].source
                if back >= 0 and labels[back].start >= s0:
                    continue
                x = 0 if c < done_cost[r, 0] else 1
                if x == 0:
                    done_cost[r, 1] = done_cost[r, 0]
                    done_start[r, 1] = done_start[r, 0]
                    done_bits[r, 1] = done_bits[r, 0]
                    done_odd[r, 1] = done_odd[r, 0]
                done_cost[r, x] = c
                done_start[r, x] = s0
                done_bits[r, x] = mask
                done_odd[r, x] = half
                free = s0 + duration[r]
                here = last[r]
                home = free + minutes[here, end]
                if home <= shift_to + EPS and (not (mask & owed) or home <= break_from + EPS):
                    total = c + dead_cost[here, end]
                    if total < final_cost[r]:
                        final_cost[r] = total
                        final_label[r] = i
                        best = min(best, total)
                if has_break and mask & owed and free > break_to:
                    continue
                s = int(free / slot_width)
                mask = bits_kept(mask, changes, slot, s)
                if s < slots and not _beaten(
                    front, size, here, free, c, mask, half & alive_odd[s], charges, True
                ):
                    came = _arrive(arrivals, arrived, came, s, here, free, c, mask, half, i, True, False)
    if max(came, went) > MOST_LABELS:
        best = -np.inf
    # Best duties, one per last ride.
    order = np.argsort(final_cost)
    count = 0
    while count < offers and count < most and final_cost[order[count]] < np.inf:
        count += 1
    ptr = np.zeros(count + 1, np.int64)
    for k in range(count):
        length = 0
        i = final_label[order[k]]
        while i >= 0:
            length += 1
            i = labels[i].source
        ptr[k + 1] = ptr[k] + length
    flat = np.empty(ptr[count], np.int32)
    when = np.empty(ptr[count])
    costs = np.empty(count)
    for k in range(count):
        costs[k] = final_cost[order[k]]
        i = final_label[order[k]]
        x = ptr[k + 1]
        while i >= 0:
            x -= 1
            flat[x] = labels[i].offer
            when[x] = labels[i].start
            i = labels[i].source
    return best, flat, when, ptr, costs
