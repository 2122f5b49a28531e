"""The shared rate against the payer's own table."""

import pytest

from sharedride.ledger import SharedRate

# Payer's table of shared VSL transports in Bourgogne-Franche-Comté, general scheme only: all and shared
# trips of 2024, rate in %, the same for the first half of 2025, change in points.
PAYERS_TABLE = [
    ("21", 137202, 27384, 20.0, 76877, 16002, 20.8, 0.9),
    ("25", 118577, 31387, 26.5, 61915, 16829, 27.2, 0.7),
    ("39", 97217, 18331, 18.9, 46809, 10442, 22.3, 3.5),
    ("58", 115859, 36881, 31.8, 60751, 19726, 32.5, 0.6),
    ("70", 120088, 22410, 18.7, 56420, 11056, 19.6, 0.9),
    ("71", 201209, 33195, 16.5, 95019, 17524, 18.4, 1.9),
    ("89", 162802, 29123, 17.9, 81770, 15963, 19.5, 1.6),
    ("90", 47639, 11427, 24.0, 25296, 5922, 23.4, -0.6),
    ("BFC", 1000593, 210138, 21.0, 504857, 113464, 22.5, 1.5),
]


@pytest.mark.parametrize(
    ("_", "trips", "shared", "rate", "trips_2025", "shared_2025", "rate_2025", "change"), PAYERS_TABLE
)
def test_payers_table(
    _: str,
    trips: int,
    shared: int,
    rate: float,
    trips_2025: int,
    shared_2025: int,
    rate_2025: float,
    change: float,
) -> None:
    """Every rate the payer printed is shared trips out of all trips, every change that of unrounded rates."""
    before, after = SharedRate(trips, shared).rate, SharedRate(trips_2025, shared_2025).rate
    assert before is not None
    assert after is not None
    assert (round(100 * before, 1), round(100 * after, 1)) == (rate, rate_2025)
    assert round(100 * (after - before), 1) == change
