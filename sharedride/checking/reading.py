"""Reading of the routes: who is aboard on which leg, and how each trip is really carried."""

import itertools
from dataclasses import dataclass

from sharedride.checking.book import Book
from sharedride.checking.violation import Findings, Rule
from sharedride.clock import parse_clock
from sharedride.day.model import Operator, Trip, Vehicle
from sharedride.document import PlanDocument, RouteDocument, StopDocument


@dataclass(frozen=True)
class ReadStop:
    """One stop with the leg that leads to it.

    Attributes
    ----------
    path
        Where it stands in the plan.
    arrival, service_start, departure
        Minutes from midnight, as printed.
    km, minutes
        The leg that leads here, by the travel provider.
    odometer
        Km from the route's start to here, by the travel provider.
    on_arrival, on_departure
        Trips aboard when the vehicle arrives and when it leaves.
    board, alight
        Trips of the day that board and alight here.
    ride
        Number of the ride the vehicle leaves or arrives in, 0 when it does both empty.
    """

    path: str
    place: str
    arrival: float
    service_start: float
    departure: float
    km: float
    minutes: float
    odometer: float
    on_arrival: frozenset[str]
    on_departure: frozenset[str]
    board: tuple[Trip, ...]
    alight: tuple[Trip, ...]
    ride: int

    @property
    def service_min(self) -> float:
        """Minutes of work here."""
        return sum(trip.board_min for trip in self.board) + sum(trip.alight_min for trip in self.alight)


@dataclass(frozen=True)
class ReadRoute:
    """The route of a vehicle of the day, between places of the day."""

    path: str
    document: RouteDocument
    vehicle: Vehicle
    stops: tuple[ReadStop, ...]


@dataclass(frozen=True)
class Carried:
    """One trip as its route carries it; every figure by the travel provider and the stops' clocks.

    Attributes
    ----------
    path
        Where the plan describes the trip, or its boarding stop when it does not.
    board, alight
        Positions in the route's stops.
    aboard
        Most patients aboard at once, this one included.
    companions
        Ids of the trips aboard together with this one at some moment.
    billed_km, billed_solo_km, billed_alone_km
        Km to bill: as carried, alone and direct, and with no other patient aboard.
    wait_min
        The trip's own wait at the place of care, minutes.
    """

    trip: Trip
    path: str
    route: ReadRoute
    operator: Operator
    ride: str
    board: int
    alight: int
    direct_km: float
    ridden_km: float
    billed_km: float
    billed_solo_km: float
    billed_alone_km: float
    aboard: int
    companions: frozenset[str]
    wait_min: float

    @property
    def boarding(self) -> ReadStop:
        """The stop where the patient boards."""
        return self.route.stops[self.board]

    @property
    def alighting(self) -> ReadStop:
        """The stop where the patient alights."""
        return self.route.stops[self.alight]

    @property
    def vehicle(self) -> Vehicle:
        """The vehicle that carries the trip."""
        return self.route.vehicle

    @property
    def shared(self) -> bool:
        """Whether another patient is aboard on any part of the way (CSS R.322-11-1)."""
        return self.aboard > 1

    @property
    def stop_count(self) -> int:
        """Stops from boarding to alighting, both included."""
        return self.alight - self.board + 1

    @property
    def detour_km(self) -> float:
        """Km ridden beyond the direct way."""
        return self.ridden_km - self.direct_km


def read_routes(book: Book, plan: PlanDocument, found: Findings) -> tuple[list[ReadRoute], list[Carried]]:
    """Follow every route stop by stop, noting what makes no sense in passing.

    Returns
    -------
    The routes that can be followed, and the trips they carry from boarding to alighting.
    """
    described = {entry.id: f"trips[{index}]" for index, entry in reversed(list(enumerate(plan.trips)))}
    routes: list[ReadRoute] = []
    carried: list[Carried] = []
    boarded: set[str] = set()
    vehicles: set[str] = set()
    for index, document in enumerate(plan.routes):
        path = f"routes[{index}]"
        if not _known(book, document, path, found):
            continue
        if document.vehicle in vehicles:
            message = f"vehicle {document.vehicle} has a route already"
            found.add(Rule.VEHICLE_TWICE, f"{path}.vehicle", message, vehicle=document.vehicle)
        vehicles.add(document.vehicle)
        walk = _Walk(book, path, boarded, found)
        stops = tuple(walk.stop(f"{path}.stops[{at}]", stop) for at, stop in enumerate(document.stops))
        walk.finish()
        route = ReadRoute(path, document, book.vehicles[document.vehicle], stops)
        routes.append(route)
        carried += [
            _carried(book, route, described.get(trip.id, stops[start].path), trip, start, end)
            for trip, start, end in walk.completed
        ]
    return routes, carried


class _Walk:
    """State of one route while it is followed."""

    def __init__(self, book: Book, path: str, boarded: set[str], found: Findings) -> None:
        self._book = book
        self._path = path
        self._boarded = boarded
        self._found = found
        self._aboard: dict[str, int] = {}
        self._previous: str | None = None
        self._odometer = 0.0
        self._rides = 0
        self._position = -1
        self.completed: list[tuple[Trip, int, int]] = []

    def stop(self, path: str, document: StopDocument) -> ReadStop:
        """Take the next stop."""
        self._position += 1
        previous = document.place if self._previous is None else self._previous
        self._previous = document.place
        km = self._book.km(previous, document.place)
        self._odometer += km
        on_arrival = frozenset(self._aboard)
        alight = tuple(
            trip
            for at, trip_id in enumerate(document.alight)
            if (trip := self._alight(trip_id, document.place, f"{path}.alight[{at}]")) is not None
        )
        if on_arrival and not self._aboard and document.board:
            message = (
                "the vehicle is empty once these have alighted: boarding starts a ride and a stop of its own"
            )
            self._found.add(Rule.STOP_RIDE, path, message)
        if document.board and not self._aboard:
            self._rides += 1
        board = tuple(
            trip
            for at, trip_id in enumerate(document.board)
            if (trip := self._board(trip_id, document.place, f"{path}.board[{at}]")) is not None
        )
        return ReadStop(
            path=path,
            place=document.place,
            arrival=parse_clock(document.arrival),
            service_start=parse_clock(document.service_start),
            departure=parse_clock(document.departure),
            km=km,
            minutes=self._book.minutes(previous, document.place),
            odometer=self._odometer,
            on_arrival=on_arrival,
            on_departure=frozenset(self._aboard),
            board=board,
            alight=alight,
            ride=self._rides if on_arrival or self._aboard else 0,
        )

    def finish(self) -> None:
        """Note who never alights."""
        for trip_id in self._aboard:
            message = f"trip {trip_id} boards and never alights"
            self._found.add(Rule.ORDER, f"{self._path}.stops", message, trip=trip_id)

    def _alight(self, trip_id: str, place: str, path: str) -> Trip | None:
        trip = self._trip(trip_id, path)
        if trip is None:
            return None
        if trip_id not in self._aboard:
            message = f"trip {trip_id} alights where it is not aboard"
            self._found.add(Rule.ORDER, path, message, trip=trip_id)
            return trip
        self.completed.append((trip, self._aboard.pop(trip_id), self._position))
        if place != trip.destination:
            message = f"trip {trip_id} alights at {place}, its destination is {trip.destination}"
            self._found.add(Rule.PLACE, path, message, trip=trip_id, value=place, limit=trip.destination)
        return trip

    def _board(self, trip_id: str, place: str, path: str) -> Trip | None:
        trip = self._trip(trip_id, path)
        if trip is None:
            return None
        if trip_id in self._boarded:
            message = f"trip {trip_id} has boarded already"
            self._found.add(Rule.SERVED_TWICE, path, message, trip=trip_id)
            return trip
        self._boarded.add(trip_id)
        self._aboard[trip_id] = self._position
        if place != trip.origin:
            message = f"trip {trip_id} boards at {place}, its origin is {trip.origin}"
            self._found.add(Rule.PLACE, path, message, trip=trip_id, value=place, limit=trip.origin)
        return trip

    def _trip(self, trip_id: str, path: str) -> Trip | None:
        trip = self._book.trips.get(trip_id)
        if trip is None:
            self._found.add(Rule.UNKNOWN_ID, path, f"the day has no trip {trip_id}", trip=trip_id)
        return trip


def _known(book: Book, document: RouteDocument, path: str, found: Findings) -> bool:
    """Whether the route can be followed at all: a vehicle and places of the day."""
    before = len(found.violations)
    if document.vehicle not in book.vehicles:
        message = f"the day has no vehicle {document.vehicle}"
        found.add(Rule.UNKNOWN_ID, f"{path}.vehicle", message, vehicle=document.vehicle)
    for at, stop in enumerate(document.stops):
        if stop.place not in book.places:
            found.add(Rule.UNKNOWN_ID, f"{path}.stops[{at}].place", f"the day has no place {stop.place}")
    if len(document.stops) < 2:
        message = "a route has at least the vehicle's start and its end"
        found.add(Rule.ROUTE_ENDS, f"{path}.stops", message, vehicle=document.vehicle)
    return len(found.violations) == before


def _carried(book: Book, route: ReadRoute, path: str, trip: Trip, board: int, alight: int) -> Carried:
    legs = route.stops[board + 1 : alight + 1]
    loads = [leg.on_arrival for leg in legs]
    stops = [stop.place for stop in route.stops[board : alight + 1]]
    billed = [book.billed_km(start, end) for start, end in itertools.pairwise(stops)]
    return Carried(
        trip=trip,
        path=path,
        route=route,
        operator=book.operators[route.vehicle.operator],
        ride=f"{route.vehicle.id}/{route.stops[board].ride}",
        board=board,
        alight=alight,
        direct_km=book.km(trip.origin, trip.destination),
        ridden_km=sum(leg.km for leg in legs),
        billed_km=sum(billed),
        billed_solo_km=book.billed_km(trip.origin, trip.destination),
        billed_alone_km=sum(km for km, load in zip(billed, loads, strict=True) if len(load) == 1),
        aboard=max(map(len, loads), default=1),
        companions=frozenset().union(*loads) - {trip.id},
        wait_min=_own_wait(trip, route.stops[board], route.stops[alight]),
    )


def _own_wait(trip: Trip, boarding: ReadStop, alighting: ReadStop) -> float:
    if trip.outbound and trip.appointment is not None:
        return max(trip.appointment - alighting.service_start, 0.0)
    if not trip.outbound and trip.ready is not None:
        return max(boarding.service_start - trip.ready, 0.0)
    return 0.0
