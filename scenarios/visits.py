"""Stays at places of care: why, where, from when to when."""

from dataclasses import dataclass

import numpy as np

CARE_OF_MOTIVE: dict[str, dict[str, float]] = {
    "dialysis": {"hnfc": 1.0},
    "chemotherapy": {"hnfc": 0.95, "besancon": 0.05},
    "radiotherapy": {"hnfc": 0.97, "besancon": 0.03},
    "rehabilitation": {"chenois": 0.6, "mittan": 0.2, "bretegnier": 0.2},
    "day_hospital": {"hnfc": 0.7, "chenois": 0.3},
    "consultation": {
        "hnfc": 0.54,
        "belfort": 0.22,
        "montbeliard": 0.14,
        "delle": 0.05,
        "lure": 0.03,
        "besancon": 0.02,
    },
    "admission": {"hnfc": 0.96, "besancon": 0.04},
    "discharge": {"hnfc": 0.96, "besancon": 0.04},
}
DIALYSIS_STARTS = {6 * 60 + 30: 0.5, 12 * 60 + 30: 0.35, 17 * 60 + 30: 0.15}
DIALYSIS_WAVE, DIALYSIS_WAVE_MIN, DIALYSIS_HOURS = 4, 15, 4


@dataclass(frozen=True)
class Stay:
    """Minutes from midnight; an admission has no return, a discharge no outbound trip."""

    motive: str
    care: str
    appointment: int | None
    ready: int | None

    @property
    def trips(self) -> int:
        return (self.appointment is not None) + (self.ready is not None)


def _step(minutes: float, step: int = 5) -> int:
    return step * round(minutes / step)


def _dialysis(count: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    shares = np.array(list(DIALYSIS_STARTS.values()))
    sizes = np.floor(shares * count).astype(int)
    sizes[0] += count - sizes.sum()
    times = []
    for start, size in zip(DIALYSIS_STARTS, sizes, strict=True):
        for patient in range(int(size)):
            appointment = start + DIALYSIS_WAVE_MIN * (patient // DIALYSIS_WAVE)
            disconnected = 60 * DIALYSIS_HOURS + _step(float(np.clip(rng.normal(15, 8), 0, 40)))
            times.append((appointment, appointment + disconnected))
    return times


def _times(motive: str, rng: np.random.Generator) -> tuple[int | None, int | None]:
    match motive:
        case "radiotherapy":
            appointment = 8 * 60 + 12 * int(rng.integers(0, 45))
            return appointment, appointment + 30
        case "chemotherapy":
            appointment = _step(rng.uniform(8 * 60 + 30, 11 * 60), 15)
            return appointment, appointment + _step(rng.uniform(150, 270))
        case "rehabilitation":
            appointment = int(rng.choice([8 * 60 + 30, 9 * 60, 9 * 60 + 30, 13 * 60 + 30, 14 * 60]))
            return appointment, appointment + int(rng.choice([120, 150, 180]))
        case "day_hospital":
            appointment = int(rng.choice([8 * 60, 8 * 60 + 30, 9 * 60]))
            return appointment, _step(rng.uniform(15 * 60, 16 * 60 + 30), 15)
        case "consultation":
            appointment = _step(rng.uniform(8 * 60 + 30, 16 * 60 + 30), 15)
            return appointment, appointment + _step(rng.uniform(45, 120))
        case "admission":
            return _step(rng.uniform(9 * 60, 15 * 60), 15), None
        case "discharge":
            return None, _step(rng.uniform(10 * 60, 16 * 60 + 30), 15)
    raise ValueError(motive)


def stays(counts: dict[str, int], rng: np.random.Generator) -> list[Stay]:
    """As many stays of each motive as asked, sorted by their first clock time."""
    drawn = []
    for motive, count in counts.items():
        times = _dialysis(count, rng) if motive == "dialysis" else [_times(motive, rng) for _ in range(count)]
        places, weights = zip(*CARE_OF_MOTIVE[motive].items(), strict=True)
        for appointment, ready in times:
            care = str(places[int(rng.choice(len(places), p=weights))])
            drawn.append(Stay(motive, care, appointment, ready))
    return sorted(drawn, key=lambda stay: stay.ready or 0 if stay.appointment is None else stay.appointment)
