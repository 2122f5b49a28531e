"""Events brought into a day: the day as it is now, and why each trip may have to change."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sharedride.changing.events import (
    Add,
    Appointment,
    Cancel,
    Delay,
    Event,
    NoShow,
    Ready,
    VehicleDown,
    WillCall,
)
from sharedride.changing.standing import PlannedRide, Standing
from sharedride.clock import format_clock, parse_clock
from sharedride.day.model import Day
from sharedride.day.words import did_you_mean, quoted
from sharedride.errors import InputError, Problem
from sharedride.travel import TravelTable

Json = dict[str, Any]

ONE_SECOND = 1.0 / 60.0


@dataclass
class Changes:
    """What events make of a day.

    Attributes
    ----------
    content
        The changed day as JSON.
    gone
        Why a trip fell away, by trip id.
    touched
        What happened to a trip itself, by trip id: no earlier promise binds it.
    troubled
        What happened to a vehicle, by vehicle id.
    delays
        Minutes of delay by vehicle id.
    down
        Vehicles that begin no ride any more.
    notes
        What the dispatcher must know beyond the plan.
    """

    content: Json
    gone: dict[str, str] = field(default_factory=dict)
    touched: dict[str, str] = field(default_factory=dict)
    troubled: dict[str, str] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def apply_events(day: Day, table: TravelTable, plan: Standing, events: Sequence[Event]) -> Changes:
    """Bring events into a day, in their order.

    Raises
    ------
    InputError
        With every event that names nothing, or that comes too late for a ride under way.
    """
    content = day.model_dump(mode="json", by_alias=True, exclude_unset=True)
    applying = _Applying(day, table, plan, Changes(copy.deepcopy(content)))
    for number, event in enumerate(events):
        applying.take(event, f"events[{number}]")
    if applying.problems:
        raise InputError(applying.problems)
    applying.finish()
    return applying.made


class _Applying:
    def __init__(self, day: Day, table: TravelTable, plan: Standing, made: Changes) -> None:
        self.plan, self.made = plan, made
        self.minutes = table.minutes
        self.place = {place.id: i for i, place in enumerate(day.places)}
        self.problems: list[Problem] = []

    def take(self, event: Event, path: str) -> None:
        match event:
            case Add():
                self._add(event, path)
            case VehicleDown() | Delay():
                self._vehicle(event, path)
            case _:
                self._trip(event, path)

    def finish(self) -> None:
        """Take out what fell away, and every lock that names it."""
        content, gone, down = self.made.content, self.made.gone, self.made.down
        content["trips"] = [trip for trip in content["trips"] if trip["id"] not in gone]
        for trip in content["trips"]:
            lock = trip.get("lock") or {}
            if lock.get("with"):
                lock["with"] = [other for other in lock["with"] if other not in gone]
            if lock.get("vehicle") in down and not self.plan.has_begun(trip["id"]):
                self.made.touched.setdefault(trip["id"], f"its vehicle {lock['vehicle']} is down")
                self.made.notes.append(
                    f"{trip['id']} was locked to {lock['vehicle']}, which is down: the lock is lifted"
                )
                del lock["vehicle"]
        self._vehicles()

    def _trip(self, event: Cancel | NoShow | Ready | WillCall | Appointment, path: str) -> None:
        trip = self._named(event.trip, path)
        if trip is None:
            return
        made, name = self.made, event.trip
        ride = self.plan.ride_of.get(name)
        begun = self.plan.has_begun(name)
        if isinstance(event, NoShow):
            self._no_show(trip, ride if begun else None, path)
            return
        if begun:
            at = format_clock(self.plan.promises[name].pickup)[:5]
            self.problems.append(
                Problem(f"{path}.trip", f"the ride of {quoted(name)} is under way or over (pick-up {at}); "
                        "a patient who was not there is a no_show")
            )  # fmt: skip
            return
        match event:
            case Cancel():
                made.gone[name] = f"{name} is cancelled"
            case Ready() | WillCall():
                if trip["direction"] != "return":
                    self.problems.append(Problem(f"{path}.trip", f"{quoted(name)} is no return trip"))
                    return
                ready = self.plan.now if event.ready is None else event.ready
                trip["ready"] = format_clock(ready)
                word = "is ready" if isinstance(event, Ready) else "calls, ready"
                made.touched[name] = f"{name} {word} at {format_clock(ready)[:5]}"
            case Appointment():
                if trip["direction"] != "outbound":
                    self.problems.append(Problem(f"{path}.trip", f"{quoted(name)} is no outbound trip"))
                    return
                trip["appointment"] = format_clock(event.appointment)
                made.touched[name] = f"appointment of {name} moved to {format_clock(event.appointment)[:5]}"
        lock = trip.get("lock")
        if lock and lock.get("pickup") and name in made.touched:
            made.notes.append(f"{name} was locked to a pick-up at {lock['pickup'][:5]}: the lock is lifted")
            del lock["pickup"]

    def _no_show(self, trip: Json, ride: PlannedRide | None, path: str) -> None:
        made, name = self.made, trip["id"]
        if ride is None:
            made.gone[name] = f"{name} did not show up"
        else:
            over = parse_clock(ride.stops[-1].departure)
            if over <= self.plan.now:
                at = format_clock(over)[:5]
                self.problems.append(
                    Problem(f"{path}.trip", f"the ride of {quoted(name)} is over since {at}")
                )
                return
            if ride.trips <= {name, *made.gone}:
                made.gone[name] = f"{name} did not show up"
                made.notes.append(
                    f"{ride.vehicle} stands empty where {name} was to board: the km it drove there "
                    "are not in the changed plan"
                )
            else:
                made.notes.append(
                    f"{name} did not show up; the ride under way keeps its stops, so the plan still counts "
                    f"{name}: do not bill it"
                )
        for other in made.content["trips"]:
            back = other.get("visit") is not None and other.get("visit") == trip.get("visit")
            back = back and other["patient"] == trip["patient"] and other["direction"] == "return"
            if back and other["id"] != name and not self.plan.has_begun(other["id"]):
                made.gone[other["id"]] = f"{name} did not show up, so {other['id']} falls away"

    def _add(self, event: Add, path: str) -> None:
        content, trip = self.made.content, event.trip
        if any(other["id"] == trip.id for other in content["trips"]):
            self.problems.append(
                Problem(f"{path}.trip.id", f"the day has a trip {quoted(trip.id)} already, take another id")
            )
            return
        for number, place in enumerate(event.places):
            if any(other["id"] == place.id for other in content["places"]):
                self.problems.append(
                    Problem(f"{path}.places[{number}].id", f"the day has a place {quoted(place.id)} already")
                )
                return
            content["places"].append(place.model_dump(mode="json", by_alias=True, exclude_unset=True))
        content["trips"].append(trip.model_dump(mode="json", by_alias=True, exclude_unset=True))
        self.made.touched[trip.id] = f"{trip.id} is added"

    def _vehicle(self, event: VehicleDown | Delay, path: str) -> None:
        name, vehicles = event.vehicle, [vehicle["id"] for vehicle in self.made.content["vehicles"]]
        if name not in vehicles:
            self.problems.append(
                Problem(
                    f"{path}.vehicle", f"no vehicle has the id {quoted(name)}{did_you_mean(name, vehicles)}"
                )
            )
            return
        aboard = [
            ride for ride in self.plan.begun(name) if parse_clock(ride.stops[-1].departure) > self.plan.now
        ]
        if isinstance(event, VehicleDown):
            self.made.down.add(name)
            self.made.troubled[name] = f"{name} is down"
            for ride in aboard:
                who = ", ".join(sorted(ride.trips))
                self.made.notes.append(f"{name} is taken to finish the ride under way first ({who})")
            return
        late = self.made.delays.get(name, 0.0) + event.minutes
        self.made.delays[name] = late
        self.made.troubled[name] = f"{name} is {late:g} min late"
        for ride in aboard:
            for stop in ride.stops:
                due = parse_clock(stop.departure)
                for trip in stop.alight if due > self.plan.now else ():
                    self.made.notes.append(
                        f"{trip} is aboard {name}: about {format_clock(due + late)[:5]} instead of "
                        f"{format_clock(due)[:5]} at {stop.place}; the plan keeps the planned time"
                    )

    def _vehicles(self) -> None:
        """Let vehicles that are down end their day after the rides that have begun."""
        kept = []
        for vehicle in self.made.content["vehicles"]:
            name = vehicle["id"]
            if name in self.made.down:
                begun = [ride for ride in self.plan.begun(name) if not ride.trips <= self.made.gone.keys()]
                if not begun:
                    continue
                vehicle.pop("break", None)
                last = begun[-1].stops[-1]
                home = self.minutes[self.place[last.place], self.place[vehicle["end"]]]
                vehicle["shift"][1] = format_clock(parse_clock(last.departure) + float(home) + ONE_SECOND)
            kept.append(vehicle)
        self.made.content["vehicles"] = kept

    def _named(self, name: str, path: str) -> Json | None:
        trips: dict[str, Json] = {trip["id"]: trip for trip in self.made.content["trips"]}
        if name in self.made.gone:
            self.problems.append(Problem(f"{path}.trip", f"{self.made.gone[name]} already"))
            return None
        if name not in trips:
            hint = did_you_mean(name, trips)
            self.problems.append(Problem(f"{path}.trip", f"no trip has the id {quoted(name)}{hint}"))
            return None
        return trips[name]
