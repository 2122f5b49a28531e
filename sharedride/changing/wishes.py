"""A dispatcher's wish as the command line spells it: ``t12:with=t40``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sharedride.clock import format_clock, parse_clock
from sharedride.day.model import Day
from sharedride.day.words import did_you_mean, listed, quoted
from sharedride.errors import InputError, Problem

KEYS = ("with", "not_with", "vehicle", "alone", "pickup")


@dataclass(frozen=True)
class Wish:
    """One wish: a trip, what is asked of it (one of ``KEYS``), and the trip, vehicle or hour it names."""

    trip: str
    key: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.trip}:{self.key}" + (f"={self.value}" if self.value else "")


def parse_wishes(day: Day, texts: Sequence[str]) -> tuple[Wish, ...]:
    """Read wishes such as ``t12:with=t40``, ``t12:vehicle=v3,pickup=07:35`` or ``t12:alone``.

    Raises
    ------
    InputError
        With everything that is no wish or names nothing of the day.
    """
    problems: list[Problem] = []
    wishes: list[Wish] = []
    trips = [trip.id for trip in day.trips]
    vehicles = [vehicle.id for vehicle in day.vehicles]
    for text in texts:
        name, _, asked = text.partition(":")
        if name not in trips:
            problems.append(Problem(text, f"no trip has the id {quoted(name)}{did_you_mean(name, trips)}"))
        for part in asked.split(","):
            key, _, value = part.partition("=")
            wishes.append(Wish(name, key, value))
            named = trips if key in ("with", "not_with") else vehicles
            if key not in KEYS:
                problems.append(Problem(text, f"ask for {listed(KEYS, 'or')}, as in {name}:with=t40"))
            elif key == "alone":
                if value:
                    problems.append(Problem(text, f"alone takes no value, write {name}:alone"))
            elif key == "pickup":
                try:
                    parse_clock(value)
                except ValueError as error:
                    problems.append(Problem(text, str(error)))
            elif value not in named:
                what = "trip" if named is trips else "vehicle"
                hint = did_you_mean(value, named)
                problems.append(Problem(text, f"no {what} has the id {quoted(value)}{hint}"))
    if not texts:
        problems.append(Problem("--add", "say what to try, such as t12:with=t40"))
    if problems:
        raise InputError(problems)
    return tuple(wishes)


def with_wishes(day: Day, wishes: Sequence[Wish]) -> dict[str, Any]:
    """Return the day as JSON, the wishes in it as locks; a wish replaces what the day said of the same."""
    content = day.model_dump(mode="json", by_alias=True, exclude_unset=True)
    trips = {trip["id"]: trip for trip in content["trips"]}
    for wish in wishes:
        trip = trips[wish.trip]
        if wish.key == "not_with":
            apart = set(trip.get("not_with", ())) | {trips[wish.value]["patient"]}
            trip["not_with"] = sorted(apart)
            continue
        lock = trip.setdefault("lock", {}) or {}
        trip["lock"] = lock
        match wish.key:
            case "with":
                lock["with"] = list(dict.fromkeys([*lock.get("with", ()), wish.value]))
            case "vehicle":
                lock["vehicle"] = wish.value
            case "alone":
                lock["alone"] = True
            case "pickup":
                lock["pickup"] = format_clock(parse_clock(wish.value))
    return content
