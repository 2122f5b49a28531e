"""The hot loop of ride enumeration: depth-first search over stop orders, compiled.

A ride is grown event by event from its first boarding until the car is empty again. Groups grow under
the loosest detour limit and are held to their own limit only when the ride is complete, because the
detour rule is not monotone: a lawful group of three may contain no lawful pair.
"""

import numpy as np
from numba import njit

EPS = 1e-6
"""Slack in km and minutes for floating-point sums; far under the metre and the second of the formats."""


@njit(cache=True, nogil=True)
def _may_overlap(i, j, org, dst, km, minutes, board, alight, lo_b, hi_b, lo_a, hi_d, direct, loose):  # type: ignore[no-untyped-def]
    """Whether trips i and j can be aboard together, i boarding first: a necessary condition."""
    start = max(lo_b[j], lo_b[i] + (board[i] + minutes[org[i], org[j]] if org[i] != org[j] else 0.0))
    if start > hi_b[j] + EPS:
        return False
    to_pick = km[org[i], org[j]]
    left = start + board[j]
    # i alights first, then j
    if to_pick + km[org[j], dst[i]] - direct[i] <= loose + EPS and (
        km[org[j], dst[i]] + km[dst[i], dst[j]] - direct[j] <= loose + EPS
    ):
        at_i = max(lo_a[i], left + minutes[org[j], dst[i]])
        if at_i + alight[i] <= hi_d[i] + EPS:
            at_j = at_i if dst[i] == dst[j] else at_i + alight[i] + minutes[dst[i], dst[j]]
            if max(lo_a[j], at_j) + alight[j] <= hi_d[j] + EPS:
                return True
    # j alights first, then i
    if to_pick + km[org[j], dst[j]] + km[dst[j], dst[i]] - direct[i] <= loose + EPS:
        at_j = max(lo_a[j], left + minutes[org[j], dst[j]])
        if at_j + alight[j] <= hi_d[j] + EPS:
            at_i = at_j if dst[i] == dst[j] else at_j + alight[j] + minutes[dst[j], dst[i]]
            if max(lo_a[i], at_i) + alight[i] <= hi_d[i] + EPS:
                return True
    return False


@njit(cache=True, nogil=True)
def overlap_matrix(org, dst, km, minutes, board, alight, lo_b, hi_b, lo_a, hi_d, direct, loose, share):  # type: ignore[no-untyped-def]
    """Which trips can ever be aboard together; ``km`` and ``minutes`` are shortest-path lower bounds."""
    n = org.shape[0]
    near = np.zeros((n, n), dtype=np.bool_)
    for i in range(n):
        for j in range(i):
            if share[i, j] and (
                _may_overlap(
                    i, j, org, dst, km, minutes, board, alight, lo_b, hi_b, lo_a, hi_d, direct, loose
                )
                or _may_overlap(
                    j, i, org, dst, km, minutes, board, alight, lo_b, hi_b, lo_a, hi_d, direct, loose
                )
            ):
                near[i, j] = near[j, i] = True
    return near


@njit(cache=True, nogil=True)
def _replay(  # type: ignore[no-untyped-def]
    events, count, org, dst, km, minutes, board, alight, lo_b, hi_b, lo_a, hi_d, max_ride, direct,
    seats, chairs, with_ptr, with_trip, per_extra, cap, after_last, between,
    trips, f_out, i_out, ride_f, ride_i,
):  # fmt: skip
    """Recompute a complete ride from its events and judge it; True when it is lawful.

    Member columns of ``f_out``: ridden km, km alone, boarding service offset, alighting service offset,
    alighting departure offset, boarding departure offset. ``i_out``: patients aboard, boarding event,
    alighting event. ``ride_f``: km, duration, lo, hi. ``ride_i``: first and last place, most patients,
    seats and wheelchairs aboard.
    """
    m = count // 2
    members = 0
    place = -1
    cum = 0.0
    start = 0.0
    service = 0.0
    lo, hi = -1e9, 1e9
    deadline = 1e9
    aboard = seats_now = chairs_now = 0
    ride_i[2] = ride_i[3] = ride_i[4] = 0
    for e in range(count):
        code = events[e]
        trip = code if code >= 0 else ~code
        here = org[trip] if code >= 0 else dst[trip]
        if here != place:
            if place >= 0:
                leave = start + service
                for x in range(members):
                    if i_out[x, 2] < 0:
                        if f_out[x, 5] < 0.0:
                            f_out[x, 5] = leave
                        f_out[x, 0] += km[place, here]
                        if aboard == 1:
                            f_out[x, 1] += km[place, here]
                cum += km[place, here]
                start = leave + minutes[place, here]
            else:
                ride_i[0] = here
            place = here
            service = 0.0
            deadline = 1e9
        if code >= 0:
            x = members
            members += 1
            trips[x] = trip
            f_out[x, 0] = 0.0
            f_out[x, 1] = 0.0
            f_out[x, 2] = start
            f_out[x, 5] = -1.0
            i_out[x, 0] = 0
            i_out[x, 1] = e
            i_out[x, 2] = -1
            service += board[trip]
            lo = max(lo, lo_b[trip] - start)
            hi = min(hi, hi_b[trip] - start)
            aboard += 1
            seats_now += seats[trip]
            chairs_now += chairs[trip]
            ride_i[2] = max(ride_i[2], aboard)
            ride_i[3] = max(ride_i[3], seats_now)
            ride_i[4] = max(ride_i[4], chairs_now)
            for y in range(members):
                if i_out[y, 2] < 0:
                    i_out[y, 0] = max(i_out[y, 0], aboard)
        else:
            for x in range(members):
                if trips[x] == trip:
                    i_out[x, 2] = e
                    f_out[x, 3] = start
                    if start - f_out[x, 5] > max_ride[trip] + EPS:
                        return False
            service += alight[trip]
            lo = max(lo, lo_a[trip] - start)
            deadline = min(deadline, hi_d[trip])
            aboard -= 1
            seats_now -= seats[trip]
            chairs_now -= chairs[trip]
        hi = min(hi, deadline - start - service)
    ride_i[1] = place
    if lo > hi + EPS:
        return False
    # Departure of the stop where each member alights: all at that stop leave together.
    for x in range(m):
        leave = f_out[x, 3]
        for e in range(count):
            code = events[e]
            trip = code if code >= 0 else ~code
            for y in range(m):
                if trips[y] == trip and (i_out[y, 1] == e or i_out[y, 2] == e):
                    there = org[trip] if code >= 0 else dst[trip]
                    at = f_out[y, 2] if code >= 0 else f_out[y, 3]
                    if there == dst[trips[x]] and at == f_out[x, 3]:
                        leave += board[trip] if code >= 0 else alight[trip]
        f_out[x, 4] = leave
        limit = min(per_extra * (i_out[x, 0] - 1), cap)
        if f_out[x, 0] - direct[trips[x]] > limit + EPS and m > 1:
            return False
        for w in range(with_ptr[trips[x]], with_ptr[trips[x] + 1]):
            together = False
            for y in range(m):
                if trips[y] == with_trip[w]:
                    together = i_out[y, 1] < i_out[x, 2] and i_out[x, 1] < i_out[y, 2]
            if not together:
                return False
    if after_last < 1e8 or between < 1e8:
        # Detour built up by each member at each boarding stop, replayed along the stops.
        for x in range(m):
            trip = trips[x]
            ridden = 0.0
            built = 0.0
            at_place = org[trip]
            for e in range(i_out[x, 1] + 1, i_out[x, 2] + 1):
                code = events[e]
                other = code if code >= 0 else ~code
                here = org[other] if code >= 0 else dst[other]
                if here != at_place:
                    ridden += km[at_place, here]
                    at_place = here
                if code >= 0:
                    now = ridden + km[here, dst[trip]] - direct[trip]
                    if now - built > between + EPS:
                        return False
                    built = now
            if ridden - direct[trip] - built > after_last + EPS:
                return False
    ride_f[0] = cum
    ride_f[1] = start + service
    ride_f[2] = lo
    ride_f[3] = max(lo, hi)
    return True


@njit(cache=True, nogil=True)
def search(  # type: ignore[no-untyped-def]
    root_lo, root_hi, org, dst, km, minutes, low_km, low_minutes, board, alight,
    lo_b, hi_b, lo_a, hi_d, max_ride, direct, seats, chairs, share, near_ptr, near_trip,
    with_ptr, with_trip, trip_kinds, kind_patients, kind_seats, kind_chairs,
    per_extra, cap, loose, after_last, between, spare_km, max_members, limit, effort,
    fill, out_ptr, out_events, out_rf, out_ri, out_kinds, out_trip, out_mf, out_mi,
):  # fmt: skip
    """Enumerate every lawful ride whose first boarding is one of ``root_lo..root_hi``.

    Called twice: once to count (``fill`` false), once to write into arrays of that size. A ride longer by
    over ``spare_km`` for every patient but one than their direct ways together is passed over, and so is
    what would grow from it.

    Returns
    -------
    Number of rides, number of members over all rides, steps taken, and whether a ride of more than
    ``max_members`` patients, more than ``limit`` rides or more than ``effort`` steps were met (then the
    list is incomplete).
    """
    depth_max = 2 * max_members + 2
    kinds = kind_patients.shape[0]
    most = 0
    for g in range(kinds):
        most = max(most, kind_patients[g])
    place = np.empty(depth_max, np.int64)
    cum = np.empty(depth_max)
    start = np.empty(depth_max)
    service = np.empty(depth_max)
    lo = np.empty(depth_max)
    hi = np.empty(depth_max)
    deadline = np.empty(depth_max)
    last = np.empty(depth_max, np.int64)
    stop_no = np.empty(depth_max, np.int64)
    pointer = np.empty(depth_max, np.int64)
    load = np.empty(depth_max, np.int64)
    aboard = np.empty((depth_max, most + 1), np.int64)
    boarded = np.empty(depth_max, np.int64)
    members = np.empty(depth_max, np.int64)
    used_events = np.empty(depth_max, np.int64)
    ok = np.empty((depth_max, kinds), np.bool_)
    limit_km = np.empty(depth_max)
    apart = np.empty(depth_max)
    events = np.empty(depth_max, np.int64)
    n = org.shape[0]
    used = np.zeros(n, np.bool_)
    board_km = np.zeros(n)
    board_stop = np.zeros(n, np.int64)
    board_leave = np.zeros(n)
    trips = np.empty(max_members, np.int64)
    f_out = np.empty((max_members, 6))
    i_out = np.empty((max_members, 3), np.int64)
    ride_f = np.empty(4)
    ride_i = np.empty(5, np.int64)
    rides = 0
    total = 0
    steps = 0
    cut = False
    for root in range(root_lo, root_hi):
        if lo_b[root] > hi_b[root] + EPS:
            continue
        any_kind = False
        fullest = 1
        for g in range(kinds):
            ok[0, g] = (
                trip_kinds[root, g] and kind_patients[g] >= 1 and kind_seats[g] >= seats[root]
                and kind_chairs[g] >= chairs[root]
            )  # fmt: skip
            if ok[0, g]:
                any_kind = True
                fullest = max(fullest, kind_patients[g])
        if not any_kind:
            continue
        # Nobody aboard a car of these kinds may ever be taken further round than this.
        limit_km[0] = min(loose, min(per_extra * (fullest - 1), cap))
        place[0] = org[root]
        cum[0] = 0.0
        apart[0] = direct[root]
        start[0] = 0.0
        service[0] = board[root]
        lo[0] = lo_b[root]
        hi[0] = hi_b[root]
        deadline[0] = 1e9
        last[0] = root
        stop_no[0] = 0
        pointer[0] = 0
        load[0] = 1
        aboard[0, 0] = root
        boarded[0] = root
        members[0] = 1
        events[0] = root
        used_events[0] = 1
        used[root] = True
        board_km[root] = 0.0
        board_stop[root] = 0
        board_leave[root] = 0.0
        d = 0
        while d >= 0:
            k = pointer[d]
            pointer[d] += 1
            steps += 1
            if steps > effort:
                return rides, total, steps, True
            here = place[d]
            if k < load[d]:
                trip = aboard[d, k]
                there = dst[trip]
                again = False
                for x in range(k):
                    again = again or dst[aboard[d, x]] == there
                if again:
                    continue
                leave = start[d] + service[d]
                for x in range(load[d]):
                    if board_stop[aboard[d, x]] == stop_no[d]:
                        board_leave[aboard[d, x]] = leave
                begin = leave + minutes[here, there]
                far = cum[d] + km[here, there]
                work = 0.0
                a, b, dl = lo[d], hi[d], 1e9
                good = True
                left = 0
                ev = used_events[d]
                for x in range(load[d]):
                    t = aboard[d, x]
                    if dst[t] == there:
                        work += alight[t]
                        a = max(a, lo_a[t] - begin)
                        dl = min(dl, hi_d[t])
                        if far - board_km[t] - direct[t] > limit_km[d] + EPS and (members[d] > 1):
                            good = False
                        if begin - board_leave[t] > max_ride[t] + EPS:
                            good = False
                        events[ev] = ~t
                        ev += 1
                    else:
                        aboard[d + 1, left] = t
                        left += 1
                if not good:
                    continue
                b = min(b, dl - begin - work)
                if a > b + EPS:
                    continue
                for x in range(left):
                    t = aboard[d + 1, x]
                    if far + low_km[there, dst[t]] - board_km[t] - direct[t] > limit_km[d] + EPS:
                        good = False
                    reach = begin + work + low_minutes[there, dst[t]]
                    if a + reach + alight[t] > hi_d[t] + EPS or reach - board_leave[t] > max_ride[t] + EPS:
                        good = False
                if not good:
                    continue
                if left == 0:
                    if far > apart[d] + spare_km * (members[d] - 1) + EPS:
                        continue
                    if _replay(
                        events, ev, org, dst, km, minutes, board, alight, lo_b, hi_b, lo_a, hi_d,
                        max_ride, direct, seats, chairs, with_ptr, with_trip, per_extra, cap,
                        after_last, between, trips, f_out, i_out, ride_f, ride_i,
                    ):  # fmt: skip
                        m = members[d]
                        if fill:
                            if rides >= out_rf.shape[0]:
                                return rides, total, steps, True
                            out_ptr[rides] = total
                            for e in range(ev):
                                out_events[2 * total + e] = events[e]
                            for x in range(m):
                                out_trip[total + x] = trips[x]
                                for c in range(6):
                                    out_mf[total + x, c] = f_out[x, c]
                                out_mi[total + x, 0] = i_out[x, 0]
                            for c in range(4):
                                out_rf[rides, c] = ride_f[c]
                            for c in range(5):
                                out_ri[rides, c] = ride_i[c]
                            for g in range(kinds):
                                out_kinds[rides, g] = ok[d, g]
                        rides += 1
                        total += m
                        if rides >= limit:
                            return rides, total, steps, True
                    continue
                d += 1
                place[d] = there
                cum[d] = far
                start[d] = begin
                service[d] = work
                lo[d] = a
                hi[d] = b
                deadline[d] = dl
                last[d] = -1
                stop_no[d] = stop_no[d - 1] + 1
                pointer[d] = 0
                load[d] = left
                boarded[d] = -1
                members[d] = members[d - 1]
                used_events[d] = ev
                limit_km[d] = limit_km[d - 1]
                apart[d] = apart[d - 1]
                for g in range(kinds):
                    ok[d, g] = ok[d - 1, g]
                continue
            pivot = aboard[d, 0]
            q = near_ptr[pivot] + k - load[d]
            if q >= near_ptr[pivot + 1] or load[d] >= most or (members[d] >= max_members and cut):
                if boarded[d] >= 0:
                    used[boarded[d]] = False
                d -= 1
                continue
            j = near_trip[q]
            if used[j]:
                continue
            good = True
            for x in range(1, load[d]):
                if not share[j, aboard[d, x]]:
                    good = False
                    break
            if not good:
                continue
            there = org[j]
            far = cum[d]
            a, b = lo[d], hi[d]
            if there == here:
                if j <= last[d]:
                    continue
                begin = start[d]
                work = service[d] + board[j]
                dl = deadline[d]
            else:
                for x in range(load[d]):
                    if dst[aboard[d, x]] == there:
                        good = False
                if not good:
                    continue
                leave = start[d] + service[d]
                for x in range(load[d]):
                    if board_stop[aboard[d, x]] == stop_no[d]:
                        board_leave[aboard[d, x]] = leave
                begin = leave + minutes[here, there]
                far += km[here, there]
                work = board[j]
                dl = 1e9
            a = max(a, lo_b[j] - begin)
            b = min(b, hi_b[j] - begin)
            b = min(b, dl - begin - work)
            if a > b + EPS:
                continue
            any_kind = False
            fullest = 1
            seats_now = seats[j]
            chairs_now = chairs[j]
            for x in range(load[d]):
                seats_now += seats[aboard[d, x]]
                chairs_now += chairs[aboard[d, x]]
            for g in range(kinds):
                ok[d + 1, g] = (
                    ok[d, g] and trip_kinds[j, g] and kind_patients[g] > load[d]
                    and kind_seats[g] >= seats_now and kind_chairs[g] >= chairs_now
                )  # fmt: skip
                if ok[d + 1, g]:
                    any_kind = True
                    fullest = max(fullest, kind_patients[g])
            if not any_kind:
                continue
            limit_km[d + 1] = min(loose, min(per_extra * (fullest - 1), cap))
            rest = low_km[there, dst[j]]
            for x in range(load[d]):
                t = aboard[d, x]
                rest = max(rest, low_km[there, dst[t]])
                if far + low_km[there, dst[t]] - board_km[t] - direct[t] > limit_km[d + 1] + EPS:
                    good = False
                    break
                reach = begin + work + low_minutes[there, dst[t]]
                if a + reach + alight[t] > hi_d[t] + EPS:
                    good = False
                    break
                if (there != here or board_stop[t] != stop_no[d]) and (
                    reach - board_leave[t] > max_ride[t] + EPS
                ):
                    good = False
                    break
            if not good or a + begin + work + low_minutes[there, dst[j]] + alight[j] > hi_d[j] + EPS:
                continue
            if far + rest > apart[d] + direct[j] + spare_km * members[d] + EPS:
                continue
            if members[d] >= max_members:
                cut = True
                continue
            d += 1
            for x in range(load[d - 1]):
                aboard[d, x] = aboard[d - 1, x]
            aboard[d, load[d - 1]] = j
            place[d] = there
            cum[d] = far
            start[d] = begin
            service[d] = work
            lo[d] = a
            hi[d] = b
            deadline[d] = dl
            last[d] = j
            stop_no[d] = stop_no[d - 1] + (0 if there == here else 1)
            pointer[d] = 0
            load[d] = load[d - 1] + 1
            boarded[d] = j
            members[d] = members[d - 1] + 1
            apart[d] = apart[d - 1] + direct[j]
            events[used_events[d - 1]] = j
            used_events[d] = used_events[d - 1] + 1
            used[j] = True
            board_km[j] = far
            board_stop[j] = stop_no[d]
            board_leave[j] = 0.0
        used[root] = False
    return rides, total, steps, cut
