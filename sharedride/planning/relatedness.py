"""How near two trips are to each other."""

import numpy as np
import numpy.typing as npt

from sharedride.planning.problem import Problem

FloatArray = npt.NDArray[np.float64]


def relatedness(problem: Problem) -> FloatArray:
    """How far apart two trips are in place and time, in minutes, shape of the problem's trips squared."""
    size = len(problem.trips)
    first, last, when = np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size)
    for offer in problem.offers:
        alone = np.flatnonzero(np.diff(offer.ptr) == 1)
        rows = np.array([problem.row[int(offer.trip[offer.ptr[o]])] for o in alone], dtype=np.int64)
        first[rows], last[rows] = offer.first[alone], offer.last[alone]
        when[rows] = 0.5 * (offer.lo[alone] + offer.hi[alone] + offer.duration[alone])
    minutes = problem.table.minutes
    apart = minutes[np.ix_(first, first)] + minutes[np.ix_(last, last)]
    chained = np.minimum(minutes[np.ix_(last, first)], minutes[np.ix_(last, first)].T) * 2.0
    return np.asarray(np.minimum(apart, chained) + 0.5 * np.abs(when[:, None] - when[None, :]))
