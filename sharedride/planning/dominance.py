"""Offers that another offer of the same patients always beats."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from numba import njit

from sharedride.planning.trip_words import TripWords

if TYPE_CHECKING:
    from sharedride.planning.offers import Offers


@njit(cache=True, nogil=True)
def _beaten(order, key, first, last, lo, hi, duration, primary, secondary, ptr, trip, wait_at, sign, coupled):  # type: ignore[no-untyped-def]
    """Mark offers beaten by another with the same patients and end places.

    Offer i beats offer j when, for every start of j, some start of i not before it ends not after it,
    costs no more under both prices and lets no patient with a coupled visit wait longer.
    """
    beaten = np.zeros(order.shape[0], np.bool_)
    begin = 0
    for stop in range(1, order.shape[0] + 1):
        if stop < order.shape[0] and key[order[stop]] == key[order[begin]]:
            continue
        for x in range(begin, stop):
            j = order[x]
            for y in range(begin, stop):
                i = order[y]
                if i == j or beaten[i] or first[i] != first[j] or last[i] != last[j]:
                    continue
                if (
                    primary[i] > primary[j] + 1e-9
                    or secondary[i] > secondary[j] + 1e-9
                    or duration[i] > duration[j] + 1e-9
                ):
                    continue
                low = max(0.0, lo[i] - lo[j])
                high = min(duration[j] - duration[i] + 1e-9, hi[i] - hi[j] + 1e-9)
                for a in range(ptr[i], ptr[i + 1]):
                    if not coupled[trip[a]]:
                        continue
                    for b in range(ptr[j], ptr[j + 1]):
                        if trip[a] == trip[b]:
                            # wait_i(s + shift) <= wait_j(s)
                            slack = wait_at[b] - wait_at[a]
                            if sign[a] < 0:
                                low = max(low, -slack)
                            else:
                                high = min(high, slack + 1e-9)
                if low <= high:
                    beaten[j] = True
                    break
        begin = stop
    return beaten


def undominated(offers: "Offers", coupled: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Indices of the offers no other offer always beats, ascending."""
    if not len(offers):
        return np.empty(0, np.int64)
    key = TripWords(int(offers.trip.max()) + 1).each(offers.ptr, offers.trip)
    order = np.lexsort((np.arange(len(offers)), offers.secondary, offers.primary, key))
    beaten = _beaten(
        order, key, offers.first, offers.last, offers.lo, offers.hi, offers.duration, offers.primary,
        offers.secondary, offers.ptr, offers.trip, offers.wait_at, offers.wait_sign, coupled,
    )  # fmt: skip
    return np.flatnonzero(~beaten)
