"""The weekday of the Territoire de Belfort: eight operators of very unequal size, VSL and taxi."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from belfort import SPEED_KMH, consent, frame, homes_of, numbered, place, pseudonyms, spread, trips_of
from belfort import cares_of as cares_used
from geography import ROAD_FACTOR, Point, care_places, communes
from visits import Stay, stays

from sharedride.synth.layout import minutes

CHOSEN_OPERATOR, WHEELCHAIR, COMPANION, ONE_TYPE, EXCLUDES = 0.97, 0.06, 0.08, 0.08, 0.03
EARLY, DAYTIME, LATE = ("04:30", "16:30"), ("06:30", "19:30"), ("10:30", "23:30")
ALL_DAY = ("04:45", "23:00")
SMALL_FLEET = 5
PROMISED = 1.6
"""Share of its cars a firm promises to regular patients at any one time."""
EMPTY_MIN = 12.0
NOON = {"window": ["11:30", "14:00"], "minutes": 30}


@dataclass(frozen=True)
class Fleet:
    """``accessible`` of the taxis take a wheelchair and have more seats."""

    id: str
    certified: bool
    vsl: int
    taxis: int
    accessible: int
    depot: Point
    department: str = "90"

    @property
    def size(self) -> int:
        return self.vsl + self.taxis


FLEETS = [
    Fleet("op1", True, 12, 0, 0, Point(47.6300, 6.8500)),
    Fleet("op2", True, 10, 0, 0, Point(47.5790, 6.9020)),
    Fleet("op3", False, 5, 3, 2, Point(47.6760, 6.8200)),
    Fleet("op4", False, 0, 6, 3, Point(47.6390, 6.8640)),
    Fleet("op5", True, 4, 0, 0, Point(47.5080, 6.9990)),
    Fleet("op6", False, 3, 0, 0, Point(47.5780, 6.7620)),
    Fleet("op7", False, 0, 2, 1, Point(47.5850, 6.8950)),
    Fleet("op8", False, 0, 2, 0, Point(47.5100, 6.8000), "25"),
]


def _operator(fleet: Fleet) -> dict[str, Any]:
    operator: dict[str, Any] = {"id": fleet.id, "certified": fleet.certified}
    if fleet.vsl:
        operator["vsl_flat"] = "A"
    if fleet.taxis:
        operator["taxi_department"] = fleet.department
    return operator


def _vehicles(fleet: Fleet) -> list[dict[str, Any]]:
    cars = []
    for index in range(fleet.size):
        shift = _shift(fleet, index)
        taxi = index >= fleet.vsl
        accessible = taxi and index - fleet.vsl < fleet.accessible
        car: dict[str, Any] = {"id": f"{fleet.id}-{index + 1:02d}", "operator": fleet.id}
        car |= {"type": "taxi" if taxi else "vsl", "seats": 4 if taxi else 3}
        if accessible:
            car |= {"wheelchairs": 1}
        car |= {"start": f"depot-{fleet.id}", "end": f"depot-{fleet.id}", "shift": list(shift)}
        if index % 3 == 1 and shift is DAYTIME:
            car["break"] = NOON
        cars.append(car)
    return cars


def _shift(fleet: Fleet, index: int) -> tuple[str, str]:
    """Two drivers share a car of a small firm, else its own patients' day would not be covered."""
    if fleet.size <= SMALL_FLEET:
        return ALL_DAY
    return (EARLY, DAYTIME, LATE, DAYTIME, EARLY)[index % 5]


class Bookings:
    """The cars each firm has promised: a firm takes a regular patient only if a car is likely free."""

    def __init__(self) -> None:
        self._busy: dict[str, list[tuple[float, float]]] = {fleet.id: [] for fleet in FLEETS}

    def takes(self, fleet: Fleet, spans: list[tuple[float, float]], kind: str | None, chair: bool) -> bool:
        return all(self._free(fleet, span, kind, chair) for span in spans)

    def _free(self, fleet: Fleet, span: tuple[float, float], kind: str | None, chair: bool) -> bool:
        start, end = span
        cars = 0
        for index in range(fleet.size):
            taxi = index >= fleet.vsl
            fits = kind is None or (kind == "taxi") == taxi
            reaches = not chair or (taxi and index - fleet.vsl < fleet.accessible)
            opens, closes = map(minutes, _shift(fleet, index))
            cars += fits and reaches and opens <= start and end <= closes
        overlapping = sum(begin < end and start < finish for begin, finish in self._busy[fleet.id])
        return overlapping + 1 <= PROMISED * cars

    def book(self, fleet: Fleet, spans: list[tuple[float, float]]) -> None:
        self._busy[fleet.id] += spans


def _spans(stay: Stay, ride_min: float) -> list[tuple[float, float]]:
    """When a car is bound by each trip: the ride, and the way there and on."""
    spans = []
    if stay.appointment is not None:
        spans.append((stay.appointment - ride_min - EMPTY_MIN, stay.appointment + EMPTY_MIN))
    if stay.ready is not None:
        spans.append((stay.ready - EMPTY_MIN, stay.ready + ride_min + EMPTY_MIN))
    return spans


def _needs(drawn: list[Stay], rides: list[float], rng: np.random.Generator) -> list[dict[str, Any]]:
    """Wheelchair, companion, vehicle type and chosen operator, none of which rules the others out."""
    count = len(drawn)
    wheelchair = spread(WHEELCHAIR, count, rng)
    companion = spread(COMPANION, count, rng)
    one_type = spread(ONE_TYPE, count, rng)
    chosen = spread(CHOSEN_OPERATOR, count, rng)
    bookings = Bookings()
    people = []
    for index, stay in enumerate(drawn):
        person: dict[str, Any] = {}
        kind = None
        if companion[index]:
            person["companions"] = 1
        if wheelchair[index]:
            person["wheelchair"] = True
        elif one_type[index]:
            kind = "vsl" if rng.random() < 0.6 else "taxi"
            person["vehicle_types"] = [kind]
        spans = _spans(stay, rides[index])
        takers = [fleet for fleet in FLEETS if bookings.takes(fleet, spans, kind, wheelchair[index])]
        if chosen[index] and takers:
            sizes = np.array([fleet.size for fleet in takers])
            fleet = takers[int(rng.choice(len(takers), p=sizes / sizes.sum()))]
            bookings.book(fleet, spans)
            person["operator"] = fleet.id
        people.append(person)
    return people


def _exclusions(drawn: list[Stay], names: list[str], rng: np.random.Generator) -> dict[int, list[str]]:
    """Patients who may not meet, drawn among those with the same motive, else they never would."""
    excluded: dict[int, list[str]] = {}
    for index in rng.permutation(len(drawn))[: round(EXCLUDES * len(drawn))]:
        same = [
            other
            for other, stay in enumerate(drawn)
            if other != index and stay.motive == drawn[index].motive and stay.care == drawn[index].care
        ]
        if same:
            excluded[int(index)] = [names[int(rng.choice(same))]]
    return excluded


def belfort_day() -> dict[str, Any]:
    """About three hundred trips of the département's Tuesday."""
    rng = np.random.default_rng(90_004)
    cares, towns = care_places(), communes()
    counts = {
        "dialysis": 27,
        "chemotherapy": 12,
        "radiotherapy": 15,
        "rehabilitation": 15,
        "day_hospital": 6,
        "consultation": 57,
        "admission": 18,
        "discharge": 18,
    }
    drawn = stays(counts, rng)
    homes = homes_of(drawn, cares, towns, 0.1, rng)
    names = pseudonyms(len(drawn), rng)
    rides = [
        60 * ROAD_FACTOR * Point(home["lat"], home["lon"]).km_to(cares[stay.care].point) / SPEED_KMH
        for home, stay in zip(homes, drawn, strict=True)
    ]
    people = [
        need | will for need, will in zip(_needs(drawn, rides, rng), consent(len(drawn), rng), strict=True)
    ]
    for index, patients in _exclusions(drawn, names, rng).items():
        people[index]["not_with"] = patients
    trips = [
        trip
        for number, (stay, name, person) in enumerate(zip(drawn, names, people, strict=True), start=1)
        for trip in trips_of(stay, number, name, person)
    ]
    depots = [place(f"depot-{fleet.id}", fleet.depot, "depot") for fleet in FLEETS]
    return frame(
        [*cares_used(drawn, cares), *depots, *homes],
        [_operator(fleet) for fleet in FLEETS],
        [car for fleet in FLEETS for car in _vehicles(fleet)],
        numbered(trips),
    )
