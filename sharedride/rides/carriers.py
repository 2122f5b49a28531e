"""Which kinds of vehicle may carry which rides: few sets of kinds, and each ride's number among them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedride.rides.constraints import VehicleKind

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Carriers:
    """Kinds that may carry each of ``r`` rides.

    A région has thousands of kinds, one company's rides go with two or three of them: a matrix of both would
    be all but empty.

    Attributes
    ----------
    kinds
        Kinds of the day.
    sets
        Sets of kinds, shape ``(s, kinds)``.
    which
        Number of each ride's set, shape ``(r,)``.
    """

    kinds: tuple[VehicleKind, ...]
    sets: BoolArray
    which: npt.NDArray[np.int32]

    @classmethod
    def of(cls, kinds: tuple[VehicleKind, ...], used: IntArray, rows: BoolArray) -> "Carriers":
        """Take them from a matrix over some of the kinds, shape ``(r, used)``."""
        packed = np.packbits(rows, axis=1) if rows.shape[1] else np.zeros((len(rows), 1), np.uint8)
        words = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
        _, first, which = np.unique(words, return_index=True, return_inverse=True)
        sets = np.zeros((len(first), len(kinds)), np.bool_)
        sets[:, used] = rows[first]
        return cls(kinds, sets, which.astype(np.int32))

    def can(self, kind: VehicleKind) -> BoolArray:
        """Whether vehicles of that kind may carry each ride, shape ``(r,)``."""
        column: BoolArray = self.sets[:, self.kinds.index(kind)][self.which]
        return column

    def of_ride(self, ride: int) -> set[VehicleKind]:
        """Kinds that may carry a ride."""
        return {self.kinds[k] for k in np.flatnonzero(self.sets[self.which[ride]])}

    def take(self, keep: IntArray) -> "Carriers":
        """Those of some rides."""
        return Carriers(self.kinds, self.sets, self.which[keep])


def joined_carriers(several: Sequence[Carriers]) -> Carriers:
    """Several of one day, one after the other."""
    ends = np.cumsum([0, *(len(each.sets) for each in several)])
    which = [each.which + np.int32(end) for each, end in zip(several, ends[:-1], strict=True)]
    return Carriers(several[0].kinds, np.concatenate([each.sets for each in several]), np.concatenate(which))
