"""The one number of the practice model, fitted to an observed rate of sharing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sharedride.practice.by_hand import Habits, share_by_hand
from sharedride.rules import Rules
from sharedride.synth.generate import SynthDay

_HALVINGS = 12


@dataclass(frozen=True)
class Propensity:
    """``value`` brings the modelled rate to ``rate``; ``most`` is the rate when every trip is looked at."""

    value: float
    rate: float
    most: float

    def reaches(self, target: float, within: float) -> bool:
        """Whether the modelled rate lies that near the target, both as fractions."""
        return abs(self.rate - target) <= within


def modelled_rate(
    days: Sequence[tuple[int, SynthDay]], propensity: float, *, rules: Rules, habits: Habits | None = None
) -> float:
    """Return the shared VSL trips out of all of some days, each with its seed."""
    plans = [share_by_hand(day, propensity, rules=rules, habits=habits, seed=seed) for seed, day in days]
    return sum(plan.vsl_shared for plan in plans) / max(1, sum(plan.vsl_trips for plan in plans))


def fit_propensity(
    days: Sequence[tuple[int, SynthDay]], target: float, *, rules: Rules, habits: Habits | None = None
) -> Propensity:
    """Return the propensity that brings the modelled VSL rate nearest to a target, by bisection.

    Where even looking at every trip does not reach the target, the value is 1.
    """

    def rate(propensity: float) -> float:
        return modelled_rate(days, propensity, rules=rules, habits=habits)

    most = rate(1.0)
    if most <= target:
        return Propensity(1.0, most, most)
    low, high = 0.0, 1.0
    best, nearest = 1.0, most
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        got = rate(middle)
        if abs(got - target) < abs(nearest - target):
            best, nearest = middle, got
        low, high = (middle, high) if got < target else (low, middle)
    return Propensity(best, nearest, most)
