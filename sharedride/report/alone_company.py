"""Whether two patients may be aboard one vehicle at all, whatever the way and the hour."""

from collections.abc import Callable, Sequence

from sharedride.day.model import Day, Trip
from sharedride.document import AloneCode
from sharedride.planning.fleet import VehicleGroup
from sharedride.report.alone_breach import Breach
from sharedride.rides.constraints import VehicleKind

PAIR = 2


class KindsNear:
    """The kinds of vehicle that decide about two trips: those they name, and one of each sort of the others.

    A région has thousands of operators whose kinds differ in nothing but the operator.
    """

    def __init__(self, groups: Sequence[VehicleGroup]) -> None:
        self._fixed: list[VehicleKind] = []
        self._own: dict[str, list[VehicleKind]] = {}
        self._alike: dict[tuple[object, ...], list[VehicleKind]] = {}
        for kind in dict.fromkeys(group.kind for group in groups):
            if kind.locked_id is not None:
                self._fixed.append(kind)
                continue
            self._own.setdefault(kind.operator, []).append(kind)
            sort = self._alike.setdefault((kind.type, kind.patients, kind.seats, kind.wheelchairs), [])
            # Two trips name two operators at most: one of three is a stranger to both.
            if len(sort) < PAIR + 1 and kind.operator not in {known.operator for known in sort}:
                sort.append(kind)

    def of(self, a: Trip, b: Trip) -> list[VehicleKind]:
        """Kinds that suit two trips or miss as little as any does."""
        named = {operator for operator in (a.operator, b.operator) if operator is not None}
        found = [*self._fixed, *(kind for operator in sorted(named) for kind in self._own.get(operator, ()))]
        for sort in self._alike.values():
            found += [kind for kind in sort if kind.operator not in named][:1]
        return found


def company_breaches(day: Day, one: int, other: int, near: KindsNear) -> list[Breach]:
    """What keeps two trips (indices into ``day.trips``) apart besides distance and time.

    Patients to be kept apart, partners the dispatcher fixed, and vehicles: one must suit both. Where none
    does, the vehicle that misses fewest of lock, operator, type and places decides which it is.
    """
    a, b = day.trips[one], day.trips[other]
    found = [_excluded(a, b), _promised(a, b) or _promised(b, a), _no_vehicle(a, b, near.of(a, b))]
    return [breach for breach in found if breach is not None]


def _excluded(a: Trip, b: Trip) -> Breach | None:
    if a.patient == b.patient:
        return Breach("EXCLUDED", 1.0, f"{a.id} and {b.id} are of the same patient")
    if a.patient in b.not_with or b.patient in a.not_with:
        return Breach("EXCLUDED", 1.0, f"the patients of {a.id} and {b.id} are to be kept apart")
    return None


def _promised(a: Trip, b: Trip) -> Breach | None:
    others = [trip for trip in a.lock.with_ if trip != b.id] if a.lock is not None else []
    return Breach("LOCKED", 1.0, f"{a.id} is fixed to ride with {', '.join(others)}") if others else None


def _no_vehicle(a: Trip, b: Trip, kinds: Sequence[VehicleKind]) -> Breach | None:
    misses = [[code for code, suits in _SUITS if not suits(kind, a, b)] for kind in kinds]
    if not all(misses):
        return None
    code = min(misses, key=lambda codes: (len(codes), [_CODES.index(code) for code in codes]))[0]
    return Breach(code, 1.0, _WORDS[code](a, b, kinds))


def _lock_suits(kind: VehicleKind, a: Trip, b: Trip) -> bool:
    return all(_fixed_vehicle(trip) in (None, kind.locked_id) for trip in (a, b))


def _operator_suits(kind: VehicleKind, a: Trip, b: Trip) -> bool:
    return all(trip.operator in (None, kind.operator) for trip in (a, b))


def _type_suits(kind: VehicleKind, a: Trip, b: Trip) -> bool:
    return all(kind.type in trip.vehicle_types for trip in (a, b))


def _holds(kind: VehicleKind, a: Trip, b: Trip) -> bool:
    seats, chairs = _places(a, b)
    return kind.patients >= PAIR and kind.seats >= seats and kind.wheelchairs >= chairs


def _fixed_vehicle(trip: Trip) -> str | None:
    return trip.lock.vehicle if trip.lock is not None else None


def _places(a: Trip, b: Trip) -> tuple[int, int]:
    return a.seats_needed + b.seats_needed, int(a.wheelchair) + int(b.wheelchair)


def _lock_words(a: Trip, b: Trip, kinds: Sequence[VehicleKind]) -> str:
    fixed = [(trip.id, vehicle) for trip in (a, b) if (vehicle := _fixed_vehicle(trip)) is not None]
    if len({vehicle for _, vehicle in fixed}) > 1:
        return ", ".join(f"{trip} is fixed to {vehicle}" for trip, vehicle in fixed)
    return f"{fixed[0][0]} is fixed to {fixed[0][1]}, which cannot carry both"


def _operator_words(a: Trip, b: Trip, kinds: Sequence[VehicleKind]) -> str:
    named = [(trip.id, trip.operator) for trip in (a, b) if trip.operator is not None]
    if len({operator for _, operator in named}) > 1:
        return ", ".join(f"{trip} asks for operator {operator}" for trip, operator in named)
    return f"{named[0][0]} asks for operator {named[0][1]}, no vehicle of which can carry both"


def _type_words(a: Trip, b: Trip, kinds: Sequence[VehicleKind]) -> str:
    asks = [(trip.id, " or ".join(trip.vehicle_types)) for trip in (a, b)]
    if set(a.vehicle_types).isdisjoint(b.vehicle_types):
        return ", ".join(f"{trip} needs a {types}" for trip, types in asks)
    common = " or ".join(kind for kind in a.vehicle_types if kind in b.vehicle_types)
    return f"no {common} can carry both"


def _place_words(a: Trip, b: Trip, kinds: Sequence[VehicleKind]) -> str:
    seats, chairs = _places(a, b)
    suited = [
        kind
        for kind in kinds
        if _lock_suits(kind, a, b) and _operator_suits(kind, a, b) and _type_suits(kind, a, b)
    ]
    if not suited:
        return f"{seats} seats and {chairs} wheelchair places needed, and no vehicle suits both"
    most_seats, most_chairs = max(k.seats for k in suited), max(k.wheelchairs for k in suited)
    if most_seats < seats:
        return f"{seats} seats needed, the largest vehicle that suits both has {most_seats}"
    if most_chairs < chairs:
        return f"{chairs} wheelchair places needed, no vehicle that suits both has more than {most_chairs}"
    return f"no vehicle that suits both has {seats} seats and {chairs} wheelchair places"


_SUITS: tuple[tuple[AloneCode, Callable[[VehicleKind, Trip, Trip], bool]], ...] = (
    ("LOCKED", _lock_suits),
    ("OPERATOR", _operator_suits),
    ("VEHICLE_TYPE", _type_suits),
    ("SEATS", _holds),
)
_CODES = tuple(code for code, _ in _SUITS)
_WORDS: dict[AloneCode, Callable[[Trip, Trip, Sequence[VehicleKind]], str]] = {
    "LOCKED": _lock_words,
    "OPERATOR": _operator_words,
    "VEHICLE_TYPE": _type_words,
    "SEATS": _place_words,
}
