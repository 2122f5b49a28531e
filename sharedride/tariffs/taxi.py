"""The taxi tariff of the convention of November 2025."""

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
class TaxiTariff:
    """Flat, km, supplements and reductions of a taxi fare.

    Attributes
    ----------
    flat, big_city, wheelchair
        Euros a trip.
    km_included
        km the flat covers.
    per_km
        Euros per further km by département of the licence.
    empty_return_below, empty_return_from, empty_return_km
        Rates on the km part for trips under, and from, that many loaded km.
    reduction
        Shared reduction by patients aboard, index 0 unused; more patients get the last entry.
    alone_km, alone_reduction
        A patient alone aboard at least so far inside a shared ride gets this reduction only.
    """

    confidence: str
    flat: float
    big_city: float
    wheelchair: float
    km_included: float
    per_km: Mapping[str, float]
    empty_return_below: float
    empty_return_from: float
    empty_return_km: float
    reduction: FloatArray
    alone_km: float
    alone_reduction: float

    @classmethod
    def read(cls, taxi: Mapping[str, Any]) -> "TaxiTariff":
        """Read the ``taxi`` block of the tariff data."""
        cut = taxi["shared_reduction"]
        return cls(
            confidence=taxi["confidence"],
            flat=taxi["pickup_flat"],
            big_city=taxi["big_city_flat"],
            wheelchair=taxi["wheelchair_supplement"],
            km_included=taxi["km_included"],
            per_km=taxi["per_km"],
            empty_return_below=taxi["empty_return_rate_below_50km"],
            empty_return_from=taxi["empty_return_rate_from_50km"],
            empty_return_km=taxi["empty_return_threshold_km"],
            reduction=np.array([0.0, 0.0, cut["patients_2"], cut["patients_3"], cut["patients_4_and_more"]]),
            alone_km=cut["alone_at_least_km"],
            alone_reduction=cut["alone_reduction"],
        )

    def rate_per_km(self, operator: Operator, path: str | None = None) -> float:
        """Return the euros per km of the operator's département.

        Raises
        ------
        InputError
            When the operator names no département, or one without a rate.
        """
        where = path or f'operator "{operator.id}"'
        where = f"{where}.taxi_department"
        department = operator.taxi_department
        if department is None:
            raise InputError(
                [Problem(where, 'missing, an operator of taxis needs a département such as "90"')]
            )
        if department not in self.per_km:
            raise InputError([Problem(where, f'taxi.per_km has no rate for département "{department}"')])
        return self.per_km[department]

    def parts(
        self,
        operator: Operator,
        *,
        km: FloatArray,
        aboard: FloatArray,
        alone_km: FloatArray,
        rate: FloatArray,
        wheelchair: FloatArray,
        big_city: FloatArray,
        empty_return: FloatArray,
    ) -> Parts:
        """Return the parts of the fares of trips; see ``TariffBook.fares``.

        ``empty_return`` marks trips after hospital care; it counts only for a patient aboard alone
        (*assumption*).
        """
        km = billed_km(km)
        km_part = self.rate_per_km(operator) * np.maximum(km - self.km_included, 0.0)
        city = self.big_city * big_city
        back_rate = np.where(km < self.empty_return_km, self.empty_return_below, self.empty_return_from)
        back = km_part * np.where(empty_return.astype(bool) & (aboard < 2), back_rate, 0.0)
        base = self.flat + city + km_part + back
        supplement = base * rate
        mostly_alone = (aboard >= 2) & (billed_km(alone_km) >= self.alone_km)
        reduction_rate = np.where(
            mostly_alone,
            self.alone_reduction,
            self.reduction[np.minimum(aboard, len(self.reduction) - 1).astype(np.intp)],
        )
        return Parts(
            flat=np.asarray(self.flat),
            big_city=city,
            km=km_part,
            short_trip=_ZERO,
            empty_return=back,
            supplement=supplement,
            reduction=-reduction_rate * (base + supplement),
            wheelchair=self.wheelchair * wheelchair,
            supplement_rate=rate,
            reduction_rate=reduction_rate,
        )
