"""Carbon dioxide of the km driven."""

import tomllib
from functools import cache
from importlib import resources


@cache
def kg_co2_per_km() -> float:
    """Return the kg of CO2 per km of the emission data (*assumption*: one figure for the whole fleet)."""
    text = resources.files("sharedride").joinpath("data/emissions.toml").read_text(encoding="utf-8")
    return float(tomllib.loads(text)["kg_co2_per_km"])
