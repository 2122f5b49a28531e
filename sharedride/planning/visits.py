"""Which trips belong together as the two of one visit."""

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day


def partners(day: Day) -> npt.NDArray[np.int64]:
    """The other trip of each trip's visit, or -1, shape ``(trips,)``."""
    visits: dict[tuple[str, str], list[int]] = {}
    for i, trip in enumerate(day.trips):
        if trip.visit is not None:
            visits.setdefault((trip.patient, trip.visit), []).append(i)
    partner = np.full(len(day.trips), -1, dtype=np.int64)
    for pair in visits.values():
        if len(pair) == 2:
            partner[pair[0]], partner[pair[1]] = pair[1], pair[0]
    return partner
