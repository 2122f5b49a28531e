"""The limits of a shared ride, read from the dated rule sets for the checker."""

from dataclasses import dataclass

from sharedride.checking.data import data_file
from sharedride.day.model import Day
from sharedride.errors import InputError, Problem


@dataclass(frozen=True)
class Limits:
    """Limits in force: km and minutes; ``None`` where the rule set knows no such limit."""

    detour_km_per_extra_patient: float
    detour_km_cap: float
    wait_min: float
    detour_km_after_last_pickup: float | None
    detour_km_between_pickups: float | None
    vsl_patients: int

    def detour_km(self, aboard: int) -> float:
        """Return the longest lawful detour in km of a patient with ``aboard`` patients at once."""
        return min(self.detour_km_per_extra_patient * (aboard - 1), self.detour_km_cap)


def limits_of(day: Day, rules: str) -> Limits:
    """Return the limits of a rule set, with those the day overrides.

    Raises
    ------
    InputError
        When there is no rule set of that name.
    """
    sets = data_file("rules.toml")
    if rules not in sets:
        raise InputError([Problem("rules", f'no rule set "{rules}", there are {", ".join(sets)}')])
    in_force = {**sets[rules], **day.rules.model_dump(exclude_none=True)}

    def optional(key: str) -> float | None:
        return float(in_force[key]) if key in in_force else None

    return Limits(
        detour_km_per_extra_patient=float(in_force["detour_km_per_extra_patient"]),
        detour_km_cap=float(in_force["detour_km_cap"]),
        wait_min=float(in_force["wait_min"]),
        detour_km_after_last_pickup=optional("detour_km_after_last_pickup"),
        detour_km_between_pickups=optional("detour_km_between_pickups"),
        vsl_patients=int(data_file("tariffs.toml")["vsl"]["max_patients"]),
    )
