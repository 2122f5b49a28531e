"""The day as the checker looks things up in it."""

from dataclasses import dataclass

from sharedride.checking.limits import Limits
from sharedride.day.model import Day, Operator, Place, Trip, Vehicle
from sharedride.travel import travel_table


@dataclass(frozen=True)
class Book:
    """Everything of the day by its id, the travel tables as plain lists, the limits in force."""

    day: Day
    limits: Limits
    trips: dict[str, Trip]
    vehicles: dict[str, Vehicle]
    operators: dict[str, Operator]
    places: dict[str, Place]
    _row: dict[str, int]
    _km: list[list[float]]
    _minutes: list[list[float]]
    _billed: list[list[float]] | None
    data_version: str | None

    @classmethod
    def of(cls, day: Day, limits: Limits) -> "Book":
        """Index a day and fetch its travel tables."""
        travel = travel_table(day)
        return cls(
            day=day,
            limits=limits,
            trips={trip.id: trip for trip in day.trips},
            vehicles={vehicle.id: vehicle for vehicle in day.vehicles},
            operators={operator.id: operator for operator in day.operators},
            places={place.id: place for place in day.places},
            _row={place.id: row for row, place in enumerate(day.places)},
            _km=travel.km.tolist(),
            _minutes=travel.minutes.tolist(),
            _billed=None if travel.billed_km is None else travel.billed_km.tolist(),
            data_version=travel.data_version,
        )

    def km(self, origin: str, destination: str) -> float:
        """Distance in km; a place is 0 km from itself."""
        return 0.0 if origin == destination else self._km[self._row[origin]][self._row[destination]]

    def billed_km(self, origin: str, destination: str) -> float:
        """Km to bill, those of ``billed_travel`` where the day has it."""
        if self._billed is None or origin == destination:
            return self.km(origin, destination)
        return self._billed[self._row[origin]][self._row[destination]]

    def minutes(self, origin: str, destination: str) -> float:
        """Driving time in minutes; a place is 0 minutes from itself."""
        return 0.0 if origin == destination else self._minutes[self._row[origin]][self._row[destination]]
