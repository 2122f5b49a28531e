"""A whole table from an engine: asked in blocks, in parallel, kept on disk, and held against its promises."""

import itertools
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedride.errors import InputError, Problem
from sharedride.travel.engine import Block, Engine, Session, TooLarge
from sharedride.travel.http import THREADS
from sharedride.travel.points import Points

IntArray = npt.NDArray[np.int32]

UNREACHABLE = -1
"""Stands in a table for a pair without a way."""

_PER_METRE = 10
_PER_SECOND = 10


@dataclass(frozen=True)
class RoadTable:
    """Distances and times between points as the engine gives them, to a tenth of a metre and second.

    Attributes
    ----------
    decimetres, deciseconds
        Shape ``(n, n)``; ``UNREACHABLE`` where there is no way.
    snapped_m
        Metres from each point to the road it was moved to, shape ``(n,)``; NaN where there is none.
    version
        The engine's name of its data; empty where it has none.
    """

    decimetres: IntArray
    deciseconds: IntArray
    snapped_m: npt.NDArray[np.float64]
    version: str

    def km(self) -> npt.NDArray[np.float64]:
        """Distances in km, shape ``(n, n)``."""
        return self.decimetres / (1000.0 * _PER_METRE)

    def minutes(self) -> npt.NDArray[np.float64]:
        """Driving times in minutes, shape ``(n, n)``."""
        return self.deciseconds / (60.0 * _PER_SECOND)


def ask(engine: Engine, points: Points, path: str) -> RoadTable:
    """Ask an engine for the table of all points, block by block.

    Parameters
    ----------
    path
        Where the day names the engine, for messages.

    Raises
    ------
    InputError
        When the engine is away, answers nonsense, or changes its data in between.
    """
    *larger, smallest = engine.sizes
    for size in larger:
        with suppress(TooLarge):
            return _in_blocks(engine, points, path, size)
    return _in_blocks(engine, points, path, smallest)


def _in_blocks(engine: Engine, points: Points, path: str, block: int) -> RoadTable:
    size = len(points)
    starts = range(0, size, block)
    spans = [np.arange(start, min(start + block, size), dtype=np.int64) for start in starts]
    pairs = list(itertools.product(spans, spans))
    metres = np.empty((size, size), dtype=np.int32)
    seconds = np.empty((size, size), dtype=np.int32)
    snapped = np.full(size, np.nan)
    with engine.session() as session, ThreadPoolExecutor(THREADS) as threads:
        version = ""

        def fill(rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]) -> str:
            block = _checked(session, points, rows, columns, path)
            window = np.ix_(rows, columns)
            metres[window] = _whole(block.metres, _PER_METRE)
            seconds[window] = _whole(block.seconds, _PER_SECOND)
            snapped[rows] = block.snapped_m
            return block.version

        asked = [threads.submit(fill, rows, columns) for rows, columns in pairs]
        try:
            wait(asked, return_when=FIRST_EXCEPTION)
        finally:
            # One failure settles it: what has not been asked yet is not asked.
            for each in asked:
                each.cancel()
        failed = [each for each in asked if not each.cancelled() and each.exception() is not None]
        if failed:
            failed[0].result()
        versions = sorted({each.result() for each in asked})
        version = versions[0] if versions else ""
        if len(versions) > 1:
            message = (
                f"the data changed from {versions[0]!r} to {versions[1]!r} while being asked, plan again"
            )
            raise InputError([Problem(path, message)])
    np.fill_diagonal(metres, 0)
    np.fill_diagonal(seconds, 0)
    return RoadTable(metres, seconds, snapped, version)


def _checked(
    session: Session,
    points: Points,
    rows: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int64],
    path: str,
) -> Block:
    block = session.block(points, rows, columns)
    # Comparisons with NaN are false: only numbers can offend.
    if (block.metres < 0).any() or (block.seconds < 0).any():
        raise InputError([Problem(path, "the engine answers negative distances or times")])
    return block


def _whole(values: npt.NDArray[np.float64], per_unit: int) -> IntArray:
    known = np.where(np.isfinite(values), values * per_unit, UNREACHABLE)
    return np.rint(known).astype(np.int32)
