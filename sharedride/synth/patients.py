"""Patients: home, place of care, needs and consent, each drawn once for good."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sharedride.synth.care import MOTIVES
from sharedride.synth.chance import digest, generator
from sharedride.synth.stays import Times, usual_times
from sharedride.synth.territory import Territory

_PILOT = 1500
_TYPICAL_KM = 20.0


@dataclass(frozen=True)
class Patient:
    """A synthetic patient; ``place`` indexes the territory's places of care, ``km`` is the road to it."""

    key: str
    pseudonym: str
    motive: str
    town: int
    lat: float
    lon: float
    place: int
    km: float
    vsl: bool
    wheelchair: bool
    companion: bool
    incompatible: bool
    refuses: bool
    times: Times


class Patients:
    """Draws the patients of one territory; the same key always gives the same patient."""

    def __init__(self, territory: Territory, seed: int, vsl_share: float) -> None:
        self.territory = territory
        self.seed = seed
        self._vsl_share = vsl_share

    def patient(self, motive: str, *key: object) -> Patient:
        """The patient of a key. Dialysis sessions depend on the centre's other patients: see ``series``."""
        assumed, code = self.territory.assumed, self.territory.code
        name = "/".join(map(str, (motive, *key)))
        rng = generator(self.seed, code, "patient", name)
        town, lat, lon = self.territory.home(rng)
        sought = "hospital_in_out" if motive in ("admission", "discharge") else motive
        place = self.territory.place_for(sought, town, rng)
        km = math.exp(self.territory.log_km[town, place])
        chair, with_companion, consent, type_draw = rng.random(4)
        times = Times(None, None) if motive == "dialysis" else usual_times(motive, rng)
        return Patient(
            key=name,
            pseudonym=f"p-{digest(self.seed, code, 'pseudonym', name) >> 20:011x}",
            motive=motive,
            town=town,
            lat=lat,
            lon=lon,
            place=place,
            km=km,
            vsl=bool(chair >= assumed.wheelchair and type_draw < _logistic(self._intercept - self._pull(km))),
            wheelchair=bool(chair < assumed.wheelchair),
            companion=bool(with_companion < assumed.companion),
            incompatible=bool(consent < assumed.incompatible),
            refuses=bool(assumed.incompatible <= consent < assumed.incompatible + assumed.refusal),
            times=times,
        )

    def _pull(self, km: float) -> float:
        return self.territory.assumed.taxi_pull * math.log(km / _TYPICAL_KM)

    @cached_property
    def _intercept(self) -> float:
        """What makes the VSL share right on average, over a pilot sample of patients."""
        rng = generator(self.seed, self.territory.code, "pilot")
        chances = np.array([self.territory.assumed.share_of(motive) for motive in MOTIVES])
        pull = []
        for motive in rng.choice(MOTIVES, size=_PILOT, p=chances / chances.sum()):
            town, _, _ = self.territory.home(rng)
            place = self.territory.place_for(str(motive), town, rng)
            pull.append(self._pull(math.exp(self.territory.log_km[town, place])))
        share = min(1.0, self._vsl_share / (1.0 - self.territory.assumed.wheelchair + 1e-12))
        low, high = -30.0, 30.0
        for _ in range(60):
            middle = (low + high) / 2
            mean = float(np.mean([_logistic(middle - each) for each in pull]))
            low, high = (middle, high) if mean < share else (low, middle)
        return (low + high) / 2


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(max(value, -700.0), 700.0)))
