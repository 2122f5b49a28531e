"""Synthetic days with the geography, volumes, care and companies of a real département."""

from sharedride.synth.assumptions import Assumptions, default_assumptions
from sharedride.synth.calibration import Calibration, calibrate
from sharedride.synth.generate import SynthDay, synth_day
from sharedride.synth.territory import Territory, territory

__all__ = [
    "Assumptions",
    "Calibration",
    "SynthDay",
    "Territory",
    "calibrate",
    "default_assumptions",
    "synth_day",
    "territory",
]
