"""How far a printed figure may be from the exact one.

Times are printed to the second and distances to the metre; the format grants 1 s and 2 m per stop.
"""

SECOND = 1 / 60 + 1e-6
"""One second in minutes, with room for floating point."""

METRES = 0.002 + 1e-9
"""Two metres in km, with room for floating point."""

CENT = 0.01 + 1e-9
"""One cent in euros."""

RATE = 5e-4
"""Rates are shown to a tenth of a percent."""

HOURS = 0.005
"""Hours are shown to two decimals."""

CO2_KG = 0.05 + 1e-9
"""Emissions are shown to a tenth of a kilogram."""

GAP = 1e-5
"""Gaps are shown to five decimals or more."""

GAP_CLOSED = 1e-4
"""An optimal plan's gap."""


def money(count: int) -> float:
    """Tolerance in euros of a sum of ``count`` amounts, each rounded to the cent."""
    return max(CENT, 0.005 * count + 1e-9)
