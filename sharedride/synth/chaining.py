"""A car's day of lone rides, grown ride by ride: the proof that the unshared day can be served.

A ride has a window for the minute its service starts. Rides of a car are kept in order with the earliest and
the latest start each may have, so that one more fits if it fits between two neighbours.
"""

import math
from dataclasses import dataclass, field

from sharedride.synth.fleet import Car
from sharedride.travel.crowfly import EARTH_RADIUS_KM

Point = tuple[float, float]
_SECOND = 1.0 / 60.0


@dataclass(frozen=True)
class Roads:
    """The day's travel model: km and minutes from point to point, in degrees."""

    road_factor: float
    speed_kmh: float

    def km(self, start: Point, end: Point) -> float:
        """Road km, as the travel provider ``crowfly`` has them."""
        phi, to_phi = math.radians(start[0]), math.radians(end[0])
        half_dlam = math.radians(end[1] - start[1]) / 2
        chord = (
            math.sin((to_phi - phi) / 2) ** 2 + math.cos(phi) * math.cos(to_phi) * math.sin(half_dlam) ** 2
        )
        return self.road_factor * 2.0 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))

    def minutes(self, km: float) -> float:
        """Driving time."""
        return 60.0 * km / self.speed_kmh


@dataclass(frozen=True)
class LoneRide:
    """One trip alone and direct: service starts in ``[first, last]``, all is over ``lasts`` later."""

    trip: int
    origin: Point
    destination: Point
    km: float
    lasts: float
    first: float
    last: float


@dataclass
class Chain:
    """The rides of one car in order, all starting as early as they can."""

    car: Car
    depot: Point
    roads: Roads
    rides: list[LoneRide] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    latest: list[float] = field(default_factory=list)

    def best_place(self, ride: LoneRide) -> tuple[float, int] | None:
        """Least empty km more that the ride costs, and where it goes; ``None`` where it fits nowhere."""
        best: tuple[float, int] | None = None
        for at in range(len(self.rides) + 1):
            before = self.rides[at - 1].destination if at else self.depot
            after = self.rides[at].origin if at < len(self.rides) else self.depot
            free = self.starts[at - 1] + self.rides[at - 1].lasts if at else self.car.shift[0]
            due = self.latest[at] if at < len(self.rides) else self.car.shift[1]
            if free > ride.last or due < ride.first + ride.lasts:
                continue
            km_in, km_out = self.roads.km(before, ride.origin), self.roads.km(ride.destination, after)
            start = max(ride.first, free + self.roads.minutes(km_in))
            if start > ride.last or start + ride.lasts + self.roads.minutes(km_out) > due - _SECOND:
                continue
            more = km_in + km_out - (self.roads.km(before, after) if self.rides else 0.0)
            if (best is None or more < best[0]) and self.keeps_break(
                [*self.rides[:at], ride, *self.rides[at:]]
            ):
                best = more, at
        return best

    def put(self, ride: LoneRide, at: int) -> None:
        """Take a ride where ``best_place`` said."""
        self.rides.insert(at, ride)
        self._time()

    def drop(self, ride: LoneRide) -> None:
        """Give a ride up again."""
        self.rides.remove(ride)
        self._time()

    def restore(self, rides: list[LoneRide]) -> None:
        """Go back to rides the car had before."""
        self.rides = rides
        self._time()

    @property
    def loaded_km(self) -> float:
        """Km with a patient aboard."""
        return sum(ride.km for ride in self.rides)

    @property
    def empty_km(self) -> float:
        """Km from the depot, between rides and back."""
        if not self.rides:
            return 0.0
        origins = [ride.origin for ride in self.rides] + [self.depot]
        destinations = [self.depot] + [ride.destination for ride in self.rides]
        return sum(self.roads.km(start, end) for start, end in zip(destinations, origins, strict=True))

    def _time(self) -> None:
        self.starts = self._earliest(self.rides)
        self.latest = [0.0] * len(self.rides)
        due, after = float(self.car.shift[1]), self.depot
        for at in range(len(self.rides) - 1, -1, -1):
            ride = self.rides[at]
            back = self._drive(ride.destination, after)
            self.latest[at] = min(ride.last, due - back - ride.lasts)
            due, after = self.latest[at], ride.origin

    def _earliest(self, rides: list[LoneRide]) -> list[float]:
        free, before = float(self.car.shift[0]), self.depot
        starts = []
        for ride in rides:
            start = max(ride.first, free + self._drive(before, ride.origin))
            starts.append(start)
            free, before = start + ride.lasts, ride.destination
        return starts

    def _drive(self, start: Point, end: Point) -> float:
        return self.roads.minutes(self.roads.km(start, end))

    def keeps_break(self, rides: list[LoneRide]) -> bool:
        """Whether the driver, driving these rides as early as can be, stands empty long enough."""
        if self.car.pause is None or not rides:
            return True
        opens, closes, lasts = self.car.pause
        starts = self._earliest(rides)
        leaves = starts[0] - self._drive(self.depot, rides[0].origin)
        back = starts[-1] + rides[-1].lasts + self._drive(rides[-1].destination, self.depot)
        if back <= opens or leaves >= closes:
            return True
        for index in range(1, len(rides)):
            before = rides[index - 1]
            drive = self._drive(before.destination, rides[index].origin)
            arrival = starts[index - 1] + before.lasts + drive
            if min(starts[index], closes) - max(arrival, opens) >= lasts + _SECOND:
                return True
        return False
