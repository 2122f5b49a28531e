"""How a day departs from its plan, as dated data: assumptions, all of them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Disturbance:
    """Spread of readiness by motive (minutes), of driving times (log), and share of patients not there."""

    readiness_sd_min: Mapping[str, float]
    day_sd: float
    leg_sd: float
    no_show: float


def default_disturbance() -> Disturbance:
    """Return the assumptions the package ships (``sharedride/data/stress.toml``)."""
    text = resources.files("sharedride").joinpath("data/stress.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Disturbance(
        readiness_sd_min=data["readiness_sd_min"],
        day_sd=data["travel"]["day_sd"],
        leg_sd=data["travel"]["leg_sd"],
        no_show=data["absence"]["no_show"],
    )


@dataclass(frozen=True)
class Draws:
    """What chance decides before any vehicle drives, ``s`` scenarios and ``t`` trips.

    Attributes
    ----------
    ready
        When the patient of a return trip is ready, minutes from midnight, shape ``(s, t)``; for an outbound
        trip long past.
    present
        Whether the patient is there, shape ``(s, t)``; one draw for both trips of a visit.
    day_factor
        By how much all driving takes longer, shape ``(s,)``.
    """

    ready: FloatArray
    present: npt.NDArray[np.bool_]
    day_factor: FloatArray


def draw(day: Day, disturbance: Disturbance, scenarios: int, rng: np.random.Generator) -> Draws:
    """Draw readiness (normal), absences and the day's pace (log-normal, its median the plan's)."""
    size = len(day.trips)
    sd = disturbance.readiness_sd_min
    spread = np.array([sd.get(trip.motive or "other", sd["other"]) for trip in day.trips])
    planned = np.array([trip.ready if trip.ready is not None else -np.inf for trip in day.trips])
    ready = planned + spread * rng.standard_normal((scenarios, size))
    visits: dict[tuple[str, str], int] = {}
    source = np.arange(size)
    for index, trip in enumerate(day.trips):
        if trip.visit is not None:
            source[index] = visits.setdefault((trip.patient, trip.visit), index)
    present = (rng.random((scenarios, size)) >= disturbance.no_show)[:, source]
    return Draws(ready, present, np.exp(disturbance.day_sd * rng.standard_normal(scenarios)))
