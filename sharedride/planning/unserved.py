"""Why a trip could not be served, with the figure that decides."""

from collections.abc import Iterable, Mapping

from sharedride.clock import format_clock
from sharedride.day.model import Day, Trip, Vehicle
from sharedride.rides.constraints import VehicleKind, kind_of, locked_vehicles, may_carry
from sharedride.travel import TravelTable

TAKEN = "all are taken"
"""What is said where vehicles could carry a trip with nothing else to do."""


def why_unserved(
    day: Day, table: TravelTable, wait_limit: float, trips: Iterable[int]
) -> dict[int, tuple[str, str]]:
    """Reason code and detail of every trip a plan leaves out.

    ``NO_SHIFT``: no vehicle could carry the trip even with nothing else to do. ``NO_VEHICLE``: every vehicle
    that could is taken.
    """
    locked = locked_vehicles(day)
    place = {p.id: i for i, p in enumerate(day.places)}
    own: dict[str | None, list[tuple[VehicleKind, Vehicle]]] = {None: []}
    for vehicle in day.vehicles:
        entry = kind_of(vehicle, locked), vehicle
        own[None].append(entry)
        own.setdefault(vehicle.operator, []).append(entry)
    return {
        trip: _why(day.trips[trip], table, wait_limit, place, own.get(day.trips[trip].operator, []))
        for trip in trips
    }


def _why(
    trip: Trip,
    table: TravelTable,
    wait_limit: float,
    place: Mapping[str, int],
    fleet: Iterable[tuple[VehicleKind, Vehicle]],
) -> tuple[str, str]:
    origin, destination = place[trip.origin], place[trip.destination]
    drive = float(table.minutes[origin, destination])
    fits: list[str] = []
    short: list[tuple[float, str, str]] = []
    for kind, vehicle in fleet:
        if not may_carry(kind, trip):
            continue
        reach = vehicle.shift[0] + float(table.minutes[place[vehicle.start], origin])
        back = float(table.minutes[destination, place[vehicle.end]])
        work = trip.board_min + drive + trip.alight_min
        latest_end = vehicle.shift[1] - back
        if trip.appointment is not None:
            late = reach + work - min(trip.appointment, latest_end)
            goal = f"the {format_clock(trip.appointment)[:5]} appointment"
        else:
            assert trip.ready is not None
            late = max(reach - trip.ready - wait_limit, max(reach, trip.ready) + work - latest_end)
            goal = f"the patient ready at {format_clock(trip.ready)[:5]}"
        if late <= 1e-6:
            fits.append(vehicle.id)
        else:
            short.append((late, vehicle.id, goal))
    if fits:
        return (
            "NO_VEHICLE",
            f"{len(fits)} vehicle{'s' if len(fits) > 1 else ''} could carry it with nothing else to do "
            f"({', '.join(fits[:3])}{', …' if len(fits) > 3 else ''}), {TAKEN}",
        )
    if short:
        late, name, goal = min(short)
        return "NO_SHIFT", f"no shift reaches it: nearest is {name}, {late:.0f} min short for {goal}"
    return "NO_VEHICLE", "no vehicle of the right type, operator and seats"
