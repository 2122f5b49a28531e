"""What the dispatcher has fixed and what contradicts it."""

from collections.abc import Iterator

from sharedride.day.draft import Draft
from sharedride.day.model import Trip
from sharedride.day.validate.capability import able_vehicles
from sharedride.day.words import quoted
from sharedride.errors import Problem


def lock_problems(draft: Draft) -> Iterator[Problem]:
    """Yield the locks that no plan could keep."""
    for index, trip in draft.trips.valid():
        if trip.lock is None:
            continue
        path = f"trips[{index}].lock"
        if trip.lock.with_ and trip.must_ride_alone:
            yield Problem(f"{path}.with", f"{_why_alone(trip)}; name no partners for it, or let it share")
        for position, key in enumerate(trip.lock.with_):
            partner = draft.trips.get(key)
            if key == trip.id:
                yield Problem(f"{path}.with[{position}]", "locks the trip with itself, remove it")
            elif partner is not None:
                yield from _pair_problems(trip, partner, draft, f"{path}.with[{position}]")


def _why_alone(trip: Trip) -> str:
    if trip.share_incompatible:
        return f"trip {quoted(trip.id)} is share_incompatible and rides alone"
    if trip.refuses_sharing:
        return f"trip {quoted(trip.id)} has refuses_sharing and rides alone"
    return f"trip {quoted(trip.id)} is locked alone"


def _pair_problems(trip: Trip, partner: Trip, draft: Draft, path: str) -> Iterator[Problem]:
    if partner.must_ride_alone:
        yield Problem(path, f"{_why_alone(partner)}; name another partner, or let that trip share")
    if partner.patient == trip.patient:
        message = f"trip {quoted(partner.id)} is of the same patient, who cannot be aboard twice; remove it"
        yield Problem(path, message)
    elif partner.patient in trip.not_with or trip.patient in partner.not_with:
        message = f"not_with keeps this patient and that of trip {quoted(partner.id)} apart, remove one"
        yield Problem(path, message)
    yield from _vehicle_problems(trip, partner, draft, path)


def _vehicle_problems(trip: Trip, partner: Trip, draft: Draft, path: str) -> Iterator[Problem]:
    fixed = [lock.vehicle for lock in (trip.lock, partner.lock) if lock is not None and lock.vehicle]
    if len(set(fixed)) > 1:
        message = (
            f"trip {quoted(partner.id)} is locked to vehicle {quoted(fixed[1])}, "
            f"this one to {quoted(fixed[0])}; lock both to one"
        )
        yield Problem(path, message)
        return
    if not draft.vehicles.complete:
        return
    fleet = [vehicle for _, vehicle in draft.vehicles.valid()]
    able, also = able_vehicles(trip, fleet), able_vehicles(partner, fleet)
    seats = trip.seats_needed + partner.seats_needed
    if able and also and not any(vehicle in also and vehicle.seats >= seats for vehicle in able):
        message = (
            f"no vehicle can carry this trip and {quoted(partner.id)} together: "
            f"operator, type and {seats} seats agree in none"
        )
        yield Problem(path, message)
