"""Envelopes of rides: few enough to list where the rides themselves, stop order by stop order, are not.

All rides of the same patients between the same two places, of about the same length and hours, become one
envelope: the least km and minutes of any of them, the widest window, the shortest wait of each patient. No
ride is better than its envelope, so a bound on plans of envelopes is a bound on plans of rides. They grow
event by event, and what serves the same patients with the same aboard at the same place is merged on the
way (state space relaxation, Christofides, Mingozzi & Toth 1981, doi:10.1002/net.3230110207).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day
from sharedride.rides.carriers import Carriers
from sharedride.rides.constraints import Fleet, TripData, VehicleKind, fleet_of, trip_data
from sharedride.rides.growth import MOST_ABOARD, MOST_SERVED, STATE, grow, roots
from sharedride.rides.pool import overlapping_trips
from sharedride.rules import Rules
from sharedride.travel import TravelTable

MOST_STATES = 1_000_000
"""States of rides that are as many events long; a day that asks for more has no envelopes."""

MOST_ENVELOPES = 200_000
"""Envelopes kept at most."""

MOST_KINDS = 62
"""Vehicle kinds, a bit each."""

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Envelopes:
    """Envelopes as arrays, ``r`` of them over ``m`` members; they hold every lawful ride.

    Attributes
    ----------
    ptr, trip
        Members of envelope ``i`` are ``trip[ptr[i]:ptr[i + 1]]``, ascending.
    wait_at, wait_sign
        Each member waits at least ``wait_at + wait_sign * start`` at the place of care, shape ``(m,)``.
    km, duration, earliest, latest
        Least km and minutes, and window of starts in minutes from midnight, shape ``(r,)``.
    first, last
        Places of the first and last stop, shape ``(r,)``.
    carriers
        Kinds of vehicle that might carry each.
    """

    ptr: IntArray
    trip: npt.NDArray[np.int32]
    wait_at: FloatArray
    wait_sign: FloatArray
    km: FloatArray
    duration: FloatArray
    earliest: FloatArray
    latest: FloatArray
    first: npt.NDArray[np.int32]
    last: npt.NDArray[np.int32]
    carriers: Carriers

    def __len__(self) -> int:
        return len(self.km)


def ride_envelopes(
    day: Day,
    table: TravelTable,
    rules: Rules,
    *,
    trips: Sequence[int] | None = None,
    grain: float = 5.0,
    limit: int = MOST_ENVELOPES,
    states: int = MOST_STATES,
    fleet: Fleet | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Envelopes | None:
    """Envelopes of all lawful rides of the day, or of those among some trips.

    Limits on the detour since the last pick-up or between two, the longest ride, and locks that ask for
    company are passed over: that only widens what is let through.

    Parameters
    ----------
    grain
        Minutes within which rides count as equally long and early.
    limit, states
        Envelopes, and states of one length, to keep at most.
    fleet
        The day's vehicles, where they are known already.
    stop
        Asked now and then whether to give up.

    Returns
    -------
    The envelopes, or ``None`` where there are more than may be kept.
    """
    data = trip_data(day, table, rules, trips)
    fleet = fleet or fleet_of(day)
    used = fleet.used(data.order)
    chosen = [fleet.kinds[k] for k in used]
    most = max((kind.patients for kind in chosen), default=1)
    if len(used) > MOST_KINDS or most > MOST_ABOARD:
        return None
    anchor = np.array(
        [t.appointment if t.appointment is not None else t.ready for t in data.trips] or [0.0], np.float64
    )
    outbound = np.array([t.outbound for t in data.trips] or [False])
    loose = rules.detour_limit_km(max(most, 1))
    near, near_ptr, near_trip = overlapping_trips(data, loose)
    fits = np.ascontiguousarray(fleet.able[data.order][:, used])
    patients = np.array([kind.patients for kind in chosen], dtype=np.int64)
    seats = np.array([kind.seats for kind in chosen], dtype=np.int64)
    chairs = np.array([kind.wheelchairs for kind in chosen], dtype=np.int64)
    words = np.random.default_rng(0).integers(
        1, 2**63, (4, max(len(data.order), len(data.places))), dtype=np.uint64
    )
    layer, following = np.empty(states, STATE), np.empty(states, STATE)
    done = np.empty(limit, STATE)
    done_table = np.full(_power(2 * limit), -1, np.int32)
    if len(data.order) > states:
        return None
    count = roots(
        layer, data.org, data.board, data.board_from, data.board_to, data.seats, data.chairs, outbound,
        anchor, fits, patients, seats, chairs,
    )  # fmt: skip
    finished, full = 0, False
    while count:
        if stop():
            return None
        ahead = np.full(_power(2 * states), -1, np.int32)
        count, finished, full = grow(
            layer, count, following, ahead, done, finished, done_table, grain, words,
            data.org, data.dst, data.km, data.minutes, data.low_km, data.low_minutes, data.board, data.alight,
            data.board_from, data.board_to, data.alight_from, data.leave_by, data.direct, data.seats,
            data.chairs, near, near_ptr, near_trip, outbound, anchor, fits, patients, seats, chairs,
            rules.detour_km_per_extra_patient, rules.detour_km_cap, loose,
        )  # fmt: skip
        if full:
            return None
        layer, following = following, layer
    return _collect(done[:finished], data, outbound, fleet.kinds, used)


def _collect(
    done: npt.NDArray[np.void],
    data: TripData,
    outbound: npt.NDArray[np.bool_],
    kinds: tuple[VehicleKind, ...],
    used: IntArray,
) -> Envelopes:
    sizes = done["count"].astype(np.int64)
    ptr = np.concatenate(([0], np.cumsum(sizes)))
    inside = np.arange(MOST_SERVED)[None, :] < sizes[:, None]
    members = done["served"][inside]
    able = (done["kinds"][:, None] >> np.arange(len(used))[None, :] & 1).astype(np.bool_)
    return Envelopes(
        ptr=ptr,
        trip=data.order[members].astype(np.int32),
        wait_at=done["wait"][inside],
        wait_sign=np.where(outbound[members], -1.0, 1.0) if len(members) else np.empty(0),
        km=done["km"].copy(),
        duration=done["leave0"].copy(),
        earliest=done["lo"].copy(),
        latest=np.maximum(done["lo"], done["hi"]),
        first=data.places[done["first"]].astype(np.int32),
        last=data.places[done["here"]].astype(np.int32),
        carriers=Carriers.of(kinds, used, able),
    )


def _power(size: int) -> int:
    """The least power of two that is not smaller."""
    return 1 << (size - 1).bit_length()
