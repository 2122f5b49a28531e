"""The cheapest duty of one vehicle under given prices for its trips: label setting over rides, compiled.

A label says "this car can be at this place from this minute on, at this cost". A car idles empty for
nothing, so a label stays usable once it is there, and two labels of one place compare by cost alone.
Trips whose repetition the search has been told to forbid carry a bit each (decremental state space
relaxation, Righini & Salani 2008, doi:10.1002/net.20212); a label dominates another only with a subset of
its bits. A break still owed is one more bit.
"""

import numpy as np
from numba import njit

EPS = 1e-6
FRONT = 12
"""Labels kept at a place; one more is merged with the worst, which can only lower the result."""

MOST_LABELS = 4_000_000
"""Labels and arrivals of one search; beyond them it gives up, and with it any claim to a least cost."""


@njit(cache=True, nogil=True)
def _grown(array, size):  # type: ignore[no-untyped-def]
    out = np.empty(size, array.dtype)
    out[: array.shape[0]] = array
    return out


@njit(cache=True, nogil=True)
def _due(hit, charge):  # type: ignore[no-untyped-def]
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
def cheapest_duties(  # type: ignore[no-untyped-def]
    first, last, open_from, open_to, duration, cost, bits, odd, charge,
    pen_ptr, pen_at, pen_amount, pen_before,
    by_place, place_ptr, place_wide, place_until, by_slot, slot_ptr, slot_width, alive, alive_odd,
    minutes, dead_cost, metric, start, end, shift_from, shift_to, fixed,
    break_from, break_to, break_min, most,
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
    alive, alive_odd
        Per slot, the bits of repetition and of subset cuts that may still matter.
    metric
        Whether minutes and costs between places obey the triangle inequality.
    most
        Duties to return at most.

    Returns
    -------
    The least cost of any duty (``inf`` where there is none, ``-inf`` where the search gave up), duties as
    flat offers with their starts and pointers, their costs, and each offer's least cost from the depot to
    its end.
    """
    offers = first.shape[0]
    places = place_ptr.shape[0] - 1
    slots = slot_ptr.shape[0] - 1
    # In the order of the scan, which is the hottest loop.
    scan_from, scan_to, scan_bits = open_from[by_place], open_to[by_place], bits[by_place]
    scan_slot = (scan_from / slot_width).astype(np.int64)
    # Arrivals of empty cars, chained by slot.
    cap = 4096
    arr_place = np.empty(cap, np.int32)
    arr_time = np.empty(cap)
    arr_cost = np.empty(cap)
    arr_bits = np.empty(cap, np.int64)
    arr_odd = np.empty(cap, np.int64)
    arr_ended = np.empty(cap, np.bool_)
    arr_rested = np.empty(cap, np.bool_)
    arr_from = np.empty(cap, np.int32)
    arr_next = np.empty(cap, np.int32)
    arr_head = np.full(slots, -1, np.int32)
    arrivals = 0
    # Ride labels, chained by slot.
    lcap = 4096
    lab_offer = np.empty(lcap, np.int32)
    lab_start = np.empty(lcap)
    lab_cost = np.empty(lcap)
    lab_bits = np.empty(lcap, np.int64)
    lab_odd = np.empty(lcap, np.int64)
    lab_from = np.empty(lcap, np.int32)
    lab_next = np.empty(lcap, np.int32)
    lab_head = np.full(slots, -1, np.int32)
    labels = 0
    front_cost = np.empty((places, FRONT))
    front_bits = np.empty((places, FRONT), np.int64)
    front_odd = np.empty((places, FRONT), np.int64)
    front_time = np.empty((places, FRONT))
    front_from = np.empty((places, FRONT), np.int32)
    front_size = np.zeros(places, np.int64)
    # Whether a label may go on from where it waits to anywhere as well as one whose ride ends there.
    front_goes = np.empty((places, FRONT), np.bool_)
    done_cost = np.full((offers, 2), np.inf)
    done_start = np.full((offers, 2), np.inf)
    done_bits = np.zeros((offers, 2), np.int64)
    done_odd = np.zeros((offers, 2), np.int64)
    final_cost = np.full(offers, np.inf)
    final_label = np.full(offers, -1, np.int32)
    owed = np.int64(1) << np.int64(62)
    has_break = break_min > 0.0
    best = np.inf
    starts = np.empty(128)
    extras = np.empty(128)
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
            if t > place_until[p] + EPS:
                continue
            s = int(t / slot_width)
            if arrivals + 2 >= cap:
                cap *= 2
                arr_place = _grown(arr_place, cap)
                arr_time = _grown(arr_time, cap)
                arr_cost = _grown(arr_cost, cap)
                arr_bits = _grown(arr_bits, cap)
                arr_odd = _grown(arr_odd, cap)
                arr_ended = _grown(arr_ended, cap)
                arr_rested = _grown(arr_rested, cap)
                arr_from = _grown(arr_from, cap)
                arr_next = _grown(arr_next, cap)
            arr_place[arrivals] = p
            arr_time[arrivals] = t
            arr_cost[arrivals] = fixed + dead_cost[start, p]
            arr_bits[arrivals] = mask
            arr_odd[arrivals] = 0
            arr_ended[arrivals] = False
            arr_rested[arrivals] = False
            arr_from[arrivals] = -1
            arr_next[arrivals] = arr_head[s]
            arr_head[s] = arrivals
            arrivals += 1
    for slot in range(slots):
        opening = True
        # Where nothing takes time a ride could be repeated for ever within a moment.
        while (opening or arr_head[slot] >= 0 or lab_head[slot] >= 0) and labels + arrivals <= MOST_LABELS:
            if opening:
                # Offers whose window opens now take the cars already waiting at their first place.
                for q in range(slot_ptr[slot], slot_ptr[slot + 1]):
                    r = by_slot[q]
                    p = first[r]
                    for x in range(front_size[p]):
                        if front_bits[p, x] & bits[r] & ~owed:
                            continue
                        count = _starts(
                            open_from[r], open_to[r], pen_ptr[r], pen_ptr[r + 1], pen_at, pen_amount,
                            pen_before, pen_base[r], starts, extras,
                        )  # fmt: skip
                        due = front_cost[p, x] + cost[r] + _due(front_odd[p, x] & odd[r], charge)
                        for y in range(count):
                            if labels + 1 >= lcap:
                                lcap *= 2
                                lab_offer = _grown(lab_offer, lcap)
                                lab_start = _grown(lab_start, lcap)
                                lab_cost = _grown(lab_cost, lcap)
                                lab_bits = _grown(lab_bits, lcap)
                                lab_odd = _grown(lab_odd, lcap)
                                lab_from = _grown(lab_from, lcap)
                                lab_next = _grown(lab_next, lcap)
                            at = int(starts[y] / slot_width)
                            lab_offer[labels] = r
                            lab_start[labels] = starts[y]
                            lab_cost[labels] = due + extras[y]
                            lab_bits[labels] = front_bits[p, x] | bits[r]
                            lab_odd[labels] = front_odd[p, x] ^ odd[r]
                            lab_from[labels] = front_from[p, x]
                            lab_next[labels] = lab_head[at]
                            lab_head[at] = labels
                            labels += 1
                opening = False
            # Empty cars arriving in this slot.
            while arr_head[slot] >= 0:
                a = arr_head[slot]
                arr_head[slot] = arr_next[a]
                p = arr_place[a]
                t = arr_time[a]
                c = arr_cost[a]
                mask = arr_bits[a] & (alive[slot] | owed)
                half = arr_odd[a] & alive_odd[slot]
                source = arr_from[a]
                ended = arr_ended[a]
                dominated = False
                for x in range(front_size[p]):
                    if (
                        (front_goes[p, x] or not ended)
                        and front_cost[p, x] <= c + 1e-12
                        and front_time[p, x] <= t
                        and (front_bits[p, x] & ~mask) == 0
                        and front_cost[p, x] + _due(front_odd[p, x] & ~half, charge) <= c + 1e-12
                    ):
                        dominated = True
                        break
                if dominated:
                    continue
                # Staying is a leg too, which a table may say takes time.
                stays = not ended or (minutes[p, p] == 0.0 and dead_cost[p, p] == 0.0)
                if has_break and mask & owed and stays:
                    rested = max(t, break_from) + break_min
                    if rested <= break_to + EPS:
                        s = int(rested / slot_width)
                        if s < slots:
                            if arrivals + 1 >= cap:
                                cap *= 2
                                arr_place = _grown(arr_place, cap)
                                arr_time = _grown(arr_time, cap)
                                arr_cost = _grown(arr_cost, cap)
                                arr_bits = _grown(arr_bits, cap)
                                arr_odd = _grown(arr_odd, cap)
                                arr_ended = _grown(arr_ended, cap)
                                arr_rested = _grown(arr_rested, cap)
                                arr_from = _grown(arr_from, cap)
                                arr_next = _grown(arr_next, cap)
                            arr_place[arrivals] = p
                            arr_time[arrivals] = rested
                            arr_cost[arrivals] = c
                            arr_bits[arrivals] = mask & ~owed
                            arr_odd[arrivals] = half
                            arr_ended[arrivals] = False
                            arr_rested[arrivals] = True
                            arr_from[arrivals] = source
                            arr_next[arrivals] = arr_head[s]
                            arr_head[s] = arrivals
                            arrivals += 1
                if ended:
                    # Where a ride ends the car may go anywhere, unless another did from here or past here.
                    for to in range(places):
                        there = t + minutes[p, to]
                        if (to == p and stays) or there > place_until[to] + EPS:
                            continue
                        s = int(there / slot_width)
                        cc = c + dead_cost[p, to]
                        dominated = False
                        for x in range(front_size[to]):
                            if (
                                front_cost[to, x] <= cc
                                and (front_bits[to, x] & ~(mask & (alive[s] | owed))) == 0
                                and front_cost[to, x]
                                + _due(front_odd[to, x] & ~(half & alive_odd[s]), charge)
                                <= cc
                            ):
                                dominated = True
                                break
                        if dominated:
                            continue
                        if arrivals + 1 >= cap:
                            cap *= 2
                            arr_place = _grown(arr_place, cap)
                            arr_time = _grown(arr_time, cap)
                            arr_cost = _grown(arr_cost, cap)
                            arr_bits = _grown(arr_bits, cap)
                            arr_odd = _grown(arr_odd, cap)
                            arr_ended = _grown(arr_ended, cap)
                            arr_rested = _grown(arr_rested, cap)
                            arr_from = _grown(arr_from, cap)
                            arr_next = _grown(arr_next, cap)
                        arr_place[arrivals] = to
                        arr_time[arrivals] = there
                        arr_cost[arrivals] = cc
                        arr_bits[arrivals] = mask
                        arr_odd[arrivals] = half
                        arr_ended[arrivals] = False
                        arr_rested[arrivals] = False
                        arr_from[arrivals] = source
                        arr_next[arrivals] = arr_head[s]
                        arr_head[s] = arrivals
                        arrivals += 1
                if not stays:
                    continue
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
                    if scan_to[q] + EPS < t or mask & scan_bits[q] & ~owed:
                        continue
                    r = by_place[q]
                    count = _starts(
                        max(open_from[r], t), open_to[r], pen_ptr[r], pen_ptr[r + 1], pen_at, pen_amount,
                        pen_before, pen_base[r], starts, extras,
                    )  # fmt: skip
                    due = c + cost[r] + _due(half & odd[r], charge)
                    for y in range(count):
                        if (
                            done_cost[r, 0] <= due + extras[y]
                            and done_start[r, 0] <= starts[y]
                            and (done_bits[r, 0] & ~(mask | bits[r])) == 0
                            and done_odd[r, 0] == 0
                        ):
                            continue
                        if labels + 1 >= lcap:
                            lcap *= 2
                            lab_offer = _grown(lab_offer, lcap)
                            lab_start = _grown(lab_start, lcap)
                            lab_cost = _grown(lab_cost, lcap)
                            lab_bits = _grown(lab_bits, lcap)
                            lab_odd = _grown(lab_odd, lcap)
                            lab_from = _grown(lab_from, lcap)
                            lab_next = _grown(lab_next, lcap)
                        at = int(starts[y] / slot_width)
                        if at >= slots:
                            continue
                        lab_offer[labels] = r
                        lab_start[labels] = starts[y]
                        lab_cost[labels] = due + extras[y]
                        lab_bits[labels] = mask | bits[r]
                        lab_odd[labels] = half ^ odd[r]
                        lab_from[labels] = source
                        lab_next[labels] = lab_head[at]
                        lab_head[at] = labels
                        labels += 1
                # Into the front: drop what the newcomer makes useless for later openings.
                keep = 0
                for x in range(front_size[p]):
                    if (
                        c <= front_cost[p, x]
                        and (mask & ~front_bits[p, x]) == 0
                        and c + _due(half & ~front_odd[p, x], charge) <= front_cost[p, x]
                    ):
                        continue
                    front_cost[p, keep] = front_cost[p, x]
                    front_bits[p, keep] = front_bits[p, x]
                    front_odd[p, keep] = front_odd[p, x]
                    front_goes[p, keep] = front_goes[p, x]
                    front_time[p, keep] = front_time[p, x]
                    front_from[p, keep] = front_from[p, x]
                    keep += 1
                if keep == FRONT:
                    worst = 0
                    for x in range(keep):
                        if front_cost[p, x] > front_cost[p, worst]:
                            worst = x
                    # Merging keeps the cheaper cost and the common bits: a relaxation, never a loss.
                    front_bits[p, worst] &= mask
                    front_odd[p, worst] &= half
                    front_goes[p, worst] = False
                    if c < front_cost[p, worst]:
                        front_cost[p, worst] = c
                        front_from[p, worst] = source
                    front_time[p, worst] = t
                else:
                    front_cost[p, keep] = c
                    front_bits[p, keep] = mask
                    front_odd[p, keep] = half
                    front_goes[p, keep] = (metric or ended) and not arr_rested[a]
                    front_time[p, keep] = t
                    front_from[p, keep] = source
                    keep += 1
                front_size[p] = keep
            # Rides starting in this slot.
            while lab_head[slot] >= 0:
                i = lab_head[slot]
                lab_head[slot] = lab_next[i]
                r = lab_offer[i]
                s0 = lab_start[i]
                c = lab_cost[i]
                mask = lab_bits[i]
                half = lab_odd[i]
                dominated = False
                for x in range(2):
                    if (
                        done_cost[r, x] <= c + 1e-12
                        and done_start[r, x] <= s0
                        and (done_bits[r, x] & ~mask) == 0
                        and done_cost[r, x] + _due(done_odd[r, x] & ~half, charge) <= c + 1e-12
                    ):
                        dominated = True
                        break
                if dominated:
                    continue
                # No duty repeats a ride within a moment, which would cost nothing where nothing takes time.
                back = lab_from[i]
                while back >= 0 and lab_start[back] >= s0 and lab_offer[back] != r:
                    back = lab_from[back]
                if back >= 0 and lab_start[back] >= s0:
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
                if s >= slots:
                    continue
                dominated = False
                for x in range(front_size[here]):
                    if (
                        front_goes[here, x]
                        and front_cost[here, x] <= c + 1e-12
                        and (front_bits[here, x] & ~(mask & (alive[s] | owed))) == 0
                        and front_cost[here, x] + _due(front_odd[here, x] & ~(half & alive_odd[s]), charge)
                        <= c + 1e-12
                    ):
                        dominated = True
                        break
                if dominated:
                    continue
                if arrivals + 1 >= cap:
                    cap *= 2
                    arr_place = _grown(arr_place, cap)
                    arr_time = _grown(arr_time, cap)
                    arr_cost = _grown(arr_cost, cap)
                    arr_bits = _grown(arr_bits, cap)
                    arr_odd = _grown(arr_odd, cap)
                    arr_ended = _grown(arr_ended, cap)
                    arr_rested = _grown(arr_rested, cap)
                    arr_from = _grown(arr_from, cap)
                    arr_next = _grown(arr_next, cap)
                arr_place[arrivals] = here
                arr_time[arrivals] = free
                arr_cost[arrivals] = c
                arr_bits[arrivals] = mask
                arr_odd[arrivals] = half
                arr_ended[arrivals] = True
                arr_rested[arrivals] = False
                arr_from[arrivals] = i
                arr_next[arrivals] = arr_head[s]
                arr_head[s] = arrivals
                arrivals += 1
    if labels + arrivals > MOST_LABELS:
        best = -np.inf
        done_cost[:] = -np.inf
    # Best duties, one per last ride.
    order = np.argsort(final_cost)
    count = 0
    while count < offers and count < most and final_cost[order[count]] < np.inf:
        count += 1
    ptr = np.zeros(count + 1, np.int64)
    for k in range(count):
        size = 0
        i = final_label[order[k]]
        while i >= 0:
            size += 1
            i = lab_from[i]
        ptr[k + 1] = ptr[k] + size
    flat = np.empty(ptr[count], np.int32)
    when = np.empty(ptr[count])
    costs = np.empty(count)
    for k in range(count):
        costs[k] = final_cost[order[k]]
        i = final_label[order[k]]
        x = ptr[k + 1]
        while i >= 0:
            x -= 1
            flat[x] = lab_offer[i]
            when[x] = lab_start[i]
            i = lab_from[i]
    return best, flat, when, ptr, costs, done_cost[:, 0].copy()
