"""What each trip asks of a ride, and what each kind of vehicle can carry, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day, Trip, Vehicle, VehicleType
from sharedride.rules import Rules
from sharedride.travel import TravelTable

INFINITE = 1e9
"""Stands for "no limit" in km and minutes."""

VSL_PATIENTS = 3
"""Patients a VSL may carry at most, whatever its seats (carriers' convention, art. 34)."""

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class VehicleKind:
    """What decides whether a vehicle may carry a ride: vehicles alike in it are one kind."""

    type: VehicleType
    operator: str
    patients: int
    seats: int
    wheelchairs: int
    locked_id: str | None
    """The vehicle's id where a trip is locked to it."""


def kind_of(vehicle: Vehicle, locked: frozenset[str]) -> VehicleKind:
    """Return the kind of a vehicle; ``locked`` holds the ids of vehicles some trip is locked to."""
    patients = min(VSL_PATIENTS, vehicle.seats) if vehicle.type is VehicleType.VSL else vehicle.seats
    return VehicleKind(
        type=vehicle.type,
        operator=vehicle.operator,
        patients=patients,
        seats=vehicle.seats,
        wheelchairs=vehicle.wheelchairs,
        locked_id=vehicle.id if vehicle.id in locked else None,
    )


def locked_vehicles(day: Day) -> frozenset[str]:
    """Ids of the vehicles some trip is locked to."""
    locks = (trip.lock for trip in day.trips)
    return frozenset(lock.vehicle for lock in locks if lock is not None and lock.vehicle is not None)


def vehicle_kinds(day: Day) -> tuple[VehicleKind, ...]:
    """Kinds of vehicle of the day, in order of first appearance."""
    locked = locked_vehicles(day)
    return tuple(dict.fromkeys(kind_of(vehicle, locked) for vehicle in day.vehicles))


def may_carry(kind: VehicleKind, trip: Trip) -> bool:
    """Whether a vehicle of that kind may carry the trip at all."""
    lock = trip.lock.vehicle if trip.lock is not None else None
    return (
        kind.type in trip.vehicle_types
        and trip.operator in (None, kind.operator)
        and lock in (None, kind.locked_id)
        and kind.seats >= trip.seats_needed
        and kind.wheelchairs >= int(trip.wheelchair)
    )


@dataclass(frozen=True)
class Fleet:
    """Kinds of vehicle of a day, and which of them may carry each trip, shape ``(trips, kinds)``."""

    kinds: tuple[VehicleKind, ...]
    able: BoolArray

    def used(self, trips: Sequence[int] | IntArray) -> IntArray:
        """Numbers of the kinds that may carry any of some trips."""
        return np.flatnonzero(self.able[trips].any(axis=0))


def fleet_of(day: Day) -> Fleet:
    """Kinds of a day's vehicles; a day has thousands of kinds and trips, but few wants that differ."""
    kinds = vehicle_kinds(day)
    able = np.zeros((len(day.trips), len(kinds)), np.bool_)
    types = np.array([kind.type for kind in kinds])
    operators = np.array([kind.operator for kind in kinds])
    known: dict[object, BoolArray] = {}
    for k, trip in enumerate(day.trips):
        lock = trip.lock.vehicle if trip.lock is not None else None
        wants = (trip.vehicle_types, trip.operator, lock, trip.seats_needed, trip.wheelchair)
        if wants not in known:
            # Most kinds are another operator's; the rest are asked one by one.
            near = np.isin(types, list(trip.vehicle_types))
            if trip.operator is not None:
                near &= operators == trip.operator
            for place in np.flatnonzero(near).tolist():
                near[place] = may_carry(kinds[place], trip)
            known[wants] = near
        able[k] = known[wants]
    return Fleet(kinds, able)


@dataclass(frozen=True)
class TripData:
    """Trips as arrays of length ``n`` (``order`` maps them to ``day.trips``), on the places they touch.

    ``org`` and ``dst``, and the rows and columns of the tables, number ``places``, which are the day's.
    Times are minutes from midnight. ``board_from``/``board_to`` bound the service start where the
    patient boards, ``alight_from`` the service start where the patient alights, ``leave_by`` the departure
    there. ``low_km`` and ``low_minutes`` are shortest-path closures, lower bounds on any way between two
    places even where the tables break the triangle inequality. ``share[i, j]`` says two trips may be
    aboard together; ``with_trip[with_ptr[i]:with_ptr[i + 1]]`` are partners a lock demands.
    """

    trips: tuple[Trip, ...]
    order: IntArray
    places: IntArray
    org: IntArray
    dst: IntArray
    km: FloatArray
    minutes: FloatArray
    low_km: FloatArray
    low_minutes: FloatArray
    direct: FloatArray
    board: FloatArray
    alight: FloatArray
    board_from: FloatArray
    board_to: FloatArray
    alight_from: FloatArray
    leave_by: FloatArray
    max_ride: FloatArray
    seats: IntArray
    chairs: IntArray
    share: BoolArray
    with_ptr: IntArray
    with_trip: IntArray


def trip_data(day: Day, table: TravelTable, rules: Rules, trips: Sequence[int] | None = None) -> TripData:
    """Collect the trips of a day (or some of them) as arrays."""
    order = np.arange(len(day.trips)) if trips is None else np.array(sorted(trips), dtype=np.int64)
    chosen = tuple(day.trips[i] for i in order)
    index = {place.id: i for i, place in enumerate(day.places)}
    org = np.array([index[trip.origin] for trip in chosen], dtype=np.int64)
    dst = np.array([index[trip.destination] for trip in chosen], dtype=np.int64)
    windows = np.array([_window(trip, rules.wait_min) for trip in chosen]).reshape(-1, 4)
    position = {day.trips[i].id: k for k, i in enumerate(order)}
    partners = [
        # A partner outside the chosen trips can never be aboard: point at the trip itself, which is
        # never "together with" itself, so that the ride is refused.
        [position.get(other, k) for other in (trip.lock.with_ if trip.lock is not None else ())]
        for k, trip in enumerate(chosen)
    ]
    # Tables of a whole région are too large to be copied for each of its companies.
    places, ends = np.unique(np.concatenate((org, dst)), return_inverse=True)
    km, minutes = table.km[np.ix_(places, places)], table.minutes[np.ix_(places, places)]
    return TripData(
        trips=chosen,
        order=order,
        places=places,
        org=ends[: len(order)],
        dst=ends[len(order) :],
        km=km,
        minutes=minutes,
        low_km=km if table.metric else _closure(km),
        low_minutes=minutes if table.metric else _closure(minutes),
        direct=table.km[org, dst] if len(order) else np.empty(0),
        board=np.array([trip.board_min for trip in chosen], dtype=np.float64),
        alight=np.array([trip.alight_min for trip in chosen], dtype=np.float64),
        board_from=windows[:, 0],
        board_to=windows[:, 1],
        alight_from=windows[:, 2],
        leave_by=windows[:, 3],
        max_ride=np.array([trip.max_ride_min or INFINITE for trip in chosen], dtype=np.float64),
        seats=np.array([trip.seats_needed for trip in chosen], dtype=np.int64),
        chairs=np.array([trip.wheelchair for trip in chosen], dtype=np.int64),
        share=_share(chosen),
        with_ptr=np.concatenate(([0], np.cumsum([len(p) for p in partners]))).astype(np.int64),
        with_trip=np.array([q for p in partners for q in p], dtype=np.int64),
    )


def _window(trip: Trip, wait: float) -> tuple[float, float, float, float]:
    board_from, board_to = -INFINITE, INFINITE
    alight_from, leave_by = -INFINITE, INFINITE
    if trip.appointment is not None:
        alight_from, leave_by = trip.appointment - wait, trip.appointment
    if trip.ready is not None:
        board_from, board_to = trip.ready, trip.ready + wait
    if trip.earliest_pickup is not None:
        board_from = max(board_from, trip.earliest_pickup)
    if trip.latest_dropoff is not None:
        leave_by = min(leave_by, trip.latest_dropoff)
    if trip.lock is not None and trip.lock.pickup is not None:
        board_from = max(board_from, trip.lock.pickup)
        board_to = min(board_to, trip.lock.pickup)
    return board_from, board_to, alight_from, leave_by


def _share(trips: tuple[Trip, ...]) -> BoolArray:
    """Pairs whose patients may be aboard together: consent, exclusions, operator, vehicle type."""
    size = len(trips)
    if not size:
        return np.zeros((0, 0), np.bool_)
    alone = np.array([trip.must_ride_alone for trip in trips])
    patients = np.array([trip.patient for trip in trips])
    operators = np.array([trip.operator or "" for trip in trips])
    vsl = np.array([VehicleType.VSL in trip.vehicle_types for trip in trips])
    taxi = np.array([VehicleType.TAXI in trip.vehicle_types for trip in trips])
    share: BoolArray = ~(alone[:, None] | alone[None, :])
    share &= patients[:, None] != patients[None, :]
    either = (operators[:, None] == "") | (operators[None, :] == "")
    share &= either | (operators[:, None] == operators[None, :])
    share &= (vsl[:, None] & vsl[None, :]) | (taxi[:, None] & taxi[None, :])
    by_patient: dict[str, list[int]] = {}
    for k, trip in enumerate(trips):
        by_patient.setdefault(trip.patient, []).append(k)
    for k, trip in enumerate(trips):
        for patient in trip.not_with:
            for other in by_patient.get(patient, ()):
                share[k, other] = share[other, k] = False
    return share


def _closure(matrix: FloatArray) -> FloatArray:
    """Shortest-path closure: the least any way between two places may take."""
    shortest = matrix
    for via in range(len(matrix)):
        shortest = np.minimum(shortest, shortest[:, via, None] + shortest[None, via, :])
    return shortest
