"""The best partner of a trip among all others, every order of stops tried, one trip against all at once."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Trip
from sharedride.report.alone_breach import EPS
from sharedride.report.alone_limits import PAIR, UNBOUND, Case
from sharedride.report.alone_ride import PairOrder
from sharedride.rides.constraints import fleet_of

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

FAR = 1e6
"""Added to the score of a pair that is nowhere near, so that any pair that is comes first."""

NEAR = 1.0
"""A pair is near while no limit of distance or time is broken by more than itself once over."""


@dataclass(frozen=True)
class Best:
    """The best partner of a trip.

    Attributes
    ----------
    lawful
        Whether riding together would break no limit.
    near
        Whether no limit of distance or time is broken by more than itself once over.
    """

    order: PairOrder
    lawful: bool
    near: bool


class _Rides(NamedTuple):
    """Rides of one trip with every other, as arrays over partners."""

    extra_km: FloatArray
    together: BoolArray
    excess: FloatArray
    lo: FloatArray
    hi: FloatArray
    first: IntArray
    last: IntArray
    duration: FloatArray


class PartnerSearch:
    """Looks for partners; the trips of the day as arrays of length ``n``."""

    def __init__(self, case: Case) -> None:
        day, place = case.day, case.place
        trips = day.trips
        self.case = case
        self.km, self.minutes = case.table.km, case.table.minutes
        self.org = np.array([place[trip.origin] for trip in trips], dtype=np.int64)
        self.dst = np.array([place[trip.destination] for trip in trips], dtype=np.int64)
        self.direct = self.km[self.org, self.dst]
        self.board = np.array([trip.board_min for trip in trips])
        self.alight = np.array([trip.alight_min for trip in trips])
        self.max_ride = np.array([trip.max_ride_min or UNBOUND for trip in trips])
        hours = np.array([_hours(trip, case.spare_wait(i)) for i, trip in enumerate(trips)])
        self.board_from, self.board_to, self.leave_by, self.wait_from, self.wait_to = hours.T.copy()
        self.candidate = np.array([not trip.must_ride_alone for trip in trips])
        self.seats = np.array([trip.seats_needed for trip in trips])
        self.chairs = np.array([trip.wheelchair for trip in trips], dtype=np.int64)
        self.patient = np.unique([trip.patient for trip in trips], return_inverse=True)[1]
        self._groups()
        self._promises()

    def _groups(self) -> None:
        case = self.case
        fleet = fleet_of(case.day)
        kinds, self.carries = fleet.kinds, fleet.able
        holds_two = [kind.patients >= PAIR for kind in kinds]
        self.kind_seats = np.where(holds_two, [kind.seats for kind in kinds], 0)
        self.kind_chairs = np.array([kind.wheelchairs for kind in kinds])
        self.group_kind = np.array([kinds.index(group.kind) for group in case.groups], dtype=np.int64)
        self.group_start = np.array([group.start for group in case.groups], dtype=np.int64)
        self.group_end = np.array([group.end for group in case.groups], dtype=np.int64)
        self.shift = np.array([group.shift for group in case.groups])

    def _promises(self) -> None:
        """Who may not be aboard with whom, and who is fixed to ride with others, as index lists."""
        trips = self.case.day.trips
        number = {trip.id: i for i, trip in enumerate(trips)}
        of_patient: dict[str, list[int]] = {}
        for i, trip in enumerate(trips):
            of_patient.setdefault(trip.patient, []).append(i)
        self.apart: list[set[int]] = [set() for _ in trips]
        self.fixed_with: list[frozenset[int]] = []
        for i, trip in enumerate(trips):
            for patient in trip.not_with:
                for other in of_patient.get(patient, ()):
                    self.apart[i].add(other)
                    self.apart[other].add(i)
            with_ = trip.lock.with_ if trip.lock is not None else ()
            self.fixed_with.append(frozenset(number.get(other, -1) for other in with_))
        self.promised = [i for i, others in enumerate(self.fixed_with) if others]

    def best(self, trip: int) -> Best | None:
        """Return the best partner of a trip that may share; ``None`` where nobody can be aboard with it.

        A lawful partner with the least extra km comes first. Else the pair nearest to lawful: the excesses
        over the limits, each in units of its limit, summed, plus 1 for every limit broken beyond the first.
        """
        others = np.flatnonzero(self.candidate & (np.arange(len(self.org)) != trip))
        if not len(others):
            return None
        forbidden = self.forbidden(trip, others)
        orders = [(True, True), (True, False), (False, True), (False, False)]
        rides = _stack([self._rides(trip, others, leads, fifo) for leads, fifo in orders])
        broken = forbidden + (rides.excess > 0.0).sum(axis=0)
        near = (rides.excess <= NEAR).all(axis=0)
        score = forbidden + rides.excess.sum(axis=0) + np.maximum(broken - 1, 0) + np.where(near, 0.0, FAR)
        score[~rides.together] = np.inf
        chosen = self._within_shift(trip, others, rides, score)
        lawful = chosen is not None
        if chosen is None:
            flat = int(np.argmin(score))
            chosen = (flat // len(others), flat % len(others))
            if not np.isfinite(score[chosen]):
                return None
        leads, fifo = orders[chosen[0]]
        partner = int(others[chosen[1]])
        order = PairOrder(trip, partner, fifo) if leads else PairOrder(partner, trip, fifo)
        return Best(order, lawful, bool(score[chosen] < FAR))

    def _within_shift(
        self, trip: int, others: IntArray, rides: _Rides, score: FloatArray
    ) -> tuple[int, int] | None:
        """Return the lawful ride with the least extra km that some shift covers.

        Where none does, the lawful rides are scored by the minutes missing in the nearest shift.
        """
        order, other = np.nonzero(score == 0.0)
        if not len(order):
            return None
        by_km = np.argsort(rides.extra_km[order, other], kind="stable")
        order, other = order[by_km], other[by_km]
        # The first nearly always fits: the rest is looked at only when it does not.
        for part in (slice(0, 1), slice(1, None)):
            at = order[part], other[part]
            short = self._shift_gap(trip, others[other[part]], rides, at)
            fits = np.flatnonzero(short <= EPS)
            if len(fits):
                return int(at[0][fits[0]]), int(at[1][fits[0]])
            units = short / self.case.minute_unit
            score[at] = units + np.where(units <= NEAR, 0.0, FAR)
        return None

    def _shift_gap(
        self, trip: int, others: IntArray, rides: _Rides, at: tuple[IntArray, IntArray]
    ) -> FloatArray:
        """Minutes missing in the shift, drive to and from included, that covers each ride best."""
        if not len(others):
            return np.empty(0)
        able = self._able(trip, others)
        groups = np.flatnonzero(self.carries[trip][self.group_kind])
        if not len(groups):
            return np.full(len(others), UNBOUND)
        there = self.shift[groups, 0] + self.minutes[self.group_start[groups], rides.first[at][:, None]]
        back = self.shift[groups, 1] - self.minutes[rides.last[at][:, None], self.group_end[groups]]
        gap = np.maximum(rides.lo[at][:, None], there) - np.minimum(
            rides.hi[at][:, None], back - rides.duration[at][:, None]
        )
        of_kind = np.searchsorted(np.flatnonzero(self.carries[trip]), self.group_kind[groups])
        short: FloatArray = np.where(able[:, of_kind], gap, UNBOUND).min(axis=1)
        return short

    def _able(self, trip: int, others: IntArray) -> BoolArray:
        """Which kinds that can carry a trip can carry each other one too, shape ``(others, kinds)``."""
        mine = np.flatnonzero(self.carries[trip])
        able: BoolArray = (
            self.carries[np.ix_(others, mine)]
            & (self.kind_seats[mine] >= (self.seats[trip] + self.seats[others])[:, None])
            & (self.kind_chairs[mine] >= (self.chairs[trip] + self.chairs[others])[:, None])
        )
        return able

    def forbidden(self, trip: int, others: IntArray) -> IntArray:
        """How many of exclusion, fixed partners and vehicles keep each pair apart."""
        everyone = np.zeros(len(self.org), dtype=np.int64)
        excluded = self.patient == self.patient[trip]
        excluded[list(self.apart[trip])] = True
        for other in self.promised:
            everyone[other] = not self.fixed_with[other] <= {trip}
        mine = self.fixed_with[trip]
        if mine:
            everyone[:] |= 1
            kept = next(iter(mine))
            if len(mine) == 1 and kept >= 0:
                everyone[kept] = not self.fixed_with[kept] <= {trip}
        counts: IntArray = everyone[others] + excluded[others] + ~self._able(trip, others).any(axis=1)
        return counts

    def _rides(self, trip: int, others: IntArray, leads: bool, first_leaves_first: bool) -> _Rides:
        """Rides with every other trip in one order; ``leads`` says the trip boards first."""
        me = np.full(len(others), trip, dtype=np.int64)
        first, second = (me, others) if leads else (others, me)
        one, two = (first, second) if first_leaves_first else (second, first)
        rules, case = self.case.rules, self.case
        org, dst, km, minutes = self.org, self.dst, self.km, self.minutes
        p, q, u, v = org[first], org[second], dst[one], dst[two]
        joint, level = p == q, u == v

        to_second = np.where(joint, 0.0, km[p, q])
        between = np.where(level, 0.0, km[u, v])
        to_one = km[q, u]
        after = to_one + (0.0 if first_leaves_first else between)
        ridden_first = to_second + after
        ridden_second = to_one + (between if first_leaves_first else 0.0)
        over = np.maximum(ridden_first - self.direct[first], ridden_second - self.direct[second])
        over = over - rules.detour_limit_km(PAIR)
        if rules.detour_km_after_last_pickup is not None:
            left = np.maximum(after - km[q, dst[first]], ridden_second - self.direct[second])
            over = np.maximum(over, left - rules.detour_km_after_last_pickup)
        if rules.detour_km_between_pickups is not None:
            built = to_second + km[q, dst[first]] - self.direct[first]
            over = np.maximum(over, built - rules.detour_km_between_pickups)

        at_second = np.where(joint, 0.0, self.board[first] + minutes[p, q])
        left_second = at_second + self.board[second] + np.where(joint, self.board[first], 0.0)
        left_first = np.where(joint, left_second, self.board[first])
        at_one = left_second + minutes[q, u]
        left_one = at_one + self.alight[one] + np.where(level, self.alight[two], 0.0)
        at_two = np.where(level, at_one, left_one + minutes[u, v])
        left_two = np.where(level, left_one, at_two + self.alight[two])
        on_board = (
            np.maximum(
                at_one - left_first - self.max_ride[first], at_two - left_second - self.max_ride[second]
            )
            if first_leaves_first
            else np.maximum(
                at_two - left_first - self.max_ride[first], at_one - left_second - self.max_ride[second]
            )
        )

        soonest = np.maximum(self.board_from[first], self.board_from[second] - at_second)
        latest = np.minimum(self.board_to[first], self.board_to[second] - at_second)
        latest = np.minimum(latest, self.leave_by[one] - left_one)
        latest = np.minimum(latest, self.leave_by[two] - left_two)
        wait_from = np.maximum(self.wait_from[one] - at_one, self.wait_from[two] - at_two)
        wait_to = np.minimum(self.wait_to[first], self.wait_to[second] - at_second)
        start = np.clip((wait_from + wait_to) / 2.0, np.minimum(soonest, latest), np.maximum(soonest, latest))
        waits = np.maximum(wait_from - start, start - wait_to)
        beyond = np.stack(
            [
                over / case.km_unit,
                on_board / case.minute_unit,
                (soonest - latest) / case.minute_unit,
                waits / case.minute_unit,
            ]
        )
        slack = EPS / np.array([case.km_unit, *[case.minute_unit] * 3])
        return _Rides(
            extra_km=ridden_first + (between if first_leaves_first else 0.0) - self.direct[first]
            - self.direct[second],
            together=dst[first] != q,
            excess=np.where(beyond > slack[:, None], beyond, 0.0),
            lo=np.maximum(soonest, wait_from),
            hi=np.minimum(latest, wait_to),
            first=p,
            last=v,
            duration=left_two,
        )  # fmt: skip


def _stack(rides: list[_Rides]) -> _Rides:
    """Put the orders first, but the limits of ``excess`` before them."""
    columns = [np.stack(column, axis=1 if i == 2 else 0) for i, column in enumerate(zip(*rides, strict=True))]
    return _Rides(*columns)


def _hours(trip: Trip, spare_wait: float) -> tuple[float, float, float, float, float]:
    """Bounds on boarding (from, to), on leaving the last stop, and what the wait makes of them."""
    fixed = trip.lock.pickup if trip.lock is not None else None
    board_from = max(
        hour if hour is not None else -UNBOUND for hour in (trip.ready, trip.earliest_pickup, fixed)
    )
    leave_by = min(hour if hour is not None else UNBOUND for hour in (trip.appointment, trip.latest_dropoff))
    return (
        board_from,
        fixed if fixed is not None else UNBOUND,
        leave_by,
        trip.appointment - spare_wait if trip.appointment is not None else -UNBOUND,
        trip.ready + spare_wait if trip.ready is not None else UNBOUND,
    )
