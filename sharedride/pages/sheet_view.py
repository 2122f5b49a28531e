"""The driver's sheet (feuille de route), one per vehicle, in French: the drivers read it.

It names trips, never patients, and says nothing of why anybody travels.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sharedride.day.model import Trip
from sharedride.pages.facts import TYPE_NAME, Facts
from sharedride.pages.words import french, hhmm
from sharedride.planning.solution import Route, Stop
from sharedride.report.rest import Rest, is_due

_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


@dataclass(frozen=True)
class Move:
    """A patient who boards or alights: the trip and what the driver must know about it."""

    boards: bool
    trip: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class SheetStop:
    """A stop: when the car is to be there, when it leaves, who moves, how many are aboard after.

    ``wait`` says since when the car stands there, where it comes early; ``pause`` is the driver's break
    before it: from, to, and how late it may begin.
    """

    number: int
    start: str
    departure: str
    wait: str
    place: str
    care: bool
    km: str
    moves: tuple[Move, ...]
    aboard: int
    new_ride: int | None
    pause: tuple[str, str, str] | None


@dataclass(frozen=True)
class Sheet:
    """A vehicle's day on its own page."""

    vehicle: str
    date: str
    about: str
    leaves: str
    leaves_from: str
    returns: str
    returns_to: str
    pause: str
    km: str
    trips: int
    rides: int
    stops: tuple[SheetStop, ...]


def sheets_view(facts: Facts) -> tuple[Sheet, ...]:
    """Return one sheet per used vehicle, in the order of the plan."""
    routes = zip(facts.solution.routes, facts.rests, strict=True)
    return tuple(_sheet(facts, route, rest) for route, rest in routes)


def french_date(day: datetime.date) -> str:
    """``mardi 17 mars 2026``; the first of a month is ``1er``."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{_WEEKDAYS[day.weekday()]} {number} {_MONTHS[day.month - 1]} {day.year}"


def _sheet(facts: Facts, route: Route, rest: Rest | None) -> Sheet:
    vehicle = facts.vehicle(route.vehicle)
    first, last = route.stops[0], route.stops[-1]
    leg_km = next(each.leg_km for each in facts.ledger.routes if each.vehicle == route.vehicle)
    chairs = f", dont {vehicle.wheelchairs} pour fauteuil" if vehicle.wheelchairs else ""
    stops = tuple(_stops(facts, route, rest, leg_km))
    return Sheet(
        vehicle=vehicle.id,
        date=french_date(facts.day.date),
        about=f"{TYPE_NAME[vehicle.type]} · {vehicle.operator} · {vehicle.seats} places{chairs}",
        leaves=hhmm(first.departure),
        leaves_from=facts.place_label(first.place),
        returns=hhmm(last.arrival),
        returns_to=facts.place_label(last.place),
        pause=_pause(facts, route, rest),
        km=f"{french(sum(leg_km))} km",
        trips=sum(len(stop.board) for stop in route.stops),
        rides=max((stop.new_ride or 0 for stop in stops), default=0),
        stops=stops,
    )


def _pause(facts: Facts, route: Route, rest: Rest | None) -> str:
    asked = facts.vehicle(route.vehicle).break_
    if asked is None or not is_due(facts.day, route):
        return ""
    window = f"{asked.minutes:g} min entre {hhmm(asked.window[0])} et {hhmm(asked.window[1])}"
    if rest is None:
        return f"{window}, aucun arrêt assez long"
    return f"{hhmm(rest.start)}–{hhmm(rest.end)} ({window})"


def _stops(facts: Facts, route: Route, rest: Rest | None, leg_km: Sequence[float]) -> Iterator[SheetStop]:
    aboard, ride = 0, 0
    for number, stop in enumerate(route.stops[1:-1], start=1):
        left = aboard - len(stop.alight)
        begins = bool(stop.board) and not left
        ride += begins
        aboard = left + len(stop.board)
        waits = stop.service_start - stop.arrival
        yield SheetStop(
            number=number,
            start=hhmm(stop.service_start),
            departure=hhmm(stop.departure),
            wait=f"sur place {hhmm(stop.arrival)}" if waits >= 1.0 else "",
            place=facts.place_label(stop.place),
            care=facts.day.places[stop.place].kind == "care",
            km=french(leg_km[number]),
            moves=tuple(_moves(facts, stop)),
            aboard=aboard,
            new_ride=ride if begins else None,
            pause=_rest(rest) if rest is not None and rest.stop == number else None,
        )


def _rest(rest: Rest) -> tuple[str, str, str]:
    later = f"au plus tard à {hhmm(rest.start + rest.spare)}" if rest.spare >= 1.0 else ""
    return hhmm(rest.start), hhmm(rest.end), later


def _moves(facts: Facts, stop: Stop) -> Iterator[Move]:
    for index in stop.alight:
        trip = facts.trip(index)
        yield Move(boards=False, trip=trip.id, remarks=tuple(_due(trip)))
    for index in stop.board:
        trip = facts.trip(index)
        yield Move(boards=True, trip=trip.id, remarks=(*_due(trip), *_care_for(trip)))


def _due(trip: Trip) -> Iterator[str]:
    if trip.appointment is not None:
        yield f"RDV {hhmm(trip.appointment)}"


def _care_for(trip: Trip) -> Iterator[str]:
    if trip.ready is not None:
        yield f"prêt à {hhmm(trip.ready)}"
    if trip.wheelchair:
        yield "fauteuil roulant"
    if trip.companions:
        yield f"{trip.companions} accompagnant{'s' * (trip.companions > 1)}"
    if trip.must_ride_alone:
        yield "seul à bord"
