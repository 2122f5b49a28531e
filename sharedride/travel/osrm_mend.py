"""Cells of OSRM's tables that cannot be right, asked again as routes.

OSRM 5.18 to 26.10 now and then answers a negative distance in a table where its route service is right:
https://github.com/Project-OSRM/osrm-backend/issues/5855 for points close by,
https://github.com/Project-OSRM/osrm-backend/issues/7269 for points far apart.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from sharedride.travel.crowfly import crowfly_km_between
from sharedride.travel.engine import Block, IntArray
from sharedride.travel.points import Points

_SLACK_M = 10.0
"""Metres a road may seem shorter than the straight line: the engine rounds and uses another sphere."""

_SLACK = 0.995

Route = Callable[[tuple[float, float], tuple[float, float]], tuple[float, float]]
"""Asks for metres and seconds between two points given as latitude and longitude."""


def mended(block: Block, points: Points, rows: IntArray, columns: IntArray, ask: Route) -> Block:
    """Ask again for distances that are negative or shorter than the straight line.

    Points are moved to a road before, so both ends' move is granted; a column's is not known here, and
    as much as the farthest row's is granted for it.
    """
    lat, lon = points.lat, points.lon
    air = 1000.0 * crowfly_km_between(lat[rows], lon[rows], lat[columns], lon[columns])
    moved = block.snapped_m[:, None] + np.nanmax(block.snapped_m, initial=0.0)
    shortest = np.maximum(_SLACK * air - moved - _SLACK_M, 0.0)
    # Comparisons with NaN are false: where there is no way there is nothing to mend.
    wrong = np.argwhere((block.metres < shortest) | (block.seconds < 0.0))
    if not len(wrong):
        return block
    metres, seconds = block.metres.copy(), block.seconds.copy()
    for row, column in wrong:
        start, end = rows[row], columns[column]
        metres[row, column], seconds[row, column] = (
            (0.0, 0.0)
            if start == end
            else ask((float(lat[start]), float(lon[start])), (float(lat[end]), float(lon[end])))
        )
    return replace(block, metres=metres, seconds=seconds)
