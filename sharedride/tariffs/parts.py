"""The parts of a fare, before the one rounding at the end."""

from typing import NamedTuple

import numpy as np

from sharedride.tariffs.rounding import FloatArray, to_cents


class Parts(NamedTuple):
    """Addends of fares in unrounded euros, arrays that broadcast together; ``reduction`` is at most 0.

    ``supplement_rate`` and ``reduction_rate`` are the fractions that led to the parts of that name.
    """

    flat: FloatArray
    big_city: FloatArray
    km: FloatArray
    short_trip: FloatArray
    empty_return: FloatArray
    supplement: FloatArray
    reduction: FloatArray
    wheelchair: FloatArray
    supplement_rate: FloatArray
    reduction_rate: FloatArray

    @property
    def total(self) -> FloatArray:
        """Fares in euros, rounded once."""
        before = self.flat + self.big_city + self.km + self.short_trip + self.empty_return
        return to_cents(before + self.supplement + self.reduction + self.wheelchair)


def billed_km(km: FloatArray) -> FloatArray:
    """Return km to the metre: what is billed is what the plan prints."""
    return np.round(km, 3)
