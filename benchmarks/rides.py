"""A lawful ride from the order of boardings and alightings: the rules once more, for the heuristics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.view import View

EPS = 1e-6
Event = tuple[int, bool]
"""A trip, and whether it boards (else it alights)."""


@dataclass(frozen=True)
class Ride:
    """A ride that lets nobody idle: every time follows from its start, which lies in ``low`` to ``high``.

    Attributes
    ----------
    events
        Boardings and alightings in order.
    first, last
        Places it starts and ends at.
    duration, km, cost
        Minutes from first service to last departure, km, running cost in euros.
    served_at
        Minutes after the start at which service at the place of care starts, by trip.
    seats, chairs, patients
        Most aboard at once.
    """

    events: tuple[Event, ...]
    first: int
    last: int
    duration: float
    km: float
    cost: float
    low: float
    high: float
    served_at: Mapping[int, float]
    seats: int
    chairs: int
    patients: int

    @property
    def trips(self) -> tuple[int, ...]:
        """Trips carried, in the order of boarding."""
        return tuple(t for t, boards in self.events if boards)

    def wait(self, view: View, trip: int, start: float) -> float:
        """Wait of a trip at the place of care if the ride starts then, in minutes."""
        at = start + self.served_at[trip]
        return view.clock(trip) - at if view.trips[trip].outbound else at - view.clock(trip)


def make_ride(view: View, events: Sequence[Event], wait: Mapping[int, float] | None = None) -> Ride | None:
    """Return the ride of an order of events, or ``None`` where no start makes it lawful.

    ``wait`` is the longest wait at the place of care by trip, the limit of the rules for the others.
    """
    stops = _stops(view, events)
    low, high, now, km = -1e9, 1e9, 0.0, 0.0
    aboard: dict[int, tuple[float, float]] = {}
    most: dict[int, int] = {}
    served: dict[int, float] = {}
    together: dict[int, set[int]] = {}
    seats = chairs = patients = 0
    limit = view.rules.wait_min
    here = stops[0][0]
    for place, off, on in stops:
        now += view.minutes[here][place] if place != here else 0.0
        km += view.km[here][place]
        here = place
        work = sum(view.trips[t].alight_min for t in off) + sum(view.trips[t].board_min for t in on)
        done = now + work
        for t in off:
            trip = view.trips[t]
            if t not in aboard:
                return None
            since, odometer = aboard.pop(t)
            if km - odometer - view.direct_km[t] > view.rules.detour_limit_km(most[t]) + EPS:
                return None
            if trip.max_ride_min is not None and now - since > trip.max_ride_min + EPS:
                return None
            if trip.lock is not None and not {view.trips[u].id for u in together[t]} >= set(trip.lock.with_):
                return None
            if trip.appointment is not None:
                most_wait = limit if wait is None else wait.get(t, limit)
                low, high = max(low, trip.appointment - most_wait - now), min(high, trip.appointment - done)
                served[t] = now
            if trip.latest_dropoff is not None:
                high = min(high, trip.latest_dropoff - done)
        for t in on:
            trip = view.trips[t]
            aboard[t] = (done, km)
            most[t], together[t] = 1, set()
            if trip.ready is not None:
                most_wait = limit if wait is None else wait.get(t, limit)
                low, high = max(low, trip.ready - now), min(high, trip.ready + most_wait - now)
                served[t] = now
            if trip.earliest_pickup is not None:
                low = max(low, trip.earliest_pickup - now)
            if trip.lock is not None and trip.lock.pickup is not None:
                low, high = max(low, trip.lock.pickup - now), min(high, trip.lock.pickup - now)
        if low > high + EPS:
            return None
        if len(aboard) > 1:
            for t in aboard:
                if view.trips[t].must_ride_alone or not view.apart[t].isdisjoint(aboard):
                    return None
                most[t] = max(most[t], len(aboard))
                together[t] |= aboard.keys()
        seats = max(seats, sum(view.trips[t].seats_needed for t in aboard))
        chairs = max(chairs, sum(view.trips[t].wheelchair for t in aboard))
        patients = max(patients, len(aboard))
        now = done
    if aboard:
        return None
    cost = view.per_km * km + view.per_min * now
    return Ride(
        tuple(events), stops[0][0], here, now, km, cost, low, max(low, high), served, seats, chairs, patients
    )


def _stops(view: View, events: Sequence[Event]) -> list[tuple[int, list[int], list[int]]]:
    stops: list[tuple[int, list[int], list[int]]] = []
    for t, boards in events:
        place = view.origin[t] if boards else view.destination[t]
        if not stops or stops[-1][0] != place:
            stops.append((place, [], []))
        (stops[-1][2] if boards else stops[-1][1]).append(t)
    return stops


def settled(view: View, events: Sequence[Event]) -> list[Event]:
    """Return the events with those who alight at a stop before those who board there, as the law reads it."""
    answer: list[Event] = []
    run: list[Event] = []
    here = -1
    for event in events:
        place = view.origin[event[0]] if event[1] else view.destination[event[0]]
        if place != here:
            answer += sorted(run, key=lambda e: e[1])
            run, here = [], place
        run.append(event)
    return answer + sorted(run, key=lambda e: e[1])


def split(events: Sequence[Event]) -> list[list[Event]]:
    """Cut a vehicle's events, settled, where it is empty: one list for each ride."""
    rides: list[list[Event]] = [[]]
    aboard = 0
    for event in events:
        rides[-1].append(event)
        aboard += 1 if event[1] else -1
        if aboard == 0:
            rides.append([])
    return [ride for ride in rides if ride]


def fits(view: View, ride: Ride, vehicle: int) -> bool:
    """Whether a vehicle has room for the ride; who may carry whom is for ``View.carriers``."""
    car = view.vehicles[vehicle]
    return (
        ride.seats <= car.seats and ride.chairs <= car.wheelchairs and ride.patients <= view.patients[vehicle]
    )
