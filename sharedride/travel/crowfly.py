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
    return crowfly_km_between(lat, lon, lat, lon)


def crowfly_km_between(
    lat: npt.NDArray[np.float64],
    lon: npt.NDArray[np.float64],
    to_lat: npt.NDArray[np.float64],
    to_lon: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Great-circle distances from the first points, shape ``(n,)``, to the second: km, shape ``(n, m)``."""
    phi, lam = np.radians(lat), np.radians(lon)
    to_phi, to_lam = np.radians(to_lat), np.radians(to_lon)
    half_dphi = 0.5 * (phi[:, None] - to_phi[None, :])
    half_dlam = 0.5 * (lam[:, None] - to_lam[None, :])
    chord = np.sin(half_dphi) ** 2 + np.cos(phi)[:, None] * np.cos(to_phi)[None, :] * np.sin(half_dlam) ** 2
    km: npt.NDArray[np.float64] = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))
    return km
