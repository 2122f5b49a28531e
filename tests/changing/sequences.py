"""Random days, plans and events, and what a replan must keep, read off the documents alone."""

import json
from typing import Any

import numpy as np
from numpy.random import Generator

import sharedride
from sharedride.changing.events import parse_events
from sharedride.changing.replan import Replan
from sharedride.clock import format_clock, parse_clock
from sharedride.day.model import Day
from sharedride.document import PlanDocument, RouteDocument, StopDocument
from sharedride.errors import InputError
from tests.reference.random_days import random_day

STEPS = ("cancel", "no_show", "ready", "will_call", "vehicle_down", "delay", "appointment", "add")
SECOND = 1.5 / 60.0


def planned_day(seed: int, trips: int = 14, vehicles: int = 4) -> tuple[Day, PlanDocument]:
    """A random day and a lawful plan of it."""
    day = random_day(np.random.default_rng(seed), trips, vehicles)
    return day, sharedride.plan(day, time_limit=1.0, ride_limit=2000).document


def some_events(rng: Generator, day: Day, plan: PlanDocument, now: float) -> list[dict[str, Any]]:
    """One to five events, most of them possible at that minute."""
    pickup = {trip.id: parse_clock(trip.picked_up) for trip in plan.trips}
    trips = [trip for trip in day.trips if pickup.get(trip.id, now + 1.0) > now + 40.0] or list(day.trips)
    found: list[dict[str, Any]] = []
    for _ in range(int(rng.integers(1, 6))):
        kind = STEPS[int(rng.integers(len(STEPS)))]
        trip = trips[int(rng.integers(len(trips)))]
        vehicle = day.vehicles[int(rng.integers(len(day.vehicles)))]
        event: dict[str, Any] = {"type": kind, "trip": trip.id}
        by = float(rng.integers(-20, 31))
        if kind == "ready" and trip.ready is not None:
            event["ready"] = format_clock(max(0.0, trip.ready + by))
        elif kind == "appointment" and trip.appointment is not None:
            event["appointment"] = format_clock(trip.appointment + by)
        elif kind in ("vehicle_down", "delay"):
            event = {"type": kind, "vehicle": vehicle.id}
            if kind == "delay":
                event["minutes"] = float(rng.integers(1, 40))
        elif kind == "add":
            more = trip.model_dump(mode="json", by_alias=True, exclude_unset=True)
            for key in ("visit", "lock"):
                more.pop(key, None)
            number = len(found) + len(day.trips)
            event = {"type": "add", "trip": {**more, "id": f"late{number}", "patient": f"late-{number}"}}
        elif kind in ("ready", "appointment") or (kind == "will_call" and trip.ready is None):
            continue
        elif kind == "will_call":
            event["ready"] = format_clock(max(0.0, float(trip.ready or 0.0) + by))
        found.append(event)
    return found


def happens(seed: int, day: Day, plan: PlanDocument) -> tuple[int, int]:
    """Replan a day up to three times as it goes on, and hold every answer to the rules.

    Returns
    -------
    Replans done, and event lists refused because the day they lead to is none.
    """
    rng = np.random.default_rng(seed)
    hours = [parse_clock(trip.picked_up) for trip in plan.trips] or [480.0]
    moments = sorted(rng.uniform(min(hours) - 60.0, max(hours) + 10.0, int(rng.integers(1, 4))))
    done = refused = 0
    for now in moments:
        window = float(rng.choice([0.0, 5.0, 10.0, 20.0]))
        events = some_events(rng, day, plan, float(now))
        answer = None
        while answer is None:
            try:
                answer = replanned(day, plan, events, float(now), window)
            except InputError:
                refused += 1
                if not events:
                    raise
                events = events[:-1]
        done += 1
        day, plan = answer.day, answer.document
    return done, refused


def replanned(
    day: Day, plan: PlanDocument, events: list[dict[str, Any]], now: float, window: float
) -> Replan:
    """Replan; the answer is lawful, what had begun is untouched and promises are kept within the window."""
    content = {"schema": "sharedride/events/1", "events": events}
    answer = sharedride.replan(day, plan, parse_events(content), now=now, window=window)
    assert sharedride.check(answer.day, answer.document) == []
    assert {trip["id"] for trip in json.loads(answer.day_json)["trips"]} == {t.id for t in answer.day.trips}
    _past_untouched(plan, answer, now)
    _windows_kept(plan, answer, events, now, window)
    return answer


def _past_untouched(plan: PlanDocument, answer: Replan, now: float) -> None:
    after = {route.vehicle: route for route in answer.document.routes}
    still = {trip.id for trip in answer.day.trips}
    for route in plan.routes:
        for ride in rides(route):
            trips = {trip for stop in ride for trip in stop.board}
            if parse_clock(ride[0].service_start) > now or not trips & still:
                continue
            assert ride in rides(after[route.vehicle]), (route.vehicle, sorted(trips))
    begun = {
        (route.vehicle, trip)
        for route in plan.routes
        for ride in rides(route)
        if parse_clock(ride[0].service_start) <= now
        for stop in ride
        for trip in stop.board
    }
    for route in answer.document.routes:
        for ride in rides(route):
            if any((route.vehicle, trip) not in begun for stop in ride for trip in stop.board):
                assert parse_clock(ride[0].service_start) >= now - SECOND


def _windows_kept(
    plan: PlanDocument, answer: Replan, events: list[dict[str, Any]], now: float, window: float
) -> None:
    named = {event["trip"] for event in events if isinstance(event.get("trip"), str)}
    down = {event["vehicle"] for event in events if event["type"] == "vehicle_down"}
    after = {trip.id: trip for trip in answer.document.trips}
    lifted = {note.split(" ")[0] for note in answer.notes if "lock is lifted" in note}
    for trip in plan.trips:
        if trip.id in named | lifted or trip.id not in after:
            continue
        moved = abs(parse_clock(after[trip.id].picked_up) - parse_clock(trip.picked_up))
        assert moved <= window + SECOND, (trip.id, moved, window)
    for route in answer.document.routes:
        if route.vehicle in down:
            assert all(parse_clock(ride[0].service_start) <= now for ride in rides(route))


def rides(route: RouteDocument) -> list[tuple[StopDocument, ...]]:
    """The rides of a route; how a vehicle comes to the first stop is not part of one."""
    found: list[tuple[StopDocument, ...]] = []
    aboard: set[str] = set()
    stops: list[StopDocument] = []
    for stop in route.stops:
        if not stop.board and not stop.alight:
            continue
        stops.append(stop if stops else stop.model_copy(update={"arrival": "", "km": 0.0}))
        aboard = (aboard - set(stop.alight)) | set(stop.board)
        if not aboard:
            found.append(tuple(stops))
            stops = []
    return found
