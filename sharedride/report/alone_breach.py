"""A limit that keeps two trips apart, in words and in units of itself."""

from dataclasses import dataclass

from sharedride.document import AloneCode

EPS = 1e-6
"""Slack in km and minutes for floating-point sums; far under the metre and the second of the formats."""


@dataclass(frozen=True)
class Breach:
    """One limit that riding together would break.

    Attributes
    ----------
    code
        Which kind of limit.
    excess
        How far it is broken, in units of the limit: 1 where it is a matter of yes or no.
    detail
        The figure that decides, for the dispatcher.
    """

    code: AloneCode
    excess: float
    detail: str


def beyond(value: float, limit: float, digits: int = 1) -> tuple[str, str]:
    """Write a value and the limit it breaks with as many digits as it takes to tell them apart."""
    while digits < 6 and f"{value:.{digits}f}" == f"{limit:.{digits}f}":
        digits += 1
    return f"{value:.{digits}f}", f"{limit:.{digits}f}"
