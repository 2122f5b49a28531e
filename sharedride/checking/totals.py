"""The plan's sums, from the routes as read and the trips as priced."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sharedride.checking.bills import Bill, Price
from sharedride.checking.book import Book
from sharedride.checking.data import data_file
from sharedride.checking.reading import Carried, ReadRoute
from sharedride.day.model import VehicleType


@dataclass(frozen=True)
class Served:
    """One served trip with its price."""

    carried: Carried
    bill: Bill


@dataclass(frozen=True)
class PayerTotals:
    """Euros of all served trips: alone and direct, and as planned."""

    solo: float
    plan: float

    @property
    def saving(self) -> float:
        """What sharing saves the payer; negative when detours cost more."""
        return self.solo - self.plan


@dataclass(frozen=True)
class Totals:
    """Sums over the plan: km, hours, euros, counts of trips."""

    trips: int
    served: int
    shared: int
    vehicles: int
    stops: int
    km: float
    loaded_km: float
    work_hours: float
    duty_hours: float
    co2_kg: float
    running_cost: float
    declared: PayerTotals
    all_certified: PayerTotals
    none_certified: PayerTotals

    @property
    def margin(self) -> float:
        """Revenue less running cost."""
        return self.declared.plan - self.running_cost


def total(book: Book, routes: Sequence[ReadRoute], served: Sequence[Served]) -> Totals:
    """Add up the plan; driving and service by the day's own figures, duty by the printed clocks."""
    stops = [stop for route in routes for stop in route.stops]
    km = sum(route.stops[-1].odometer for route in routes)
    work_hours = sum(stop.minutes + stop.service_min for stop in stops) / 60
    vehicles = len({route.vehicle.id for route in routes})
    costs = book.day.costs
    return Totals(
        trips=len(book.day.trips),
        served=len(served),
        shared=sum(item.carried.shared for item in served),
        vehicles=vehicles,
        stops=len(stops),
        km=km,
        loaded_km=sum(stop.km for stop in stops if stop.on_arrival),
        work_hours=work_hours,
        duty_hours=sum(route.stops[-1].arrival - route.stops[0].departure for route in routes) / 60,
        co2_kg=km * float(data_file("emissions.toml")["kg_co2_per_km"]),
        running_cost=costs.per_km * km + costs.per_hour * work_hours + costs.per_vehicle * vehicles,
        declared=_payer(served, lambda bill: bill.declared),
        all_certified=_payer(served, lambda bill: bill.all_certified),
        none_certified=_payer(served, lambda bill: bill.none_certified),
    )


def shared_rate(
    served: Sequence[Served], vehicle_type: VehicleType | None = None, *, amount: bool = False
) -> float | None:
    """Shared trips over all served trips, of one vehicle type or of both, by count or by fares.

    The denominator is every served trip of the kind, not only those that might be shared, as the payer
    counts. ``None`` when nothing of the kind was served.
    """
    kind = [item for item in served if vehicle_type in (None, item.carried.vehicle.type)]
    weights = [item.bill.declared.fare if amount else Decimal(1) for item in kind]
    whole = sum(weights, Decimal(0))
    if not whole:
        return None
    part = sum((w for w, item in zip(weights, kind, strict=True) if item.carried.shared), Decimal(0))
    return float(part / whole)


def _payer(served: Sequence[Served], regime: Callable[[Bill], Price]) -> PayerTotals:
    prices = [regime(item.bill) for item in served]
    return PayerTotals(
        solo=float(sum((price.solo_fare for price in prices), Decimal(0))),
        plan=float(sum((price.fare for price in prices), Decimal(0))),
    )
