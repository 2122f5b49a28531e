"""Places inside the big cities of the taxi convention."""

import tomllib
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day


@cache
def _prefixes() -> tuple[str, ...]:
    text = resources.files("sharedride").joinpath("data/big_cities.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["insee_prefixes"])


def in_big_city(day: Day) -> npt.NDArray[np.bool_]:
    """Whether each place lies in a listed big city, shape ``(places,)``.

    *Assumption*: a place without a commune lies in none, so the fare may come out too low.
    """
    prefixes = _prefixes()
    return np.array(
        [place.commune is not None and place.commune.startswith(prefixes) for place in day.places],
        dtype=np.bool_,
    )
