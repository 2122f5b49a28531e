"""The VSL tariff: departmental flat or pick-up fee, km, short trips, supplement, shared reduction."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sharedride.day.model import Operator
from sharedride.errors import InputError, Problem
from sharedride.tariffs.parts import Parts, billed_km
from sharedride.tariffs.rounding import FloatArray

_ZERO = np.zeros(())


@dataclass(frozen=True)
class VslTariff:
    """One dated VSL tariff, certified or not.

    Attributes
    ----------
    name, confidence
        Table of the tariff data and how sure its figures are.
    flats
        Euros by ``Operator.vsl_flat``; what the data leaves out is absent.
    per_km, km_included
        Euros per km, and the km the departmental flat covers; the pick-up fee covers
        ``km_included_pickup``.
    short_max_km, short_amount
        Ascending upper ends of the short-trip steps, and their amounts with 0 for longer trips at the end.
    reduction
        Shared reduction by patients aboard, index 0 unused; more patients get the last entry.
    """

    name: str
    confidence: str
    flats: Mapping[str, float]
    per_km: float
    km_included: float
    km_included_pickup: float
    short_max_km: FloatArray
    short_amount: FloatArray
    reduction: FloatArray

    def flat(self, operator: Operator, path: str | None = None) -> float:
        """Return the operator's flat in euros.

        Raises
        ------
        InputError
            When the operator names no flat, or the data does not know the one it names.
        """
        where = path or f'operator "{operator.id}"'
        if operator.vsl_flat is None:
            raise InputError(
                [Problem(f"{where}.vsl_flat", 'missing, an operator of VSL needs "A" to "D" or "pickup"')]
            )
        if operator.vsl_flat not in self.flats:
            value = f"vsl.{self.name}.{_data_key(operator.vsl_flat)}"
            raise InputError(
                [Problem(f"{where}.vsl_flat", f"{value} is not known, add it to the tariff data to price it")]
            )
        return self.flats[operator.vsl_flat]

    def parts(self, operator: Operator, *, km: FloatArray, aboard: FloatArray, rate: FloatArray) -> Parts:
        """Return the parts of the fares of trips; see ``TariffBook.fares``."""
        flat = self.flat(operator)
        included = self.km_included_pickup if operator.vsl_flat == "pickup" else self.km_included
        km = billed_km(km)
        km_part = self.per_km * np.maximum(km - included, 0.0)
        short = self.short_amount[np.searchsorted(self.short_max_km, km, side="left")]
        base = flat + km_part + short
        supplement = base * rate
        reduction_rate = self.reduction[np.minimum(aboard, len(self.reduction) - 1).astype(np.intp)]
        return Parts(
            flat=np.asarray(flat),
            big_city=_ZERO,
            km=km_part,
            short_trip=short,
            empty_return=_ZERO,
            supplement=supplement,
            reduction=-reduction_rate * (base + supplement),
            wheelchair=_ZERO,
            supplement_rate=rate,
            reduction_rate=reduction_rate,
        )


def vsl_tariff(vsl: Mapping[str, Any], on: datetime.date, *, certified: bool) -> VslTariff:
    """Return the tariff in force from the ``vsl`` block of the tariff data.

    *Assumptions*: avenant 11 opened the tariff that held until the cut of October 2025, from the date of its
    reductions on, 2021's held before it; a certified operator bills as the others before the certified
    tariff begins; today's short-trip steps hold since avenant 11, and today's reductions at all dates.

    Raises
    ------
    InputError
        When the date lies before the oldest tariff of the data.
    """
    name = _table_in_force(vsl, on, certified=certified)
    table = vsl[name]
    zones = {zone: table[key] for zone in "ABCD" if (key := _data_key(zone)) in table}
    if "flat_all_zones" in table:
        zones = dict.fromkeys("ABCD", table["flat_all_zones"])
    pickup = {"pickup": table["pickup_fee"]} if "pickup_fee" in table else {}
    steps = table.get("short_trip") or [(row["max_km"], row["amount"]) for row in vsl["short_trip"]]
    cut = vsl["shared_reduction"]["certified" if certified else "non_certified"]
    return VslTariff(
        name=name,
        confidence=table["confidence"],
        flats=zones | pickup,
        per_km=table["per_km"],
        km_included=vsl["km_included_in_departmental_flat"],
        km_included_pickup=vsl["km_included_in_pickup_fee"],
        short_max_km=np.array([max_km for max_km, _ in steps], dtype=np.float64),
        short_amount=np.array([amount for _, amount in steps] + [0.0]),
        reduction=np.array([0.0, 0.0, cut["patients_2"], cut["patients_3"]]),
    )


def _table_in_force(vsl: Mapping[str, Any], on: datetime.date, *, certified: bool) -> str:
    start = datetime.date.fromisoformat
    if certified and on >= start(vsl["certified_2025"]["effective_from"]):
        return "certified_2025"
    if on >= start(vsl["socle_2025_10"]["effective_from"]):
        return "socle_2025_10"
    if on >= start(vsl["shared_reduction"]["certified"]["effective_from"]):
        return "socle_before_2025_10"
    oldest = vsl["tariff_2021"]["effective_from"]
    if on < start(oldest):
        raise InputError([Problem("date", f"{on} lies before the oldest VSL tariff known, of {oldest}")])
    return "tariff_2021"


def _data_key(vsl_flat: str) -> str:
    return "pickup_fee" if vsl_flat == "pickup" else f"flat_zone_{vsl_flat.lower()}"
