"""The ledger: every account of a finished plan."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum

import numpy as np

from sharedride.day.model import Day, Trip, VehicleType
from sharedride.ledger.accounts import RideAccount, RouteAccount, TripAccount
from sharedride.ledger.bills import Carried, bills
from sharedride.ledger.kpis import Kpis, kpis
from sharedride.ledger.operators import OperatorAccount, operator_accounts
from sharedride.ledger.patients import PatientAccount, patient_accounts
from sharedride.ledger.walk import Carriage, Walk, walk
from sharedride.planning.solution import Route
from sharedride.rules import Rules
from sharedride.tariffs import FareLines, TariffBook
from sharedride.travel.table import TravelTable

_NOTES = (
    "A trip's detour is counted from the travel table's own distance between origin and destination: the "
    "decree names no reference.",
    "CO2 is an assumed figure per km, the same for all vehicles.",
    "The malus is judged on this day alone; the payer settles it on a year.",
)


@dataclass(frozen=True)
class Ledger:
    """Accounts of a plan.

    Attributes
    ----------
    trips
        Served trips in the order of ``day.trips``.
    rides
        By route, then by number.
    routes
        In the order given.
    operators, patients
        One per operator of the day; one per patient with a served trip.
    kpis
        The figures of the whole.
    notes
        Sources and assumptions any reader of the amounts must be told.
    """

    day: Day = field(repr=False)
    book: TariffBook = field(repr=False)
    trips: tuple[TripAccount, ...]
    rides: tuple[RideAccount, ...]
    routes: tuple[RouteAccount, ...]
    operators: tuple[OperatorAccount, ...]
    patients: tuple[PatientAccount, ...]
    kpis: Kpis
    notes: tuple[str, ...]

    @cached_property
    def by_trip(self) -> dict[int, TripAccount]:
        """Accounts of the served trips by index into ``day.trips``."""
        return {account.trip: account for account in self.trips}

    @property
    def costlier_shared(self) -> tuple[TripAccount, ...]:
        """Shared trips that cost the payer more than alone: the detour outweighs the reduction."""
        return tuple(trip for trip in self.trips if trip.shared and trip.fare > trip.solo_fare)

    @property
    def cheaper_shared(self) -> tuple[TripAccount, ...]:
        """Shared trips that cost the payer less than alone, so bring the operator less revenue."""
        return tuple(trip for trip in self.trips if trip.shared and trip.fare < trip.solo_fare)

    @property
    def costlier_rides(self) -> tuple[RideAccount, ...]:
        """Shared rides whose fares together cost the payer more than their trips alone."""
        return tuple(ride for ride in self.rides if ride.shared and ride.payer_gain < 0)

    @property
    def payer_gains_operator_loses(self) -> tuple[RideAccount, ...]:
        """Shared rides that save the payer money and cost the operator margin."""
        shared = (ride for ride in self.rides if ride.shared)
        return tuple(ride for ride in shared if ride.payer_gain > 0 > ride.operator_gain)

    @property
    def operator_gains_payer_loses(self) -> tuple[RideAccount, ...]:
        """Shared rides that bring the operator margin and cost the payer money."""
        shared = (ride for ride in self.rides if ride.shared)
        return tuple(ride for ride in shared if ride.operator_gain > 0 > ride.payer_gain)

    def explain(self, trip: int, *, solo: bool = False) -> FareLines:
        """Return the fare of a served trip (index into ``day.trips``) line by line, or its solo fare.

        Raises
        ------
        KeyError
            When the trip is not served.
        """
        account = self.by_trip[trip]
        operator = self.day.operators[account.operator]
        return self.book.explain(
            account.vehicle_type,
            operator,
            certified=operator.certified,
            km=account.billed_solo_km if solo else account.billed_km,
            aboard=1 if solo else account.aboard,
            alone_km=0.0 if solo else account.billed_alone_km,
            rate=account.supplement_rate,
            wheelchair=self.day.trips[trip].wheelchair,
            big_city=account.big_city,
            hospital_care=account.hospital_care,
        )


def ledger(
    day: Day, table: TravelTable, routes: Sequence[Route], *, book: TariffBook, rules: Rules
) -> Ledger:
    """Keep the accounts of a plan.

    Raises
    ------
    InputError
        When an operator that carried somebody cannot be priced, as it is, certified, or not.
    ValueError
        When a route lets off a patient who is not aboard, or a trip is carried twice or to no end.
    """
    walks = [walk(day, table, route) for route in routes]
    trips = _trip_accounts(day, table, walks, book, rules)
    accounts = tuple(each.account for each in walks)
    operators = operator_accounts(day, trips, accounts, book.malus)
    return Ledger(
        day=day,
        book=book,
        trips=trips,
        rides=_ride_accounts(day, table, walks, {trip.trip: trip for trip in trips}),
        routes=accounts,
        operators=operators,
        patients=patient_accounts(day, trips, book.patient),
        kpis=kpis(day, trips, accounts, operators),
        notes=book.notes + _NOTES,
    )


def _trip_accounts(
    day: Day, table: TravelTable, walks: Sequence[Walk], book: TariffBook, rules: Rules
) -> tuple[TripAccount, ...]:
    served = sorted(
        ((each.account.vehicle, carriage) for each in walks for carriage in each.carriages),
        key=lambda pair: pair[1].trip,
    )
    carried = _carried(day, table, served, book)
    place_of = {place.id: index for index, place in enumerate(day.places)}
    ends = [(day.trips[index].origin, day.trips[index].destination) for index in carried.trip]
    direct_km = [float(table.km[place_of[origin], place_of[destination]]) for origin, destination in ends]
    if len(np.unique(carried.trip)) < len(carried.trip):
        raise ValueError("a trip is carried by more than one vehicle")
    certified = np.array([operator.certified for operator in day.operators], dtype=np.bool_)
    declared = bills(book, day, carried, certified)
    all_certified = bills(book, day, carried, np.ones_like(certified))
    none_certified = bills(book, day, carried, np.zeros_like(certified))
    return tuple(
        TripAccount(
            trip=carriage.trip,
            vehicle=vehicle,
            operator=int(carried.operator[row]),
            vehicle_type=VehicleType.VSL if carried.vsl[row] else VehicleType.TAXI,
            ride=carriage.ride,
            picked_up=carriage.boarded.service_start,
            dropped_off=carriage.alighted.departure,
            direct_km=direct_km[row],
            ridden_km=carriage.ridden_km,
            detour_km=_detour(carriage.ridden_km, direct_km[row]),
            detour_limit_km=rules.detour_limit_km(carriage.aboard),
            alone_km=carriage.alone_km,
            billed_km=carriage.billed_km,
            billed_solo_km=float(carried.direct_km[row]),
            billed_alone_km=carriage.billed_alone_km,
            aboard=carriage.aboard,
            with_=tuple(sorted(carriage.with_ - {carriage.trip})),
            wait_min=_wait(day.trips[carriage.trip], carriage),
            supplement_rate=float(carried.rate[row]),
            big_city=bool(carried.big_city[row]),
            hospital_care=bool(carried.hospital_care[row]),
            fare=float(declared.fare[row]),
            solo_fare=float(declared.solo[row]),
            fare_all_certified=float(all_certified.fare[row]),
            solo_all_certified=float(all_certified.solo[row]),
            fare_none_certified=float(none_certified.fare[row]),
            solo_none_certified=float(none_certified.solo[row]),
        )
        for row, (vehicle, carriage) in enumerate(served)
    )


def _carried(
    day: Day, table: TravelTable, served: Sequence[tuple[int, Carriage]], book: TariffBook
) -> Carried:
    operator_of = {operator.id: index for index, operator in enumerate(day.operators)}
    place_of = {place.id: index for index, place in enumerate(day.places)}
    trip = np.array([carriage.trip for _, carriage in served], dtype=np.intp)
    vehicle = np.array([vehicle for vehicle, _ in served], dtype=np.intp)
    origin = np.array([place_of[day.trips[index].origin] for index in trip], dtype=np.intp)
    destination = np.array([place_of[day.trips[index].destination] for index in trip], dtype=np.intp)
    vsl = np.array([day.vehicles[index].type is VehicleType.VSL for index in vehicle], dtype=np.bool_)
    pickup = np.array([carriage.boarded.service_start for _, carriage in served], dtype=np.float64)
    city = book.big_city(day)
    return Carried(
        trip=trip,
        vehicle=vehicle,
        operator=np.array([operator_of[day.vehicles[index].operator] for index in vehicle], dtype=np.intp),
        vsl=vsl,
        direct_km=table.km_to_bill[origin, destination],
        ridden_km=np.array([carriage.billed_km for _, carriage in served], dtype=np.float64),
        alone_km=np.array([carriage.billed_alone_km for _, carriage in served], dtype=np.float64),
        aboard=np.array([carriage.aboard for _, carriage in served], dtype=np.intp),
        rate=np.where(
            vsl,
            book.supplement_rate(VehicleType.VSL, day.date, pickup),
            book.supplement_rate(VehicleType.TAXI, day.date, pickup),
        ),
        wheelchair=np.array([day.trips[index].wheelchair for index in trip], dtype=np.bool_),
        big_city=city[origin] | city[destination],
        hospital_care=book.hospital_care(day)[trip],
    )


def _ride_accounts(
    day: Day, table: TravelTable, walks: Sequence[Walk], by_trip: dict[int, TripAccount]
) -> tuple[RideAccount, ...]:
    place_of = {place.id: index for index, place in enumerate(day.places)}
    rides = []
    for each in walks:
        for ride, (km, minutes) in each.loaded.items():
            trips = tuple(carriage.trip for carriage in each.carriages if carriage.ride == ride)
            asked = [day.trips[index] for index in trips]
            service = fsum(trip.board_min + trip.alight_min for trip in asked)
            direct_min = fsum(
                float(table.minutes[place_of[trip.origin], place_of[trip.destination]]) for trip in asked
            )
            direct_km = fsum(by_trip[index].direct_km for index in trips)
            per_km, per_min = day.costs.per_km, day.costs.per_hour / 60.0
            rides.append(
                RideAccount(
                    vehicle=each.account.vehicle,
                    ride=ride,
                    trips=trips,
                    fare=round(fsum(by_trip[index].fare for index in trips), 2),
                    solo_fare=round(fsum(by_trip[index].solo_fare for index in trips), 2),
                    cost=per_km * km + per_min * (minutes + service),
                    solo_cost=per_km * direct_km + per_min * (direct_min + service),
                )
            )
    return tuple(rides)


def _detour(ridden_km: float, direct_km: float) -> float:
    """Ridden less direct km; the dust of adding legs up is no detour."""
    detour = ridden_km - direct_km
    return 0.0 if abs(detour) < 1e-9 else detour


def _wait(trip: Trip, carriage: Carriage) -> float:
    if trip.outbound:
        return 0.0 if trip.appointment is None else trip.appointment - carriage.alighted.service_start
    return 0.0 if trip.ready is None else carriage.boarded.service_start - trip.ready
