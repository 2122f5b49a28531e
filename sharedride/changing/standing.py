"""Where a plan stands at a moment: rides begun, where every vehicle is, what was promised."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sharedride.clock import parse_clock
from sharedride.day.model import Day
from sharedride.document import PlanDocument, RouteDocument, StopDocument
from sharedride.report.slack import rides_of
from sharedride.travel import TravelTable

FloatArray = npt.NDArray[np.float64]

LONG_AGO = -1e6
"""A moment before every plan: nothing has begun."""


@dataclass(frozen=True)
class PlannedRide:
    """A ride of a plan document; ``first`` and ``last`` are positions in the stops of its route."""

    vehicle: str
    first: int
    last: int
    stops: tuple[StopDocument, ...]

    @property
    def start(self) -> float:
        """When service at the first stop starts, in minutes from midnight."""
        return parse_clock(self.stops[0].service_start)

    @cached_property
    def trips(self) -> frozenset[str]:
        """Ids of the trips aboard."""
        return frozenset(trip for stop in self.stops for trip in stop.board)

    @cached_property
    def work(self) -> tuple[tuple[str, frozenset[str], frozenset[str]], ...]:
        """Place, who boards and who alights, stop by stop."""
        return tuple((stop.place, frozenset(stop.board), frozenset(stop.alight)) for stop in self.stops)


@dataclass(frozen=True)
class Promise:
    """What a patient was told: the vehicle and the minute of the pick-up."""

    vehicle: str
    pickup: float


@dataclass(frozen=True)
class Standing:
    """A plan at a moment.

    Attributes
    ----------
    now
        Minutes from midnight.
    rides
        Every ride of the plan, in order, by vehicle id.
    promises
        By trip id, for every trip the plan serves.
    """

    now: float
    document: PlanDocument
    routes: dict[str, RouteDocument]
    rides: dict[str, tuple[PlannedRide, ...]]
    promises: dict[str, Promise]

    def begun(self, vehicle: str) -> tuple[PlannedRide, ...]:
        """Rides of a vehicle whose first service has started."""
        return tuple(ride for ride in self.rides.get(vehicle, ()) if ride.start <= self.now)

    @cached_property
    def ride_of(self) -> dict[str, PlannedRide]:
        """The ride that carries each trip, by trip id."""
        return {trip: ride for rides in self.rides.values() for ride in rides for trip in ride.trips}

    def has_begun(self, trip: str) -> bool:
        """Whether the ride that carries a trip has begun."""
        ride = self.ride_of.get(trip)
        return ride is not None and ride.start <= self.now


def standing(document: PlanDocument, now: float) -> Standing:
    """Read where a plan stands at ``now``, in minutes from midnight."""
    return Standing(
        now=now,
        document=document,
        routes={route.vehicle: route for route in document.routes},
        rides={
            route.vehicle: tuple(
                PlannedRide(route.vehicle, first, last, route.stops[first : last + 1])
                for first, last in rides_of(route)
            )
            for route in document.routes
        },
        promises={trip.id: Promise(trip.vehicle, parse_clock(trip.picked_up)) for trip in document.trips},
    )


@dataclass(frozen=True)
class Whereabouts:
    """From when on a vehicle can begin something new.

    Attributes
    ----------
    begun
        Rides that stay as they are.
    leaves
        When the vehicle left its depot, or can leave it at the earliest.
    reaches
        Earliest minute it can be at each place, shape ``(places,)``.
    """

    begun: tuple[PlannedRide, ...]
    leaves: float
    reaches: FloatArray


def whereabouts(
    day: Day, table: TravelTable, plan: Standing, vehicle: int, *, delay: float, gone: frozenset[str]
) -> Whereabouts:
    """Where a vehicle is at the moment the plan is changed.

    A plan's vehicle drives on at once to where it boards next and stands there. One on the road may go on to
    there, or turn back the way it came, whichever is sooner.

    Parameters
    ----------
    vehicle
        Index into ``day.vehicles``.
    delay
        Minutes by which it reaches everything later.
    gone
        Trips that fell away: a ride that has begun and lost all of them stands where it was.
    """
    one, now = day.vehicles[vehicle], plan.now
    place = {p.id: i for i, p in enumerate(day.places)}
    depot = place[one.start]
    begun = plan.begun(one.id)
    kept = tuple(ride for ride in begun if not ride.trips <= gone)
    stops = plan.routes[one.id].stops if one.id in plan.routes else ()
    left = parse_clock(stops[0].departure) if stops else np.inf
    if left > now:
        leaves = max(one.shift[0], now) + delay
        return Whereabouts((), leaves, leaves + table.minutes[depot])
    if begun and begun[-1] not in kept:
        visited = [stop for stop in begun[-1].stops if parse_clock(stop.service_start) <= now]
        here = place[visited[-1].place]
        return Whereabouts(kept, left, now + delay + table.minutes[here])
    at = begun[-1].last if begun else 0
    free, here = parse_clock(stops[at].departure), place[stops[at].place]
    if free > now:
        return Whereabouts(kept, left, free + delay + table.minutes[here])
    toward, arrives = place[stops[at + 1].place], parse_clock(stops[at + 1].arrival)
    if arrives <= now:
        return Whereabouts(kept, left, now + delay + table.minutes[toward])
    ahead = arrives + table.minutes[toward]
    back = now + (now - free) + table.minutes[here]
    return Whereabouts(kept, left, np.minimum(ahead, back) + delay)
