"""What synthetic days are made from: every number, where it comes from, and how to change it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib import resources
from typing import Any

from sharedride.errors import InputError, Problem


@dataclass(frozen=True)
class Assumptions:
    """The numbers a synthetic day is made from; meaning, source and range are in ``assumptions.toml``.

    Shares are fractions, distances road km, durations minutes.
    """

    general_scheme: float
    trips_per_1000: float
    vsl_share: float
    vsl_share_bfc: float
    saturday: float
    sunday: float
    dialysis: float
    chemotherapy: float
    radiotherapy: float
    rehabilitation: float
    day_hospital: float
    hospital_in_out: float
    median_km_urban: float
    median_km_mixed: float
    median_km_rural: float
    sigma: float
    length_tolerance: float
    nearness: float
    urban_inhabitants: float
    rural_inhabitants: float
    incompatible: float
    refusal: float
    wheelchair: float
    companion: float
    sd_dialysis_min: float
    sd_chemotherapy_min: float
    sd_consultation_min: float
    sd_other_min: float
    vsl_trips_per_car: float
    taxi_trips_per_car: float
    vsl_per_carrier: float
    taxis_per_firm: float
    certified: float
    accessible_taxis: float
    attachment_km: float
    custom: float
    taxi_pull: float
    slack_min: float
    road_factor: float
    speed_kmh: float
    speed_urban_kmh: float

    @property
    def one_off(self) -> float:
        """Share of the weekday's trips that belong to no series: consultations, admissions, discharges."""
        return 1.0 - (
            self.dialysis + self.chemotherapy + self.radiotherapy + self.rehabilitation + self.day_hospital
        )

    def share_of(self, motive: str) -> float:
        """Share of a motive among a weekday's trips."""
        if motive == "consultation":
            return self.one_off - self.hospital_in_out
        return float(getattr(self, motive))

    def but(self, changes: Mapping[str, float]) -> "Assumptions":
        """Return these assumptions with some changed.

        Raises
        ------
        InputError
            With every unknown name and every value that cannot be.
        """
        known = [field.name for field in fields(self)]
        problems = [
            Problem(f"--assume {name}", f"unknown, the assumptions are {', '.join(known)}")
            for name in changes
            if name not in known
        ]
        problems += [
            problem for name, value in changes.items() if name in known for problem in _wrong(name, value)
        ]
        if problems:
            raise InputError(problems)
        changed = replace(self, **changes)
        if changed.one_off < changed.hospital_in_out - 1e-9:
            message = "the shares of the motives and hospital_in_out sum to more than 1"
            raise InputError([Problem("--assume", message)])
        if changed.refusal + changed.incompatible > 1.0:
            raise InputError([Problem("--refusal", "refusal and incompatible sum to more than 1")])
        return changed


_FRACTIONS = frozenset(
    [
        "general_scheme",
        "vsl_share",
        "vsl_share_bfc",
        "saturday",
        "sunday",
        "dialysis",
        "chemotherapy",
        "radiotherapy",
        "rehabilitation",
        "day_hospital",
        "hospital_in_out",
        "incompatible",
        "refusal",
        "wheelchair",
        "companion",
        "certified",
        "accessible_taxis",
    ]
)
_MAY_BE_ZERO = frozenset(
    [
        "custom",
        "sd_dialysis_min",
        "sd_chemotherapy_min",
        "sd_consultation_min",
        "sd_other_min",
        "taxi_pull",
        "slack_min",
        "sigma",
        "nearness",
    ]
)
_AT_LEAST_ONE = frozenset({"vsl_per_carrier", "taxis_per_firm", "vsl_trips_per_car", "taxi_trips_per_car"})
_MOST = {"slack_min": 21.0}


def _wrong(name: str, value: float) -> list[Problem]:
    where = f"--assume {name}"
    if name in _FRACTIONS:
        return [] if 0.0 <= value <= 1.0 else [Problem(where, f"{value:g} is no fraction from 0 to 1")]
    if name in _AT_LEAST_ONE and not value >= 1.0:
        return [Problem(where, f"{value:g} is less than 1")]
    if not (value > 0.0 or (name in _MAY_BE_ZERO and value == 0.0)):
        return [Problem(where, f"{value:g} is not positive")]
    if value > _MOST.get(name, float("inf")):
        return [
            Problem(where, f"{value:g} is more than {_MOST[name]:g}, with which the 45 minutes still hold")
        ]
    return []


@cache
def described() -> Mapping[str, Mapping[str, Any]]:
    """Every assumption with its value, plausible range, kind (sourced, derived, assumption) and meaning."""
    text = resources.files("sharedride").joinpath("synth/data/assumptions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def default_assumptions() -> Assumptions:
    """Return the assumptions of the data file."""
    return Assumptions(**{name: float(row["value"]) for name, row in described().items()})
