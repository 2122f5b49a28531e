"""The table of trips: every trip of the day, served or not."""

from collections.abc import Iterator
from dataclasses import dataclass

from sharedride.day.model import Trip
from sharedride.document import TripDocument
from sharedride.pages.facts import Facts
from sharedride.pages.words import ALONE, hhmm


@dataclass(frozen=True)
class TripRow:
    """One trip as the table shows it; times as text, figures as numbers, ``None`` where not served.

    ``state`` is ``shared``, ``alone`` or ``unserved``, ``costlier`` a shared trip dearer than alone.
    """

    id: str
    outbound: bool
    origin: str
    destination: str
    asked: str
    needs: str
    state: str
    costlier: bool
    vehicle: str = ""
    ride: str = ""
    picked_up: str = ""
    dropped_off: str = ""
    with_: tuple[str, ...] = ()
    direct_km: float | None = None
    detour_km: float | None = None
    detour_limit_km: float | None = None
    wait_min: float | None = None
    fare: float | None = None
    solo_fare: float | None = None
    reason: str = ""


def trips_view(facts: Facts) -> tuple[TripRow, ...]:
    """Return the rows in the order of the day."""
    missed = {
        facts.trip_index[trip.id]: trip.reason + (f": {trip.detail}" if trip.detail else "")
        for trip in facts.document.unserved
    }
    rows = []
    for index, trip in enumerate(facts.day.trips):
        served = facts.served.get(index)
        if served is None:
            rows.append(_asked(facts, trip, "unserved", missed.get(index, "")))
        else:
            rows.append(_served(facts, trip, served))
    return tuple(rows)


def asked_words(trip: Trip) -> str:
    """When the patient is expected, or ready."""
    if trip.appointment is not None:
        return f"by {hhmm(trip.appointment)}"
    return f"from {hhmm(trip.ready)}" if trip.ready is not None else ""


def _asked(facts: Facts, trip: Trip, state: str, reason: str) -> TripRow:
    return TripRow(
        id=trip.id,
        outbound=trip.outbound,
        origin=facts.place_label(facts.place_index[trip.origin]),
        destination=facts.place_label(facts.place_index[trip.destination]),
        asked=asked_words(trip),
        needs=", ".join(_needs(trip)),
        state=state,
        costlier=False,
        reason=reason,
    )


def _served(facts: Facts, trip: Trip, served: TripDocument) -> TripRow:
    asked = _asked(facts, trip, "shared" if served.shared else "alone", "")
    reason = ALONE[served.alone_because] if served.alone_because is not None else ""
    more = {
        "costlier": served.shared and served.fare > served.solo_fare,
        "vehicle": served.vehicle,
        "ride": served.ride,
        "picked_up": served.picked_up[:-3],
        "dropped_off": served.dropped_off[:-3],
        "with_": served.with_,
        "direct_km": served.direct_km,
        "detour_km": served.detour_km,
        "detour_limit_km": served.detour_limit_km,
        "wait_min": served.wait_min,
        "fare": served.fare,
        "solo_fare": served.solo_fare,
        "reason": reason,
    }
    return TripRow(**{**vars(asked), **more})


def _needs(trip: Trip) -> Iterator[str]:
    if trip.wheelchair:
        yield "wheelchair"
    if trip.companions:
        yield f"+{trip.companions} companion{'s' * (trip.companions > 1)}"
