"""Trips whose own clock times leave no room for the direct drive."""

from collections.abc import Iterator

import numpy as np

from sharedride.clock import format_clock
from sharedride.day.draft import Draft
from sharedride.day.model import Day, Trip
from sharedride.errors import InputError, Problem
from sharedride.rules import rules_of
from sharedride.travel import travel_table

_ROUNDING_MIN = 1e-6


def window_problems(draft: Draft, day: Day) -> Iterator[Problem]:
    """Yield the trips that even a car at the door at the right minute could not carry in time.

    Parameters
    ----------
    day
        The draft's day with all of its places; its travel tables are known to be usable.
    """
    try:
        with np.errstate(over="ignore"):
            minutes = travel_table(day).minutes
    except InputError as error:
        # An engine that is away must not hide what else is wrong with the day.
        yield from error.problems
        return
    if not np.isfinite(minutes).all():
        yield Problem("travel", "driving times are not finite, give a smaller road_factor or more speed_kmh")
        return
    wait = np.inf if draft.rules is None else rules_of(day).wait_min
    for index, trip in draft.trips.valid():
        if trip.origin in draft.places.ids and trip.destination in draft.places.ids:
            drive = float(minutes[draft.places.ids[trip.origin], draft.places.ids[trip.destination]])
            yield from _ride_problems(trip, drive, f"trips[{index}]")
            there = trip.board_min + drive + trip.alight_min
            if trip.outbound and trip.appointment is not None:
                yield from _outbound_problems(trip, trip.appointment - there, f"trips[{index}]")
            if not trip.outbound and trip.ready is not None:
                yield from _return_problems(trip, trip.ready, there, wait, f"trips[{index}]")


def _ride_problems(trip: Trip, drive: float, path: str) -> Iterator[Problem]:
    if trip.max_ride_min is not None and trip.max_ride_min < drive - _ROUNDING_MIN:
        message = f"{trip.max_ride_min:g} min is less than the direct drive of {drive:.1f} min"
        yield Problem(f"{path}.max_ride_min", message)


def _outbound_problems(trip: Trip, latest: float, path: str) -> Iterator[Problem]:
    """Yield pick-up times after the last one that meets the appointment."""
    earliest, pickup = trip.earliest_pickup, trip.lock.pickup if trip.lock is not None else None
    if earliest is not None and earliest > latest + _ROUNDING_MIN:
        message = f"the appointment can only be met from a pick-up at {_at(latest)} or before"
        yield Problem(f"{path}.earliest_pickup", message)
    if pickup is None:
        return
    if pickup > latest + _ROUNDING_MIN:
        message = f"the appointment can only be met from a pick-up at {_at(latest)} or before"
        yield Problem(f"{path}.lock.pickup", message)
    elif earliest is not None and pickup < earliest - _ROUNDING_MIN:
        yield Problem(f"{path}.lock.pickup", f"is before earliest_pickup at {_at(earliest)}")


def _return_problems(trip: Trip, ready: float, there: float, wait: float, path: str) -> Iterator[Problem]:
    """Yield limits that a pick-up at ``ready`` or up to ``wait`` minutes later cannot keep."""
    latest, pickup = trip.latest_dropoff, trip.lock.pickup if trip.lock is not None else None
    if latest is not None and ready + there > latest + _ROUNDING_MIN:
        message = f"picked up when ready the patient is home at {_at(ready + there)} at the earliest"
        yield Problem(f"{path}.latest_dropoff", message)
    if pickup is None:
        return
    if pickup < ready - _ROUNDING_MIN:
        yield Problem(f"{path}.lock.pickup", f"is before the patient is ready at {_at(ready)}")
    elif pickup > ready + wait + _ROUNDING_MIN:
        message = (
            f"is more than the lawful wait of {wait:g} min after {_at(ready)}, when the patient is ready"
        )
        yield Problem(f"{path}.lock.pickup", message)
    elif latest is not None and pickup + there > latest + _ROUNDING_MIN:
        message = f"home at {_at(pickup + there)}, after latest_dropoff at {_at(latest)}"
        yield Problem(f"{path}.lock.pickup", message)


def _at(minutes: float) -> str:
    return format_clock(minutes)
