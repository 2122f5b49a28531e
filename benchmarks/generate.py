"""Synthetic days for the benchmarks; the same arguments give the same bytes.

Every patient is made up. Motives, times of care and shares of needs are the assumptions the scenarios name;
fleets are larger than needed, so that a solver is judged by what it drives rather than by whom it leaves out.
"""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.random import Generator

from sharedride.clock import format_clock

Json = dict[str, Any]
Area = Literal["dense", "rural", "growing"]
Layout = Literal["company", "pooled", "borders"]

DENSE_KM, RURAL_KM = 30.0, 90.0
TRIPS_PER_KM2 = 8_000 / 48_000
"""Trips of a weekday on a square kilometre where the area grows with the day, as does the distance to care:
those of a région of 8,000 trips on 48,000 km², such as Bourgogne-Franche-Comté (assumption: France's 200,000
trips shared out by inhabitants)."""

ORIGIN_LAT, ORIGIN_LON, KM_PER_DEGREE = 47.0, 5.0, 111.195

MOTIVES = {
    "dialysis": 0.18,
    "chemotherapy": 0.08,
    "radiotherapy": 0.10,
    "rehabilitation": 0.14,
    "consultation": 0.38,
    "admission": 0.06,
    "discharge": 0.06,
}
"""Share of trips by motive (assumption)."""

INCOMPATIBLE, REFUSES, WHEELCHAIR, COMPANION = 0.12, 0.03, 0.06, 0.08
TRIPS_PER_VEHICLE = {"dense": 5.0, "rural": 3.5, "growing": 5.0}
EARLY, DAYTIME, LATE = ("03:15", "15:30"), ("06:00", "19:30"), ("10:30", "26:30")
NOON = {"window": ["11:30", "14:00"], "minutes": 30}
TRIPS_PER_OPERATOR = 60
REACH_KM = 40.0
"""Km from an operator's base within which patients are bound to it."""

LEAST_CARS = 7
"""Cars at least of an operator to whom patients are bound: early and late ones of them take a wheelchair."""


@dataclass(frozen=True)
class Spec:
    """What a day is made from.

    ``layout``: ``company`` (one operator), ``pooled`` (several, each patient free to any) or ``borders``
    (several, each patient bound to one).
    """

    trips: int
    area: Area
    layout: Layout
    seed: int

    @property
    def name(self) -> str:
        """Such as ``dense-company-300-1``."""
        return f"{self.area}-{self.layout}-{self.trips}-{self.seed}"

    @property
    def side_km(self) -> float:
        """Side of the square the day lies in."""
        if self.area == "growing":
            return math.sqrt(self.trips / TRIPS_PER_KM2)
        return DENSE_KM if self.area == "dense" else RURAL_KM

    @classmethod
    def of(cls, name: str) -> "Spec":
        """Read a name back.

        Raises
        ------
        ValueError
            When it is none.
        """
        area, layout, trips, seed = name.split("-")
        if area not in TRIPS_PER_VEHICLE or layout not in ("company", "pooled", "borders"):
            raise ValueError(f'"{name}" is no instance, write such as "dense-company-300-1"')
        return cls(int(trips), area, layout, int(seed))  # type: ignore[arg-type]


def generate(spec: Spec) -> Json:
    """Return the day of a spec as the mapping that ``day.json`` holds."""
    kinds = (sorted(TRIPS_PER_VEHICLE).index(spec.area), ("company", "pooled", "borders").index(spec.layout))
    rng = np.random.default_rng((spec.seed, spec.trips, *kinds))
    return _Maker(spec, rng).day()


class _Maker:
    def __init__(self, spec: Spec, rng: Generator) -> None:
        self.spec, self.rng, self.side = spec, rng, spec.side_km
        self.places: list[Json] = []

    def day(self) -> Json:
        spec = self.spec
        self._cares()
        towns = max(4, round(spec.side_km**2 / 75.0))
        self.towns = self.rng.uniform(0.0, self.side, (towns, 2))
        self.weights = self.rng.lognormal(0.0, 0.8, towns)
        operators = 1 if spec.layout == "company" else max(2, round(spec.trips / TRIPS_PER_OPERATOR))
        self._operators(operators)
        trips = self._trips()
        if spec.layout == "borders":
            # Who is bound to an operator has no other, so fleets go by their own patients.
            bound = Counter(trip["operator"] for trip in trips)
            cars = [math.ceil(bound[o["id"]] / TRIPS_PER_VEHICLE[spec.area]) + 3 for o in self.operators]
            self.sizes = np.maximum(LEAST_CARS, cars)
        return {
            "schema": "sharedride/day/1",
            "date": "2026-03-17",
            "places": self.places,
            "operators": self.operators,
            "vehicles": [car for o in range(operators) for car in self._fleet(o)],
            "trips": trips,
            "travel": {"model": "crowfly", "road_factor": 1.3, "speed_kmh": 50.0},
        }

    def _place(self, key: str, kind: str, at: Any) -> str:
        lat = ORIGIN_LAT + float(at[1]) / KM_PER_DEGREE
        lon = ORIGIN_LON + float(at[0]) / (KM_PER_DEGREE * math.cos(math.radians(ORIGIN_LAT)))
        self.places.append({"id": key, "lat": round(lat, 5), "lon": round(lon, 5), "kind": kind})
        return key

    def _cares(self) -> None:
        """Hospitals on a loose grid, and three practices around each; one hospital for every 35 km square."""
        across = max(1, round(self.side / 35.0))
        cell = self.side / across
        self.care: list[tuple[str, Any, list[tuple[str, Any]]]] = []
        for row in range(across):
            for column in range(across):
                at = cell * (np.array([column, row]) + self.rng.uniform(0.35, 0.65, 2))
                number = len(self.care)
                practices = []
                for p in range(3):
                    there = at + cell * self.rng.uniform(-0.3, 0.3, 2)
                    practices.append((self._place(f"practice{number}{'abc'[p]}", "care", there), there))
                self.care.append((self._place(f"hospital{number}", "care", at), at, practices))

    def _operators(self, operators: int) -> None:
        spec, rng = self.spec, self.rng
        size = math.ceil(spec.trips / TRIPS_PER_VEHICLE[spec.area]) + 3
        shares = rng.lognormal(0.0, 0.5, operators)
        self.sizes = np.maximum(3, np.round(size * shares / shares.sum())).astype(int)
        self.bases = []
        self.operators = []
        for o in range(operators):
            certified = bool(operators == 1 or rng.random() < 0.6)
            flat = "ABCD"[int(rng.integers(4))]
            operator = {"id": f"op{o}", "certified": certified, "vsl_flat": flat, "taxi_department": "70"}
            self.operators.append(operator)
            town = self.towns[int(rng.choice(len(self.towns), p=self.weights / self.weights.sum()))]
            self.bases.append(town)
            self._place(f"depot{o}", "depot", town)

    def _fleet(self, operator: int) -> list[Json]:
        depot = f"depot{operator}"
        cars = []
        for v in range(int(self.sizes[operator])):
            # One taxi in three; the first of each operator, and every other one, takes a wheelchair, each one
            # where patients are bound to their operator.
            taxi = v % 3 == 0
            shift = (EARLY, DAYTIME, LATE)[(v // 3 + v) % 3]
            car: Json = {"id": f"op{operator}-{v:03d}", "operator": f"op{operator}"}
            car |= {"type": "taxi" if taxi else "vsl", "seats": 4 if taxi else 3}
            car |= {"wheelchairs": 1} if taxi and (v % 2 == 0 or self.spec.layout == "borders") else {}
            car |= {"start": depot, "end": depot, "shift": list(shift)}
            if shift is DAYTIME and v % 2 == 0:
                car["break"] = NOON
            cars.append(car)
        return cars

    def _trips(self) -> list[Json]:
        spec, rng = self.spec, self.rng
        trips: list[Json] = []
        stay = 0
        motives = list(MOTIVES)
        # Of the stays of a motive with both ways half as many are needed as trips.
        weights = np.array([MOTIVES[m] / (1 if m in ("admission", "discharge") else 2) for m in motives])
        while len(trips) < spec.trips:
            motive = motives[int(rng.choice(len(motives), p=weights / weights.sum()))]
            appointment, ready = self._times(motive)
            if len(trips) == spec.trips - 1 and appointment is not None:
                ready = None
            trips += self._stay(stay, motive, appointment, ready)
            stay += 1
        trips.sort(key=lambda trip: (str(trip.get("appointment") or trip["ready"]), trip["patient"]))
        return [{"id": f"t{index:04d}", **trip} for index, trip in enumerate(trips, start=1)]

    def _times(self, motive: str) -> tuple[float | None, float | None]:
        rng = self.rng
        start: float

        def step(value: float, minutes: int) -> float:
            return float(minutes * round(value / minutes))

        match motive:
            case "dialysis":
                start = float(rng.choice([390, 750, 1050], p=[0.5, 0.35, 0.15])) + 15.0 * int(rng.integers(5))
                return start, start + 240 + step(float(np.clip(rng.normal(15, 8), 0, 40)), 5)
            case "chemotherapy":
                start = step(rng.uniform(510, 660), 15)
                return start, start + step(rng.uniform(150, 270), 5)
            case "radiotherapy":
                start = 480.0 + 12.0 * int(rng.integers(45))
                return start, start + 30
            case "rehabilitation":
                start = float(rng.choice([510, 540, 570, 810, 840]))
                return start, start + float(rng.choice([120, 150, 180]))
            case "consultation":
                start = step(rng.uniform(510, 990), 15)
                return start, start + step(rng.uniform(45, 120), 5)
            case "admission":
                return step(rng.uniform(540, 900), 15), None
            case _:
                return None, step(rng.uniform(600, 990), 15)

    def _stay(self, number: int, motive: str, appointment: float | None, ready: float | None) -> list[Json]:
        rng = self.rng
        town = self.towns[int(rng.choice(len(self.towns), p=self.weights / self.weights.sum()))]
        at = np.clip(town + rng.normal(0.0, 1.5, 2), 0.0, self.side)
        home = self._place(f"home{number:04d}", "home", at)
        apart = [float(np.hypot(*(at - where))) for _, where, _ in self.care]
        # Four in five go to the nearest hospital's own town, the others to one of the next three.
        nearest = np.argsort(apart, kind="stable")[:4]
        which = int(nearest[0] if rng.random() < 0.8 else rng.choice(nearest))
        hospital, _, practices = self.care[which]
        town_practice = motive == "consultation" and rng.random() < 0.5
        care = practices[int(rng.integers(3))][0] if town_practice else hospital
        common: Json = {"patient": f"p{number:04d}"}
        if appointment is not None and ready is not None:
            common["visit"] = f"s{number:04d}"
        needs: Json = {"motive": motive}
        draw = rng.random(3)
        if draw[0] < INCOMPATIBLE:
            needs["share_incompatible"] = True
        elif draw[0] < INCOMPATIBLE + REFUSES:
            needs["refuses_sharing"] = True
        if draw[1] < WHEELCHAIR:
            needs["wheelchair"] = True
        if draw[2] < COMPANION:
            needs["companions"] = 1
        if self.spec.layout == "borders":
            away = np.array([np.hypot(*(at - base)) for base in self.bases])
            pull = np.where(away <= max(REACH_KM, away.min()), self.sizes / (5.0 + away) ** 2, 0.0)
            needs["operator"] = f"op{int(rng.choice(len(pull), p=pull / pull.sum()))}"
        trips = []
        if appointment is not None:
            ends = {"direction": "outbound", "from": home, "to": care}
            trips.append(common | ends | {"appointment": format_clock(appointment)[:5]} | needs)
        if ready is not None:
            ends = {"direction": "return", "from": care, "to": home}
            trips.append(common | ends | {"ready": format_clock(ready)[:5]} | needs)
        return trips
