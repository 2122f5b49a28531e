import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedride.clock import LAST_HOUR, format_clock, parse_clock


@given(st.integers(0, (LAST_HOUR + 1) * 3600 - 1))
def test_every_second_survives_the_round_trip(second: int) -> None:
    """A clock time printed to the second reads back as the same second."""
    assert round(parse_clock(format_clock(second / 60)) * 60) == second


@pytest.mark.parametrize(
    ("text", "minutes"), [("07:35", 455.0), ("7:35", 455.0), ("25:10", 1510.0), ("08:00:30", 480.5)]
)
def test_clock_times_are_minutes_from_midnight(text: str, minutes: float) -> None:
    """Hours may pass 24, seconds are optional."""
    assert parse_clock(text) == minutes


@pytest.mark.parametrize(
    "text", ["", "8h", "08:60", "08:00:60", "48:00", "-1:00", "08:5", " 08:00", "٠٨:٠٠", "08:00\n"]
)
def test_what_is_no_clock_time(text: str) -> None:
    """Texts that are no clock time of the day are refused in words."""
    with pytest.raises(ValueError, match="no clock time"):
        parse_clock(text)


def test_times_before_midnight_keep_their_sign() -> None:
    """A time before the day's midnight prints with a minus, rounded to the nearest second."""
    assert format_clock(-0.5) == "-00:00:30"
    assert format_clock(1439.999) == "24:00:00"
