"""The night, Sunday and holiday supplement, judged at pick-up."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sharedride.clock import parse_clock
from sharedride.tariffs.holiday import is_holiday
from sharedride.tariffs.rounding import FloatArray

_DAY_S = 86_400
_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True)
class Supplement:
    """Rates and hours of the supplement of one vehicle type.

    Night is ``[night_from, night_to)`` across midnight; Saturday counts from ``saturday_from`` on. A pick-up
    at the very minute of a boundary belongs to what begins there: 20:00 is night, 08:00 is day. When both
    hold the larger rate applies, never the sum (convention of 2003, art. 34).

    *Assumption*: the pick-up decides, taken to the second because plans are printed to the second.

    Attributes
    ----------
    night_rate, rest_rate
        Fractions of the fare; ``rest_rate`` is that of Sunday, holiday and Saturday afternoon.
    night_from, night_to, saturday_from
        Minutes from midnight.
    """

    night_rate: float
    rest_rate: float
    night_from: float
    night_to: float
    saturday_from: float

    @classmethod
    def read(cls, table: Mapping[str, Any], *, night: str, rest: str) -> "Supplement":
        """Read a table of the tariff data whose rates stand under the keys ``night`` and ``rest``."""
        return cls(
            night_rate=table[night],
            rest_rate=table[rest],
            night_from=parse_clock(table["night_from"]),
            night_to=parse_clock(table["night_to"]),
            saturday_from=parse_clock(table["saturday_from"]),
        )

    def rate(self, date: datetime.date, pickup_min: npt.ArrayLike) -> FloatArray:
        """Return the rate of each pick-up, minutes from the midnight of ``date``; same shape."""
        second = np.rint(np.asarray(pickup_min, dtype=np.float64) * 60.0).astype(np.int64)
        if second.size == 0:
            return np.zeros(second.shape)
        day, second = np.divmod(second, _DAY_S)
        first = int(day.min())
        rest_from = np.array(
            [60.0 * self._rest_from(date, offset) for offset in range(first, int(day.max()) + 1)]
        )
        night = (second >= 60.0 * self.night_from) | (second < 60.0 * self.night_to)
        rest = second >= rest_from[day - first]
        return np.maximum(np.where(night, self.night_rate, 0.0), np.where(rest, self.rest_rate, 0.0))

    def breaks(self, date: datetime.date, lo: float, hi: float) -> list[float]:
        """Return the minutes strictly inside ``(lo, hi)`` at which the rate changes, ascending.

        The boundary itself has the new rate. As pick-ups count to the second, the old rate holds for good
        up to one second before it: split a window into ``[lo, b - 1/60]`` and ``[b, hi]``.
        """
        offsets = range(int(lo // 1440), int(hi // 1440) + 1)
        clocks = sorted({0.0, self.night_to, self.saturday_from, self.night_from})
        minutes = np.array([1440.0 * offset + clock for offset in offsets for clock in clocks])
        changes = self.rate(date, minutes) != self.rate(date, minutes - 1.0 / 60.0)
        return [float(minute) for minute in minutes[changes] if lo < minute < hi]

    def _rest_from(self, date: datetime.date, offset: int) -> float:
        day = date + datetime.timedelta(days=offset)
        if day.weekday() == _SUNDAY or is_holiday(day):
            return 0.0
        return self.saturday_from if day.weekday() == _SATURDAY else float("inf")
