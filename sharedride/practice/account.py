"""One way to run a day, as figures."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sharedride.document import Kpis


@dataclass(frozen=True)
class Account:
    """One way to run a day: its figures in euros, km and kg; ``gap`` where a bound is proven."""

    trips: int
    served: int
    vsl_rate: float
    rate: float
    saving: float
    km: float
    vehicles: int
    co2_kg: float
    running_cost: float
    margin: float
    gap: float | None = None

    @classmethod
    def of(cls, kpis: Kpis, gap: float | None = None) -> "Account":
        """Read the account of a plan."""
        return cls(
            trips=kpis.trips,
            served=kpis.served,
            vsl_rate=kpis.shared_rate_vsl or 0.0,
            rate=kpis.shared_rate or 0.0,
            saving=kpis.payer.saving,
            km=kpis.km,
            vehicles=kpis.vehicles_used,
            co2_kg=kpis.co2_kg,
            running_cost=kpis.operator.running_cost,
            margin=kpis.operator.margin,
            gap=gap,
        )


def total(accounts: Sequence[Account]) -> Account:
    """Add accounts up; rates are weighted by trips."""
    trips = sum(account.trips for account in accounts)

    def mean(name: str) -> float:
        return math.fsum(getattr(account, name) * account.trips for account in accounts) / max(1, trips)

    return replace(
        accounts[0],
        trips=trips,
        served=sum(account.served for account in accounts),
        vsl_rate=mean("vsl_rate"),
        rate=mean("rate"),
        saving=math.fsum(account.saving for account in accounts),
        km=math.fsum(account.km for account in accounts),
        vehicles=sum(account.vehicles for account in accounts),
        co2_kg=math.fsum(account.co2_kg for account in accounts),
        running_cost=math.fsum(account.running_cost for account in accounts),
        margin=math.fsum(account.margin for account in accounts),
        gap=None,
    )
