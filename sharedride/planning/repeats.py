"""Trips no duty may carry twice, and the bits by which a search over duties remembers them."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from sharedride.planning.problem import Problem

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MOST_BITS = 60
"""Bits of a search."""

EPS = 1e-6

WIDEST_SLOT = 4.0
"""Minutes of a search's time slots at most: times further apart lie in different slots."""


def starts_of(problem: Problem) -> FloatArray:
    """First and last start, in minutes, of any ride that carries each trip, shape ``(trips, 2)``."""
    size = len(problem.trips)
    span = np.column_stack((np.full(size, np.inf), np.full(size, -np.inf)))
    for offer in problem.offers:
        row, owner = problem.rows(offer.trip), offer.owner()
        np.minimum.at(span[:, 0], row, offer.lo[owner])
        np.maximum.at(span[:, 1], row, offer.hi[owner])
    return span


def repeatable(problem: Problem) -> list[int]:
    """Rows of the trips a car could carry, drive back for and carry again within their window.

    Their repetition is forbidden from the start, the most tempting first; others are met as they appear.
    """
    slack: dict[int, float] = {}
    for offer in problem.offers:
        back = problem.table.minutes[offer.last, offer.first]
        spare = offer.hi - offer.lo - offer.duration - back
        for o in np.flatnonzero((np.diff(offer.ptr) == 1) & (spare >= -EPS)):
            row = problem.row[int(offer.trip[offer.ptr[o]])]
            slack[row] = max(slack.get(row, 0.0), float(spare[o]))
    return sorted(slack, key=lambda row: (-slack[row], row))[:MOST_BITS]


class Repeats:
    """Trips whose repetition is forbidden, a bit each.

    Two trips share a bit where no ride of the one can begin while one of the other can: what is remembered
    of a trip is forgotten once it can no longer be carried. So a day has far more of them than bits.

    Parameters
    ----------
    span
        First and last moment at which each trip can be taken on, in minutes, shape ``(trips, 2)``.
    rows
        Trips to begin with, by row.
    most
        Bits to give away.

    Attributes
    ----------
    bit
        Bit of each forbidden trip, by row.
    """

    def __init__(self, span: FloatArray, rows: Iterable[int] = (), most: int = MOST_BITS) -> None:
        self.span = span
        self.bit: dict[int, int] = {}
        self._users: list[list[int]] = [[] for _ in range(most)]
        self.add(rows)

    def add(self, rows: Iterable[int]) -> list[int]:
        """Forbid more trips, as far as there are bits; returns those that are forbidden now and were not."""
        new = []
        for row in rows:
            if row in self.bit or self.span[row, 0] > self.span[row, 1]:
                continue
            free = (bit for bit, users in enumerate(self._users) if not self._meets(row, users))
            bit = next(free, None)
            if bit is not None:
                self.bit[row] = bit
                self._users[bit].append(row)
                new.append(row)
        return new

    def changes(self, width: float, slots: int) -> IntArray:
        """Bits that lose their meaning somewhere in a row of time slots, shape ``(levels, slots)``.

        Entry ``k, s`` holds those that do in slot ``s`` or the ``2 ** k - 1`` slots after it.
        """
        levels = [np.zeros(slots, np.int64)]
        for row, bit in self.bit.items():
            word = np.int64(1) << np.int64(bit)
            for slot in (int(self.span[row, 0] / width), int(self.span[row, 1] / width) + 1):
                if 0 <= slot < slots:
                    levels[0][slot] |= word
        step = 1
        while 2 * step <= slots:
            last = levels[-1].copy()
            last[:-step] |= levels[-1][step:]
            levels.append(last)
            step *= 2
        return np.array(levels)

    def _meets(self, row: int, others: list[int]) -> bool:
        begin, end = self.span[row]
        other = self.span[others]
        # A slot to spare: a start may lie a hair after the last one.
        gap = 2 * WIDEST_SLOT
        return bool(((other[:, 0] <= end + gap) & (begin <= other[:, 1] + gap)).any())
