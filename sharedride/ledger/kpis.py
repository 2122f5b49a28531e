"""The figures of a plan as a whole, as the contract of ``plan.json`` names them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any

from sharedride.day.model import Day, VehicleType
from sharedride.ledger.accounts import RouteAccount, TripAccount
from sharedride.ledger.emissions import kg_co2_per_km
from sharedride.ledger.operators import OperatorAccount
from sharedride.ledger.shared_rate import SharedRate


@dataclass(frozen=True, slots=True)
class PayerBill:
    """What the payer pays for the served trips alone and as planned, in euros."""

    solo: float
    plan: float

    @property
    def saving(self) -> float:
        """Euros sharing saves; negative where it costs."""
        return round(self.solo - self.plan, 2)

    def as_dict(self) -> dict[str, float]:
        """Return the bill under the keys of ``plan.json``."""
        return {"solo": self.solo, "plan": self.plan, "saving": self.saving}


@dataclass(frozen=True, slots=True)
class Kpis:
    """Figures of a plan; km, hours, kg and euros, rates as fractions of the served trips of their kind.

    Attributes
    ----------
    trips
        Trips of the day, served or not.
    all, vsl, taxi
        Served and shared trips and amounts, in all and by vehicle type.
    payer, payer_all_certified, payer_none_certified
        The bill as the operators are, and if all or none of them were certified.
    """

    trips: int
    all: SharedRate
    vsl: SharedRate
    taxi: SharedRate
    km: float
    loaded_km: float
    empty_km: float
    vehicles_used: int
    work_hours: float
    duty_hours: float
    co2_kg: float
    payer: PayerBill
    payer_all_certified: PayerBill
    payer_none_certified: PayerBill
    running_cost: float
    by_operator: tuple[OperatorAccount, ...]
    operator_ids: tuple[str, ...]

    @property
    def revenue(self) -> float:
        """Sum of all fares in euros."""
        return self.payer.plan

    @property
    def margin(self) -> float:
        """Revenue less running cost in euros."""
        return self.revenue - self.running_cost

    def as_dict(self) -> dict[str, Any]:
        """Return the block ``kpis`` of ``plan.json``: km to the metre, euros to the cent, rates unrounded."""
        return {
            "trips": self.trips,
            "served": self.all.trips,
            "shared": self.all.shared,
            "shared_rate": self.all.rate,
            "shared_rate_vsl": self.vsl.rate,
            "shared_rate_taxi": self.taxi.rate,
            "shared_rate_amount": self.all.rate_amount,
            "km": round(self.km, 3),
            "loaded_km": round(self.loaded_km, 3),
            "empty_km": round(self.empty_km, 3),
            "vehicles_used": self.vehicles_used,
            "work_hours": round(self.work_hours, 4),
            "duty_hours": round(self.duty_hours, 4),
            "co2_kg": round(self.co2_kg, 3),
            "payer": self.payer.as_dict()
            | {
                "all_certified": self.payer_all_certified.as_dict(),
                "none_certified": self.payer_none_certified.as_dict(),
            },
            "operator": {
                "revenue": self.revenue,
                "running_cost": round(self.running_cost, 2),
                "margin": round(self.margin, 2),
            },
            "by_operator": [
                {
                    "operator": self.operator_ids[account.operator],
                    "trips": account.all.trips,
                    "shared": account.all.shared,
                    "shared_rate": account.all.rate,
                }
                for account in self.by_operator
            ],
        }


def kpis(
    day: Day,
    trips: Sequence[TripAccount],
    routes: Sequence[RouteAccount],
    operators: tuple[OperatorAccount, ...],
) -> Kpis:
    """Sum the accounts up."""
    km = fsum(route.km for route in routes)
    return Kpis(
        trips=len(day.trips),
        all=SharedRate.of(trips),
        vsl=SharedRate.of(trip for trip in trips if trip.vehicle_type is VehicleType.VSL),
        taxi=SharedRate.of(trip for trip in trips if trip.vehicle_type is VehicleType.TAXI),
        km=km,
        loaded_km=fsum(route.loaded_km for route in routes),
        empty_km=fsum(route.empty_km for route in routes),
        vehicles_used=len(routes),
        work_hours=fsum(route.work_hours for route in routes),
        duty_hours=fsum(route.duty_hours for route in routes),
        co2_kg=kg_co2_per_km() * km,
        payer=PayerBill(
            solo=round(fsum(trip.solo_fare for trip in trips), 2),
            plan=round(fsum(trip.fare for trip in trips), 2),
        ),
        payer_all_certified=PayerBill(
            solo=round(fsum(trip.solo_all_certified for trip in trips), 2),
            plan=round(fsum(trip.fare_all_certified for trip in trips), 2),
        ),
        payer_none_certified=PayerBill(
            solo=round(fsum(trip.solo_none_certified for trip in trips), 2),
            plan=round(fsum(trip.fare_none_certified for trip in trips), 2),
        ),
        running_cost=fsum(account.running_cost for account in operators),
        by_operator=operators,
        operator_ids=tuple(operator.id for operator in day.operators),
    )
