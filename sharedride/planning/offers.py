"""Offers: the rides a group of vehicles may carry, priced, with the window in which they may start.

Under the objectives that look at fares a ride is split where a member's pick-up crosses a change of
supplement, so that each offer has one fare.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day
from sharedride.planning.dominance import undominated
from sharedride.planning.fleet import VehicleGroup
from sharedride.planning.objective import Prices
from sharedride.rides.along import member_km
from sharedride.rides.constraints import VehicleKind
from sharedride.rides.pool import RidePool
from sharedride.tariffs import TariffBook
from sharedride.travel import TravelTable

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

ONE_SECOND = 1.0 / 60.0
"""Clocks are told to the second: a pick-up before a change of tariff is at least a second before it."""
EPS = 1e-6


@dataclass(frozen=True)
class Offers:
    """Priced rides of one vehicle kind or group, ``o`` offers over ``m`` members.

    Attributes
    ----------
    ride
        Ride of the pool each offer starts, shape ``(o,)``.
    lo, hi
        Window of starts, minutes from midnight, shape ``(o,)``.
    primary, secondary
        Objective and running cost of the ride itself, shape ``(o,)``.
    ptr, trip
        Members of offer ``k`` are ``trip[ptr[k]:ptr[k + 1]]``.
    wait_at, wait_sign
        Each member's wait at the place of care is ``wait_at + wait_sign * start``, shape ``(m,)``.
    """

    ride: IntArray
    lo: FloatArray
    hi: FloatArray
    primary: FloatArray
    secondary: FloatArray
    duration: FloatArray
    first: npt.NDArray[np.int32]
    last: npt.NDArray[np.int32]
    ptr: IntArray
    trip: npt.NDArray[np.int32]
    wait_at: FloatArray
    wait_sign: FloatArray

    def __len__(self) -> int:
        return len(self.ride)

    def members(self, offer: int) -> npt.NDArray[np.int32]:
        """Trips of an offer, in boarding order."""
        return self.trip[self.ptr[offer] : self.ptr[offer + 1]]

    def owner(self) -> IntArray:
        """Offer each member belongs to, shape ``(m,)``."""
        return np.repeat(np.arange(len(self)), np.diff(self.ptr))

    def take(self, keep: IntArray, lo: FloatArray | None = None, hi: FloatArray | None = None) -> "Offers":
        """Some of the offers, with new windows where given."""
        sizes = np.diff(self.ptr)[keep]
        ptr = np.concatenate(([0], np.cumsum(sizes)))
        member = np.repeat(self.ptr[keep] - ptr[:-1], sizes) + np.arange(ptr[-1])
        return Offers(
            ride=self.ride[keep],
            lo=self.lo[keep] if lo is None else lo,
            hi=self.hi[keep] if hi is None else hi,
            primary=self.primary[keep],
            secondary=self.secondary[keep],
            duration=self.duration[keep],
            first=self.first[keep],
            last=self.last[keep],
            ptr=ptr,
            trip=self.trip[member],
            wait_at=self.wait_at[member],
            wait_sign=self.wait_sign[member],
        )


def kind_offers(
    day: Day,
    pool: RidePool,
    kind: VehicleKind,
    *,
    prices: Prices,
    book: TariffBook,
    coupled: npt.NDArray[np.bool_],
) -> Offers:
    """Priced offers of every ride a vehicle kind may carry, without those another one always beats.

    Parameters
    ----------
    coupled
        Whether each trip's visit has its other trip on the day too, shape ``(trips,)``.
    """
    rides = np.flatnonzero(pool.carriers.can(kind))
    sub = pool.take(rides)
    owner = sub.ride_of_member()
    secondary = prices.per_km * sub.km + prices.per_minute * sub.duration
    sizes = np.diff(sub.ptr)
    shared = np.where(sizes > 1, sizes, 0).astype(np.float64)
    which = np.arange(len(sub))
    lo, hi = sub.earliest.copy(), sub.latest.copy()
    bill = np.zeros(len(sub))
    if prices.needs_fares and len(sub):
        which, lo, hi = _split(day, sub, owner, kind, book)
        bill = _bills(day, sub, kind, book, which, lo, prices.billed_km)
    anchor, out = np.zeros(len(day.trips) + 1), np.zeros(len(day.trips) + 1, np.bool_)
    for trip in np.unique(sub.trip).tolist():
        asked = day.trips[trip]
        out[trip] = asked.outbound
        anchor[trip] = (asked.appointment if asked.appointment is not None else asked.ready) or 0.0
    is_out = out[sub.trip]
    wait_at = np.where(is_out, anchor[sub.trip] - sub.alight_start, sub.board_start - anchor[sub.trip])
    offers = Offers(
        ride=np.arange(len(sub)),
        lo=sub.earliest,
        hi=sub.latest,
        primary=np.zeros(len(sub)),
        secondary=secondary,
        duration=sub.duration,
        first=sub.first,
        last=sub.last,
        ptr=sub.ptr,
        trip=sub.trip,
        wait_at=wait_at,
        wait_sign=np.where(is_out, -1.0, 1.0),
    ).take(which, lo, hi)
    primary = prices.ride_primary(sub.km[which], secondary[which], shared[which], bill)
    offers = Offers(**{**offers.__dict__, "primary": primary})
    keep = undominated(offers, coupled)
    offers = offers.take(keep)
    return Offers(**{**offers.__dict__, "ride": rides[offers.ride]})


def group_offers(offers: Offers, group: VehicleGroup, table: TravelTable) -> Offers:
    """Offers of a kind that fit the group's depots and shift, their windows cut to it."""
    lo = np.maximum(offers.lo, group.shift[0] + table.minutes[group.start, offers.first])
    hi = np.minimum(offers.hi, group.shift[1] - offers.duration - table.minutes[offers.last, group.end])
    keep = np.flatnonzero(lo <= hi + EPS)
    return offers.take(keep, lo[keep], np.maximum(lo, hi)[keep])


def within_waits(offers: Offers, longest_wait: FloatArray) -> Offers:
    """Offers whose members wait at most ``longest_wait[trip]`` minutes, their windows cut to it."""
    limit = longest_wait[offers.trip]
    bound = (limit - offers.wait_at) * offers.wait_sign
    owner = offers.owner()
    lo, hi = offers.lo.copy(), offers.hi.copy()
    out = offers.wait_sign < 0
    np.maximum.at(lo, owner[out], bound[out])
    np.minimum.at(hi, owner[~out], bound[~out])
    keep = np.flatnonzero(lo <= hi + EPS)
    return offers.take(keep, lo[keep], np.maximum(lo, hi)[keep])


def _split(
    day: Day, sub: RidePool, owner: IntArray, kind: VehicleKind, book: TariffBook
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Cut each ride's window of starts where a member's pick-up crosses a change of supplement."""
    pick_lo = sub.earliest[owner] + sub.board_start
    pick_hi = sub.latest[owner] + sub.board_start
    changes = book.supplement_breaks(kind.type, day.date, float(pick_lo.min()) - 1, float(pick_hi.max()) + 1)
    which = np.arange(len(sub))
    lo, hi = sub.earliest.copy(), sub.latest.copy()
    cuts: dict[int, set[float]] = {}
    for change in changes:
        crossing = np.flatnonzero((pick_lo < change) & (change <= pick_hi + EPS))
        for member in crossing:
            cuts.setdefault(int(owner[member]), set()).add(change - float(sub.board_start[member]))
    if not cuts:
        return which, lo, hi
    extra_which: list[int] = []
    extra_lo: list[float] = []
    extra_hi: list[float] = []
    for ride, points in cuts.items():
        edges = sorted(points)
        begins = [float(sub.earliest[ride]), *edges]
        ends = [*(edge - ONE_SECOND for edge in edges), float(sub.latest[ride])]
        pieces = [(b, e) for b, e in zip(begins, ends, strict=True) if b <= e + EPS]
        hi[ride] = -1.0
        for begin, finish in pieces:
            extra_which.append(ride)
            extra_lo.append(begin)
            extra_hi.append(max(begin, finish))
    whole = np.flatnonzero(hi >= 0)
    return (
        np.concatenate((which[whole], np.array(extra_which, dtype=np.int64))),
        np.concatenate((lo[whole], np.array(extra_lo))),
        np.concatenate((hi[whole], np.array(extra_hi))),
    )


def _bills(
    day: Day,
    sub: RidePool,
    kind: VehicleKind,
    book: TariffBook,
    which: IntArray,
    lo: FloatArray,
    billed_km: FloatArray | None,
) -> FloatArray:
    """Sum of the fares of each piece's members, in euros, shape of ``which``."""
    operator = next(o for o in day.operators if o.id == kind.operator)
    place = {p.id: i for i, p in enumerate(day.places)}
    ridden_km, alone_km = sub.ridden_km, sub.alone_km
    if billed_km is not None:
        ridden_km, alone_km = member_km(day, sub, billed_km)
    city = book.big_city(day)
    city_trip = np.array([city[place[t.origin]] or city[place[t.destination]] for t in day.trips])
    chair_trip = np.array([t.wheelchair for t in day.trips])
    care_trip = book.hospital_care(day)
    sizes = np.diff(sub.ptr)[which]
    ptr = np.concatenate(([0], np.cumsum(sizes)))
    member = np.repeat(sub.ptr[which] - ptr[:-1], sizes) + np.arange(ptr[-1])
    trip = sub.trip[member]
    # A start a hair after the change is meant to be at it: judge half a second later.
    pickup = np.repeat(lo, sizes) + sub.board_start[member] + ONE_SECOND / 4
    fares = book.fares(
        kind.type,
        operator,
        certified=operator.certified,
        km=ridden_km[member],
        aboard=sub.aboard[member],
        alone_km=np.where(sub.aboard[member] > 1, alone_km[member], 0.0),
        rate=book.supplement_rate(kind.type, day.date, pickup),
        wheelchair=chair_trip[trip],
        big_city=city_trip[trip],
        hospital_care=care_trip[trip],
    )
    return np.add.reduceat(fares, ptr[:-1]) if len(which) else np.empty(0)
