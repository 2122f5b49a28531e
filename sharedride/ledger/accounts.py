"""The accounts of single trips, rides and routes. Euros, km; times in minutes from midnight."""

from dataclasses import dataclass

from sharedride.day.model import VehicleType


@dataclass(frozen=True, slots=True)
class TripAccount:
    """A served trip: how it was carried and what it costs the payer.

    Attributes
    ----------
    trip, vehicle, operator
        Indices into the day's lists.
    ride
        Number of the ride within its vehicle's route, from 1.
    picked_up, dropped_off
        ``service_start`` of the boarding stop and ``departure`` of the alighting stop.
    direct_km, ridden_km, detour_km, detour_limit_km
        Distance of the trip alone, as carried, their difference, and what the rules allow.
    alone_km
        Distance as the only patient aboard.
    billed_km, billed_solo_km, billed_alone_km
        Distances to bill: as carried, alone and direct, and as the only patient aboard. They differ from
        those above where the day's billed km come from another travel model.
    aboard
        Largest number of patients aboard at once while this one was, itself included.
    with_
        Trips aboard together with this one at some moment, ascending.
    wait_min
        Wait at the place of care on this trip's side of the visit.
    supplement_rate
        Night, Sunday or holiday rate at pick-up.
    big_city
        Whether pick-up or drop-off lies in a big city of the taxi convention.
    hospital_care
        Whether the trip earns the empty return where the tariff book grants it.
    fare, solo_fare
        Billed as carried, and as it would be alone, direct, at the same time in the same vehicle.
    fare_all_certified, solo_all_certified, fare_none_certified, solo_none_certified
        The same two if every operator were certified, or none.
    """

    trip: int
    vehicle: int
    operator: int
    vehicle_type: VehicleType
    ride: int
    picked_up: float
    dropped_off: float
    direct_km: float
    ridden_km: float
    detour_km: float
    detour_limit_km: float
    alone_km: float
    billed_km: float
    billed_solo_km: float
    billed_alone_km: float
    aboard: int
    with_: tuple[int, ...]
    wait_min: float
    supplement_rate: float
    big_city: bool
    hospital_care: bool
    fare: float
    solo_fare: float
    fare_all_certified: float
    solo_all_certified: float
    fare_none_certified: float
    solo_none_certified: float

    @property
    def shared(self) -> bool:
        """Whether another patient was aboard on any part of the way (CSS R.322-11-1)."""
        return self.aboard > 1


@dataclass(frozen=True, slots=True)
class RideAccount:
    """A ride, from empty to empty.

    Attributes
    ----------
    trips
        Indices of the trips carried, in the order of boarding.
    fare, solo_fare
        Sums over the ride's trips.
    cost, solo_cost
        Running cost of the ride's loaded km and work, and of the same trips driven one by one. *Assumption*:
        the empty way to and from a ride and the vehicle's day belong to no ride and are left out.
    """

    vehicle: int
    ride: int
    trips: tuple[int, ...]
    fare: float
    solo_fare: float
    cost: float
    solo_cost: float

    @property
    def shared(self) -> bool:
        """Whether the ride carries more than one patient."""
        return len(self.trips) > 1

    @property
    def payer_gain(self) -> float:
        """Euros the payer saves by this ride; negative where sharing costs more."""
        return round(self.solo_fare - self.fare, 2)

    @property
    def operator_gain(self) -> float:
        """Euros of margin the operator gains by this ride over the same trips one by one."""
        return (self.fare - self.cost) - (self.solo_fare - self.solo_cost)


@dataclass(frozen=True, slots=True)
class RouteAccount:
    """A used vehicle's day.

    Attributes
    ----------
    vehicle
        Index into ``day.vehicles``.
    leg_km
        Distance to each stop from the one before, 0 for the first; km of the route are their sum.
    km, loaded_km, empty_km
        Distance in all, with at least one patient aboard, with none.
    work_hours, duty_hours
        Driving and service; from leaving ``start`` to reaching ``end``.
    """

    vehicle: int
    leg_km: tuple[float, ...]
    km: float
    loaded_km: float
    empty_km: float
    work_hours: float
    duty_hours: float
