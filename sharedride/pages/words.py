"""Figures and codes as the page writes them."""

from sharedride.clock import format_clock
from sharedride.document import AloneCode

ALONE: dict[AloneCode, str] = {
    "INCOMPATIBLE": "prescription forbids sharing",
    "REFUSED": "patient refuses to share",
    "LOCKED": "fixed by the dispatcher",
    "EXCLUDED": "kept apart",
    "NO_NEIGHBOUR": "nobody near",
    "DETOUR": "detour too long",
    "WAIT": "wait too long",
    "TIME": "hours do not fit",
    "SEATS": "too few seats",
    "OPERATOR": "other operator",
    "VEHICLE_TYPE": "other type of vehicle",
    "NOT_WORTH_IT": "lawful, not worth it",
    "NOT_PROVEN": "lawful, not settled",
}


def hhmm(minutes: float) -> str:
    """``HH:MM`` of minutes from midnight, cut, so that nobody is told to come later than planned."""
    return format_clock(minutes)[:-3]


def duration(minutes: float) -> str:
    """A duration in hours and minutes, ``3 h 05`` or ``45 min``."""
    whole = round(minutes)
    return f"{whole // 60} h {whole % 60:02d}" if whole >= 60 else f"{whole} min"


def french(value: float, digits: int = 1) -> str:
    """A figure with decimal comma."""
    return f"{round(value, digits) + 0.0:.{digits}f}".replace(".", ",")
