"""Communes and places of care around Belfort, and homes jittered around the communes."""

import math
from dataclasses import dataclass

import numpy as np

from sharedride.synth.geography import crow_km, read_rows

KM_PER_DEGREE = 111.195
ROAD_FACTOR = 1.3
HOME_DEPARTMENT = "90"
AROUND, AROUND_KM = {"25", "70", "90"}, 40.0
CENTRE_LAT, CENTRE_LON = 47.638, 6.864


@dataclass(frozen=True)
class Point:
    lat: float
    lon: float

    def km_to(self, other: "Point") -> float:
        """Flat-earth distance, good to 0.1 % over the 100 km a scenario spans."""
        shrink = math.cos(math.radians((self.lat + other.lat) / 2))
        return KM_PER_DEGREE * math.hypot(self.lat - other.lat, (self.lon - other.lon) * shrink)


@dataclass(frozen=True)
class Commune:
    insee: str
    name: str
    department: str
    point: Point
    population: int


@dataclass(frozen=True)
class Care:
    id: str
    name: str
    commune: str
    point: Point


def communes() -> list[Commune]:
    """Communes of the département and its neighbours in the région, within 40 km of Belfort's station."""
    rows = [row for row in read_rows("communes.csv.gz") if row["dept"] in AROUND]
    points = [Point(float(row["lat"]), float(row["lon"])) for row in rows]
    lat, lon = (np.array([getattr(point, axis) for point in points]) for axis in ("lat", "lon"))
    away = crow_km(np.array([CENTRE_LAT]), np.array([CENTRE_LON]), lat, lon)[0]
    return [
        Commune(row["insee"], row["name"], row["dept"], point, int(row["population"]))
        for row, point, km in zip(rows, points, away, strict=True)
        if km <= AROUND_KM
    ]


def care_places() -> dict[str, Care]:
    """Hospitals of the data file, and town practices, which stand at their commune's own point."""
    by_name = {commune.name: commune for commune in communes()}
    hospitals = {row["name"]: row for row in read_rows("care_listed.csv")}
    chosen = {
        "hnfc": "Hôpital Nord Franche-Comté (Trévenans)",
        "chenois": "HNFC Le Chênois",
        "mittan": "HNFC site du Mittan",
        "bretegnier": "CRF Bretegnier (Arc-en-Ciel)",
        "lure": "GH70 Lure",
        "besancon": "CHU de Besançon (Jean-Minjoz)",
    }
    places = {
        key: Care(
            key,
            name,
            hospitals[name]["commune"],
            Point(float(hospitals[name]["lat"]), float(hospitals[name]["lon"])),
        )
        for key, name in chosen.items()
    }
    for key, town in {"belfort": "Belfort", "montbeliard": "Montbéliard", "delle": "Delle"}.items():
        places[key] = Care(key, f"Cabinets de ville, {town}", town, by_name[town].point)
    return places


def jitter(commune: Commune, rng: np.random.Generator) -> Point:
    """A home near the commune's point; larger communes spread wider."""
    spread_km = min(1.5, max(0.4, 0.25 * math.sqrt(commune.population / 1000)))
    north, east = rng.normal(0.0, spread_km, size=2)
    lat = commune.point.lat + north / KM_PER_DEGREE
    lon = commune.point.lon + east / (KM_PER_DEGREE * math.cos(math.radians(commune.point.lat)))
    return Point(round(float(lat), 4), round(float(lon), 4))


def home_of(
    care: Care, towns: list[Commune], abroad: float, rng: np.random.Generator
) -> tuple[Commune, Point]:
    """A home whose trip length follows the mixed-area histogram and whose commune follows population.

    ``abroad`` weighs the inhabitants of neighbouring départements against those of the home one.
    """
    median_km, sigma = 17.0, 0.7
    road = np.array([max(0.5, ROAD_FACTOR * town.point.km_to(care.point)) for town in towns])
    inhabitants = np.array(
        [town.population * (1.0 if town.department == HOME_DEPARTMENT else abroad) for town in towns]
    )
    if road.min() > 40.0:
        weight = inhabitants
    else:
        target = math.log(min(40.0, max(3.0, median_km * math.exp(rng.normal(0.0, sigma)))))
        weight = inhabitants * np.exp(-0.5 * ((np.log(road) - target) / 0.2) ** 2)
    town = towns[int(rng.choice(len(towns), p=weight / weight.sum()))]
    return town, jitter(town, rng)
