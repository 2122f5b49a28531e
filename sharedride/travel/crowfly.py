"""Great-circle distance on a sphere."""

import numpy as np
import numpy.typing as npt

EARTH_RADIUS_KM = 6371.009
"""Mean earth radius (IUGG), the one geopy uses."""


def crowfly_km(lat: npt.NDArray[np.float64], lon: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Great-circle distances between all pairs of points, haversine formula.

    Parameters
    ----------
    lat, lon
        Coordinates in degrees, shape ``(n,)``.

    Returns
    -------
    Distances in km, shape ``(n, n)``.
    """
    phi, lam = np.radians(lat), np.radians(lon)
    half_dphi = 0.5 * (phi[:, None] - phi[None, :])
    half_dlam = 0.5 * (lam[:, None] - lam[None, :])
    chord = np.sin(half_dphi) ** 2 + np.cos(phi)[:, None] * np.cos(phi)[None, :] * np.sin(half_dlam) ** 2
    km: npt.NDArray[np.float64] = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))
    return km
