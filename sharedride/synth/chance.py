"""Random numbers that belong to a thing, not to the order things are drawn in.

A dialysis patient drawn for Tuesday is the same on Thursday, whatever else either day holds.
"""

import hashlib

import numpy as np


def digest(*parts: object) -> int:
    """A 64-bit number that depends on the parts alone."""
    text = "/".join(map(str, parts))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def generator(*parts: object) -> np.random.Generator:
    """A random generator of the thing named by the parts."""
    return np.random.Generator(np.random.PCG64(digest(*parts)))


def whole(value: float, *parts: object) -> int:
    """A whole number whose mean is the value: rounded up or down by a draw of its own."""
    floor = int(value // 1)
    return floor + (digest(*parts) / 2**64 < value - floor)
