"""What is lawful in a day and yet probably a slip."""

from collections.abc import Iterator

from sharedride.day.model import CrowFly, Day
from sharedride.day.validate.fleet import taxi_departments
from sharedride.day.validate.places import FRANCE_LAT, FRANCE_LON, within
from sharedride.day.words import did_you_mean, quoted
from sharedride.errors import Problem

_OVERSEAS = "97"


def day_warnings(day: Day) -> list[Problem]:
    """Return what a person should look at again; none of it keeps the day from being planned."""
    return [*_place_warnings(day), *_travel_warnings(day), *_trip_warnings(day), *_head_warnings(day)]


def _head_warnings(day: Day) -> Iterator[Problem]:
    if day.department is not None and day.department not in taxi_departments():
        hint = did_you_mean(day.department, taxi_departments())
        yield Problem("department", f"{quoted(day.department)} is no known département{hint}")


def _place_warnings(day: Day) -> Iterator[Problem]:
    if (day.department or "").startswith(_OVERSEAS):
        return
    for index, place in enumerate(day.places):
        if not (within(place.lat, FRANCE_LAT) and within(place.lon, FRANCE_LON)):
            message = f"lat {place.lat:g}, lon {place.lon:g} is outside metropolitan France, is that meant?"
            yield Problem(f"places[{index}]", message)


def _travel_warnings(day: Day) -> Iterator[Problem]:
    if not isinstance(day.travel, CrowFly):
        return
    if not within(day.travel.road_factor, (1.0, 2.0)):
        message = f"roads are {day.travel.road_factor:g} times the straight line, usual is 1.2 to 1.5"
        yield Problem("travel.road_factor", message)
    if not within(day.travel.speed_kmh, (10.0, 110.0)):
        message = f"{day.travel.speed_kmh:g} km/h is no usual mean speed of a car"
        yield Problem("travel.speed_kmh", message)


def _trip_warnings(day: Day) -> Iterator[Problem]:
    kinds = {place.id: place.kind for place in day.places}
    patients = {trip.patient for trip in day.trips}
    for index, trip in enumerate(day.trips):
        path = f"trips[{index}]"
        care, key = (trip.destination, "to") if trip.outbound else (trip.origin, "from")
        if kinds[care] != "care":
            yield Problem(f"{path}.{key}", f"{quoted(care)} is of kind {kinds[care]}, not a place of care")
        limit = "latest_dropoff" if trip.outbound else "earliest_pickup"
        if getattr(trip, limit) is not None:
            where = "alights" if trip.outbound else "boards"
            message = f"is a limit at home, and this trip {where} at the place of care"
            yield Problem(f"{path}.{limit}", message)
        for position, patient in enumerate(trip.not_with):
            if patient not in patients:
                hint = did_you_mean(patient, patients) if len(patients) > 1 else ""
                message = f"patient {quoted(patient)} has no trip this day{hint}"
                yield Problem(f"{path}.not_with[{position}]", message)
