"""Vehicles alike in everything the plan looks at, as groups."""

from dataclasses import dataclass

from sharedride.day.model import Break, Day, Vehicle
from sharedride.rides.constraints import VehicleKind, kind_of, locked_vehicles


@dataclass(frozen=True)
class VehicleGroup:
    """Interchangeable vehicles: same kind, depots, shift and break.

    Attributes
    ----------
    vehicles
        Indices into ``day.vehicles``.
    start, end
        Depots as indices into ``day.places``.
    shift
        Earliest departure from ``start`` and latest arrival at ``end``, in minutes from midnight.
    """

    kind: VehicleKind
    vehicles: tuple[int, ...]
    start: int
    end: int
    shift: tuple[float, float]
    break_: Break | None

    @property
    def size(self) -> int:
        """Number of vehicles."""
        return len(self.vehicles)


def vehicle_groups(day: Day) -> tuple[VehicleGroup, ...]:
    """Group the day's vehicles, in order of first appearance."""
    place = {p.id: i for i, p in enumerate(day.places)}
    locked = locked_vehicles(day)
    groups: dict[tuple[object, ...], list[int]] = {}

    def key(vehicle: Vehicle) -> tuple[object, ...]:
        kind = kind_of(vehicle, locked)
        return kind, place[vehicle.start], place[vehicle.end], vehicle.shift, vehicle.break_

    for index, vehicle in enumerate(day.vehicles):
        groups.setdefault(key(vehicle), []).append(index)
    return tuple(
        VehicleGroup(
            kind=kind_of(day.vehicles[members[0]], locked),
            vehicles=tuple(members),
            start=place[day.vehicles[members[0]].start],
            end=place[day.vehicles[members[0]].end],
            shift=day.vehicles[members[0]].shift,
            break_=day.vehicles[members[0]].break_,
        )
        for members in groups.values()
    )
