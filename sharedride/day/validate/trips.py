"""A trip by itself: its direction, its clock times and its ends."""

from collections.abc import Iterator

from sharedride.day.draft import Draft
from sharedride.day.model import Trip
from sharedride.day.words import quoted
from sharedride.errors import Problem


def trip_problems(draft: Draft) -> Iterator[Problem]:
    """Yield what contradicts itself within one trip."""
    for index, trip in draft.trips.valid():
        path = f"trips[{index}]"
        if trip.origin == trip.destination:
            message = f"starts and ends at {quoted(trip.origin)}, give it another destination"
            yield Problem(f"{path}.to", message)
        yield from _clock_problems(trip, path)


def _clock_problems(trip: Trip, path: str) -> Iterator[Problem]:
    if trip.outbound:
        if trip.appointment is None:
            yield Problem(
                f"{path}.appointment", "missing, an outbound trip needs the time of its appointment"
            )
        if trip.ready is not None:
            message = 'belongs to a return; remove it or set "direction": "return"'
            yield Problem(f"{path}.ready", message)
        return
    if trip.ready is None:
        message = "missing, a return needs the time from which the patient is ready"
        yield Problem(f"{path}.ready", message)
    if trip.appointment is not None:
        message = 'belongs to an outbound trip; remove it or set "direction": "outbound"'
        yield Problem(f"{path}.appointment", message)
