"""The limits of a shared ride as dated data.

Source: CSS R.322-11-5 (detour) and R.322-11-6 (wait), and the older billing clause of avenant 11.
The numbers stand in ``sharedride/data/rules.toml``; none stands in code.
"""

import datetime
import tomllib
from dataclasses import dataclass, replace
from importlib import resources

from sharedride.day.model import Day
from sharedride.errors import InputError, Problem

DEFAULT_RULES = "decree"


@dataclass(frozen=True)
class Rules:
    """Limits in force on a day.

    Attributes
    ----------
    detour_km_per_extra_patient, detour_km_cap
        A patient aboard with ``n - 1`` others may ride at most
        ``min(per_extra * (n - 1), cap)`` km more than direct.
    wait_min
        Longest wait at the place of care over both trips of a visit, in minutes.
    detour_km_after_last_pickup
        Detour any patient may still incur once the ride's last patient has boarded; no limit if ``None``.
    detour_km_between_pickups
        Detour a patient aboard may incur from one pick-up to the next; no limit if ``None``.
    """

    name: str
    title: str
    effective_from: datetime.date
    detour_km_per_extra_patient: float
    detour_km_cap: float
    wait_min: float
    detour_km_after_last_pickup: float | None = None
    detour_km_between_pickups: float | None = None

    def detour_limit_km(self, aboard: int) -> float:
        """Longest lawful detour of a patient with at most ``aboard`` patients aboard at once."""
        return min(self.detour_km_per_extra_patient * (aboard - 1), self.detour_km_cap)


def rule_sets() -> dict[str, Rules]:
    """Return every rule set the package ships, by name."""
    text = resources.files("sharedride").joinpath("data/rules.toml").read_text(encoding="utf-8")
    return {name: Rules(name=name, **values) for name, values in tomllib.loads(text).items()}


def rules_of(day: Day, name: str = DEFAULT_RULES) -> Rules:
    """Return the named rule set with the day's own overrides applied.

    Raises
    ------
    InputError
        When no rule set has that name.
    """
    known = rule_sets()
    if name not in known:
        raise InputError([Problem("rules", f'unknown rule set "{name}", known are {", ".join(known)}')])
    return replace(known[name], **day.rules.model_dump(exclude_none=True))
