"""What a road engine answers, whichever it is and wherever it runs."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from sharedride.errors import InputError
from sharedride.travel.points import Points

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Line = tuple[tuple[float, float], ...]
"""A drawn way: latitude and longitude, corner by corner."""


@dataclass(frozen=True)
class Block:
    """Part of a table: from the points ``rows`` to the points ``columns``.

    Attributes
    ----------
    metres, seconds
        Distance and driving time, NaN where there is no way, shape ``(rows, columns)``.
    snapped_m
        Metres from each row's point to the road it was moved to, shape ``(rows,)``; NaN if off all roads.
    version
        The engine's name of its data; empty where it has none.
    """

    metres: FloatArray
    seconds: FloatArray
    snapped_m: FloatArray
    version: str


class TooLarge(InputError):
    """A question larger than the engine takes at once."""


class Session(Protocol):
    """An engine that is ready to answer, from several threads at once."""

    def block(self, points: Points, rows: IntArray, columns: IntArray) -> Block:
        """Return distances and times between some of the points.

        Raises
        ------
        TooLarge
            When the block is more than the engine takes at once.
        InputError
            When the engine is away or does not answer as it should.
        """
        ...

    def line(self, stops: Sequence[tuple[float, float]]) -> list[Line]:
        """Return the way along the roads through stops given as latitude and longitude, leg by leg."""
        ...


class Engine(Protocol):
    """A road engine as a day names it."""

    @property
    def name(self) -> str:
        """Name of the travel model, such as ``osrm``."""
        ...

    @property
    def identity(self) -> dict[str, str]:
        """All that decides what it answers, but for the points: the key under which tables are kept."""
        ...

    @property
    def sizes(self) -> tuple[int, ...]:
        """Rows and columns of a block to try, each where the one before is more than the engine takes."""
        ...

    def session(self) -> AbstractContextManager[Session]:
        """Make the engine ready, and let it go at the end.

        Raises
        ------
        InputError
            When it cannot be had.
        """
        ...
