"""Rounding to the cent, half up, exactly right where the amount falls on half a cent."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

_TIE = 1e-8


def to_cents(euros: npt.ArrayLike) -> FloatArray:
    """Round euros half up to the cent.

    An amount is a product of decimals: km to the metre (3), a price (2), 1 + a supplement (2), 1 - a
    reduction (2), so at most 7 decimals of a cent. Two different amounts lie 1e-7 cents apart or more,
    while binary arithmetic errs by less than 1e-9 cents up to ten thousand euros. Adding 1e-8 cents lifts
    every true half cent over the edge, and nothing that lies below it.
    """
    cents: FloatArray = np.floor(100.0 * np.asarray(euros, dtype=np.float64) + (0.5 + _TIE))
    return cents / 100.0
