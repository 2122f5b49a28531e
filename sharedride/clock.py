"""Clock times as minutes from the day's midnight.

Two aware datetimes of one zone subtract as wall time, so the whole package plans in minutes counted
from the day's midnight, past 24:00 where needed, as GTFS does.
"""

import re

_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
LAST_HOUR = 47
"""Largest hour a clock may show: a duty may run past midnight, not past a second one."""


def parse_clock(text: str) -> float:
    """Minutes from midnight of ``"HH:MM"`` or ``"HH:MM:SS"``.

    Raises
    ------
    ValueError
        When the text is no clock time or shows an impossible hour, minute or second.
    """
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text}" is no clock time, write "HH:MM" or "HH:MM:SS"')
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    if hours > LAST_HOUR or minutes > 59 or seconds > 59:
        raise ValueError(
            f'"{text}" is no clock time: hours go to {LAST_HOUR} ("25:10" is past midnight), '
            "minutes and seconds to 59"
        )
    return hours * 60 + minutes + seconds / 60


def format_clock(minutes: float) -> str:
    """``"HH:MM:SS"`` of minutes from midnight, to the nearest second."""
    seconds = round(minutes * 60)
    sign = "-" if seconds < 0 else ""
    seconds = abs(seconds)
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
