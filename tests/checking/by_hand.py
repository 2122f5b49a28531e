"""A small day and a lawful plan for it, every figure worked out by hand.

A VSL of a certified operator takes t1 and t2 together to the hospital, waits there empty and brings t1's
patient back (t3). A taxi takes t4 alone. t5 is not served. Two minutes a km, so:

VSL   depot 5 ha 4 hb 10 hosp, 0 hosp 12 ha 5 depot   36 km, 26 loaded, 72 min driving + 12 min service
taxi  depot 10 hc 20 hosp 12 depot                    42 km, 20 loaded, 84 min driving +  4 min service

Fares, certified, one flat for all zones: 15.75 + 1.10 a km past 3 + short trip, less 15 % for two aboard
    t1  14 km  15.75 + 12.10 + 3.41 = 31.26, shared 26.57; alone 12 km 15.75 + 9.90 + 4.62 = 30.27
    t2  10 km  15.75 +  7.70 + 6.35 = 29.80, shared 25.33; alone the same 10 km
    t3  12 km  30.27
not certified, zone A: 12.47 + 0.93 a km past 3 + short trip, less 23 %
    t1  26.11, shared 20.10; alone 25.46      t2  25.33, shared 19.50      t3  25.46
taxi of département 90: t4  13.00 + 1.08 x 16 = 30.28

Running cost 0.35 x 78 + 22 x 172/60 + 40 x 2 = 27.30 + 63.07 + 80.00 = 170.37.
"""

import re
from typing import Any

from sharedride.checking import Violation, check
from sharedride.clock import format_clock, parse_clock
from sharedride.day.model import Day
from sharedride.document import parse_plan

Json = dict[str, Any]

#          depot  ha  hb  hc  hosp clinic
KM = [
    [0, 5, 8, 10, 12, 14],  # depot
    [5, 0, 4, 9, 12, 13],  # ha
    [8, 4, 0, 7, 10, 12],  # hb
    [10, 9, 7, 0, 20, 21],  # hc
    [12, 12, 10, 20, 0, 3],  # hosp
    [14, 13, 12, 21, 3, 0],  # clinic
]
PLACES = ("depot", "ha", "hb", "hc", "hosp", "clinic")
TRIP_KEYS = (
    *("id", "vehicle", "ride", "picked_up", "dropped_off"),
    *("direct_km", "ridden_km", "detour_km", "detour_limit_km", "aboard", "shared", "with"),
    *("wait_min", "fare", "solo_fare", "alone_because"),
)
KINDS = ("depot", "home", "home", "home", "care", "care")


def small_day(later_min: int = 0) -> Json:
    """The day, every clock time later by some minutes."""

    def at(clock: str) -> str:
        return format_clock(parse_clock(clock) + later_min)

    def trip(trip_id: str, patient: str, origin: str, **keys: Any) -> Json:
        direction = "return" if "ready" in keys else "outbound"
        base = {"id": trip_id, "patient": patient, "direction": direction, "from": origin, "to": "hosp"}
        return base | keys

    return {
        "schema": "sharedride/day/1",
        "date": "2026-03-17",
        "places": [
            {"id": name, "lat": 47.0, "lon": 6.0, "kind": kind}
            for name, kind in zip(PLACES, KINDS, strict=True)
        ],
        "operators": [
            {"id": "op1", "certified": True, "vsl_flat": "A"},
            {"id": "op2", "taxi_department": "90"},
        ],
        "vehicles": [
            {
                "id": "v1",
                "operator": "op1",
                "type": "vsl",
                "seats": 3,
                "start": "depot",
                "end": "depot",
                "shift": [at("08:00"), at("18:00")],
                "break": {"window": [at("09:00"), at("12:00")], "minutes": 30},
            },
            {
                "id": "v2",
                "operator": "op2",
                "type": "taxi",
                "seats": 4,
                "start": "depot",
                "end": "depot",
                "shift": [at("08:00"), at("18:00")],
            },
        ],
        "trips": [
            trip("t1", "p1", "ha", visit="s1", appointment=at("09:00")),
            trip("t2", "p2", "hb", appointment=at("09:00")),
            trip("t3", "p1", "hosp", to="ha", visit="s1", ready=at("10:00")),
            trip("t4", "p4", "hc", appointment=at("11:00")),
            trip("t5", "p5", "hc", appointment=at("08:30")),
        ],
        "travel": {
            "model": "matrix",
            "km": [[float(km) for km in row] for row in KM],
            "minutes": [[2.0 * km for km in row] for row in KM],
        },
    }


def small_plan(later_min: int = 0) -> Json:
    """The lawful plan, every clock time later by some minutes."""

    def at(clock: str) -> str:
        return format_clock(parse_clock(clock) + later_min)

    def stop(
        place: str, arrival: str, start: str, departure: str, km: int, board: str = "", alight: str = ""
    ) -> Json:
        return {
            "place": place,
            "arrival": at(arrival),
            "service_start": at(start),
            "departure": at(departure),
            "km": float(km),
            "board": board.split(),
            "alight": alight.split(),
        }

    def trip(*values: Any) -> Json:
        entry = dict(zip(TRIP_KEYS, values, strict=True))
        return entry | {"picked_up": at(entry["picked_up"]), "dropped_off": at(entry["dropped_off"])}

    return {
        "schema": "sharedride/plan/1",
        "day": {"date": "2026-03-17", "sha256": "ab12"},
        "solver": {
            "status": "optimal",
            "objective": "cost",
            "value": 170.37,
            "bound": 170.37,
            "gap": 0.0,
            "served_bound": 4,
            "seconds": 0.1,
            "seed": 0,
        },
        "routes": [
            {
                "vehicle": "v1",
                "km": 36.0,
                "loaded_km": 26.0,
                "empty_km": 10.0,
                "stops": [
                    stop("depot", "08:08", "08:08", "08:08", 0),
                    stop("ha", "08:18", "08:18", "08:20", 5, board="t1"),
                    stop("hb", "08:28", "08:28", "08:30", 4, board="t2"),
                    stop("hosp", "08:50", "08:50", "08:54", 10, alight="t1 t2"),
                    stop("hosp", "08:54", "10:05", "10:07", 0, board="t3"),
                    stop("ha", "10:31", "10:31", "10:33", 12, alight="t3"),
                    stop("depot", "10:43", "10:43", "10:43", 5),
                ],
            },
            {
                "vehicle": "v2",
                "km": 42.0,
                "loaded_km": 20.0,
                "empty_km": 22.0,
                "stops": [
                    stop("depot", "09:43", "09:43", "09:43", 0),
                    stop("hc", "10:03", "10:03", "10:05", 10, board="t4"),
                    stop("hosp", "10:45", "10:45", "10:47", 20, alight="t4"),
                    stop("depot", "11:11", "11:11", "11:11", 12),
                ],
            },
        ],
        "trips": [
            trip(
                *("t1", "v1", "v1/1", "08:18", "08:54", 12.0, 14.0, 2.0, 10.0),
                *(2, True, ["t2"], 10.0, 26.57, 30.27, None),
            ),
            trip(
                *("t2", "v1", "v1/1", "08:28", "08:54", 10.0, 10.0, 0.0, 10.0),
                *(2, True, ["t1"], 10.0, 25.33, 29.80, None),
            ),
            trip(
                *("t3", "v1", "v1/2", "10:05", "10:33", 12.0, 12.0, 0.0, 0.0),
                *(1, False, [], 5.0, 30.27, 30.27, "NO_NEIGHBOUR"),
            ),
            trip(
                *("t4", "v2", "v2/1", "10:03", "10:47", 20.0, 20.0, 0.0, 0.0),
                *(1, False, [], 15.0, 30.28, 30.28, "TIME"),
            ),
        ],
        "unserved": [{"id": "t5", "reason": "NO_VEHICLE", "detail": "the shift starts too late"}],
        "kpis": {
            "trips": 5,
            "served": 4,
            "shared": 2,
            "shared_rate": 0.5,
            "shared_rate_vsl": 0.6667,
            "shared_rate_taxi": 0.0,
            "shared_rate_amount": 0.4615,
            "km": 78.0,
            "loaded_km": 46.0,
            "empty_km": 32.0,
            "vehicles_used": 2,
            "work_hours": 2.867,
            "duty_hours": 4.05,
            "co2_kg": 10.218,
            "payer": {
                "solo": 120.62,
                "plan": 112.45,
                "saving": 8.17,
                "all_certified": {"solo": 120.62, "plan": 112.45, "saving": 8.17},
                "none_certified": {"solo": 106.53, "plan": 95.34, "saving": 11.19},
            },
            "operator": {"revenue": 112.45, "running_cost": 170.37, "margin": -57.92},
            "by_operator": [
                {"operator": "op1", "trips": 3, "shared": 2, "shared_rate": 0.6667},
                {"operator": "op2", "trips": 1, "shared": 0, "shared_rate": 0.0},
            ],
        },
    }


def get(document: Json, path: str) -> Any:
    """Get one value of a document by its path, such as ``routes[0].stops``."""
    value: Any = document
    for key in re.findall(r"\w+", path):
        value = value[int(key) if key.isdigit() else key]
    return value


def put(document: Json, path: str, value: Any) -> None:
    """Set one value of a document by its path, such as ``routes[0].stops[2].km``."""
    parent, last = re.fullmatch(r"(?:(.*?)[.\[])?(\w+)\]?", path).groups()  # type: ignore[union-attr]
    get(document, parent or "")[int(last) if last.isdigit() else last] = value


def violations(day: Json, plan: Json, **options: Any) -> list[Violation]:
    """Check documents given as JSON objects."""
    return check(Day.model_validate(day), parse_plan(plan), **options)
