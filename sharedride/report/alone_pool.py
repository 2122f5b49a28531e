"""The best lawful shared ride of a trip among all rides: three may share where no two of them may."""

from dataclasses import dataclass

import numpy as np

from sharedride.report.alone_breach import EPS
from sharedride.report.alone_limits import UNBOUND, Case
from sharedride.rides.pool import RidePool


@dataclass(frozen=True)
class SharedRide:
    """A lawful ride that a trip shares.

    Attributes
    ----------
    companions
        Trips aboard together with the trip, by index.
    members
        All trips of the ride, by index.
    km
        From the first stop to the last.
    """

    companions: tuple[int, ...]
    members: tuple[int, ...]
    km: float


class SharedRides:
    """The shared rides of a pool that keep the visits' summed waits, the plan's other legs as they are."""

    def __init__(self, case: Case, pool: RidePool) -> None:
        self.case, self.pool = case, pool
        trips = case.day.trips
        spare = np.array([case.spare_wait(i) for i in range(len(trips))])
        appointment = np.array([t.appointment if t.appointment is not None else -UNBOUND for t in trips])
        ready = np.array([t.ready if t.ready is not None else UNBOUND for t in trips])
        direct = np.array([case.direct_km(i) for i in range(len(trips))])
        trip, starts = pool.trip, pool.ptr[:-1]
        if len(pool):
            waits_from = appointment[trip] - spare[trip] - pool.alight_start
            waits_to = ready[trip] + spare[trip] - pool.board_start
            self.lo = np.maximum(pool.earliest, np.maximum.reduceat(waits_from, starts))
            self.hi = np.minimum(pool.latest, np.minimum.reduceat(waits_to, starts))
            self.extra = pool.km - np.add.reduceat(direct[trip], starts)
        else:
            self.lo = self.hi = self.extra = np.empty(0)
        self.member = np.argsort(trip, kind="stable")
        self.member_ptr = np.searchsorted(trip[self.member], np.arange(len(trips) + 1))
        self.ride = pool.ride_of_member()

    def best(self, trip: int) -> SharedRide | None:
        """Return the lawful shared ride of a trip with the least km beyond its trips' direct ways."""
        members = self.member[self.member_ptr[trip] : self.member_ptr[trip + 1]]
        rides = self.ride[members[self.pool.aboard[members] > 1]]
        rides = rides[self.lo[rides] <= self.hi[rides] + EPS]
        rides = rides[np.argsort(self.extra[rides], kind="stable")]
        for ride in rides:
            if self._within_shift(int(ride)):
                return SharedRide(
                    companions=self._companions(int(ride), trip),
                    members=tuple(int(t) for t in self.pool.members(int(ride))),
                    km=float(self.pool.km[ride]),
                )
        return None

    def _within_shift(self, ride: int) -> bool:
        pool, minutes = self.pool, self.case.table.minutes
        able = pool.carriers.of_ride(ride)
        for group in self.case.groups:
            there = group.shift[0] + float(minutes[group.start, pool.first[ride]])
            back = group.shift[1] - float(minutes[pool.last[ride], group.end]) - float(pool.duration[ride])
            if group.kind in able and max(self.lo[ride], there) <= min(self.hi[ride], back) + EPS:
                return True
        return False

    def _companions(self, ride: int, trip: int) -> tuple[int, ...]:
        first, last = 2 * self.pool.ptr[ride], 2 * self.pool.ptr[ride + 1]
        aboard: set[int] = set()
        met: set[int] = set()
        for event in self.pool.events[first:last].tolist():
            if event >= 0:
                aboard.add(event)
                if trip in aboard:
                    met |= aboard
            else:
                aboard.discard(~event)
        return tuple(sorted(met - {trip}))
