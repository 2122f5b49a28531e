"""Figures as people read them."""

import datetime

from sharedride.planning.solution import Objective

NOTHING = "-"
"""Shown where there is nothing to count."""

_OBJECTIVE = {
    Objective.COST: "running cost",
    Objective.SAVINGS: "payer's bill",
    Objective.MARGIN: "operators' margin",
    Objective.KM: "distance driven",
    Objective.SHARED: "shared trips",
}


def euros(amount: float) -> str:
    """Euros to the cent."""
    return f"{round(amount, 2) + 0.0:,.2f} €"


def km(distance: float) -> str:
    """Km to a hundred metres."""
    return f"{round(distance, 1) + 0.0:,.1f} km"


def percent(fraction: float | None, digits: int = 1) -> str:
    """A fraction in percent."""
    return NOTHING if fraction is None else f"{100.0 * fraction:.{digits}f} %"


def count(number: int, noun: str) -> str:
    """A number with its noun, in the plural where that is due."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def date(day: datetime.date) -> str:
    """A date in words."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def objective_name(objective: Objective) -> str:
    """What the objective measures."""
    return _OBJECTIVE[objective]


def objective_value(objective: Objective, value: float) -> str:
    """A value of the objective with its unit."""
    if objective is Objective.KM:
        return km(value)
    if objective is Objective.SHARED:
        return f"{round(value, 2):g}"
    return euros(value)
