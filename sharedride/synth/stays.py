"""Stays at places of care: from when to when, by motive. Minutes from midnight."""

from dataclasses import dataclass

import numpy as np

from sharedride.synth.assumptions import Assumptions

DIALYSIS_STARTS = (6 * 60 + 30, 12 * 60 + 30, 17 * 60 + 30)
DIALYSIS_SHARES = (0.5, 0.35, 0.15)
"""How a centre's patients divide over the three starts (*assumption*)."""
_DIALYSIS_MIN, _WAVE, _WAVE_MIN, _WAVES = 240, 4, 15, 4
_RADIOTHERAPY_SLOT_MIN, _RADIOTHERAPY_SLOTS = 12, 45
_MORNING = 0.6
_CONSULTATION_PEAKS = ((9 * 60 + 30, 45, 8 * 60, 12 * 60), (14 * 60 + 30, 50, 13 * 60, 17 * 60))
"""Mean, deviation, first and last appointment of a morning's and an afternoon's clinic (*assumption*)."""
_LAST_READY = 23 * 60


@dataclass(frozen=True)
class Times:
    """``begins`` is the appointment, ``ends`` the end of care as planned; one of them may be missing."""

    begins: int | None
    ends: int | None


def dialysis_times(rank: int, patients: int) -> Times:
    """The session of one of a centre's patients of a day, by rank among them: waves of 4 every 15 min.

    A unit takes four waves (*assumption*); a centre with more patients has more units side by side.
    """
    before = 0
    for start, share in zip(DIALYSIS_STARTS, DIALYSIS_SHARES, strict=True):
        size = round(share * patients) if start != DIALYSIS_STARTS[-1] else patients
        if rank < before + size:
            wave = (rank - before) // _WAVE % _WAVES
            begins = start + _WAVE_MIN * wave
            return Times(begins, begins + _DIALYSIS_MIN)
        before += size
    begins = DIALYSIS_STARTS[-1]
    return Times(begins, begins + _DIALYSIS_MIN)


def usual_times(motive: str, rng: np.random.Generator) -> Times:
    """When a patient with some motive is due, and until when care is planned to last (*assumptions*)."""
    match motive:
        case "radiotherapy":
            begins = 8 * 60 + _RADIOTHERAPY_SLOT_MIN * int(rng.integers(0, _RADIOTHERAPY_SLOTS))
            return Times(begins, begins + 30)
        case "chemotherapy":
            begins = _step(rng.uniform(8 * 60 + 30, 11 * 60), 15)
            return Times(begins, begins + _step(rng.uniform(150, 270)))
        case "rehabilitation":
            begins = int(rng.choice([8 * 60 + 30, 9 * 60, 9 * 60 + 30, 13 * 60 + 30, 14 * 60]))
            return Times(begins, begins + int(rng.choice([120, 150, 180])))
        case "day_hospital":
            begins = int(rng.choice([8 * 60, 8 * 60 + 30, 9 * 60]))
            return Times(begins, _step(rng.uniform(15 * 60, 16 * 60 + 30), 15))
        case "consultation":
            peak, spread, first, last = _CONSULTATION_PEAKS[int(rng.random() >= _MORNING)]
            begins = _step(min(last, max(first, float(rng.normal(peak, spread)))), 15)
            return Times(begins, begins + _step(rng.uniform(45, 120)))
        case "admission":
            return Times(_step(rng.uniform(9 * 60, 15 * 60), 15), None)
        case "discharge":
            return Times(None, _step(rng.uniform(10 * 60, 16 * 60 + 30), 15))
    raise ValueError(motive)


def ready(motive: str, times: Times, assumed: Assumptions, rng: np.random.Generator) -> int:
    """When the patient is ready on one day: the planned end, give or take, never half the care early."""
    assert times.ends is not None
    spread = {
        "dialysis": assumed.sd_dialysis_min,
        "chemotherapy": assumed.sd_chemotherapy_min,
        "consultation": assumed.sd_consultation_min,
        "discharge": assumed.sd_consultation_min,
    }.get(motive, assumed.sd_other_min)
    actual = times.ends + float(rng.normal(0.0, 1.0)) * spread
    earliest = (times.begins + times.ends) / 2 if times.begins is not None else times.ends - 60
    return min(_LAST_READY, _step(max(actual, earliest)))


def _step(minutes: float, step: int = 5) -> int:
    return step * round(minutes / step)
