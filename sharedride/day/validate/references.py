"""Ids that name nothing."""

from collections.abc import Iterator

from sharedride.day.draft import Draft, P, Section
from sharedride.day.words import did_you_mean, quoted
from sharedride.errors import Problem

_SINGULAR = {"places": "place", "operators": "operator", "vehicles": "vehicle", "trips": "trip"}


def reference_problems(draft: Draft) -> Iterator[Problem]:
    """Yield a problem for each place, operator, vehicle or trip that is named and is not there."""
    for index, vehicle in draft.vehicles.valid():
        path = f"vehicles[{index}]"
        yield from _dangling(vehicle.operator, draft.operators, f"{path}.operator")
        yield from _dangling(vehicle.start, draft.places, f"{path}.start")
        yield from _dangling(vehicle.end, draft.places, f"{path}.end")
    for index, trip in draft.trips.valid():
        path = f"trips[{index}]"
        yield from _dangling(trip.origin, draft.places, f"{path}.from")
        yield from _dangling(trip.destination, draft.places, f"{path}.to")
        yield from _dangling(trip.operator, draft.operators, f"{path}.operator")
        if trip.lock is not None:
            yield from _dangling(trip.lock.vehicle, draft.vehicles, f"{path}.lock.vehicle")
            for position, partner in enumerate(trip.lock.with_):
                yield from _dangling(partner, draft.trips, f"{path}.lock.with[{position}]")


def _dangling(key: str | None, section: Section[P], path: str) -> Iterator[Problem]:
    if key is None or not section.given or key in section.ids:
        return
    hint = did_you_mean(key, section.ids) or f", add it to {section.name}"
    yield Problem(path, f"no {_SINGULAR[section.name]} has the id {quoted(key)}{hint}")
