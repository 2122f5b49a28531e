"""The three limits of the decree, with the overrides of a day."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files

from sharedride.day.model import Day


@dataclass(frozen=True)
class Limits:
    """Limits of a shared ride: km of detour per further patient and at most, minutes waited per visit."""

    detour_km_per_extra_patient: float
    detour_km_cap: float
    wait_min: float

    def detour_km(self, aboard: int) -> float:
        """Return the km a patient may ride beyond the direct way, with at most ``aboard`` at once."""
        return min(self.detour_km_per_extra_patient * (aboard - 1), self.detour_km_cap)


def limits_of(day: Day) -> Limits:
    """Return the limits in force on the day: those of the decree, unless the day overrides them."""
    decree = tomllib.loads(files("sharedride.data").joinpath("rules.toml").read_text("utf-8"))["decree"]

    def limit(name: str) -> float:
        override: float | None = getattr(day.rules, name)
        return float(decree[name]) if override is None else override

    return Limits(limit("detour_km_per_extra_patient"), limit("detour_km_cap"), limit("wait_min"))
