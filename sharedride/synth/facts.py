"""The published facts a synthetic day is held against, and the verdict."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

TOLERANCE = 0.10
"""How far outside the published range a figure may lie, as a fraction of the nearer end."""


@dataclass(frozen=True)
class Fact:
    """A published figure; ``band`` is its range, ``None`` where only words are published.

    ``how`` it comes about: ``set`` as an input, ``fitted`` by choosing one number, or as a ``result``.
    """

    name: str
    what: str
    unit: str
    source: str
    confidence: str
    how: str
    band: tuple[float, float] | None = None

    def off(self, got: float) -> float | None:
        """How far outside the range a figure lies, signed, as a fraction of the nearer end; 0 inside."""
        if self.band is None:
            return None
        low, high = self.band
        return (got - low) / low if got < low else (got - high) / high if got > high else 0.0

    def verdict(self, got: float) -> str:
        """``within``, ``within 10 %``, ``misses``, or ``no target``."""
        off = self.off(got)
        if off is None:
            return "no target"
        return "within" if off == 0.0 else "within 10 %" if abs(off) <= TOLERANCE else "misses"


@cache
def facts() -> Mapping[str, Fact]:
    """Every fact by name, in the order of the report."""
    text = resources.files("sharedride").joinpath("synth/data/facts.toml").read_text(encoding="utf-8")
    found = {}
    for name, row in tomllib.loads(text).items():
        band = row.pop("band", None)
        found[name] = Fact(name=name, band=None if band is None else (float(band[0]), float(band[1])), **row)
    return found
