"""A random word for every trip, whose sums tell sets of trips apart without building sets."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]


class TripWords:
    """Words of trips; the word of a set of trips is the sum of theirs, which may overflow.

    Two different sets have the same word by chance only, once in 2**63 pairs or so.

    Parameters
    ----------
    trips
        Number of trips.
    """

    def __init__(self, trips: int) -> None:
        self.words = np.random.default_rng(0).integers(1, 2**63, size=trips, dtype=np.int64)

    def of(self, trips: Iterable[int]) -> np.int64:
        """Return the word of one set of trips."""
        with np.errstate(over="ignore"):
            word: np.int64 = self.words[list(trips)].sum(dtype=np.int64)
        return word

    def each(self, ptr: IntArray, trip: npt.NDArray[np.int32]) -> IntArray:
        """Words of the sets ``trip[ptr[k]:ptr[k + 1]]``, none of which is empty, shape ``(sets,)``."""
        if len(ptr) == 1:
            return np.empty(0, np.int64)
        with np.errstate(over="ignore"):
            words: IntArray = np.add.reduceat(self.words[trip], ptr[:-1])
        return words
