"""A calendar per vehicle (iCalendar, RFC 5545): one event per ride, for the driver's phone.

Calendars tend to be kept by a provider: an event names trips and places of care, but of a patient's home
only its id in the day, with no position.
"""

import datetime

from icalendar import Calendar, Event

from sharedride.pages.facts import Facts
from sharedride.pages.words import hhmm
from sharedride.planning.solution import Route, Stop

_PRODUCT = "-//sharedride//plan//FR"


def calendars(facts: Facts) -> dict[str, bytes]:
    """Return the calendar of every used vehicle by its id.

    Times are local and carry no time zone: the phone that shows them is where the car is. The stamp of every
    event is the day's midnight, so that the same plan gives the same bytes.
    """
    return {
        facts.vehicle(route.vehicle).id: _calendar(facts, route, facts.ride_stops[number])
        for number, route in enumerate(facts.solution.routes)
    }


def _calendar(facts: Facts, route: Route, rides: tuple[tuple[int, int], ...]) -> bytes:
    vehicle = facts.vehicle(route.vehicle)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{vehicle.id} {facts.day.date.isoformat()}")
    for number, (first, last) in enumerate(rides, start=1):
        calendar.add_component(_event(facts, vehicle.id, number, route.stops[first : last + 1]))
    return bytes(calendar.to_ical())


def _event(facts: Facts, vehicle: str, number: int, stops: tuple[Stop, ...]) -> Event:
    midnight = datetime.datetime.combine(facts.day.date, datetime.time())
    trips = [facts.trip(index).id for stop in stops for index in stop.board]
    event = Event()
    event.add(
        "uid", f"{facts.document.day.sha256[:16]}-{facts.day.date:%Y%m%d}-{vehicle}-{number}@sharedride"
    )
    event.add("dtstamp", midnight.replace(tzinfo=datetime.UTC))
    event.add("dtstart", _at(midnight, stops[0].service_start))
    event.add("dtend", _at(midnight, stops[-1].departure))
    event.add("summary", f"Course {number} : {' + '.join(trips)} → {_label(facts, stops[-1])}")
    event.add("location", _label(facts, stops[0]))
    event.add("description", "\n".join(_line(facts, stop) for stop in stops))
    return event


def _at(midnight: datetime.datetime, minutes: float) -> datetime.datetime:
    return midnight + datetime.timedelta(seconds=round(60 * minutes))


def _label(facts: Facts, stop: Stop) -> str:
    place = facts.day.places[stop.place]
    return facts.place_keys[stop.place] if place.kind == "home" else facts.place_label(stop.place)


def _line(facts: Facts, stop: Stop) -> str:
    moves = [f"− {facts.trip(index).id}" for index in stop.alight]
    moves += [f"+ {facts.trip(index).id}" for index in stop.board]
    return f"{hhmm(stop.service_start)} {_label(facts, stop)} : {', '.join(moves)}"
