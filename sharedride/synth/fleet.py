"""Operators and their cars: as many, and as small, as in the real sector."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sharedride.day.model import VehicleType
from sharedride.synth.chance import generator
from sharedride.synth.territory import Territory

ALL_DAY, DAYTIME, EARLY, LATE = (285, 1440), (420, 1140), (300, 960), (630, 1440)
"""Shifts in minutes from midnight; two drivers share a car that is out all day (*assumption*)."""
_SHIFTS = (ALL_DAY, DAYTIME, EARLY, LATE, DAYTIME, EARLY)
NOON_BREAK = (690, 840, 30)
"""From, until, minutes: the break of a driver alone in a car all daytime."""
VSL_SEATS, TAXI_SEATS = 3, 4

_VSL_SIZES: Mapping[int, float] = {1: 0.33, 2: 0.29, 3: 0.18, 4: 0.07, 6: 0.05, 8: 0.04, 12: 0.03, 16: 0.01}
_TAXI_SIZES: Mapping[int, float] = {1: 0.78, 2: 0.13, 3: 0.05, 4: 0.03, 6: 0.01}
"""Cars of a firm: many with 2 or 3 VSL; the spread is an assumption, the mean is set."""


@dataclass(frozen=True)
class Car:
    """A car with its shift and, where it has one, its driver's break."""

    id: str
    type: VehicleType
    wheelchairs: int
    shift: tuple[int, int]
    pause: tuple[int, int, int] | None

    @property
    def seats(self) -> int:
        """Places for patients and companions."""
        return TAXI_SEATS if self.type is VehicleType.TAXI else VSL_SEATS


@dataclass
class Firm:
    """An operator with one depot and cars of one type; ``cars`` grows where a day needs one more."""

    id: str
    type: VehicleType
    certified: bool
    lat: float
    lon: float
    commune: str
    cars: list[Car]

    def one_more(self, accessible: bool, shift: tuple[int, int]) -> Car:
        """Add a car with some shift."""
        car = _car(self.id, self.type, len(self.cars), shift, accessible)
        self.cars.append(car)
        return car


def firms(territory: Territory, seed: int, vsl_trips: float, taxi_trips: float) -> list[Firm]:
    """Return the département's operators, for a weekday of so many VSL and taxi trips."""
    assumed = territory.assumed
    return [
        *_firms(
            territory,
            seed,
            VehicleType.VSL,
            round(vsl_trips / assumed.vsl_trips_per_car),
            assumed.vsl_per_carrier,
            _VSL_SIZES,
        ),
        *_firms(
            territory,
            seed,
            VehicleType.TAXI,
            round(taxi_trips / assumed.taxi_trips_per_car),
            assumed.taxis_per_firm,
            _TAXI_SIZES,
        ),
    ]


def _firms(
    territory: Territory,
    seed: int,
    kind: VehicleType,
    cars: int,
    cars_per_firm: float,
    spread: Mapping[int, float],
) -> list[Firm]:
    rng = generator(seed, territory.code, "fleet", kind.value)
    sizes = _sizes(max(1, cars), cars_per_firm, spread, rng)
    digits = len(str(len(sizes)))
    chosen = []
    for number, size in enumerate(sizes, start=1):
        name = f"{kind.value}-{number:0{digits}d}"
        town, lat, lon = territory.home(rng)
        certified = bool(rng.random() < territory.assumed.certified)
        accessible = kind is VehicleType.TAXI and bool(rng.random() < territory.assumed.accessible_taxis)
        fleet = [
            _car(name, kind, index, _SHIFTS[index % len(_SHIFTS)], accessible and index == 0)
            for index in range(size)
        ]
        chosen.append(Firm(name, kind, certified, lat, lon, territory.towns.insee[town], fleet))
    return chosen


def _sizes(cars: int, per_firm: float, spread: Mapping[int, float], rng: np.random.Generator) -> list[int]:
    """Sizes of firms that together have so many cars, largest first."""
    count = min(cars, max(1, round(cars / per_firm)))
    sizes = np.array(list(spread))
    chances = np.array(list(spread.values()))
    drawn = rng.choice(sizes, size=count, p=chances / chances.sum()).astype(int)
    while drawn.sum() != cars:
        step = 1 if drawn.sum() < cars else -1
        open_to_change = np.flatnonzero(drawn + step >= 1)
        drawn[rng.choice(open_to_change)] += step
    return sorted((int(size) for size in drawn), reverse=True)


def _car(firm: str, kind: VehicleType, index: int, shift: tuple[int, int], accessible: bool) -> Car:
    pause = NOON_BREAK if shift is DAYTIME else None
    return Car(f"{firm}-{index + 1:02d}", kind, int(accessible), shift, pause)


def nearness(territory: Territory, owners: list[Firm], lat: float, lon: float) -> np.ndarray:
    """Logarithm of the weight with which a patient at a point turns to each firm: nearness and size."""
    here = np.array([[firm.lat, firm.lon, len(firm.cars)] for firm in owners])
    shrink = math.cos(math.radians(lat))
    km = 111.195 * np.hypot(here[:, 0] - lat, (here[:, 1] - lon) * shrink)
    weight: np.ndarray = np.log(here[:, 2]) - km / territory.assumed.attachment_km
    return weight
