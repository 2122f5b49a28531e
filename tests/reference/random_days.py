"""Random days: small areas and close appointments, so that sharing, and every rule, comes into play.

Two uses: tiny days (up to 5 trips and 2 vehicles) for the brute force, and medium ones (10 to 60 trips and
enough vehicles that most trips can be served) for the checker. Every day is structurally valid: each trip has
a vehicle that may carry it, and could be carried alone within its own times.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from sharedride.clock import format_clock, parse_clock
from sharedride.day.model import Day
from sharedride.travel import travel_table

Json = dict[str, Any]

DATES = ("2026-03-17", "2026-03-17", "2026-03-14", "2026-03-15", "2026-04-30", "2026-05-01")
"""A Tuesday, a Saturday, a Sunday, a holiday and its eve."""

RUSH_HOURS = ("07:30", "08:10", "10:00", "12:00", "13:30", "17:30", "19:50", "20:20", "23:50")
"""Around the hours at which supplements begin and end, and past midnight."""

MOTIVES = ("dialysis", "chemotherapy", "radiotherapy", "rehabilitation", "day_hospital", "consultation")
WAIT_MIN = 45.0
SERVICE = (0, 1, 2, 2, 3, 5)
UNHURRIED = (1, 2, 2, 3, 5)
"""Minutes of boarding and alighting, and such that time passes with each."""


def random_day(
    rng: Generator, trips: int, vehicles: int, *, rich: bool = True, service: Sequence[int] = SERVICE
) -> Day:
    """Return a random day; the same generator state gives the same day.

    ``rich`` adds what is optional: breaks, locks, consent, companions, wheelchairs, tight shifts, overrides;
    ``service`` are the minutes that boarding and alighting may take.
    """
    return Day.model_validate(random_day_dict(rng, trips, vehicles, rich=rich, service=service))


def random_day_dict(
    rng: Generator, trips: int, vehicles: int, *, rich: bool = True, service: Sequence[int] = SERVICE
) -> Json:
    """Return a random day as the mapping that ``day.json`` holds."""
    return _DayMaker(rng, trips, vehicles, rich, service).day()


class _DayMaker:
    """Draws one day; the parts are drawn in the order in which they depend on each other."""

    def __init__(self, rng: Generator, trips: int, vehicles: int, rich: bool, service: Sequence[int]) -> None:
        self.service = service
        self.rng, self.size, self.fleet, self.rich = rng, trips, vehicles, rich
        self.medium = trips > 6
        # Days with every exception at once rarely share: some have few.
        self.bustle = float(self._pick((0.25, 0.6, 1.3))) if rich else 0.0

    def day(self) -> Json:
        self.rules = self._rules()
        self.wait_min = float(self.rules.get("wait_min", WAIT_MIN))
        self.places = self._places()
        self.travel = self._travel()
        self.rush = sorted(self._minute(self._pick(RUSH_HOURS)) for _ in range(6 if self.medium else 1))
        self.spread = self._pick((15, 30, 60) if self.medium else (5, 15, 35))
        self.operators = self._operators()
        self.vehicles = [self._vehicle(v) for v in range(self.fleet)]
        day: Json = {
            "schema": "sharedride/day/1",
            "date": self._pick(DATES),
            "department": "90",
            "places": self.places,
            "operators": self.operators,
            "vehicles": self.vehicles,
            "trips": [],
            "travel": self.travel,
            "rules": self.rules,
            "costs": self._costs(),
        }
        self.minutes = travel_table(Day.model_validate(day)).minutes
        day["trips"] = self._trips()
        if self.rich:
            self._relations(day["trips"])
        return day

    # Drawing.

    def _chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def _rich(self, probability: float) -> bool:
        return self._chance(self.bustle * probability)

    def _pick(self, items: Any) -> Any:
        return items[int(self.rng.integers(len(items)))]

    def _between(self, low: float, high: float, step: int = 1) -> int:
        """Return a multiple of ``step`` between the two, both included."""
        return step * int(self.rng.integers(int(np.ceil(low / step)), int(high // step) + 1))

    @staticmethod
    def _minute(text: str) -> int:
        return round(parse_clock(text))

    @staticmethod
    def _clock(minute: float) -> str:
        return format_clock(minute)[:5]

    # The surroundings.

    def _rules(self) -> Json:
        rules: Json = {}
        if self._rich(0.15):
            rules["detour_km_per_extra_patient"] = self._pick((3.0, 6.0, 15.0))
        if self._rich(0.1):
            rules["detour_km_cap"] = self._pick((8.0, 12.0, 20.0))
        if self._rich(0.2):
            rules["wait_min"] = self._pick((15.0, 25.0, 60.0))
        return rules

    def _costs(self) -> Json:
        if not self._rich(0.3):
            return {}
        return {
            "per_km": self._pick((0.0, 0.35, 0.6)),
            "per_hour": self._pick((0.0, 22.0, 30.0)),
            "per_vehicle": self._pick((0.0, 15.0, 120.0)),
        }

    def _places(self) -> list[Json]:
        """Depots, places of care beside each other, homes on one or two sides of them."""
        radius = float(self._pick((3.0, 6.0, 10.0, 16.0)))
        side = self.rng.random() * 2 * np.pi
        cares = self._between(1, 2 if not self.medium else 4)
        homes = self._between(max(1, self.size // 2), max(2, self.size))
        depots = self._between(1, 2)
        places: list[Json] = []

        def add(kind: str, number: int, km: float, angle: float) -> None:
            lat = 47.6 + km * np.sin(angle) / 111.2
            lon = 6.86 + km * np.cos(angle) / 75.0
            places.append(
                {
                    "id": f"{kind}{number}",
                    "lat": round(float(lat), 5),
                    "lon": round(float(lon), 5),
                    "kind": kind,
                }
            )

        for c in range(cares):
            add("care", c, float(self.rng.uniform(0.0, 0.4 * radius)), float(self.rng.uniform(0, 2 * np.pi)))
        for h in range(homes):
            angle = side + float(self.rng.normal(0.0, 0.5)) + (np.pi if self._chance(0.15) else 0.0)
            add("home", h, radius * float(self.rng.uniform(0.3, 1.2)), angle)
        for d in range(depots):
            add("depot", d, radius * float(self.rng.uniform(0.0, 0.8)), float(self.rng.uniform(0, 2 * np.pi)))
        if self._rich(0.15):
            places[0]["commune"] = "69123"
        return places

    def _travel(self) -> Json:
        speed = float(self._pick((40.0, 50.0, 70.0)))
        crowfly = {"model": "crowfly", "road_factor": 1.3, "speed_kmh": speed}
        if self._chance(0.4):
            return crowfly
        xy = np.array([[p["lon"] * 75.0, p["lat"] * 111.2] for p in self.places])
        straight = 1.3 * np.linalg.norm(xy[:, None] - xy[None, :], axis=2)
        shape = straight.shape
        km = np.maximum(1.0, np.round(straight * self.rng.uniform(0.8, 1.25, shape)))
        minutes = np.maximum(1.0, np.round(60.0 / speed * km * self.rng.uniform(0.9, 1.2, shape)))
        for table in (km, minutes):
            np.fill_diagonal(table, 0.0)
        if self._chance(0.6):
            for k in range(len(km)):
                km = np.minimum(km, km[:, k, None] + km[None, k, :])
                minutes = np.minimum(minutes, minutes[:, k, None] + minutes[None, k, :])
        return {"model": "matrix", "km": km.tolist(), "minutes": minutes.tolist()}

    def _operators(self) -> list[Json]:
        count = self._between(1, min(3, self.fleet))
        return [
            {
                "id": f"op{o}",
                "certified": self._chance(0.5),
                "vsl_flat": self._pick(("A", "B", "C", "D", "pickup")),
                "taxi_department": self._pick(("90", "25", "70")),
            }
            for o in range(count)
        ]

    def _vehicle(self, v: int) -> Json:
        kind = "vsl" if self._chance(0.6) else "taxi"
        depots = [place["id"] for place in self.places if place["kind"] == "depot"]
        vehicle: Json = {
            "id": f"v{v}",
            # The first vehicles show every operator, the others draw theirs.
            "operator": (
                self.operators[v]["id"] if v < len(self.operators) else self._pick(self.operators)["id"]
            ),
            "type": kind,
            "seats": self._pick((3, 3, 3, 4, 2)) if kind == "vsl" else self._pick((3, 4, 4, 5)),
            "wheelchairs": self._pick((0, 1, 1, 2)) if self.rich else 0,
            "start": self._pick(depots),
            "end": self._pick(depots),
            "shift": ["04:00", "29:00"],
        }
        if self._rich(0.1 if self.medium else 0.4):
            vehicle["shift"] = [
                self._clock(max(0, self.rush[0] - self._between(40, 150, 5))),
                self._clock(self.rush[-1] + self._between(10, 180, 5)),
            ]
        if self._rich(0.3):
            opens = self._pick(self.rush) + self._between(-60, 30, 5)
            minutes = self._pick((15.0, 30.0, 45.0))
            closes = opens + minutes + self._between(0, 90, 5)
            vehicle["break"] = {
                "window": [self._clock(max(0, opens)), self._clock(closes)],
                "minutes": minutes,
            }
        return vehicle

    # The trips.

    def _trips(self) -> list[Json]:
        trips: list[Json] = []
        patient = 0
        while len(trips) < self.size:
            both = self.size - len(trips) >= 2 and self._chance(0.5)
            for trip in self._stay(patient, both):
                trips.append({"id": f"t{len(trips)}", **trip})
            patient += 1
        order = self.rng.permutation(len(trips))
        return [trips[int(i)] for i in order]

    def _stay(self, patient: int, both: bool) -> list[Json]:
        """One patient's trips to and from one place of care, around a rush hour."""
        home = self._pick([place["id"] for place in self.places if place["kind"] == "home"])
        care = self._pick([place["id"] for place in self.places if place["kind"] == "care"])
        common = self._patient(patient)
        rush = self._pick(self.rush)
        # A short stay couples both trips of the visit to what the vehicles do around it.
        care_min = self._between(5, 60, 5) if self._chance(0.6) else self._between(90, 240, 10)
        when = max(90, rush + self._between(-self.spread, self.spread, 5))
        outbound = {**common, "direction": "outbound", "from": home, "to": care}
        back = {**common, "direction": "return", "from": care, "to": home}
        for trip in (outbound, back):
            trip["board_min"], trip["alight_min"] = self._service(), self._service()
        outbound["appointment"] = self._clock(when)
        if both:
            outbound["visit"] = back["visit"] = f"s{patient}"
            back["ready"] = self._clock(when + care_min)
        else:
            back["ready"] = self._clock(when)
            if self._chance(0.3):
                outbound["visit"] = back["visit"] = f"s{patient}"
        chosen = [outbound, back] if both else [outbound if self._chance(0.5) else back]
        for trip in chosen:
            self._own_limits(trip)
        return chosen

    def _service(self) -> float:
        return float(self._pick(self.service))

    def _patient(self, patient: int) -> Json:
        """Who the patient is and needs, as far as some vehicle can carry it."""
        trip: Json = {"patient": f"p{patient}"}
        if not self.rich:
            return trip
        if self._chance(0.7):
            trip["motive"] = self._pick(MOTIVES)
        if self._rich(0.08):
            trip["share_incompatible"] = True
        if self._rich(0.05):
            trip["refuses_sharing"] = True
        needs: Json = {}
        if self._rich(0.15):
            needs["companions"] = self._pick((1, 1, 2))
        if self._rich(0.12):
            needs["wheelchair"] = True
        if self._rich(0.15):
            needs["vehicle_types"] = [self._pick(("vsl", "taxi"))]
        if self._rich(0.15):
            needs["operator"] = self._pick(self.operators)["id"]
        return {**trip, **needs} if self._carriers(needs) else trip

    def _carriers(self, needs: Json) -> list[Json]:
        return [
            vehicle
            for vehicle in self.vehicles
            if 1 + needs.get("companions", 0) <= vehicle["seats"]
            and int(needs.get("wheelchair", False)) <= vehicle["wheelchairs"]
            and vehicle["type"] in needs.get("vehicle_types", ("vsl", "taxi"))
            and needs.get("operator", vehicle["operator"]) == vehicle["operator"]
        ]

    def _own_limits(self, trip: Json) -> None:
        """Add limits and a locked pick-up that the patient, alone, could be carried within."""
        if not self.rich:
            return
        index = {place["id"]: i for i, place in enumerate(self.places)}
        drive = float(self.minutes[index[trip["from"]], index[trip["to"]]])
        whole = trip["board_min"] + drive + trip["alight_min"]
        if trip["direction"] == "outbound":
            latest = parse_clock(trip["appointment"]) - whole
            earliest = latest + trip["alight_min"] - self.wait_min
            if self._rich(0.15):
                trip["earliest_pickup"] = self._clock(max(0.0, np.floor(latest - self.rng.uniform(0, 40))))
                earliest = max(earliest, parse_clock(trip["earliest_pickup"]))
        else:
            earliest = parse_clock(trip["ready"])
            latest = earliest + self.wait_min
            if self._rich(0.15):
                trip["latest_dropoff"] = self._clock(np.ceil(earliest + whole + self.rng.uniform(0, 50)))
                latest = min(latest, parse_clock(trip["latest_dropoff"]) - whole)
        if self._rich(0.12):
            trip["max_ride_min"] = float(np.ceil(drive) + self._between(1, 40))
        if self._rich(0.08):
            trip["lock"] = self._lock(trip, earliest, latest)

    def _lock(self, trip: Json, earliest: float, latest: float) -> Json:
        kinds = ["vehicle", "alone"]
        if np.ceil(earliest) <= np.floor(latest):
            kinds.append("pickup")
        match self._pick(kinds):
            case "vehicle":
                return {"vehicle": self._pick(self._carriers(trip))["id"]}
            case "alone":
                return {"alone": True}
            case _:
                return {"pickup": self._clock(self._between(earliest, latest))}

    def _relations(self, trips: list[Json]) -> None:
        """Add who may not, and who must, ride together."""
        for trip in trips:
            others = [other for other in trips if other["patient"] != trip["patient"]]
            if others and self._rich(0.08):
                trip["not_with"] = [self._pick(others)["patient"]]
        if self.medium or len(trips) < 2 or not self._rich(0.12):
            return
        one, other = trips[0], trips[1]
        alone = any(
            t.get("share_incompatible") or t.get("refuses_sharing") or "lock" in t for t in (one, other)
        )
        apart = one["patient"] in other.get("not_with", ()) or other["patient"] in one.get("not_with", ())
        both = [v for v in self._carriers(one) if v in self._carriers(other) and self._hold(v, one, other)]
        if not (alone or apart or one["patient"] == other["patient"]) and both:
            one["lock"] = {"with": [other["id"]]}

    @staticmethod
    def _hold(vehicle: Json, one: Json, other: Json) -> bool:
        seats = 2 + one.get("companions", 0) + other.get("companions", 0)
        chairs = int(one.get("wheelchair", False)) + int(other.get("wheelchair", False))
        return seats <= int(vehicle["seats"]) and chairs <= int(vehicle["wheelchairs"])
