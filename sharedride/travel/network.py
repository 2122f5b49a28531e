"""A network of communes: roads drawn where no third commune lies between two.

Two communes are joined when no other lies in the circle over the line between them (Gabriel and Sokal 1969,
`A new statistical approach to geographic variation analysis <https://doi.org/10.2307/2412323>`_). Such
graphs resemble the road networks between settlements.
"""

import csv
import gzip
import io
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

COMMUNES = "synth/data/communes.csv.gz"
"""Points of all communes of France; GeoNames, CC BY 4.0, and INSEE, Licence Ouverte 2.0, via Etalab."""


@dataclass(frozen=True)
class Network:
    """Points and the edges between them.

    Attributes
    ----------
    lat, lon
        Points in degrees, no two alike, shape ``(n,)``.
    edges
        Pairs of points, each once, the smaller index first, shape ``(e, 2)``.
    """

    lat: FloatArray
    lon: FloatArray
    edges: IntArray

    def __len__(self) -> int:
        return len(self.lat)

    def part(self, keep: IntArray) -> "Network":
        """Return the points of the given ascending indices, with the edges between them."""
        new = np.full(len(self), -1, dtype=np.int64)
        new[keep] = np.arange(len(keep))
        edges = new[self.edges]
        return Network(self.lat[keep], self.lon[keep], edges[(edges >= 0).all(axis=1)])


def gabriel_network(lat: FloatArray, lon: FloatArray) -> Network:
    """Join points by their Gabriel graph; it depends on nothing but the points, not on their order.

    Neighbours are judged in the Mercator projection, which keeps small circles round.

    Parameters
    ----------
    lat, lon
        Points in degrees, shape ``(n,)``; points that occur twice are taken once.
    """
    points = np.unique(np.column_stack([lat, lon]), axis=0)
    plane = np.column_stack([np.radians(points[:, 1]), np.arcsinh(np.tan(np.radians(points[:, 0])))])
    return Network(points[:, 0].copy(), points[:, 1].copy(), _gabriel_edges(plane))


def _gabriel_edges(plane: FloatArray) -> IntArray:
    """Edges of the Delaunay triangulation that no triangle's third point sees at an obtuse angle."""
    from scipy.spatial import Delaunay, QhullError

    if len(plane) < 2:
        return np.empty((0, 2), dtype=np.int64)
    try:
        triangles = Delaunay(plane).simplices.astype(np.int64)
    except QhullError:
        # Points on a line: each is joined to the next.
        order = np.lexsort(plane.T)
        return np.sort(np.column_stack([order[:-1], order[1:]]), axis=1)
    corners = np.concatenate([triangles[:, [0, 1, 2]], triangles[:, [1, 2, 0]], triangles[:, [2, 0, 1]]])
    first, second, third = plane[corners.T]
    obtuse = ((first - third) * (second - third)).sum(axis=1) < 0.0
    pairs = np.sort(corners[:, :2], axis=1)
    edges, which = np.unique(pairs, axis=0, return_inverse=True)
    crowded = np.zeros(len(edges), dtype=np.bool_)
    np.logical_or.at(crowded, which.ravel(), obtuse)
    return edges[~crowded]


@lru_cache(maxsize=1)
def french_network() -> Network:
    """Return the network of all communes of France."""
    packed = resources.files("sharedride").joinpath(COMMUNES).read_bytes()
    rows = list(csv.DictReader(io.StringIO(gzip.decompress(packed).decode("utf-8"))))
    lat = np.array([float(row["lat"]) for row in rows])
    lon = np.array([float(row["lon"]) for row in rows])
    return gabriel_network(lat, lon)
