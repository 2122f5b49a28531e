"""What is proven of the parts of a day, whichever trips a plan leaves out."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Bound:
    """A proven limit on every plan of one part.

    Attributes
    ----------
    cost
        What a plan that serves all its trips costs at least.
    saved
        What leaving out 0, 1, 2 ... trips can take off that at most, shape ``(trips + 1,)``: convex,
        as the first trip left out is the one that saves most.
    """

    cost: float
    saved: npt.NDArray[np.float64]

    @classmethod
    def of(cls, cost: float, per_trip: npt.ArrayLike) -> "Bound":
        """A bound from which leaving a trip out takes its own share at most, such as its dual."""
        shares = np.sort(np.maximum(0.0, np.asarray(per_trip, dtype=np.float64)))[::-1]
        return cls(cost, np.concatenate(([0.0], np.cumsum(shares))))

    def without(self, trips: int) -> float:
        """What every plan that leaves out so many trips at most costs at least."""
        return float(self.cost - self.saved[min(trips, len(self.saved) - 1)])


def bound_without(parts: Sequence[Sequence[Bound]], trips: int, fewest: Sequence[int] = ()) -> float:
    """What every plan of all parts costs at least that leaves out so many trips at most, wherever they are.

    Parameters
    ----------
    parts
        The bounds known of each part, all of which hold; one at least.
    fewest
        Trips that every plan leaves out of each part; 0 by default, and together no more than ``trips``.
    """

    def least(part: Sequence[Bound], left_out: int) -> float:
        return max(bound.without(left_out) for bound in part)

    counts = list(fewest) or [0] * len(parts)
    total = sum(least(part, count) for part, count in zip(parts, counts, strict=True))
    more = trips - sum(counts)
    if not more or not np.isfinite(total):
        return total

    def saved(number: int) -> tuple[float, int]:
        part, count = parts[number], counts[number]
        return least(part, count + 1) - least(part, count), number

    # The dearest trips of each part are left out first, so taking the most saved each time is exact.
    queue = [saved(number) for number in range(len(parts))]
    heapq.heapify(queue)
    for _ in range(more):
        less, number = queue[0]
        total += less
        counts[number] += 1
        heapq.heapreplace(queue, saved(number))
    return total
