"""A day as plain numbers, for adapters and heuristics alike: indices, minutes, km."""

from functools import cached_property

from sharedride.day.model import Day, VehicleType
from sharedride.rides.constraints import VSL_PATIENTS
from sharedride.rules import rules_of
from sharedride.travel import travel_table


class View:
    """Trips, vehicles and travel of a day by index.

    ``origin``, ``destination``, ``start`` and ``end`` are places; ``carriers[t]`` the vehicles that may carry
    trip ``t``; ``apart[t]`` the trips that may not be aboard together with it, beyond those who ride alone.
    """

    def __init__(self, day: Day) -> None:
        self.day, self.trips, self.vehicles = day, day.trips, day.vehicles
        self.rules = rules_of(day)
        place = {p.id: i for i, p in enumerate(day.places)}
        table = travel_table(day)
        self.table = table
        self.km: list[list[float]] = table.km.tolist()
        self.minutes: list[list[float]] = table.minutes.tolist()
        self.origin = [place[t.origin] for t in day.trips]
        self.destination = [place[t.destination] for t in day.trips]
        self.start = [place[v.start] for v in day.vehicles]
        self.end = [place[v.end] for v in day.vehicles]
        self.patients = [
            min(VSL_PATIENTS, v.seats) if v.type is VehicleType.VSL else v.seats for v in day.vehicles
        ]
        self.per_km, self.per_min = day.costs.per_km, day.costs.per_hour / 60.0
        self.direct_km = [self.km[o][d] for o, d in zip(self.origin, self.destination, strict=True)]
        self.direct_min = [self.minutes[o][d] for o, d in zip(self.origin, self.destination, strict=True)]
        by_patient: dict[str, list[int]] = {}
        for t, trip in enumerate(day.trips):
            by_patient.setdefault(trip.patient, []).append(t)
        self.apart = [
            {u for name in (*trip.not_with, trip.patient) for u in by_patient.get(name, ()) if u != t}
            for t, trip in enumerate(day.trips)
        ]
        self.partner = [-1] * len(day.trips)
        for t, trip in enumerate(day.trips):
            for u in by_patient[trip.patient]:
                if u != t and trip.visit is not None and day.trips[u].visit == trip.visit:
                    self.partner[t] = u

    @cached_property
    def carriers(self) -> list[list[int]]:
        """Vehicles that may carry each trip, by what trip and vehicle ask."""
        found: dict[tuple[object, ...], list[int]] = {}
        answer = []
        for trip in self.trips:
            locked = trip.lock.vehicle if trip.lock is not None else None
            key = (trip.vehicle_types, trip.operator, locked, trip.seats_needed, trip.wheelchair)
            if key not in found:
                found[key] = [
                    v
                    for v, vehicle in enumerate(self.vehicles)
                    if vehicle.type in trip.vehicle_types
                    and trip.operator in (None, vehicle.operator)
                    and locked in (None, vehicle.id)
                    and trip.seats_needed <= vehicle.seats
                    and int(trip.wheelchair) <= vehicle.wheelchairs
                ]
            answer.append(found[key])
        return answer

    def leg_cost(self, here: int, there: int) -> float:
        """Running cost in euros of driving from one place to another."""
        return self.per_km * self.km[here][there] + self.per_min * self.minutes[here][there]

    def clock(self, trip: int) -> float:
        """Appointment or readiness, in minutes from midnight."""
        asked = self.trips[trip]
        when = asked.appointment if asked.appointment is not None else asked.ready
        assert when is not None
        return when

    def window(self, trip: int, wait: float) -> tuple[float, float]:
        """When service at the place of care may start, if the patient waits at most so long there."""
        asked = self.trips[trip]
        if asked.appointment is not None:
            last = asked.appointment - asked.alight_min
            return min(last, asked.appointment - wait), last
        assert asked.ready is not None
        return asked.ready, asked.ready + wait
