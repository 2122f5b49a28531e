"""How long a detour may be before sharing pays no longer: for the payer, for the operator, per VSL tariff.

``n`` patients go the same way at the same hour, each ``d`` km alone and direct, by cars of one operator.
Shared, the first one boarded rides a detour of ``x`` km, which is what the others' pick-ups add to the car's
way, and the others ride direct. With ``F(d)`` the solo fare, ``k`` the euros per km, ``r`` the shared
reduction, ``c`` the running cost per km and ``e`` the empty km per loaded km of a ride alone,

* the **payer** pays for the first patient ``(1 - r) F(d + x)`` instead of ``F(d)``, so that trip costs no
  more up to ``x = r / (1 - r) * F(d) / k``; for all of them together up to ``n`` times that;
* the **operator** gains
  ``G(x) = (1 - r) (F(d + x) + (n - 1) F(d)) - n F(d) + c ((n - 1) (1 + e) d - x)``,
  a line in ``x`` of slope ``(1 - r) k - c``. Where a km is billed above its cost the slope is positive: the
  detour itself pays.

*Assumptions*: day fares, no short-trip supplement, so trips beyond its last step; one speed; one empty share.
"""

import datetime
from dataclasses import dataclass
from typing import Literal

from sharedride.day.model import Costs, Operator
from sharedride.tariffs import tariff_book

EMPTY_SHARE = 0.45
"""*Assumption* (domain fact of low precision): empty km among the km of a car whose patients ride alone."""
SPEED_KMH = 50.0
"""*Assumption*: the speed that turns the hourly cost into one per km; the day's default."""


@dataclass(frozen=True)
class BreakEven:
    """Sharing against riding alone, under one tariff.

    Attributes
    ----------
    tariff
        Table of the tariff data.
    patients, km
        How many share, and how long each trip is alone, km.
    solo_fare, per_km, reduction
        ``F(d)`` in euros, ``k`` in euros per km, ``r`` as a fraction.
    cost_per_km
        ``c``, euros per km.
    payer_trip_km, payer_ride_km
        Detour up to which the detoured trip, and all of them together, cost the payer no more than alone; km.
    operator_gain, operator_slope
        ``G(0)`` in euros and euros per km of detour.
    operator_km
        Detour at which ``G`` changes its sign, km; ``None`` if it never does for a detour of 0 km or more.
    """

    tariff: str
    patients: int
    km: float
    solo_fare: float
    per_km: float
    reduction: float
    cost_per_km: float
    payer_trip_km: float
    payer_ride_km: float
    operator_gain: float
    operator_slope: float
    operator_km: float | None

    def gain(self, detour_km: float) -> float:
        """Return ``G``, what sharing brings the operator at a detour, euros."""
        return self.operator_gain + self.operator_slope * detour_km

    def saving(self, detour_km: float) -> float:
        """Return what sharing saves the payer on the whole ride at a detour, euros."""
        alone = self.patients * self.solo_fare
        return alone - (1.0 - self.reduction) * (alone + self.per_km * detour_km)


def break_even(
    km: float,
    patients: int,
    *,
    certified: bool,
    on: datetime.date,
    vsl_flat: Literal["A", "B", "C", "D", "pickup"] = "A",
    costs: Costs | None = None,
    empty_share: float = EMPTY_SHARE,
    speed_kmh: float = SPEED_KMH,
) -> BreakEven:
    """Return the break-even detours of a tariff.

    Parameters
    ----------
    km
        Length of each trip alone, beyond the last step of the short-trip supplement.
    patients
        How many share, 2 or 3.
    on
        Date of the tariff.
    costs
        Rates of the running cost, the day format's defaults if ``None``; vehicle-days do not matter here.

    Raises
    ------
    ValueError
        When the trip is so short that it has a supplement, or nobody or too many would share.
    InputError
        When the tariff data has no amount for the flat or the date.
    """
    tariff = tariff_book(on).vsl(certified)
    if km <= tariff.short_max_km[-1] or not 2 <= patients < len(tariff.reduction):
        raise ValueError(
            f"trips of over {tariff.short_max_km[-1]:g} km, and 2 to {len(tariff.reduction) - 1} patients"
        )
    operator = Operator(id="operator", certified=certified, vsl_flat=vsl_flat)
    included = tariff.km_included_pickup if vsl_flat == "pickup" else tariff.km_included
    solo = tariff.flat(operator) + tariff.per_km * (km - included)
    reduction, rates = float(tariff.reduction[patients]), costs or Costs()
    per_km = rates.per_km + rates.per_hour / speed_kmh
    kept = 1.0 - reduction
    alone_km = km / (1.0 - empty_share)
    payer = reduction / kept * solo / tariff.per_km
    gain = per_km * (patients - 1) * alone_km - reduction * patients * solo
    slope = kept * tariff.per_km - per_km
    crossing = -gain / slope if slope else None
    return BreakEven(
        tariff=tariff.name,
        patients=patients,
        km=km,
        solo_fare=solo,
        per_km=tariff.per_km,
        reduction=reduction,
        cost_per_km=per_km,
        payer_trip_km=payer,
        payer_ride_km=patients * payer,
        operator_gain=gain,
        operator_slope=slope,
        operator_km=crossing if crossing is not None and crossing >= 0 else None,
    )
