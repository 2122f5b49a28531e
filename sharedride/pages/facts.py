"""Everything the views show, put together once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sharedride.day.model import Day, Place, Trip, Vehicle, VehicleType
from sharedride.document import AloneCode, PlanDocument, TripDocument
from sharedride.errors import InputError, Problem
from sharedride.ledger import Ledger, RideAccount, ledger
from sharedride.pages.communes import commune_names
from sharedride.pages.ways import STRAIGHT, Ways, ways_along_roads
from sharedride.planning.solution import Solution
from sharedride.report.reading import solution_of
from sharedride.report.relaxation import Relaxation, relaxations
from sharedride.report.rest import Rest, rest_of
from sharedride.report.slack import RideSlack, ride_slacks, rides_of
from sharedride.rules import Rules
from sharedride.tariffs import TariffBook
from sharedride.travel import TravelTable

TYPE_NAME = {VehicleType.VSL: "VSL", VehicleType.TAXI: "taxi"}

_SETTLED: tuple[AloneCode, ...] = ("NOT_WORTH_IT", "NOT_PROVEN", "INCOMPATIBLE")
"""Reasons no change of one thing bears on."""


@dataclass(frozen=True)
class Facts:
    """A day, its plan and all accounts of it.

    Attributes
    ----------
    slacks
        One tuple per route, one entry per ride.
    rests
        The driver's break of every route, ``None`` where there is none.
    relaxations
        By trip, as index into ``day.trips``.
    ways
        How the routes run along the roads, where that was asked for.
    violations
        What the checker found, as rule and sentence.
    """

    day: Day
    document: PlanDocument
    solution: Solution
    rules: Rules
    ledger: Ledger
    slacks: tuple[tuple[RideSlack, ...], ...]
    rests: tuple[Rest | None, ...]
    relaxations: dict[int, Relaxation]
    violations: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    ways: Ways

    @cached_property
    def trip_index(self) -> dict[str, int]:
        """Index into ``day.trips`` by id."""
        return {trip.id: i for i, trip in enumerate(self.day.trips)}

    @cached_property
    def place_index(self) -> dict[str, int]:
        """Index into ``day.places`` by id."""
        return {place.id: i for i, place in enumerate(self.day.places)}

    @cached_property
    def served(self) -> dict[int, TripDocument]:
        """Served trips as the plan describes them, by index into ``day.trips``."""
        return {self.trip_index[trip.id]: trip for trip in self.document.trips}

    @cached_property
    def rides(self) -> dict[tuple[int, int], RideAccount]:
        """Accounts of the rides by vehicle (index) and number of the ride."""
        return {(ride.vehicle, ride.ride): ride for ride in self.ledger.rides}

    @cached_property
    def ride_stops(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """First and last stop of every ride, one tuple per route."""
        return tuple(tuple(rides_of(route)) for route in self.solution.routes)

    def trip(self, index: int) -> Trip:
        """Return a trip by index."""
        return self.day.trips[index]

    def vehicle(self, index: int) -> Vehicle:
        """Return a vehicle by index."""
        return self.day.vehicles[index]

    def place(self, id_: str) -> Place:
        """Return a place by id."""
        return self.day.places[self.place_index[id_]]

    @cached_property
    def place_keys(self) -> tuple[str, ...]:
        """What to write for every place's id: one that holds a patient's pseudonym gives way to a trip's."""
        keys = [place.id for place in self.day.places]
        for trip in reversed(self.day.trips):
            for id_ in (trip.origin, trip.destination):
                index = self.place_index[id_]
                if self.day.places[index].kind == "home" and _holds(id_, trip.patient):
                    keys[index] = f"home-{trip.id}"
        return tuple(keys)

    @cached_property
    def place_labels(self) -> tuple[str, ...]:
        """What people call every place: its name; else, of a home, its commune and id; else its id."""
        return tuple(self._label(index) for index in range(len(self.day.places)))

    def _label(self, index: int) -> str:
        place, key = self.day.places[index], self.place_keys[index]
        if place.name:
            return place.name
        commune = commune_names().get(place.commune) if place.kind == "home" and place.commune else None
        if commune is None:
            return key
        return f"{commune} {key}" if key == place.id else commune

    def place_label(self, index: int) -> str:
        """What people call a place; see :attr:`place_labels`."""
        return self.place_labels[index]


def _holds(text: str, word: str) -> bool:
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])", text) is not None


def facts(
    day: Day,
    document: PlanDocument,
    *,
    table: TravelTable,
    rules: Rules,
    book: TariffBook,
    violations: Sequence[tuple[str, str]],
    warnings: Sequence[str],
    roads: bool = False,
) -> Facts:
    """Keep the accounts of a plan document and look at everything that is shown beside them.

    With ``roads`` the day's travel engine is asked how the routes run, if it has one.

    Raises
    ------
    InputError
        When the plan names what the day does not have, or carries a patient to no end.
    """
    solution = solution_of(day, document)
    try:
        accounts = ledger(day, table, solution.routes, book=book, rules=rules)
    except InputError:
        raise
    except ValueError as error:
        raise InputError(
            [Problem("routes", f"{error}; sharedride check names every rule the plan breaks")]
        ) from None
    number = {trip.id: i for i, trip in enumerate(day.trips)}
    asking = [
        number[trip.id]
        for trip in document.trips
        if trip.alone_because is not None and trip.alone_because not in _SETTLED
    ]
    return Facts(
        day=day,
        document=document,
        solution=solution,
        rules=rules,
        ledger=accounts,
        slacks=ride_slacks(day, rules, solution),
        rests=tuple(rest_of(day, route) for route in solution.routes),
        relaxations=relaxations(day, table, rules, solution, asking),
        violations=tuple(violations),
        warnings=tuple(warnings),
        ways=ways_along_roads(day, solution) if roads else STRAIGHT,
    )
