"""Rules of who may be aboard with whom: seats, wheelchairs, consent, patients kept apart."""

from sharedride.checking.book import Book
from sharedride.checking.reading import Carried, ReadRoute
from sharedride.checking.violation import Findings, Rule
from sharedride.day.model import VehicleType


def check_loads(book: Book, route: ReadRoute, found: Findings) -> None:
    """Note every leg with more aboard than the vehicle may carry."""
    vehicle = route.vehicle
    for stop in route.stops:
        aboard = [book.trips[trip_id] for trip_id in stop.on_departure]
        loads = [
            (Rule.SEATS, "seats taken", sum(1 + trip.companions for trip in aboard), vehicle.seats),
            (Rule.WHEELCHAIR, "wheelchairs", sum(trip.wheelchair for trip in aboard), vehicle.wheelchairs),
        ]
        if vehicle.type is VehicleType.VSL:
            loads.append((Rule.VSL_PATIENTS, "patients", len(aboard), book.limits.vsl_patients))
        for rule, what, load, limit in loads:
            if load > limit:
                message = f"leaves with {load} {what}, {limit} are allowed"
                found.add(rule, stop.path, message, vehicle=vehicle.id, value=load, limit=limit)


def check_company(book: Book, carried: Carried, found: Findings) -> None:
    """Note whether the patient shares against prescription, wish or lock, or with the wrong patient."""
    trip, path = carried.trip, f"{carried.path}.with"
    if carried.shared:
        company = ", ".join(sorted(carried.companions))
        if trip.share_incompatible or trip.refuses_sharing:
            why = "is not compatible with sharing" if trip.share_incompatible else "refuses sharing"
            message = f"the patient of {trip.id} {why} and rides with {company}"
            found.add(Rule.SHARE_FORBIDDEN, path, message, trip=trip.id, value=company)
        if trip.lock is not None and trip.lock.alone:
            message = f"trip {trip.id} is locked alone and rides with {company}"
            found.add(Rule.LOCK_ALONE, path, message, trip=trip.id, value=company)
    for other_id in sorted(carried.companions):
        other = book.trips[other_id]
        if other.patient in trip.not_with or trip.patient in other.not_with:
            message = f"trips {trip.id} and {other_id} are of patients to be kept apart"
            found.add(Rule.NOT_WITH, path, message, trip=trip.id, value=other_id)
        if other.patient == trip.patient:
            message = f"trips {trip.id} and {other_id} are of one patient"
            found.add(Rule.SAME_PATIENT, path, message, trip=trip.id, value=other_id)
