"""Days of any size with a lawful plan, built backwards: first the routes, then what was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sharedride.clock import format_clock
from sharedride.day.model import Day
from sharedride.document import PlanDocument
from sharedride.ledger import ledger
from sharedride.planning.solution import Objective, Route, Solution, Status, Stop
from sharedride.report.alone import alone_reasons
from sharedride.report.assemble import assemble
from sharedride.rules import rules_of
from sharedride.tariffs import tariff_book
from sharedride.travel import travel_table
from sharedride.travel.crowfly import crowfly_km

RIDES = 7
"""Rides of a vehicle; every third carries one patient, the others two."""

SERVICE = 2.0


def document_of(day: Day, routes: Sequence[Route], **solver: Any) -> PlanDocument:
    """The plan document of routes, with all its accounts."""
    table, rules = travel_table(day), rules_of(day)
    accounts = ledger(day, table, routes, book=tariff_book(day.date), rules=rules)
    known = {
        "objective": Objective.KM,
        "status": Status.FEASIBLE,
        "value": accounts.kpis.km,
        "bound": None,
        "served_bound": None,
        "seconds": 0.5,
        "seed": 0,
    }
    solution = Solution(routes=tuple(routes), **known | solver)
    served = {account.trip for account in accounts.trips}
    missed = {i: ("NO_VEHICLE", "none was free") for i in range(len(day.trips)) if i not in served}
    reasons = alone_reasons(day, table, rules, solution)
    return assemble(day, solution, accounts, sha256="0" * 64, unserved=missed, alone=reasons)


_Stop = tuple[int, float, float, float, list[int], list[int]]


@dataclass
class _Draft:
    """What grows ride by ride."""

    places: list[dict[str, Any]]
    vehicles: list[dict[str, Any]]
    trips: list[dict[str, Any]]
    routes: list[list[_Stop]]


def big_day(trips: int, names: str = "t{}") -> tuple[Day, PlanDocument]:
    """A day of that many trips and a lawful plan of it; ``names`` makes the ids of the trips."""
    draft = _Draft(
        places=[
            {"id": "depot", "lat": 47.60, "lon": 6.80, "kind": "depot", "name": "Garage"},
            *(
                {"id": f"c{i}", "lat": 47.55 + 0.04 * i, "lon": 6.75 + 0.05 * i, "kind": "care"}
                | {"name": f"Centre de soins {i}"}
                for i in range(3)
            ),
        ],
        vehicles=[],
        trips=[],
        routes=[],
    )
    while len(draft.trips) < trips:
        _vehicle(draft, trips, names)
    day = Day.model_validate(
        {
            "schema": "sharedride/day/1",
            "date": "2026-03-17",
            "department": "90",
            "places": draft.places,
            "operators": [{"id": "op1", "certified": True, "vsl_flat": "A"}],
            "vehicles": draft.vehicles,
            "trips": draft.trips,
            "travel": {"model": "crowfly", "road_factor": 1.3, "speed_kmh": 50},
        }
    )
    routes = [
        Route(number, tuple(Stop(*stop[:4], tuple(stop[4]), tuple(stop[5])) for stop in stops))
        for number, stops in enumerate(draft.routes)
    ]
    return day, document_of(day, routes)


def _vehicle(draft: _Draft, most: int, names: str) -> None:
    """Add a vehicle that drives a few rides, each to care, with what its patients asked for."""
    number = len(draft.vehicles)
    draft.vehicles.append(
        {"id": f"v{number:03d}", "operator": "op1", "type": "vsl", "seats": 3, "wheelchairs": 1}
        | {"start": "depot", "end": "depot", "shift": ["04:00", "23:00"]}
    )
    clock, here = 360.0 + number % 60, 0
    stops: list[_Stop] = [(0, clock, clock, clock, [], [])]
    for ride in range(RIDES):
        if len(draft.trips) >= most:
            break
        care = 1 + (number + ride) % 3
        patients = min(1 if ride % 3 == 2 else 2, most - len(draft.trips))
        clock, here = _ride(draft, stops, clock, here, care, patients, names)
    clock += _minutes(draft, here, 0)
    stops.append((0, clock, clock, clock, [], []))
    draft.routes.append(stops)


def _ride(
    draft: _Draft, stops: list[_Stop], clock: float, here: int, care: int, patients: int, names: str
) -> tuple[float, int]:
    """Drive to the patients' homes and on to care; return when and where the vehicle is empty again."""
    aboard: list[int] = []
    for _ in range(patients):
        trip = len(draft.trips)
        home = len(draft.places)
        # The second patient lives on the way of the first.
        base = draft.places[care]
        away = 0.06 + 0.001 * (trip % 37) - 0.02 * len(aboard)
        side = 1 if stops[0][1] % 2 else -1
        lat, lon = round(base["lat"] + side * away, 5), round(base["lon"] + side * away * 1.2, 5)
        draft.places.append({"id": f"h{home}", "lat": lat, "lon": lon, "kind": "home"})
        clock += _minutes(draft, here, home)
        stops.append((home, clock, clock, clock + SERVICE, [trip], []))
        clock, here = clock + SERVICE, home
        draft.trips.append(
            {"id": names.format(trip), "patient": f"patient-{trip:05d}", "direction": "outbound"}
            | {"from": f"h{home}", "to": base["id"], "wheelchair": trip % 41 == 0}
            | {"companions": int(trip % 29 == 0 and patients == 1)}
        )
        aboard.append(trip)
    clock += _minutes(draft, here, care)
    left = clock + SERVICE * len(aboard)
    stops.append((care, clock, clock, left, [], list(aboard)))
    for trip in aboard:
        draft.trips[trip]["appointment"] = format_clock(5.0 * (left // 5.0 + 1.0))
    return left, care


def _minutes(draft: _Draft, one: int, other: int) -> float:
    ends = draft.places[one], draft.places[other]
    lat, lon = (np.array([place[key] for place in ends]) for key in ("lat", "lon"))
    return 60.0 * 1.3 * float(crowfly_km(lat, lon)[0, 1]) / 50.0
