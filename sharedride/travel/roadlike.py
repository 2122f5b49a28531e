"""Road-like distances without an engine: the shortest way over a network, or past it.

The model knows two moves: along an edge of the network at ``edge_factor`` km per km of great circle, and
from anywhere straight to anywhere at ``off_network_factor``. The distance of two places is that of the
shortest chain of such moves. A shortest way through a third place is a chain too, so the triangle
inequality holds by construction; and as a move away from the network passes any place at will, the other
places of a day change nothing in it.

Minutes are a concave function of these km that is 0 at 0, hence subadditive: they obey the triangle
inequality as well.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from sharedride.travel.crowfly import crowfly_km, crowfly_km_between
from sharedride.travel.network import Network, gabriel_network

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

NEAREST = 8
"""Points looked at first when a place is tied to the network; more only make it slower."""

MOST_POINTS = 2_500
"""Points of the network a day is measured on at most; a day that reaches further is measured on a part."""

_CELLS = 12
_SMALLEST_CELL_KM = 1.0
_KM_PER_DEGREE = 111.195


@dataclass(frozen=True)
class Factors:
    """What the model is fitted to; see ``sharedride/data/roadlike.toml``.

    Attributes
    ----------
    edge, off_network
        Km per great-circle km along an edge of the network and away from it, ``1 <= edge <= off_network``.
    km, minutes
        Corners of the concave function from km to minutes, ascending, from 0.
    """

    edge: float
    off_network: float
    km: FloatArray
    minutes: FloatArray

    def minutes_of(self, km: FloatArray) -> FloatArray:
        """Driving time of road distances; beyond the last corner the last slope holds."""
        slope = (self.minutes[-1] - self.minutes[-2]) / (self.km[-1] - self.km[-2])
        beyond = np.maximum(km - self.km[-1], 0.0) * slope
        minutes: FloatArray = np.interp(km, self.km, self.minutes) + beyond
        return minutes


@lru_cache(maxsize=1)
def factors() -> Factors:
    """Return the factors the package ships."""
    text = resources.files("sharedride").joinpath("data/roadlike.toml").read_text(encoding="utf-8")
    values = tomllib.loads(text)
    observed, network = values["observed"], values["network"]
    ratio = np.array([observed["median_factor"][0], *observed["median_factor"]])
    km = ratio * np.array(values["speed"]["anchor_km"], dtype=np.float64)
    minutes = 60.0 * km / np.array(observed["speed_kmh"], dtype=np.float64)
    return Factors(
        edge=float(network["edge_factor"]),
        off_network=float(network["off_network_factor"]),
        km=np.concatenate([[0.0], km]),
        minutes=np.concatenate([[0.0], minutes]),
    )


def roadlike_km(lat: FloatArray, lon: FloatArray, network: Network, by: Factors) -> FloatArray:
    """Road-like distances between all pairs of places.

    Parameters
    ----------
    lat, lon
        Places in degrees, shape ``(n,)``.

    Returns
    -------
    Distances in km, symmetric, shape ``(n, n)``.
    """
    air = crowfly_km(lat, lon)
    near = _within_reach(lat, lon, air, network, by)
    km: FloatArray = by.off_network * air
    if not len(near):
        return km
    between = _network_km(near, by)
    access = by.off_network * crowfly_km_between(lat, lon, near.lat, near.lon)
    ties, count = _ties(access, between)
    reach = np.full_like(access, np.inf)
    for rank, point in enumerate(ties.T):
        rows = np.flatnonzero(count > rank)
        reach[rows] = np.minimum(reach[rows], access[rows, point[rows]][:, None] + between[point[rows]])
    for rank, point in enumerate(ties.T):
        rows = np.flatnonzero(count > rank)
        km[:, rows] = np.minimum(km[:, rows], reach[:, point[rows]] + access[rows, point[rows]])
    # Rounding adds up along each way in its own direction; the two must be one number.
    km = np.minimum(km, km.T)
    np.fill_diagonal(km, 0.0)
    return km


def _within_reach(
    lat: FloatArray, lon: FloatArray, air: FloatArray, network: Network, by: Factors
) -> Network:
    """Points that may lie on a shortest way between two of the places, with the edges between them.

    A way over a point is no shorter than ``edge`` times the line over it, and no shortest way is longer
    than ``off_network`` times the straight line; so only points in an ellipse around two places matter.
    Places are gathered in cells to have few pairs.
    """
    longest = float(air.max(initial=0.0))
    step = max(longest / _CELLS, _SMALLEST_CELL_KM) / _KM_PER_DEGREE
    squeeze = max(float(np.cos(np.radians(lat)).min(initial=1.0)), 0.01)
    rows = np.floor(np.column_stack([lat / step, lon * squeeze / step]))
    _, first, member = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    spread = float(air[np.arange(len(lat)), first[member.ravel()]].max(initial=0.0))
    ratio = by.off_network / by.edge
    away = crowfly_km_between(lat[first], lon[first], network.lat, network.lon)
    keep = np.zeros(len(network), dtype=np.bool_)
    for one in range(len(first)):
        reach = ratio * (air[first[one], first[one:]] + 2.0 * spread) + 2.0 * spread
        keep |= (away[one] + away[one:] <= reach[:, None]).any(axis=0)
    kept = np.flatnonzero(keep)
    if len(kept) <= MOST_POINTS:
        return network.part(kept)
    thinned = kept[np.linspace(0, len(kept) - 1, MOST_POINTS).astype(np.int64)]
    return gabriel_network(network.lat[thinned], network.lon[thinned])


def _network_km(near: Network, by: Factors) -> FloatArray:
    """Shortest ways between all points of the network, moves away from it included."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    straight = crowfly_km(near.lat, near.lon)
    off = by.off_network * straight
    first, second = near.edges.T
    weight = by.edge * straight[first, second]
    km = dijkstra(coo_matrix((weight, (first, second)), shape=off.shape).tocsr(), directed=False)
    one, other = np.nonzero(np.triu(off < km, 1))
    if len(one):
        # An edge is never longer than the move beside it, so no pair is there twice.
        ends = (np.concatenate([first, one]), np.concatenate([second, other]))
        weights = np.concatenate([weight, off[one, other]])
        km = dijkstra(coo_matrix((weights, ends), shape=off.shape).tocsr(), directed=False)
    shortest: FloatArray = np.minimum(np.minimum(km, km.T), off)
    return shortest


def _ties(access: FloatArray, between: FloatArray) -> tuple[IntArray, IntArray]:
    """Points by which a shortest way may enter the network from each place, and how many there are.

    A point that is reached no later over one of the nearest points is left out.

    Returns
    -------
    Points, shape ``(places, k)``, of which the first ``count`` of each row are meant, and the counts.
    """
    places = np.arange(len(access))
    nearest = np.argsort(access, axis=1, kind="stable")[:, :NEAREST]
    over = np.full_like(access, np.inf)
    for point in nearest.T:
        there = access[places, point][:, None] + between[point]
        there[places, point] = np.inf
        np.minimum(over, there, out=over)
    needed = access < over
    count = needed.sum(axis=1)
    order = np.argsort(np.where(needed, access, np.inf), axis=1, kind="stable")
    return order[:, : int(count.max(initial=0))], count
