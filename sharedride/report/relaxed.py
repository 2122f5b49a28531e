"""The same pair of trips with one limit loosened just so far, in every way that limit can be loosened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil

from sharedride.day.model import Trip, VehicleType
from sharedride.document import AloneCode
from sharedride.planning.fleet import VehicleGroup
from sharedride.report.alone_breach import EPS, Breach
from sharedride.report.alone_limits import Case
from sharedride.report.alone_ride import PairOrder


class Gives(StrEnum):
    """What would have to give way."""

    NOTHING = "nothing"
    KM = "km"
    WAIT = "wait"
    HOURS = "hours"
    SHIFT = "shift"
    OPERATOR = "operator"
    VEHICLE = "vehicle"
    LOCK = "lock"
    CONSENT = "consent"


@dataclass(frozen=True)
class Change:
    """One change: what gives way, how far (km or minutes, rounded up), in words, and the case after it."""

    gives: Gives
    amount: float
    words: str
    after: Case


def changes(case: Case, order: PairOrder, breach: Breach) -> Iterator[Change]:
    """Yield every single change that might mend a breach of a pair; each is still to be judged."""
    mend = _MENDS.get(breach.code)
    if mend is not None:
        yield from mend(case, order, breach)


def _detour(case: Case, order: PairOrder, breach: Breach) -> Iterator[Change]:
    km = _up(10.0 * breach.excess * case.km_unit) / 10.0
    rules = case.rules
    looser = replace(
        rules,
        detour_km_per_extra_patient=rules.detour_km_per_extra_patient + km,
        detour_km_cap=rules.detour_km_cap + km,
        detour_km_after_last_pickup=_plus(rules.detour_km_after_last_pickup, km),
        detour_km_between_pickups=_plus(rules.detour_km_between_pickups, km),
    )
    yield Change(Gives.KM, km, f"{km:g} km more detour", replace(case, rules=looser))


def _wait(case: Case, order: PairOrder, breach: Breach) -> Iterator[Change]:
    minutes = _up(breach.excess * case.minute_unit)
    looser = replace(case.rules, wait_min=case.rules.wait_min + minutes)
    yield Change(Gives.WAIT, minutes, f"{minutes:g} min more wait", replace(case, rules=looser))


def _time(case: Case, order: PairOrder, breach: Breach) -> Iterator[Change]:
    """Move one hour that was asked for, or lengthen the shifts."""
    by = _up(breach.excess * case.minute_unit)
    for index in (order.first, order.second):
        for words, fields in _hours(case.day.trips[index], by):
            yield Change(Gives.HOURS, by, words, _with(case, {index: fields}))
    groups = case.groups
    longer = [replace(group, shift=(group.shift[0], group.shift[1] + by)) for group in groups]
    sooner = [replace(group, shift=(group.shift[0] - by, group.shift[1])) for group in groups]
    yield Change(Gives.SHIFT, by, f"a shift that ends {by} min later", replace(case, groups=longer))
    yield Change(Gives.SHIFT, by, f"a shift that begins {by} min sooner", replace(case, groups=sooner))


def _hours(trip: Trip, by: int) -> Iterator[tuple[str, dict[str, object]]]:
    if trip.appointment is not None:
        yield f"appointment of {trip.id} {by} min later", {"appointment": trip.appointment + by}
    if trip.ready is not None:
        yield f"{trip.id} ready {by} min sooner", {"ready": trip.ready - by}
    if trip.earliest_pickup is not None:
        words = f"pick-up of {trip.id} allowed {by} min sooner"
        yield words, {"earliest_pickup": trip.earliest_pickup - by}
    if trip.latest_dropoff is not None:
        words = f"drop-off of {trip.id} allowed {by} min later"
        yield words, {"latest_dropoff": trip.latest_dropoff + by}
    if trip.max_ride_min is not None:
        yield f"ride of {trip.id} {by} min longer", {"max_ride_min": trip.max_ride_min + by}
    if trip.lock is not None and trip.lock.pickup is not None:
        for word, way in (("later", by), ("sooner", -by)):
            moved = trip.lock.model_copy(update={"pickup": trip.lock.pickup + way})
            yield f"fixed pick-up of {trip.id} {by} min {word}", {"lock": moved}


def _operator(case: Case, order: PairOrder, breach: Breach) -> Iterator[Change]:
    for index in (order.first, order.second):
        trip = case.day.trips[index]
        if trip.operator is not None:
            words = f"another operator for {trip.id}"
            yield Change(Gives.OPERATOR, 0.0, words, _with(case, {index: {"operator": None}}))


def _vehicle_type(case: Case, order: PairOrder, breach: Breach) -> Iterator[Change]:
    for index in (order.first, order.second):
        trip = case.day.trips[index]
        other = [kind for kind in VehicleType if kind not in trip.vehicle_types]
        if other:
            words = f"a {'VSL' if other[0] is VehicleType.VSL else 'taxi'} for {trip.id}"
            yield Change(
                Gives.VEHICLE, 0.0, words, _with(case, {index: {"vehicle_types": tuple(VehicleType)}})
            )


def _seats(case: Case, order: PairOrder, breach: Breach) -> Iterator[Change]:
    trips = [case.day.trips[index] for index in (order.first, order.second)]
    seats, chairs = sum(trip.seats_needed for trip in trips), sum(trip.wheelchair for trip in trips)

    def larger(group: VehicleGroup) -> VehicleGroup:
        kind = replace(
            group.kind,
            patients=max(group.kind.patients, len(trips)),
            seats=max(group.kind.seats, seats),
            wheelchairs=max(group.kind.wheelchairs, chairs),
        )
        return replace(group, kind=kind)

    words = f"a vehicle with {seats} seats"
    if chairs:
        words += f" and {chairs} wheelchair place{'s' * (chairs > 1)}"
    yield Change(Gives.VEHICLE, 0.0, words, replace(case, groups=[larger(group) for group in case.groups]))


def _lock(case: Case, order: PairOrder, breach: Breach) -> Iterator[Change]:
    for index in (order.first, order.second):
        trip = case.day.trips[index]
        if trip.lock is not None:
            looser = trip.lock.model_copy(update={"vehicle": None, "with_": ()})
            yield Change(Gives.LOCK, 0.0, f"the lock of {trip.id}", _with(case, {index: {"lock": looser}}))


_MENDS: dict[AloneCode, Callable[[Case, PairOrder, Breach], Iterator[Change]]] = {
    "DETOUR": _detour,
    "WAIT": _wait,
    "TIME": _time,
    "OPERATOR": _operator,
    "VEHICLE_TYPE": _vehicle_type,
    "SEATS": _seats,
    "LOCKED": _lock,
}


def _with(case: Case, fields: dict[int, dict[str, object]]) -> Case:
    trips = list(case.day.trips)
    for index, changed in fields.items():
        trips[index] = trips[index].model_copy(update=changed)
    return replace(case, day=case.day.model_copy(update={"trips": tuple(trips)}))


def _plus(limit: float | None, km: float) -> float | None:
    return None if limit is None else limit + km


def _up(value: float) -> int:
    """The next whole figure: a change rounded down would not do."""
    return ceil(value - EPS)
