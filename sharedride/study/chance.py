"""Common random numbers: a draw belongs to whom it is about, not to the order of draws nor to the policy."""

from sharedride.synth.chance import digest


def draw(*parts: object) -> float:
    """A number in [0, 1) that depends on the parts alone."""
    return digest("study", *parts) / 2**64
