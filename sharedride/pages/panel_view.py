"""What the panel beside the map tells about a chosen vehicle, as data for the page's script."""

from typing import Any

from sharedride.pages.facts import TYPE_NAME, Facts
from sharedride.pages.ledger_view import ride_line
from sharedride.pages.timeline_view import TIGHT_MIN, slack_words
from sharedride.pages.words import duration, hhmm
from sharedride.planning.solution import Route
from sharedride.report.text import km, percent


def panel_data(facts: Facts) -> dict[str, Any]:
    """Return per vehicle its figures and rides, and which trips a vehicle carries."""
    return {
        facts.vehicle(route.vehicle).id: _vehicle(facts, number, route)
        for number, route in enumerate(facts.solution.routes)
    }


def _vehicle(facts: Facts, number: int, route: Route) -> dict[str, Any]:
    vehicle = facts.vehicle(route.vehicle)
    account = next(each for each in facts.ledger.routes if each.vehicle == route.vehicle)
    first, last = route.stops[0], route.stops[-1]
    empty = percent(account.empty_km / account.km, 0) if account.km else "-"
    rest = facts.rests[number]
    pause = [] if rest is None else [f"driver’s break {hhmm(rest.start)}–{hhmm(rest.end)}"]
    return {
        "about": f"{TYPE_NAME[vehicle.type]} of {vehicle.operator}, {vehicle.seats} seats",
        "figures": [
            f"{hhmm(first.departure)}–{hhmm(last.arrival)}, {duration(last.arrival - first.departure)}",
            f"{km(account.km)}, {empty} empty",
            *pause,
        ],
        "rides": [_ride(facts, number, route, ride) for ride in range(1, len(facts.ride_stops[number]) + 1)],
    }


def _ride(facts: Facts, number: int, route: Route, ride: int) -> dict[str, Any]:
    first, last = facts.ride_stops[number][ride - 1]
    slack = facts.slacks[number][ride - 1]
    account = facts.rides[route.vehicle, ride]
    gains = ride_line(account)
    stops = route.stops[first : last + 1]
    return {
        "id": f"{facts.vehicle(route.vehicle).id}/{ride}",
        "time": f"{hhmm(stops[0].service_start)}–{hhmm(stops[-1].departure)}",
        "trips": [facts.trip(index).id for index in account.trips],
        "slack": slack_words(slack),
        "tight": slack.minutes < TIGHT_MIN,
        "gains": [gains.payer_gain, gains.operator_gain] if account.shared else None,
        "stops": [
            [
                hhmm(stop.service_start),
                facts.place_label(stop.place),
                [facts.trip(index).id for index in stop.alight],
                [facts.trip(index).id for index in stop.board],
            ]
            for stop in stops
        ],
    }
