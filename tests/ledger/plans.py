"""Small days and plans for the tests: km equal minutes, so that times can be followed by hand."""

from typing import Any

from sharedride.clock import parse_clock
from sharedride.day.model import Day
from sharedride.ledger import Ledger, ledger
from sharedride.planning.solution import Route, Stop
from sharedride.rules import rules_of
from sharedride.tariffs import tariff_book
from sharedride.travel import travel_table

OPERATORS = [
    {"id": "op1", "certified": True, "vsl_flat": "A"},
    {"id": "op2", "taxi_department": "90"},
    {"id": "idle"},
]


def vehicle(name: str, operator: str, kind: str) -> dict[str, Any]:
    ends = {"start": "depot", "end": "depot", "shift": ["00:00", "47:00"]}
    return {"id": name, "operator": operator, "type": kind, "seats": 4, "wheelchairs": 1} | ends


VEHICLES = [vehicle("v1", "op1", "vsl"), vehicle("v2", "op2", "taxi")]


def outbound(name: str, home: str, appointment: str = "09:00", **more: Any) -> dict[str, Any]:
    asked = {"direction": "outbound", "from": home, "to": "care", "appointment": appointment}
    return {"id": name, "patient": f"p-{name}"} | asked | more


def day_of(
    places: dict[str, str | None], km: list[list[float]], trips: list[dict[str, Any]], **more: Any
) -> Day:
    """A day over named places (with their communes); the depot comes first."""
    listed = [
        {"id": name, "lat": 47.6, "lon": 6.9, "kind": "home", "commune": commune}
        for name, commune in places.items()
    ]
    return Day.model_validate(
        {"schema": "sharedride/day/1", "date": "2026-03-17", "places": listed, "trips": trips}
        | {"operators": OPERATORS, "vehicles": VEHICLES}
        | {"travel": {"model": "matrix", "km": km, "minutes": km}}
        | more
    )


def stop(
    place: int,
    arrival: str,
    service_start: str,
    departure: str,
    board: tuple[int, ...] = (),
    alight: tuple[int, ...] = (),
) -> Stop:
    first, second, third = (parse_clock(text) for text in (arrival, service_start, departure))
    return Stop(place, first, second, third, board=board, alight=alight)


def route(
    day: Day, vehicle: int, *visits: tuple[int, tuple[int, ...], tuple[int, ...]], at: float = 600.0
) -> Route:
    """A route over (place, board, alight) with every service at the same moment, depot to depot."""
    stops = [Stop(place, at, at, at, board=board, alight=alight) for place, board, alight in visits]
    return Route(vehicle, (Stop(0, at, at, at), *stops, Stop(0, at, at, at)))


def account(day: Day, *routes: Route) -> Ledger:
    return ledger(day, travel_table(day), routes, book=tariff_book(day.date), rules=rules_of(day))
