"""Rules of a route: its ends, its timeline, its stops, the driver's shift and break, its km."""

from itertools import pairwise

from sharedride.checking.reading import ReadRoute, ReadStop
from sharedride.checking.tolerance import METRES, SECOND
from sharedride.checking.violation import Findings, Rule
from sharedride.clock import format_clock


def check_route(route: ReadRoute, found: Findings) -> None:
    """Note every rule of one route that does not hold."""
    _ends(route, found)
    for stop in route.stops:
        _clocks(stop, route, found)
    for before, stop in pairwise(route.stops):
        _leg(before, stop, route, found)
    _shift(route, found)
    _break(route, found)
    _km(route, found)


def _ends(route: ReadRoute, found: Findings) -> None:
    vehicle = route.vehicle
    for stop, place, end in (
        (route.stops[0], vehicle.start, "start"),
        (route.stops[-1], vehicle.end, "end"),
    ):
        if stop.place != place:
            message = f"vehicle {vehicle.id} has its {end} at {place}, the route has {stop.place}"
            found.add(
                Rule.ROUTE_ENDS,
                f"{stop.path}.place",
                message,
                vehicle=vehicle.id,
                value=stop.place,
                limit=place,
            )
        if stop.board or stop.alight:
            message = f"there is no service at the {end} of a route"
            found.add(Rule.ROUTE_ENDS, stop.path, message, vehicle=vehicle.id)


def _clocks(stop: ReadStop, route: ReadRoute, found: Findings) -> None:
    vehicle = route.vehicle.id
    if stop.service_start < stop.arrival - SECOND or stop.departure < stop.service_start - SECOND:
        message = "arrival, start of service and departure do not follow each other"
        found.add(Rule.CLOCK_ORDER, stop.path, message, vehicle=vehicle)
    if stop.on_arrival and stop.service_start > stop.arrival + SECOND:
        waited = stop.service_start - stop.arrival
        message = f"stands {waited:.1f} min with a patient aboard"
        found.add(
            Rule.IDLE_ABOARD, f"{stop.path}.service_start", message, vehicle=vehicle, value=waited, limit=0.0
        )
    worked = stop.departure - stop.service_start
    if abs(worked - stop.service_min) > SECOND:
        message = f"the work lasts {worked:.2f} min, boarding and alighting take {stop.service_min:.2f}"
        found.add(
            Rule.SERVICE_TIME,
            f"{stop.path}.departure",
            message,
            vehicle=vehicle,
            value=worked,
            limit=stop.service_min,
        )


def _leg(before: ReadStop, stop: ReadStop, route: ReadRoute, found: Findings) -> None:
    vehicle = route.vehicle.id
    taken = stop.arrival - before.departure
    if taken < stop.minutes - SECOND:
        message = f"{taken:.2f} min from {before.place} to {stop.place}, driving takes {stop.minutes:.2f}"
        found.add(
            Rule.TRAVEL_TIME,
            f"{stop.path}.arrival",
            message,
            vehicle=vehicle,
            value=taken,
            limit=stop.minutes,
        )
    if stop.on_arrival and taken > stop.minutes + SECOND:
        message = f"arrives {taken - stop.minutes:.2f} min later than it could, with a patient aboard"
        found.add(
            Rule.IDLE_ABOARD,
            f"{stop.path}.arrival",
            message,
            vehicle=vehicle,
            value=taken,
            limit=stop.minutes,
        )
    if stop.on_arrival and stop.place == before.place:
        message = "the ride's work at this place goes on from the stop before: one stop"
        found.add(Rule.STOP_MERGE, stop.path, message, vehicle=vehicle)


def _shift(route: ReadRoute, found: Findings) -> None:
    vehicle = route.vehicle
    start, end = vehicle.shift
    left, reached = route.stops[0].departure, route.stops[-1].arrival
    if left < start - SECOND:
        message = f"leaves at {format_clock(left)}, the shift starts at {format_clock(start)}"
        path = f"{route.stops[0].path}.departure"
        found.add(Rule.SHIFT_START, path, message, vehicle=vehicle.id, value=left, limit=start)
    if reached > end + SECOND:
        message = f"is back at {format_clock(reached)}, the shift ends at {format_clock(end)}"
        path = f"{route.stops[-1].path}.arrival"
        found.add(Rule.SHIFT_END, path, message, vehicle=vehicle.id, value=reached, limit=end)


def _break(route: ReadRoute, found: Findings) -> None:
    pause = route.vehicle.break_
    if pause is None:
        return
    opens, closes = pause.window
    if route.stops[-1].arrival <= opens + SECOND or route.stops[0].departure >= closes - SECOND:
        return
    longest = max(
        (
            min(stop.service_start, closes) - max(stop.arrival, opens)
            for stop in route.stops
            if not stop.on_arrival
        ),
        default=0.0,
    )
    if longest < pause.minutes - SECOND:
        longest = max(longest, 0.0)
        message = (
            f"stands empty at most {longest:.1f} min at a stretch between {format_clock(opens)} and "
            f"{format_clock(closes)}, the break takes {pause.minutes:g}"
        )
        found.add(
            Rule.BREAK, route.path, message, vehicle=route.vehicle.id, value=longest, limit=pause.minutes
        )


def _km(route: ReadRoute, found: Findings) -> None:
    vehicle = route.vehicle.id
    for stop, document in zip(route.stops, route.document.stops, strict=True):
        if abs(document.km - stop.km) > METRES:
            message = f"the leg to {stop.place} is {stop.km:.3f} km, not {document.km:.3f}"
            found.add(Rule.KM, f"{stop.path}.km", message, vehicle=vehicle, value=document.km, limit=stop.km)
    total = route.stops[-1].odometer
    loaded = sum(stop.km for stop in route.stops if stop.on_arrival)
    for key, value, exact in (
        ("km", route.document.km, total),
        ("loaded_km", route.document.loaded_km, loaded),
        ("empty_km", route.document.empty_km, total - loaded),
    ):
        if abs(value - exact) > METRES * len(route.stops):
            message = f"the route has {exact:.3f} km here, not {value:.3f}"
            found.add(Rule.KM, f"{route.path}.{key}", message, vehicle=vehicle, value=value, limit=exact)
