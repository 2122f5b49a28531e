"""The ride network: what a car may do next with these patients aboard, where rides are too many to list.

Rides of a dense day are many because they are long: the patients of a chain come and go, and each set of
those served makes a ride of its own. The network forgets who was served. Its states are a place, the
patients aboard and a slot of time; a move is the next stop's alighting or the next boarding. Every lawful
ride is a way through it from empty to empty that is no longer, no later and waits no longer, so a bound on
plans of such ways is a bound on plans of rides (state space relaxation, Christofides, Mingozzi & Toth 1981,
doi:10.1002/net.3230110207). Its size grows with who can be aboard together, not with how long that can go
on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day
from sharedride.rides.constraints import Fleet, TripData, VehicleKind, fleet_of, trip_data
from sharedride.rides.exploring import MOST_ABOARD, MOVE, STATE, WAIT, Asked, Terms, explore, useful
from sharedride.rides.pool import overlapping_trips
from sharedride.rules import Rules
from sharedride.travel import TravelTable

MOST_STATES = 4_000_000
"""States met, and five times as many moves; a day that asks for more has no network."""

MOST_KINDS = 62
"""Vehicle kinds, a bit each."""

WIDTH = 2.0
"""Minutes of a slot of time at most."""

ROUNDS = 5
"""Times that who may be aboard together is looked at anew, given how long they may be."""

SLOTS_AT_ONCE = 10
"""Slots explored before it is asked whether to give up."""

LEAST_WIDTH = 0.5
"""Minutes that boarding and alighting take at least, or there is no network: time must pass with each
event."""

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class RideNetwork:
    """States and moves as arrays, over ``n`` trips, ``s`` slots of time, ``v`` states, ``e`` moves, ``w``
    waits.

    Attributes
    ----------
    trips
        Indices of the trips, ascending, shape ``(n,)``; below they are numbered in this order.
    kinds
        The vehicle kinds that bits of ``able`` stand for.
    origin, width
        First moment of the first slot and minutes of a slot.
    place, slot, leave, able, empty
        Of each state, in the order of time: the place (of the day), its slot, when the car could leave at the
        earliest, a bit per vehicle kind, and whether nobody is aboard, shape ``(v,)``.
    slot_ptr
        States of slot ``k`` are ``slot_ptr[k]:slot_ptr[k + 1]``.
    ptr, to, trip, shares, km, minutes
        Moves of state ``i`` are ``ptr[i]:ptr[i + 1]``: where to, who boards or -1, how many trips become
        shared, km and minutes, shape ``(e,)``.
    wait_ptr, wait_trip, wait_least
        Waits at the place of care in move ``j`` are ``wait_ptr[j]:wait_ptr[j + 1]``: whose, and at least how
        many minutes.
    org, fits, board
        Place of the day where each trip begins, a bit per kind that may carry it, minutes of its boarding,
        ``(n,)``.
    start, start_wait
        State after a ride began with a trip in a slot, or -1, and the least wait at the place of care of its
        patient by then, shape ``(n, s)``.
    span
        First and last moment at which each trip may board, shape ``(n, 2)``.
    """

    trips: IntArray
    kinds: tuple[VehicleKind, ...]
    origin: float
    width: float
    place: IntArray
    slot: IntArray
    leave: FloatArray
    able: IntArray
    empty: npt.NDArray[np.bool_]
    slot_ptr: IntArray
    ptr: IntArray
    to: npt.NDArray[np.int32]
    trip: npt.NDArray[np.int32]
    shares: npt.NDArray[np.int32]
    km: FloatArray
    minutes: FloatArray
    wait_ptr: IntArray
    wait_trip: npt.NDArray[np.int32]
    wait_least: FloatArray
    org: IntArray
    fits: IntArray
    board: FloatArray
    start: npt.NDArray[np.int32]
    start_wait: FloatArray
    span: FloatArray

    def __len__(self) -> int:
        return len(self.place)


def ride_network(
    day: Day,
    table: TravelTable,
    rules: Rules,
    *,
    trips: Sequence[int] | None = None,
    fleet: Fleet | None = None,
    states: int = MOST_STATES,
    stop: Callable[[], bool] = lambda: False,
) -> RideNetwork | None:
    """Make the network of all lawful rides of the day, or of those among some trips.

    The longest ride, and locks that ask for company, are passed over: that only widens what is let through.

    Parameters
    ----------
    fleet
        The day's vehicles, where they are known already.
    states
        States to meet at most.
    stop
        Asked now and then whether to give up.

    Returns
    -------
    The network, or ``None`` where it has too many states, or where boarding takes no time.
    """
    data = trip_data(day, table, rules, trips)
    fleet = fleet or fleet_of(day)
    used = fleet.used(data.order)
    kinds = tuple(fleet.kinds[k] for k in used)
    shifts = [vehicle.shift for vehicle in day.vehicles]
    if not len(data.order) or not kinds or len(kinds) > MOST_KINDS:
        return None
    if max(kind.patients for kind in kinds) > MOST_ABOARD:
        return None
    width = min(WIDTH, float(data.board.min()), float(data.alight.min()))
    if width < LEAST_WIDTH:
        return None
    origin, end = min(begin for begin, _ in shifts), max(end for _, end in shifts)
    loose = rules.detour_limit_km(max(kind.patients for kind in kinds))
    near = overlapping_trips(data, loose)
    fits = np.ascontiguousarray(fleet.able[data.order][:, used])
    asked = _within_lives(_asked(data, near, fits, kinds), loose, max(kind.patients for kind in kinds))
    terms = Terms(
        per_extra=rules.detour_km_per_extra_patient, cap=rules.detour_km_cap, loose=loose, origin=origin,
        width=width, slots=int((end - origin) / width) + 2,
    )  # fmt: skip
    return _explored(asked, terms, data, kinds, states, stop)


def _asked(
    data: TripData,
    near: tuple[npt.NDArray[np.bool_], IntArray, IntArray],
    fits: npt.NDArray[np.bool_],
    kinds: Sequence[VehicleKind],
) -> Asked:
    outbound = np.array([trip.outbound for trip in data.trips], np.bool_)
    anchor = np.array(
        [t.appointment if t.appointment is not None else t.ready for t in data.trips], np.float64
    )
    share, near_ptr, near_trip = near
    return Asked(
        org=data.org, dst=data.dst, km=data.km, minutes=data.minutes, low_km=data.low_km,
        low_minutes=data.low_minutes, direct=data.direct, board=data.board, alight=data.alight,
        board_from=data.board_from, board_to=data.board_to, alight_from=data.alight_from,
        leave_by=data.leave_by, seats=data.seats, chairs=data.chairs, outbound=outbound, anchor=anchor,
        share=share, near_ptr=near_ptr, near_trip=near_trip, fits=fits,
        kind_patients=np.array([kind.patients for kind in kinds], np.int64),
        kind_seats=np.array([kind.seats for kind in kinds], np.int64),
        kind_chairs=np.array([kind.wheelchairs for kind in kinds], np.int64),
    )  # fmt: skip


def _within_lives(asked: Asked, loose: float, patients: int) -> Asked:
    """Bound how early outbound trips board, how late returns alight, and so who may be aboard together.

    Nobody rides more km than the direct way and the detour, and no car waits with a patient aboard: the rest
    of the time goes into serving others. Those who board and alight meanwhile ride at least their shortest
    ways, at most as many at once as there are other seats, so that only those with short ways can be many.
    """
    reached = np.isfinite(asked.km) & np.isfinite(asked.minutes)
    pace = np.zeros_like(asked.km)
    np.divide(asked.minutes, asked.km, out=pace, where=reached & (asked.km > 0.0))
    pace[reached & (asked.km <= 0.0) & (asked.minutes > 0.0)] = np.inf
    np.fill_diagonal(pace, 0.0)
    most = asked.direct + loose
    shortest = np.maximum(1e-6, asked.low_km[asked.org, asked.dst])
    work = asked.board + asked.alight
    # Where a patient boards others may alight first. A return must also leave where it ends: some may board.
    stops = np.where(asked.outbound, 0.0, asked.board.max()) + asked.alight.max()
    share = asked.share
    board_from, leave_by = asked.board_from, asked.leave_by
    for _ in range(ROUNDS):
        life = np.empty(len(work))
        for trip in range(len(work)):
            others = np.flatnonzero(share[trip])
            places = np.unique(np.concatenate((asked.org[others], asked.dst[others], asked.org[[trip]])))
            places = np.union1d(places, asked.dst[[trip]])
            slowest = pace[np.ix_(places, places)].max()
            driven = most[trip] * slowest if slowest > 0.0 else 0.0
            # Those aboard at either end, and then those of the shortest ways.
            ends = 2 * (patients - 1) * work[others].max(initial=0.0)
            order = others[np.argsort(shortest[others] / np.maximum(1e-9, work[others]))]
            taken = (patients - 1) * most[trip] - (np.cumsum(shortest[order]) - shortest[order])
            inside = np.clip(taken / shortest[order], 0.0, 1.0) @ work[order]
            life[trip] = work[trip] + patients * stops[trip] + driven + ends + inside
        board_from = np.where(
            asked.outbound, np.maximum(asked.board_from, asked.alight_from - life), asked.board_from
        )
        leave_by = np.where(asked.outbound, asked.leave_by, np.minimum(asked.leave_by, asked.board_to + life))
        fewer = share & (board_from[:, None] <= leave_by) & (board_from <= leave_by[:, None])
        if (fewer == share).all():
            break
        share = fewer
    near_ptr = np.concatenate(([0], np.cumsum(share.sum(axis=1)))).astype(np.int64)
    return asked._replace(
        board_from=board_from, leave_by=leave_by, share=share, near_ptr=near_ptr,
        near_trip=np.nonzero(share)[1].astype(np.int64),
    )  # fmt: skip


def _explored(
    asked: Asked,
    terms: Terms,
    data: TripData,
    kinds: tuple[VehicleKind, ...],
    most: int,
    stop: Callable[[], bool],
) -> RideNetwork | None:
    """The network; ``None`` where there is no room."""
    trips, places = len(data.order), len(data.places)
    states, moves = np.empty(most, STATE), np.empty(5 * most, MOVE)
    waits = np.empty(2 * most, WAIT)
    table = np.full(1 << (2 * most - 1).bit_length(), -1, np.int32)
    heads = np.full(terms.slots, -1, np.int32)
    words = np.random.default_rng(0).integers(1, 2**63, (2, max(trips, places) + 1), dtype=np.uint64)
    start = np.full((trips, terms.slots), -1, np.int32)
    order, ptr = np.empty(most, np.int32), np.zeros(most + 1, np.int64)
    found = np.zeros(4, np.int64)
    for first in range(0, terms.slots, SLOTS_AT_ONCE):
        some = (first, min(terms.slots, first + SLOTS_AT_ONCE))
        if stop() or not explore(
            asked, terms, some, found, states, moves, waits, table, heads, words, start, order, ptr
        ):
            return None
    count, moved, waited, _ = found.tolist()
    good = useful(states, count, moves, order, ptr)
    # States in the order of time, those of no use left out.
    kept = order[:count][good[order[:count]]]
    number = np.full(count + 1, -1, np.int32)
    number[kept] = np.arange(len(kept))
    sizes = np.diff(ptr[: count + 1])
    owner = np.repeat(order[:count], sizes)
    of_use = good[owner] & good[moves["to"][:moved]]
    old = np.flatnonzero(of_use)
    fresh = np.full(moved + 1, -1, np.int64)
    fresh[old] = np.arange(len(old))
    move, state = moves[old], states[kept]
    source, move["to"] = number[owner[old]], number[move["to"]]
    wait = waits[:waited]
    wait = wait[of_use[wait["move"]]]
    start[start >= 0] = number[start[start >= 0]]
    first = np.maximum(terms.origin + terms.width * np.arange(terms.slots), asked.board_from[:, None])
    span = _spans(start, source, move, state, terms, trips)
    return RideNetwork(
        trips=data.order,
        kinds=kinds,
        origin=terms.origin,
        width=terms.width,
        place=data.places[state["here"]],
        slot=state["slot"].astype(np.int64),
        leave=state["leave0"].copy(),
        able=state["kinds"].copy(),
        empty=state["load"] == 0,
        slot_ptr=np.searchsorted(state["slot"], np.arange(terms.slots + 1)),
        ptr=np.searchsorted(source, np.arange(len(kept) + 1)),
        to=move["to"].copy(),
        trip=move["trip"].copy(),
        shares=move["shares"].copy(),
        km=move["km"].copy(),
        minutes=move["minutes"].copy(),
        wait_ptr=np.searchsorted(fresh[wait["move"]], np.arange(len(old) + 1)),
        wait_trip=wait["trip"].copy(),
        wait_least=wait["least"].copy(),
        org=data.places[data.org],
        fits=asked.fits @ (np.int64(1) << np.arange(len(kinds))),
        board=asked.board,
        start=start,
        start_wait=np.where(asked.outbound[:, None], 0.0, np.maximum(0.0, first - asked.anchor[:, None])),
        span=span,
    )


def _spans(
    start: npt.NDArray[np.int32], source: npt.NDArray[np.int32], move: npt.NDArray[np.void],
    state: npt.NDArray[np.void], terms: Terms, trips: int,
) -> FloatArray:  # fmt: skip
    """First and last moment, by whole slots, at which each trip may board."""
    first, last = np.full(trips, terms.slots), np.full(trips, -1)
    trip, slot = np.nonzero(start >= 0)
    boards = np.flatnonzero(move["trip"] >= 0)
    who = np.concatenate((trip, move["trip"][boards]))
    np.minimum.at(first, who, np.concatenate((slot, state["slot"][source[boards]])))
    np.maximum.at(
        last, who, np.concatenate((state["slot"][start[trip, slot]], state["slot"][move["to"][boards]]))
    )
    return terms.origin + terms.width * np.column_stack((first, last + 1)).astype(np.float64)
