"""The account of each operator."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from sharedride.day.model import Day, VehicleType
from sharedride.ledger.accounts import RouteAccount, TripAccount
from sharedride.ledger.shared_rate import SharedRate
from sharedride.tariffs import Malus
from sharedride.tariffs.rounding import to_cents


@dataclass(frozen=True, slots=True)
class OperatorAccount:
    """What an operator drove, earned and shared.

    Attributes
    ----------
    operator
        Index into ``day.operators``.
    all, vsl, taxi
        Trips and shared trips of its vehicles, in all and by type.
    vehicles, km, work_hours
        Of its used vehicles.
    revenue, running_cost
        Sum of its fares, and cost of km, work and used vehicles, in euros.
    malus
        Euros it would lose if its year looked like this day: *assumption*, the text does not define the
        share exactly, and the malus is settled on a year.
    """

    operator: int
    all: SharedRate
    vsl: SharedRate
    taxi: SharedRate
    vehicles: int
    km: float
    work_hours: float
    running_cost: float
    malus: float

    @property
    def revenue(self) -> float:
        """Sum of the operator's fares in euros."""
        return self.all.amount

    @property
    def margin(self) -> float:
        """Revenue less running cost in euros; the malus is not in it."""
        return self.revenue - self.running_cost


def operator_accounts(
    day: Day, trips: Sequence[TripAccount], routes: Sequence[RouteAccount], malus: Malus
) -> tuple[OperatorAccount, ...]:
    """Return one account per operator of the day, in its order, also of those that carried nobody."""
    index = {operator.id: number for number, operator in enumerate(day.operators)}
    trips_of: dict[int, list[TripAccount]] = defaultdict(list)
    routes_of: dict[int, list[RouteAccount]] = defaultdict(list)
    for trip in trips:
        trips_of[trip.operator].append(trip)
    for route in routes:
        routes_of[index[day.vehicles[route.vehicle].operator]].append(route)
    return tuple(
        _account(day, number, trips_of[number], routes_of[number], malus)
        for number in range(len(day.operators))
    )


def _account(
    day: Day, operator: int, trips: list[TripAccount], routes: list[RouteAccount], malus: Malus
) -> OperatorAccount:
    vsl = SharedRate.of(trip for trip in trips if trip.vehicle_type is VehicleType.VSL)
    km, hours = fsum(route.km for route in routes), fsum(route.work_hours for route in routes)
    too_few = vsl.rate is not None and vsl.rate < malus.shared_share
    return OperatorAccount(
        operator=operator,
        all=SharedRate.of(trips),
        vsl=vsl,
        taxi=SharedRate.of(trip for trip in trips if trip.vehicle_type is VehicleType.TAXI),
        vehicles=len(routes),
        km=km,
        work_hours=hours,
        running_cost=day.costs.per_km * km + day.costs.per_hour * hours + day.costs.per_vehicle * len(routes),
        malus=float(to_cents(malus.rate * vsl.amount)) if too_few else 0.0,
    )
