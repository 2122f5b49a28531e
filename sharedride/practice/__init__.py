"""Sharing as it is done by hand today, and what an optimizer would reach on the same days."""

from sharedride.practice.by_hand import Habits, Handmade, share_by_hand
from sharedride.practice.propensity import Propensity, fit_propensity, modelled_rate

__all__ = [
    "Habits",
    "Handmade",
    "Propensity",
    "fit_propensity",
    "modelled_rate",
    "share_by_hand",
]
