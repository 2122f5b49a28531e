from pathlib import Path

import numpy as np

from sharedride.day import parse_day
from sharedride.travel import travel_table
from tests.day.days import broken, put

KM = np.array(
    [[0, 1, 2, 3, 4], [5, 0, 6, 7, 8], [9, 10, 0, 11, 12], [13, 14, 15, 0, 16], [17, 18, 19, 20, 0]]
)
MINUTES = KM / 2


def test_inline_tables_keep_their_direction() -> None:
    """Entry [i][j] is from place i to place j, also where the way back is longer."""
    travel = {"model": "matrix", "km": KM.tolist(), "minutes": MINUTES.tolist()}
    table = travel_table(parse_day(broken(put("travel", value=travel))))
    assert table.km[0, 4] == 4
    assert table.km[4, 0] == 17
    assert np.array_equal(table.minutes, MINUTES)


def test_a_file_holds_the_same_tables(tmp_path: Path) -> None:
    """An npz file gives the tables it holds, wherever the process runs."""
    np.savez(tmp_path / "matrix.npz", km=KM, minutes=MINUTES)
    travel = {"model": "matrix", "file": "matrix.npz"}
    table = travel_table(parse_day(broken(put("travel", value=travel)), tmp_path))
    assert np.array_equal(table.km, KM)
    assert np.array_equal(table.minutes, MINUTES)
