"""Rules of one trip: who carries it, what the dispatcher fixed, times, detour, wait of the visit."""

from collections import defaultdict
from collections.abc import Iterable

from sharedride.checking.book import Book
from sharedride.checking.reading import Carried
from sharedride.checking.tolerance import METRES, SECOND
from sharedride.checking.violation import Findings, Rule
from sharedride.clock import format_clock


def check_carrier(carried: Carried, found: Findings) -> None:
    """Note an operator, a vehicle type or a vehicle that was not asked for."""
    trip, vehicle = carried.trip, carried.vehicle
    asked: list[tuple[Rule, str, str, str]] = []
    if trip.operator is not None and trip.operator != vehicle.operator:
        asked.append((Rule.OPERATOR, "operator", vehicle.operator, trip.operator))
    if vehicle.type not in trip.vehicle_types:
        asked.append((Rule.VEHICLE_TYPE, "type", vehicle.type, " or ".join(trip.vehicle_types)))
    if trip.lock is not None and trip.lock.vehicle not in (None, vehicle.id):
        asked.append((Rule.LOCK_VEHICLE, "vehicle", vehicle.id, str(trip.lock.vehicle)))
    for rule, what, has, wanted in asked:
        message = f"trip {trip.id} is carried by {what} {has}, it asks for {wanted}"
        path = f"{carried.path}.vehicle"
        found.add(rule, path, message, trip=trip.id, vehicle=vehicle.id, value=has, limit=wanted)


def check_times(carried: Carried, found: Findings) -> None:
    """Note every time limit of the trip that is broken, one second of rounding granted."""
    trip, boarding, alighting = carried.trip, carried.boarding, carried.alighting
    start, drop = boarding.service_start, alighting.departure
    start_path, drop_path = f"{boarding.path}.service_start", f"{alighting.path}.departure"
    checks = [
        (Rule.LATE, drop_path, drop, trip.appointment, 1, "service is over", "the appointment is"),
        (Rule.EARLY, start_path, start, trip.ready, -1, "service starts", "the patient is ready"),
        (Rule.EARLIEST_PICKUP, start_path, start, trip.earliest_pickup, -1, "is picked up", "not before"),
        (Rule.LATEST_DROPOFF, drop_path, drop, trip.latest_dropoff, 1, "is dropped off", "not after"),
    ]
    for rule, path, value, limit, sign, does, bound in checks:
        if limit is not None and sign * (value - limit) > SECOND:
            message = f"trip {trip.id} {does} at {format_clock(value)}, {bound} {format_clock(limit)}"
            found.add(rule, path, message, trip=trip.id, value=value, limit=limit)

    pickup = trip.lock.pickup if trip.lock is not None else None
    if pickup is not None and abs(start - pickup) > SECOND:
        message = f"trip {trip.id} is picked up at {format_clock(start)}, locked to {format_clock(pickup)}"
        found.add(Rule.LOCK_PICKUP, start_path, message, trip=trip.id, value=start, limit=pickup)

    ride_min = alighting.arrival - boarding.departure
    if trip.max_ride_min is not None and ride_min > trip.max_ride_min + SECOND:
        message = f"trip {trip.id} rides {ride_min:.1f} min, at most {trip.max_ride_min:g}"
        path = f"{alighting.path}.arrival"
        found.add(Rule.MAX_RIDE, path, message, trip=trip.id, value=ride_min, limit=trip.max_ride_min)


def check_detour(book: Book, carried: Carried, found: Findings) -> None:
    """Note a detour beyond the limit for the number aboard (CSS R.322-11-5)."""
    limit = book.limits.detour_km(carried.aboard)
    if carried.detour_km > limit + METRES * carried.stop_count:
        trip = carried.trip.id
        message = (
            f"trip {trip} rides {carried.ridden_km:.3f} km instead of {carried.direct_km:.3f}, "
            f"{limit:g} km more are allowed with {carried.aboard} aboard"
        )
        path = f"{carried.path}.detour_km"
        found.add(Rule.DETOUR, path, message, trip=trip, value=carried.detour_km, limit=limit)


def check_together(all_carried: Iterable[Carried], found: Findings) -> None:
    """Note locks that put trips together which are never aboard together."""
    for carried in all_carried:
        lock = carried.trip.lock
        for other in lock.with_ if lock is not None else ():
            if other not in carried.companions:
                trip = carried.trip.id
                message = f"trip {trip} is locked with {other} and never aboard together with it"
                found.add(Rule.LOCK_WITH, f"{carried.path}.with", message, trip=trip, limit=other)


def check_waits(book: Book, all_carried: Iterable[Carried], found: Findings) -> None:
    """Note visits whose waits before and after care sum to more than the limit (CSS R.322-11-6).

    A trip without a visit, or whose other half is not served, counts by itself.
    """
    visits: dict[tuple[str, ...], list[Carried]] = defaultdict(list)
    for carried in all_carried:
        trip = carried.trip
        visits[(trip.id,) if trip.visit is None else (trip.patient, trip.visit)].append(carried)
    limit = book.limits.wait_min
    for legs in visits.values():
        total = sum(carried.wait_min for carried in legs)
        if total > limit + SECOND * len(legs):
            last = legs[-1]
            trips = " and ".join(carried.trip.id for carried in legs)
            message = f"the patient of {trips} waits {total:.1f} min at the place of care, at most {limit:g}"
            path = f"{last.path}.wait_min"
            found.add(Rule.WAIT, path, message, trip=last.trip.id, value=total, limit=limit)
