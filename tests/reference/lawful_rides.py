"""Every lawful ride of a vehicle: all orders of stops from empty to empty, with what they imply in time.

No vehicle waits with a patient aboard, so a ride is rigid: one variable, the start of its first service.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from sharedride.day.model import Day, Trip, Vehicle, VehicleType
from sharedride.travel import TravelTable

from .limits import Limits
from .timing import EPS

VSL_PATIENTS = 3
"""Convention of 2003, art. 34."""


@dataclass(frozen=True)
class RideStop:
    """A stop of a ride; ``arrival`` and ``departure`` in minutes after the start of the ride."""

    place: int
    arrival: float
    departure: float
    board: tuple[int, ...]
    alight: tuple[int, ...]


@dataclass(frozen=True)
class Carried:
    """How a trip fares in a ride.

    ``pickup`` and ``dropoff`` are the services' starts in minutes after the start of the ride, ``aboard``
    the most patients aboard at once with this one, ``alone_km`` the km ridden with no other patient.
    """

    trip: int
    pickup: float
    dropoff: float
    ridden_km: float
    alone_km: float
    aboard: int


@dataclass(frozen=True)
class Ride:
    """A ride that may start between ``low`` and ``high``; times in minutes, distances in km."""

    mask: int
    stops: tuple[RideStop, ...]
    carried: tuple[Carried, ...]
    low: float
    high: float
    duration: float
    km: float

    @property
    def first(self) -> int:
        """Place of the first stop."""
        return self.stops[0].place

    @property
    def last(self) -> int:
        """Place of the last stop."""
        return self.stops[-1].place

    @property
    def shared(self) -> int:
        """Number of shared trips: all, or none of a ride alone."""
        return len(self.carried) if len(self.carried) > 1 else 0


@dataclass(frozen=True)
class _Aboard:
    """What is known of a trip whose patient sits in the vehicle."""

    trip: int
    pickup: float
    boarded: float
    ridden_km: float = 0.0
    alone_km: float = 0.0
    aboard: int = 1
    together: int = 0

    def ride_on(self, km: float, company: int) -> "_Aboard":
        alone = company == 1 << self.trip
        return _Aboard(
            self.trip,
            self.pickup,
            self.boarded,
            self.ridden_km + km,
            self.alone_km + (km if alone else 0.0),
            max(self.aboard, company.bit_count()),
            self.together | company,
        )


@dataclass(frozen=True)
class _State:
    """A vehicle with patients aboard, about to leave a stop."""

    stops: tuple[RideStop, ...]
    aboard: tuple[_Aboard, ...]
    done: tuple[Carried, ...]
    taken: int
    low: float
    high: float
    km: float


@dataclass
class RideFinder:
    """Enumerates the lawful rides of a day, vehicle by vehicle."""

    day: Day
    travel: TravelTable
    limits: Limits
    origin: list[int] = field(init=False)
    destination: list[int] = field(init=False)
    direct_km: list[float] = field(init=False)

    def __post_init__(self) -> None:
        index = {place.id: i for i, place in enumerate(self.day.places)}
        trips = self.day.trips
        self.number = {trip.id: t for t, trip in enumerate(trips)}
        self.origin = [index[trip.origin] for trip in trips]
        self.destination = [index[trip.destination] for trip in trips]
        self.km: list[list[float]] = self.travel.km.tolist()
        self.minutes: list[list[float]] = self.travel.minutes.tolist()
        self.direct_km = [self.km[o][d] for o, d in zip(self.origin, self.destination, strict=True)]
        self.apart = [
            sum(1 << u for u, other in enumerate(trips) if t != u and _apart(trip, other))
            for t, trip in enumerate(trips)
        ]
        self.bound = [
            sum(1 << self.number[name] for name in trip.lock.with_) if trip.lock else 0 for trip in trips
        ]

    def rides(self, vehicle: Vehicle) -> list[Ride]:
        """Return every lawful ride of the vehicle; shift, break and other rides are not looked at."""
        allowed = [t for t, trip in enumerate(self.day.trips) if _may_carry(vehicle, trip)]
        found: list[Ride] = []
        for place in sorted({self.origin[t] for t in allowed}):
            for board in self._boardings(vehicle, allowed, place, 0, ()):
                empty = _State((), (), (), 0, float("-inf"), float("inf"), 0.0)
                state = self._stop(empty, place, 0.0, board)
                if state is not None:
                    self._drive_on(vehicle, allowed, state, found)
        return found

    def _drive_on(self, vehicle: Vehicle, allowed: list[int], state: _State, found: list[Ride]) -> None:
        here = state.stops[-1]
        company = sum(1 << a.trip for a in state.aboard)
        most = self.limits.detour_km(VSL_PATIENTS if vehicle.type is VehicleType.VSL else vehicle.seats)
        waiting = [t for t in allowed if not state.taken >> t & 1]
        places = {self.destination[a.trip] for a in state.aboard} | {self.origin[t] for t in waiting}
        for place in sorted(places - {here.place}):
            km = self.km[here.place][place]
            aboard = tuple(a.ride_on(km, company) for a in state.aboard)
            if any(a.ridden_km > self.direct_km[a.trip] + most + EPS for a in aboard):
                continue
            moved = _State(state.stops, aboard, state.done, state.taken, state.low, state.high, state.km + km)
            arrival = here.departure + self.minutes[here.place][place]
            staying = tuple(a for a in aboard if self.destination[a.trip] != place)
            choices: list[tuple[int, ...]] = [()] if len(staying) < len(aboard) else []
            if staying:
                choices += self._boardings(vehicle, allowed, place, state.taken, staying)
            for board in choices:
                after = self._stop(moved, place, arrival, board)
                if after is None:
                    continue
                if after.aboard:
                    self._drive_on(vehicle, allowed, after, found)
                else:
                    found.append(_finished(after))

    def _boardings(
        self,
        vehicle: Vehicle,
        allowed: list[int],
        place: int,
        taken: int,
        staying: tuple[_Aboard, ...],
    ) -> list[tuple[int, ...]]:
        here = [t for t in allowed if self.origin[t] == place and not taken >> t & 1]
        kept = [a.trip for a in staying]
        return [
            board
            for size in range(1, len(here) + 1)
            for board in combinations(here, size)
            if self._compatible(vehicle, [*kept, *board])
        ]

    def _compatible(self, vehicle: Vehicle, aboard: list[int]) -> bool:
        trips = [self.day.trips[t] for t in aboard]
        company = sum(1 << t for t in aboard)
        return (
            sum(trip.seats_needed for trip in trips) <= vehicle.seats
            and sum(trip.wheelchair for trip in trips) <= vehicle.wheelchairs
            and (vehicle.type is not VehicleType.VSL or len(trips) <= VSL_PATIENTS)
            and not any(self.apart[t] & company for t in aboard)
        )

    def _stop(self, state: _State, place: int, arrival: float, board: tuple[int, ...]) -> _State | None:
        """Serve a stop; ``None`` when a limit of distance, of riding time or of the clock is broken."""
        trips = self.day.trips
        leaving = [a for a in state.aboard if self.destination[a.trip] == place]
        work = sum(trips[t].board_min for t in board) + sum(trips[a.trip].alight_min for a in leaving)
        departure = arrival + work
        low, high, done = state.low, state.high, state.done
        for a in leaving:
            trip = trips[a.trip]
            if a.ridden_km - self.direct_km[a.trip] > self.limits.detour_km(a.aboard) + EPS:
                return None
            if trip.max_ride_min is not None and arrival - a.boarded > trip.max_ride_min + EPS:
                return None
            if self.bound[a.trip] & ~a.together:
                return None
            if trip.appointment is not None:
                low = max(low, trip.appointment - self.limits.wait_min - arrival)
                high = min(high, trip.appointment - departure)
            if trip.latest_dropoff is not None:
                high = min(high, trip.latest_dropoff - departure)
            done = (*done, Carried(a.trip, a.pickup, arrival, a.ridden_km, a.alone_km, a.aboard))
        for t in board:
            trip = trips[t]
            if trip.ready is not None:
                low = max(low, trip.ready - arrival)
                high = min(high, trip.ready + self.limits.wait_min - arrival)
            if trip.earliest_pickup is not None:
                low = max(low, trip.earliest_pickup - arrival)
            if trip.lock is not None and trip.lock.pickup is not None:
                low, high = max(low, trip.lock.pickup - arrival), min(high, trip.lock.pickup - arrival)
        if low > high + EPS:
            return None
        return _State(
            (*state.stops, RideStop(place, arrival, departure, board, tuple(a.trip for a in leaving))),
            (
                *(a for a in state.aboard if self.destination[a.trip] != place),
                *(_Aboard(t, arrival, departure) for t in board),
            ),
            done,
            state.taken | sum(1 << t for t in board),
            low,
            high,
            state.km,
        )


def _finished(state: _State) -> Ride:
    duration = state.stops[-1].departure
    return Ride(state.taken, state.stops, state.done, state.low, state.high, duration, state.km)


def _may_carry(vehicle: Vehicle, trip: Trip) -> bool:
    """Whether the vehicle may carry the trip at all, alone."""
    locked = trip.lock.vehicle if trip.lock is not None else None
    return (
        vehicle.type in trip.vehicle_types
        and trip.operator in (None, vehicle.operator)
        and locked in (None, vehicle.id)
    )


def _apart(trip: Trip, other: Trip) -> bool:
    """Whether the two may not be aboard at the same time."""
    return (
        trip.patient == other.patient
        or trip.must_ride_alone
        or other.must_ride_alone
        or other.patient in trip.not_with
        or trip.patient in other.not_with
    )


def subsets(mask: int) -> Iterator[int]:
    """Every non-empty subset of a set of trips."""
    part = mask
    while part:
        yield part
        part = (part - 1) & mask
