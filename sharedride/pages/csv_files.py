"""The plan as a table for the carrier's software: one row per trip, or one per stop.

Semicolons between the columns, UTF-8 with a byte order mark, lines ended by CR LF: what spreadsheets and
dispatching software of French carriers open without asking. Distances in km, waits in minutes, money in
euros.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Literal

from sharedride.clock import format_clock
from sharedride.day.model import Trip
from sharedride.document import TripDocument
from sharedride.pages.facts import Facts
from sharedride.planning.solution import Route

Rows = Literal["trip", "stop"]
Cell = str | float | bool | None

TRIP_COLUMNS = {
    "date": "the day's date",
    "trip": "id of the trip",
    "status": "`served` or `unserved`",
    "vehicle": "id of the vehicle",
    "operator": "id of its operator",
    "vehicle_type": "`vsl` or `taxi`",
    "ride": "vehicle, slash, number of the ride",
    "direction": "`outbound` or `return`",
    "from": "id of the place the patient boards at",
    "to": "id of the place the patient alights at",
    "appointment": "asked for, outbound",
    "ready": "asked for, return",
    "picked_up": "planned",
    "dropped_off": "planned",
    "shared": "`1` or `0`",
    "aboard": "most patients aboard at once, this one included",
    "with": "trips aboard together with it, comma between them",
    "direct_km": "alone and direct",
    "ridden_km": "as carried, what is billed",
    "detour_km": "their difference",
    "wait_min": "this trip's own wait at the place of care",
    "fare": "billed to the payer",
    "solo_fare": "the same trip alone and direct",
    "alone_because": "code, where it rides alone",
    "unserved_because": "code, where it is not served",
    "detail": "the figure behind either code, in words",
}
"""Columns of a row per trip, and what stands in them."""

STOP_COLUMNS = {
    "date": "the day's date",
    "vehicle": "id of the vehicle",
    "operator": "id of its operator",
    "stop": "number in the route, 0 is the start",
    "ride": "vehicle, slash, number of the ride; empty at start and end",
    "place": "id of the place",
    "place_name": "its name, where it has one",
    "lat": "WGS 84 degrees",
    "lon": "WGS 84 degrees",
    "arrival": "planned",
    "service_start": "planned",
    "departure": "planned",
    "km": "of the leg that leads here",
    "board": "trips that board, comma between them",
    "alight": "trips that alight, comma between them",
    "aboard": "patients aboard on leaving",
}
"""Columns of a row per stop, and what stands in them."""


def csv_bytes(facts: Facts, rows: Rows = "trip", *, decimal_comma: bool = False) -> bytes:
    """Return the table as the bytes of its file."""
    columns = TRIP_COLUMNS if rows == "trip" else STOP_COLUMNS
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    for row in _trips(facts) if rows == "trip" else _stops(facts):
        writer.writerow([_text(cell, decimal_comma) for cell in row])
    return file.getvalue().encode("utf-8-sig")


def _trips(facts: Facts) -> Iterator[Sequence[Cell]]:
    missed = {facts.trip_index[trip.id]: trip for trip in facts.document.unserved}
    for index, trip in enumerate(facts.day.trips):
        served = facts.served.get(index)
        why = missed.get(index)
        asked = [None if clock is None else format_clock(clock) for clock in (trip.appointment, trip.ready)]
        carried = _carried(facts, served) if served is not None else _NOT_CARRIED
        yield (
            *(facts.day.date.isoformat(), trip.id, "served" if served is not None else "unserved"),
            *carried[:4],
            *(trip.direction.value, *_ends(facts, trip), *asked),
            *carried[4:],
            why.reason if why is not None else None,
            (served.alone_detail if served is not None else None) or (why.detail if why else None),
        )


def _ends(facts: Facts, trip: Trip) -> tuple[str, ...]:
    return tuple(facts.place_keys[facts.place_index[id_]] for id_ in (trip.origin, trip.destination))


def _carried(facts: Facts, trip: TripDocument) -> tuple[Cell, ...]:
    vehicle = next(each for each in facts.day.vehicles if each.id == trip.vehicle)
    return (
        *(vehicle.id, vehicle.operator, vehicle.type.value, trip.ride, trip.picked_up, trip.dropped_off),
        *(trip.shared, str(trip.aboard), ",".join(trip.with_), trip.direct_km, trip.ridden_km),
        *(trip.detour_km, trip.wait_min, trip.fare, trip.solo_fare, trip.alone_because),
    )


_NOT_CARRIED: tuple[Cell, ...] = (None,) * 16


def _stops(facts: Facts) -> Iterator[Sequence[Cell]]:
    for document, route, bounds in zip(
        facts.document.routes, facts.solution.routes, facts.ride_stops, strict=True
    ):
        vehicle = facts.vehicle(route.vehicle)
        aboard = 0
        for number, (stop, timed) in enumerate(zip(document.stops, route.stops, strict=True)):
            aboard += len(stop.board) - len(stop.alight)
            place = facts.day.places[timed.place]
            yield (
                *(facts.day.date.isoformat(), vehicle.id, vehicle.operator, str(number)),
                _ride(route, bounds, number, vehicle.id),
                *(facts.place_keys[timed.place], place.name, place.lat, place.lon),
                *(stop.arrival, stop.service_start, stop.departure, stop.km),
                *(",".join(stop.board), ",".join(stop.alight), str(aboard)),
            )


def _ride(route: Route, bounds: Sequence[tuple[int, int]], number: int, vehicle: str) -> str | None:
    for ride, (first, last) in enumerate(bounds, start=1):
        if first <= number <= last:
            return f"{vehicle}/{ride}"
    return None


def _text(cell: Cell, decimal_comma: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float):
        text = f"{cell:.6f}".rstrip("0").rstrip(".")
        return text.replace(".", ",") if decimal_comma else text
    return cell
