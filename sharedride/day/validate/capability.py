"""Trips no vehicle of the day could carry at any hour, and what is missing."""

from collections.abc import Callable, Iterator

from sharedride.day.draft import Draft
from sharedride.day.model import Trip, Vehicle, VehicleType
from sharedride.day.words import listed, quoted
from sharedride.errors import Problem

Demand = tuple[str, Callable[[Vehicle], bool]]


def _demands(trip: Trip) -> Iterator[Demand]:
    """Yield what the trip asks of a vehicle, in words and as a test, from the broadest on."""
    if trip.lock is not None and trip.lock.vehicle is not None:
        locked = trip.lock.vehicle
        yield f"is the locked vehicle {quoted(locked)}", lambda vehicle: vehicle.id == locked
    if trip.operator is not None:
        yield f"belongs to {quoted(trip.operator)}", lambda vehicle: vehicle.operator == trip.operator
    if set(trip.vehicle_types) != set(VehicleType):
        types = listed([kind.value for kind in trip.vehicle_types], "or")
        yield f"is of type {types}", lambda vehicle: vehicle.type in trip.vehicle_types
    if trip.companions:
        yield f"has {trip.seats_needed} seats", lambda vehicle: vehicle.seats >= trip.seats_needed
    if trip.wheelchair:
        yield "takes a wheelchair", lambda vehicle: vehicle.wheelchairs > 0


def able_vehicles(trip: Trip, vehicles: list[Vehicle]) -> list[Vehicle]:
    """Return the vehicles that could carry the trip as far as type, operator and room go."""
    return [vehicle for vehicle in vehicles if all(able(vehicle) for _, able in _demands(trip))]


def capability_problems(draft: Draft) -> Iterator[Problem]:
    """Yield a problem for each trip that asks for a vehicle the day does not have."""
    if not draft.vehicles.complete:
        return
    fleet = [vehicle for _, vehicle in draft.vehicles.valid()]
    if not fleet:
        if draft.trips.items:
            yield Problem("vehicles", "the day has trips and no vehicle, add one")
        return
    for index, trip in draft.trips.valid():
        if trip.operator is not None and trip.operator not in draft.operators.ids:
            continue
        if trip.lock is not None and trip.lock.vehicle not in (None, *draft.vehicles.ids):
            continue
        yield from _missing(trip, fleet, f"trips[{index}]")


def _missing(trip: Trip, fleet: list[Vehicle], path: str) -> Iterator[Problem]:
    met: list[str] = []
    for words, able in _demands(trip):
        fleet = [vehicle for vehicle in fleet if able(vehicle)]
        if not fleet:
            among = f"none that {' and '.join(met)}" if met else "none"
            remedy = "add such a vehicle or change what the trip asks for"
            yield Problem(path, f"no vehicle can carry this trip, {among} {words}; {remedy}")
            return
        met.append(words)
