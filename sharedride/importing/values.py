"""One cell to one value: clock times, dates, durations, yes and no, numbers.

Each reader raises ``ValueError`` with what would be right. Times are minutes from midnight.
"""

import datetime
import re

from sharedride.importing.words import folded

_CLOCK = re.compile(r"([0-9]{1,2})\s*(?:h|:|\.)\s*([0-9]{2})?(?:\s*:?\s*([0-9]{2})\s*s?)?\s*(?:mn|min)?")
_DIGITS_CLOCK = re.compile(r"([0-9]{1,2})([0-9]{2})")
_ENGLISH_CLOCK = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))?(?::[0-9]{2})?\s*([ap])\.?m\.?")
_FRACTION = re.compile(r"0[.,][0-9]{2,}")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_FRENCH = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4}|[0-9]{2})")
_COMPACT = re.compile(r"(20[0-9]{2})([0-9]{2})([0-9]{2})")
_WORDS = re.compile(r"(?:[a-z]+\.? )?([0-9]{1,2})(?:er)? ([a-z]+)\.? ([0-9]{4})")
_SERIAL = re.compile(r"([3-6][0-9]{4})(?:[.,]0+)?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")
_HOURS = re.compile(r"([0-9]+(?:[.,][0-9]+)?)\s*(?:h|heures?|hours?|hrs?)")
_HOURS_MINUTES = re.compile(r"([0-9]{1,2})\s*(?:h|:)\s*([0-9]{2})\s*(?:mn|min)?(?::00)?")
_MINUTES = re.compile(r"([0-9]+(?:[.,][0-9]+)?)\s*(?:mn|min|minutes?|')")

_ROW = re.compile(r"(?:row|ligne|lig|rang)[ .:#°n]*([0-9]{1,7})")
_BETWEEN = re.compile(r"[;,+&]| (?:et|and) ", re.IGNORECASE)

_MONTHS = (
    ("janvier", "january"),
    ("fevrier", "february"),
    ("mars", "march"),
    ("avril", "april"),
    ("mai", "may"),
    ("juin", "june"),
    ("juillet", "july"),
    ("aout", "august"),
    ("septembre", "september"),
    ("octobre", "october"),
    ("novembre", "november"),
    ("decembre", "december"),
)
_YES = frozenset(["oui", "o", "yes", "y", "vrai", "true", "1", "x", "v", "ok", "✓", "✔", "☑", "☒"])
_NO = frozenset(["non", "n", "no", "faux", "false", "0", "☐", "aucun", "aucune", "sans"])
_DAY_ZERO = datetime.date(1899, 12, 30)
_AMBIGUOUS_HOURS = 12
"""A bare number of this or less may be hours as well as minutes."""


def clock(text: str) -> float:
    """Return the minutes from midnight of ``7h30``, ``07:30``, ``730``, ``7:30 PM`` or a day's fraction."""
    plain = folded(text)
    date, _, rest = plain.partition(" ")
    if rest and (_ISO.fullmatch(date) or _FRENCH.fullmatch(date)):
        plain = rest
    plain = plain.removeprefix("a ").strip()
    if plain in ("midi", "noon"):
        return 720.0
    if english := _ENGLISH_CLOCK.fullmatch(plain):
        hour = int(english[1])
        if 1 <= hour <= 12 and int(english[2] or 0) < 60:
            return (hour % 12 + 12 * (english[3] == "p")) * 60.0 + int(english[2] or 0)
    if _FRACTION.fullmatch(plain):
        return float(round(float(plain.replace(",", ".")) * 1440))
    found = _CLOCK.fullmatch(plain) or _DIGITS_CLOCK.fullmatch(plain)
    if found:
        parts = [int(part or 0) for part in (*found.groups(), 0)[:3]]
        if parts[0] <= 24 and parts[1] < 60 and parts[2] < 60 and parts < [24, 0, 1]:
            return parts[0] * 60 + parts[1] + parts[2] / 60
    raise ValueError("is no time of day, write 7h30 or 07:30")


def date(text: str) -> datetime.date:
    """Return the day of ``17/03/2026``, ``17 mars 2026``, ``2026-03-17`` or a spreadsheet's day number."""
    plain = folded(text).replace(",", "")
    head, _, rest = plain.partition(" ")
    if rest and ":" in rest and (_ISO.fullmatch(head) or _FRENCH.fullmatch(head)):
        plain = head
    plain = plain.partition("t")[0] if _ISO.match(plain) else plain
    try:
        if found := _ISO.fullmatch(plain) or _COMPACT.fullmatch(plain):
            return datetime.date(*(int(part) for part in found.groups()))
        if found := _FRENCH.fullmatch(plain):
            day, month, year = (int(part) for part in found.groups())
            return datetime.date(year if year > 99 else 2000 + year, month, day)
        if found := _WORDS.fullmatch(plain):
            return datetime.date(int(found[3]), _month(found[2]), int(found[1]))
    except ValueError:
        raise ValueError("is no day of the calendar, write day/month/year: 17/03/2026") from None
    if found := _SERIAL.fullmatch(plain):
        return _DAY_ZERO + datetime.timedelta(days=int(found[1]))
    raise ValueError("is no date, write 17/03/2026")


def _month(word: str) -> int:
    """Return the number of the one month whose French or English name begins so, 0 for none."""
    fits = [
        number
        for number, names in enumerate(_MONTHS, start=1)
        if len(word) > 2 and any(name.startswith(word) for name in names)
    ]
    return fits[0] if len(fits) == 1 else 0


def minutes(text: str, unit: str | None = None) -> float:
    """Return the minutes of ``4h``, ``1h30``, ``240 min`` or ``240``.

    Parameters
    ----------
    unit
        ``"h"`` or ``"min"`` where the column's header says what a bare number counts.
    """
    plain = folded(text)
    if found := _HOURS_MINUTES.fullmatch(plain):
        if int(found[2]) < 60:
            return int(found[1]) * 60.0 + int(found[2])
    elif found := _HOURS.fullmatch(plain):
        return _bounded(number(found[1]) * 60)
    elif found := _MINUTES.fullmatch(plain):
        return _bounded(number(found[1]))
    elif _NUMBER.fullmatch(plain):
        bare = number(plain)
        if unit is not None:
            return _bounded(bare * 60 if unit == "h" else bare)
        if bare > _AMBIGUOUS_HOURS or bare <= 0:
            return _bounded(bare)
        raise ValueError(f"may be hours or minutes, write {bare:g}h or {bare:g} min")
    raise ValueError("is no duration, write 4h, 1h30 or 240 min")


def _bounded(value: float) -> float:
    if not 0 <= value <= 1440:
        raise ValueError("is no duration within a day, write 4h, 1h30 or 240 min")
    return value


def yes(text: str) -> bool:
    """Return whether a cell says yes: oui, O, 1, x, vrai, yes; or no: non, N, 0, faux."""
    plain = folded(text)
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise ValueError("is neither yes nor no, write oui or non")


def number(text: str) -> float:
    """Return a number written with decimal comma or point."""
    plain = text.replace(" ", "")
    if not _NUMBER.fullmatch(plain) or not any(sign.isdigit() for sign in plain) or len(plain) > 30:
        raise ValueError("is no number, write for example 47,638")
    return float(plain.replace(",", "."))


def whole(text: str, most: int) -> int:
    """Return a whole number from 0 to ``most``."""
    try:
        value = number(text)
    except ValueError:
        value = -1.0
    if not value.is_integer() or not 0 <= value <= most:
        raise ValueError(f"is no whole number from 0 to {most}")
    return int(value)


def degrees(text: str, most: int) -> float:
    """Return a coordinate in degrees, at most ``most`` in size."""
    value = number(text.rstrip("°"))
    if abs(value) > most:
        raise ValueError(f"is no coordinate in degrees between -{most} and {most}, write for example 47,638")
    return value


def padded(text: str, length: int, what: str) -> str:
    """Return a code of digits with the leading zeros that a spreadsheet took away.

    The third sign of a Corsican code may be A or B.
    """
    plain = re.sub(r"[.,]0+$", "", text).replace(" ", "").upper()
    if re.search(r"[0-9][.,]?[0-9]*E\+?[0-9]+$", plain):
        raise ValueError("was shortened by a spreadsheet; export the column as text")
    if re.fullmatch(r"[0-9]+|[0-9][0-9AB][0-9]+", plain) and length - 2 <= len(plain) <= length:
        return plain.zfill(length)
    raise ValueError(f"is no {what}, it has {length} digits")


def several(text: str) -> list[str]:
    """Return what a cell lists, between ``;`` ``,`` ``+`` ``&`` or the word ``et``."""
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]


def row_number(text: str) -> int | None:
    """Return the row that ``row 12`` or ``ligne 12`` names, ``None`` for anything else."""
    found = _ROW.fullmatch(folded(text))
    return None if found is None else int(found[1])


def code(text: str) -> str:
    """Return an id as it stands, unless a spreadsheet shortened it."""
    if re.fullmatch(r"[0-9][.,][0-9]+E\+?[0-9]+", text, re.IGNORECASE):
        raise ValueError("was shortened by a spreadsheet; export the column as text")
    return text
