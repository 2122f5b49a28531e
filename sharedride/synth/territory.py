"""A département as patients see it: communes to live in, places of care in reach, and how far they are."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sharedride.synth.assumptions import Assumptions
from sharedride.synth.care import MOTIVES, Care, draws, listed_care, practices
from sharedride.synth.care_rule import care_by_rule
from sharedride.synth.geography import (
    KM_PER_DEGREE,
    Communes,
    FloatArray,
    communes,
    crow_km,
    inhabitants_within,
    of_department,
)

REACH_KM = 110.0
"""Great-circle km beyond the département's communes in which care is looked for."""
_NEIGHBOURHOOD_KM = 8.0
_SAME_TOWN_KM = 1.0
_A_CITY = 0.9


@dataclass(frozen=True)
class Territory:
    """What the patients of a département choose among.

    Attributes
    ----------
    code
        Département.
    towns
        Its communes.
    care
        Places of care within reach, in other départements too.
    log_km
        Logarithm of the road km from commune to place, shape ``(communes, places)``.
    median_km
        Median trip length patients of each commune look for, shape ``(communes,)``.
    """

    code: str
    towns: Communes
    care: list[Care]
    log_km: FloatArray
    median_km: FloatArray
    speed_kmh: float
    assumed: Assumptions

    @cached_property
    def _live(self) -> FloatArray:
        shares: FloatArray = np.cumsum(self.towns.population) / self.towns.population.sum()
        return shares

    @cached_property
    def _log_draws(self) -> dict[str, FloatArray]:
        with np.errstate(divide="ignore"):
            return {motive: np.log(draws(self.care, motive)) for motive in MOTIVES}

    def home(self, rng: np.random.Generator) -> tuple[int, float, float]:
        """A home: index of its commune, by inhabitants, and a point near its centre, by its size."""
        town = min(int(np.searchsorted(self._live, rng.random(), side="right")), len(self.towns) - 1)
        spread_km = min(2.5, max(0.4, 0.25 * math.sqrt(float(self.towns.population[town]) / 1000)))
        north, east = rng.normal(0.0, spread_km, size=2)
        lat = float(self.towns.lat[town]) + north / KM_PER_DEGREE
        lon = float(self.towns.lon[town]) + east / (KM_PER_DEGREE * math.cos(math.radians(lat)))
        return town, round(float(lat), 4), round(float(lon), 4)

    def place_for(self, motive: str, town: int, rng: np.random.Generator) -> int:
        """A place of care for a motive: by its draw, its nearness, and a trip length drawn lognormally.

        Farther out there are more places, by the square of the distance: ``nearness`` takes that back.
        """
        assumed = self.assumed
        target = math.log(float(self.median_km[town])) + rng.normal(0.0, assumed.sigma)
        log_km = self.log_km[town]
        missed = (log_km - target) / assumed.length_tolerance
        score = self._log_draws[motive] - assumed.nearness * log_km - 0.5 * missed**2
        chances = np.cumsum(np.exp(score - score.max()))
        return int(np.searchsorted(chances, rng.random() * chances[-1], side="right"))


def territory(code: str, assumed: Assumptions, care: list[Care] | None = None) -> Territory:
    """Return a département with the places of care in its reach.

    Parameters
    ----------
    care
        Hospitals and centres of all départements; ``None`` for the listed ones where there are some and for
        those of the rule elsewhere. Town practices are added.
    """
    towns = of_department(code)
    if care is None:
        known = listed_care()
        care = known + care_by_rule(frozenset(place.department for place in known))
    care = _in_reach(towns, care + practices(communes()))
    lat, lon = np.array([place.lat for place in care]), np.array([place.lon for place in care])
    km = assumed.road_factor * np.maximum(crow_km(towns.lat, towns.lon, lat, lon), _SAME_TOWN_KM)
    around = inhabitants_within(towns, _NEIGHBOURHOOD_KM)
    urban, rural = around >= assumed.urban_inhabitants, around < assumed.rural_inhabitants
    median = np.where(urban, assumed.median_km_urban, assumed.median_km_mixed)
    median = np.where(rural, assumed.median_km_rural, median)
    a_city = towns.population[urban].sum() > _A_CITY * towns.population.sum()
    speed = assumed.speed_urban_kmh if a_city else assumed.speed_kmh
    return Territory(code, towns, care, np.log(km), median, speed, assumed)


def _in_reach(towns: Communes, care: list[Care]) -> list[Care]:
    """Those within reach, and for every motive the nearest that offers it."""
    lat, lon = np.array([place.lat for place in care]), np.array([place.lon for place in care])
    nearest = crow_km(towns.lat, towns.lon, lat, lon).min(axis=0)
    kept = nearest <= REACH_KM
    for motive in MOTIVES:
        offered = np.flatnonzero(draws(care, motive) > 0.0)
        if len(offered):
            kept[offered[int(nearest[offered].argmin())]] = True
    return [care[index] for index in np.flatnonzero(kept)]
