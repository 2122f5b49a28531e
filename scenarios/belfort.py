"""Two weekdays of the Territoire de Belfort: one company's, and the département's."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from geography import ROAD_FACTOR, Care, Commune, Point, care_places, communes, home_of
from visits import Stay, stays

from sharedride.synth.layout import clock

DATE = "2026-03-17"
SPEED_KMH = 50
SHARE_INCOMPATIBLE, REFUSES = 0.125, 0.03
EARLY, DAYTIME, LATE = ("04:45", "15:00"), ("07:00", "18:30"), ("11:00", "22:45")
NOON = {"window": ["11:30", "14:00"], "minutes": 30}


def place(key: str, point: Point, kind: str, **more: str) -> dict[str, Any]:
    return {"id": key, "lat": point.lat, "lon": point.lon, "kind": kind, **more}


def spread(share: float, count: int, rng: np.random.Generator) -> list[bool]:
    """Exactly the share of ``count`` flags, at random positions."""
    flags = np.zeros(count, dtype=bool)
    flags[rng.permutation(count)[: round(share * count)]] = True
    return [bool(flag) for flag in flags]


def trips_of(stay: Stay, number: int, patient: str, person: dict[str, Any]) -> list[dict[str, Any]]:
    """One or two trips of a stay, without ids: these follow the clock."""
    both = stay.trips == 2
    common = {"patient": patient} | ({"visit": f"s{number:03d}"} if both else {})
    home, rest = f"h{number:03d}", {"motive": stay.motive, **person}
    trips = []
    if stay.appointment is not None:
        ends = {"direction": "outbound", "from": home, "to": stay.care}
        trips.append(common | ends | {"appointment": clock(stay.appointment)} | rest)
    if stay.ready is not None:
        ends = {"direction": "return", "from": stay.care, "to": home}
        trips.append(common | ends | {"ready": clock(stay.ready)} | rest)
    return trips


def numbered(trips: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    ordered = sorted(trips, key=lambda trip: str(trip.get("appointment") or trip["ready"]))
    return [{"id": f"t{index:03d}", **trip} for index, trip in enumerate(ordered, start=1)]


def pseudonyms(count: int, rng: np.random.Generator) -> list[str]:
    return [f"p-{code:04x}" for code in rng.choice(0x10000, size=count, replace=False)]


def homes_of(
    drawn: Sequence[Stay],
    cares: dict[str, Care],
    towns: list[Commune],
    abroad: float,
    rng: np.random.Generator,
) -> list[dict[str, Any]]:
    homes = []
    for number, stay in enumerate(drawn, start=1):
        town, point = home_of(cares[stay.care], towns, abroad, rng)
        homes.append(place(f"h{number:03d}", point, "home", commune=town.insee))
    return homes


def cares_of(drawn: Sequence[Stay], cares: dict[str, Care]) -> list[dict[str, Any]]:
    used = {stay.care for stay in drawn}
    return [place(key, care.point, "care", name=care.name) for key, care in cares.items() if key in used]


def frame(
    places: list[dict[str, Any]],
    operators: list[dict[str, Any]],
    vehicles: list[dict[str, Any]],
    trips: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "schema": "sharedride/day/1",
        "date": DATE,
        "department": "90",
        "places": places,
        "operators": operators,
        "vehicles": vehicles,
        "trips": trips,
        "travel": {"model": "crowfly", "road_factor": ROAD_FACTOR, "speed_kmh": SPEED_KMH},
    }


def consent(count: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Prescription and refusal per patient; nobody has both, one would say nothing more."""
    incompatible = spread(SHARE_INCOMPATIBLE, count, rng)
    refuses = spread(REFUSES, count, rng)
    return [
        {"share_incompatible": True} if ill else {"refuses_sharing": True} if no else {}
        for ill, no in zip(incompatible, refuses, strict=True)
    ]


def belfort_company() -> dict[str, Any]:
    """One certified company's Tuesday: twelve VSL, about seventy trips."""
    rng = np.random.default_rng(90_005)
    towns, cares = communes(), care_places()
    counts = {
        "dialysis": 8,
        "chemotherapy": 3,
        "radiotherapy": 4,
        "rehabilitation": 4,
        "day_hospital": 1,
        "consultation": 13,
        "admission": 2,
        "discharge": 2,
    }
    drawn = stays(counts, rng)
    homes = homes_of(drawn, cares, towns, 0.08, rng)
    people = consent(len(drawn), rng)
    names = pseudonyms(len(drawn), rng)
    trips = [
        trip
        for number, (stay, name, person) in enumerate(zip(drawn, names, people, strict=True), start=1)
        for trip in trips_of(stay, number, name, person)
    ]
    depot = place("depot", Point(47.6300, 6.8500), "depot")
    vehicles = []
    for number, shift in enumerate([EARLY] * 4 + [DAYTIME] * 5 + [LATE] * 3, start=1):
        car: dict[str, Any] = {"id": f"v{number:02d}", "operator": "op1", "type": "vsl", "seats": 3}
        car |= {"start": "depot", "end": "depot", "shift": list(shift)}
        if shift is DAYTIME:
            car["break"] = NOON
        vehicles.append(car)
    operators = [{"id": "op1", "certified": True, "vsl_flat": "A"}]
    return frame([*cares_of(drawn, cares), depot, *homes], operators, vehicles, numbered(trips))
