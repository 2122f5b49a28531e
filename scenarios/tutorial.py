"""Six trips whose best plan is derived by hand in README.md: a kilometre is a minute is 0.80 EUR."""

from typing import Any

PLACES = [
    {"id": "depot", "lat": 47.5900, "lon": 6.8600, "kind": "depot"},
    {"id": "hnfc", "lat": 47.5765, "lon": 6.8725, "kind": "care", "name": "Hôpital Nord Franche-Comté"},
    {"id": "home-a", "lat": 47.6900, "lon": 6.8700, "kind": "home"},
    {"id": "home-b", "lat": 47.6650, "lon": 6.8600, "kind": "home"},
    {"id": "home-c", "lat": 47.5600, "lon": 6.7800, "kind": "home"},
]
KM = [
    [0, 2, 16, 13, 9],
    [2, 0, 15, 12, 10],
    [16, 15, 0, 5, 24],
    [13, 12, 5, 0, 21],
    [9, 10, 24, 21, 0],
]
VISITS = {
    "a": {"appointment": "09:30", "ready": "11:00", "motive": "radiotherapy"},
    "b": {"appointment": "09:30", "ready": "12:30", "motive": "chemotherapy"},
    "c": {"appointment": "10:30", "ready": "11:30", "motive": "consultation", "share_incompatible": True},
}


def _trips() -> list[dict[str, Any]]:
    trips = []
    for name, visit in VISITS.items():
        common = {"patient": f"p-000{name}", "visit": f"s-{name}"}
        shared = {key: visit[key] for key in ("motive", "share_incompatible") if key in visit}
        trips.append(
            {"id": f"{name}-out", **common, "direction": "outbound", "from": f"home-{name}", "to": "hnfc"}
            | {"appointment": visit["appointment"], **shared}
        )
        trips.append(
            {"id": f"{name}-back", **common, "direction": "return", "from": "hnfc", "to": f"home-{name}"}
            | {"ready": visit["ready"], **shared}
        )
    return trips


def tutorial() -> dict[str, Any]:
    vehicle = {"operator": "op1", "type": "vsl", "seats": 3, "start": "depot", "end": "depot"}
    return {
        "schema": "sharedride/day/1",
        "date": "2026-03-17",
        "department": "90",
        "places": PLACES,
        "operators": [{"id": "op1", "certified": True, "vsl_flat": "A"}],
        "vehicles": [{"id": name, **vehicle, "shift": ["07:00", "15:00"]} for name in ("v1", "v2")],
        "trips": _trips(),
        "travel": {"model": "matrix", "km": KM, "minutes": KM},
        "costs": {"per_km": 0.4, "per_hour": 24.0, "per_vehicle": 40.0},
    }
