"""Communes, départements and régions of metropolitan France, and where people live in them."""

import csv
import gzip
import io
import math
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from sharedride.errors import InputError, Problem
from sharedride.travel.crowfly import EARTH_RADIUS_KM

FloatArray = npt.NDArray[np.float64]

ATTRIBUTION = (
    "GeoNames, CC BY 4.0; INSEE, code officiel géographique et populations, Licence Ouverte 2.0, via Etalab"
)
KM_PER_DEGREE = math.pi * EARTH_RADIUS_KM / 180.0
_REGION_NAMES = {"BFC": "27", "ARA": "84", "BRE": "53", "CVL": "24", "COR": "94", "GES": "44"}
_REGION_NAMES |= {"HDF": "32", "IDF": "11", "NOR": "28", "NAQ": "75", "OCC": "76", "PDL": "52", "PAC": "93"}


@dataclass(frozen=True)
class Department:
    """A département; ``region`` is INSEE's code of its région."""

    code: str
    name: str
    region: str
    region_name: str


@dataclass(frozen=True)
class Communes:
    """Communes as columns of one length; Paris, Lyon and Marseille by arrondissement.

    Attributes
    ----------
    insee, name, department
        INSEE code, name, département.
    seat
        ``"prefecture"``, ``"subprefecture"`` or empty.
    lat, lon
        Degrees, of the commune's centre.
    population
        Inhabitants.
    """

    insee: tuple[str, ...]
    name: tuple[str, ...]
    department: tuple[str, ...]
    seat: tuple[str, ...]
    lat: FloatArray
    lon: FloatArray
    population: FloatArray

    def __len__(self) -> int:
        return len(self.insee)

    def take(self, indices: npt.NDArray[np.intp]) -> "Communes":
        """Return the communes at some indices, in that order."""
        at = [int(index) for index in indices]
        return Communes(
            tuple(self.insee[i] for i in at),
            tuple(self.name[i] for i in at),
            tuple(self.department[i] for i in at),
            tuple(self.seat[i] for i in at),
            self.lat[at],
            self.lon[at],
            self.population[at],
        )


def read_rows(name: str) -> list[dict[str, str]]:
    """Rows of one of the package's CSV files, gzipped or not."""
    data = resources.files("sharedride").joinpath(f"synth/data/{name}").read_bytes()
    text = (gzip.decompress(data) if name.endswith(".gz") else data).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


@cache
def departments() -> dict[str, Department]:
    """The 96 départements of metropolitan France by code."""
    return {row["code"]: Department(**row) for row in read_rows("departments.csv")}


@cache
def communes() -> Communes:
    """All communes of metropolitan France."""
    rows = read_rows("communes.csv.gz")
    return Communes(
        tuple(row["insee"] for row in rows),
        tuple(row["name"] for row in rows),
        tuple(row["dept"] for row in rows),
        tuple(row["seat"] for row in rows),
        np.array([float(row["lat"]) for row in rows]),
        np.array([float(row["lon"]) for row in rows]),
        np.array([float(row["population"]) for row in rows]),
    )


def of_department(code: str) -> Communes:
    """Communes of one département that have inhabitants."""
    whole = communes()
    inside = np.array([department == code for department in whole.department])
    return whole.take(np.flatnonzero(inside & (whole.population > 0)))


def department(code: str) -> Department:
    """Return the département of a code.

    Raises
    ------
    InputError
        When there is none of that code in metropolitan France.
    """
    try:
        return departments()[code.upper().zfill(2)]
    except KeyError:
        problem = f'"{code}" is no département of metropolitan France, write 01 to 95, 2A or 2B'
        raise InputError([Problem("--department", problem)]) from None


def region(name: str) -> list[Department]:
    """Return the départements of a région, by short name (BFC), INSEE code (27) or full name.

    Raises
    ------
    InputError
        When no région is called that.
    """
    code = _REGION_NAMES.get(name.upper(), name)
    found = [
        item
        for item in departments().values()
        if item.region == code or item.region_name.casefold() == name.casefold()
    ]
    if not found:
        problem = f'"{name}" is no région of metropolitan France, write one of {", ".join(_REGION_NAMES)}'
        raise InputError([Problem("--region", problem)])
    return found


def crow_km(lat: FloatArray, lon: FloatArray, to_lat: FloatArray, to_lon: FloatArray) -> FloatArray:
    """Great-circle km from each point of the first list to each of the second, shape ``(n, m)``."""
    phi, to_phi = np.radians(lat)[:, None], np.radians(to_lat)[None, :]
    half_dlam = np.radians(to_lon[None, :] - lon[:, None]) / 2
    chord = np.sin((to_phi - phi) / 2) ** 2 + np.cos(phi) * np.cos(to_phi) * np.sin(half_dlam) ** 2
    km: FloatArray = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))
    return km


def inhabitants_within(places: Communes, km: float) -> FloatArray:
    """Inhabitants of all communes whose centre lies within some km of each place, shape ``(places,)``."""
    whole = communes()
    counts = np.empty(len(places))
    for index, (lat, lon) in enumerate(zip(places.lat, places.lon, strict=True)):
        near = np.flatnonzero(np.abs(whole.lat - lat) * KM_PER_DEGREE <= km)
        far = crow_km(np.array([lat]), np.array([lon]), whole.lat[near], whole.lon[near])[0]
        counts[index] = whole.population[near[far <= km]].sum()
    return counts
