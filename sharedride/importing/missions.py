"""The rows of a missions file to trips."""

import datetime
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sharedride.clock import format_clock
from sharedride.importing import values
from sharedride.importing.cells import Cells, Words
from sharedride.importing.grid import Row
from sharedride.importing.header import Sheet
from sharedride.importing.identity import names_somebody
from sharedride.importing.outcome import Findings, LeftOut
from sharedride.importing.places import End, Places, end_of
from sharedride.importing.turned import home_comes_first
from sharedride.importing.words import worded

AFTER_CARE_MIN = 15.0
"""Assumption: from the end of care until the patient is ready to leave."""

_NIGHT = 6 * 60.0
_EVENING = 18 * 60.0
_TOTALS = (
    "total",
    "sous total",
    "totaux",
    "somme",
    "nombre",
    "nb",
    "moyenne",
    "grand total",
    "sum",
    "subtotal",
)
_SIGNS_OF_A_MISSION = ("patient", "direction", "appointment", "ready", "time")
_MINUTES = ("board_min", "alight_min", "max_ride_min")
_CLOCKS = ("earliest_pickup", "latest_dropoff")


@dataclass(frozen=True)
class Options:
    """What the user says of the whole file.

    Attributes
    ----------
    date
        The day to import; the file's only one if ``None``.
    care_minutes
        Length of care where a round trip does not tell when the patient is ready.
    department
        Settles towns that several départements have.
    words
        Of the mapping file: what cells stand for.
    """

    date: datetime.date | None = None
    care_minutes: float | None = None
    department: str | None = None
    words: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Mission:
    """One row that was read: its trips and where each of their keys came from."""

    cells: Cells
    trips: tuple[dict[str, Any], ...]


def missions_of(
    sheet: Sheet, options: Options, date: datetime.date | None, places: Places, findings: Findings
) -> list[Mission]:
    """Return the missions of every row that is one; others are rejected or left out, and listed.

    Parameters
    ----------
    date
        The day that is imported; rows of another one are left out.
    places
        Takes up the places that are met.
    """
    missions = []
    refused = {rejection.row for rejection in findings.rejected if rejection.source == sheet.source}
    turned = home_comes_first(sheet)
    for row in sheet.rows:
        cells = Cells(sheet, row, options.words)
        why = None if row.number in refused else _no_mission(cells, date)
        if why is not None:
            findings.left_out.append(LeftOut(sheet.source, row.number, why))
            continue
        trips = _trips(cells, options, places, turned)
        findings.rejected += cells.rejected
        if not cells.rejected and row.number not in refused:
            missions.append(Mission(cells, trips))
    return missions


def is_total(row: Row) -> bool:
    """Whether a row sums up others instead of being a mission."""
    first = worded(row.filled[0])
    return any(first == word or first.startswith(f"{word} ") for word in _TOTALS)


def _no_mission(cells: Cells, date: datetime.date | None) -> str | None:
    if is_total(cells.row):
        return "a row of totals"
    if len(cells.row.filled) == 1 and len(cells.sheet.columns) > 2:
        return "a line of text"
    ends = ("from", "to", "home", "care")
    named = [name for name in cells.sheet.fields if name.split(".")[0] in ends]
    if not any(cells.text(name) for name in (*_SIGNS_OF_A_MISSION, *named)):
        return "names no patient, place or time"
    if _cancelled(cells):
        return "cancelled"
    if cells.text("date") and date is not None:
        try:
            on = values.date(cells.text("date"))
        except ValueError:
            on = date
        if on != date:
            return f"is of {on:%d/%m/%Y}"
    if _kind(cells) == "lying":
        return "is no seated transport"
    return None


def _cancelled(cells: Cells) -> bool:
    from sharedride.importing.vocabulary import cell_words

    said = worded(cells.text("status"))
    own = {worded(word): value for word, value in cells.words.get("status", {}).items()}
    return {**cell_words("status"), **own}.get(said) == "cancelled" or said.startswith("annul")


def _kind(cells: Cells) -> str | None:
    """Return the vehicle type without rejecting the row for it."""
    return Cells(cells.sheet, cells.row, cells.words).word("vehicle_type")


def _trips(cells: Cells, options: Options, places: Places, turned: bool) -> tuple[dict[str, Any], ...]:
    cells.read("date", values.date)
    common = _common(cells)
    direction = _direction(cells)
    there, back = _times(cells, direction, options.care_minutes)
    origin, destination = _ends(cells, direction, options.department, turned)
    if cells.rejected or direction is None or origin is None or destination is None:
        return ()
    away = direction == "return"
    home_end, care_end = (destination, origin) if away else (origin, destination)
    patient = str(common["patient"])
    home = places.care(home_end) if home_end.finess else places.home(home_end, patient)
    care = places.care(care_end)
    if home == care:
        cells.refuse("starts and ends at the same place, correct one of them")
        return ()
    trips = []
    if there is not None:
        ends = {"direction": "outbound", "from": home, "to": care, "appointment": format_clock(there)[:5]}
        trips.append(common | ends)
    if back is not None:
        ends = {"direction": "return", "from": care, "to": home, "ready": format_clock(back)[:5]}
        trips.append(common | ends)
    for trip in trips:
        # A limit at home concerns one of the two ways.
        trip.pop("latest_dropoff" if trip["direction"] == "outbound" else "earliest_pickup", None)
    return tuple(trips)


def _common(cells: Cells) -> dict[str, Any]:
    """Return what both trips of a row share."""
    found: dict[str, Any] = {
        "id": cells.read("id", _named_id),
        "patient": cells.read("patient", values.code),
        "visit": cells.read("visit", _named_id),
        "operator": cells.read("operator", values.code),
        "wheelchair": cells.read("wheelchair", values.yes) or None,
        "companions": cells.read("companions", _companions) or None,
        "share_incompatible": _forbids(cells) or None,
        "refuses_sharing": cells.read("refuses_sharing", values.yes) or None,
        "motive": cells.word("motive"),
    }
    if found["patient"] is None and not cells.rejected:
        cells.reject("patient", "the patient is missing, fill in a pseudonym")
    kind = cells.word("vehicle_type")
    if kind in ("vsl", "taxi"):
        found["vehicle_types"] = [kind]
    found["not_with"] = values.several(cells.text("not_with")) or None
    for name in _MINUTES:
        unit = getattr(cells.sheet.column(name), "unit", None)
        found[name] = cells.read(name, partial(values.minutes, unit=unit or "min"))
    for name in _CLOCKS:
        time = cells.read(name, values.clock)
        found[name] = None if time is None else format_clock(time)[:5]
    return {key: value for key, value in found.items() if value is not None}


def _named_id(text: str) -> str:
    if names_somebody(text):
        raise ValueError("holds a person's name, write a number")
    return values.code(text)


def _companions(text: str) -> int:
    try:
        return int(values.yes(text))
    except ValueError:
        return values.whole(text, 7)


def _forbids(cells: Cells) -> bool:
    shareable = cells.read("shareable", values.yes)
    return bool(cells.read("share_incompatible", values.yes)) or shareable is False


def _direction(cells: Cells) -> str | None:
    if cells.text("direction"):
        return cells.word("direction")
    there = cells.text("appointment") or (cells.text("time") and not cells.text("ready"))
    back = cells.text("ready")
    if there and back:
        return "both"
    if not there and not back:
        field = "appointment" if cells.sheet.column("appointment") else "time"
        cells.reject(field, "neither an appointment nor a time to return is given, fill one in")
        return None
    return "outbound" if there else "return"


def _times(cells: Cells, direction: str | None, usual: float | None) -> tuple[float | None, float | None]:
    """Return appointment and readiness, as far as the direction asks for them."""
    shared = cells.read("time", values.clock)
    appointment = cells.read("appointment", values.clock)
    ready = cells.read("ready", values.clock)
    unit = getattr(cells.sheet.column("care_minutes"), "unit", None)
    care = cells.read("care_minutes", lambda text: values.minutes(text, unit))
    pickup = cells.read("pickup", values.clock) if direction == "return" else None
    if direction is None or any(item.column for item in cells.rejected if _is_time(item.column, cells)):
        return None, None
    care = usual if care is None else care
    appointment = shared if appointment is None and direction != "return" else appointment
    if ready is None and direction == "return":
        ready = shared if shared is not None else pickup
        if ready is None and care is None:
            # Software with one column of times calls them all appointments.
            ready = appointment
    if ready is None and direction != "outbound" and appointment is not None and care is not None:
        ready = appointment + care + AFTER_CARE_MIN
    if appointment is None and direction != "return":
        field = "appointment" if cells.sheet.column("appointment") else "time"
        cells.reject(field, "the time of the appointment is missing, fill it in")
    if ready is None and direction != "outbound":
        message = "when the patient is ready is missing; fill in a time of return or the length of care"
        cells.reject("ready", f"{message} (--care-minutes sets one for all)")
    if direction == "both" and ready is not None and appointment is not None and ready < appointment:
        if appointment >= _EVENING and ready <= _NIGHT:
            ready += 1440
        else:
            cells.reject("ready", "is before the appointment, correct one of them")
    return (None if direction == "return" else appointment), (None if direction == "outbound" else ready)


def _is_time(column: str, cells: Cells) -> bool:
    times = ("time", "appointment", "ready", "care_minutes", "pickup")
    return column in {str(cells.sheet.column(name)) for name in times}


def _ends(
    cells: Cells, direction: str | None, department: str | None, turned: bool
) -> tuple[End | None, End | None]:
    """Return origin and destination of the mission's first trip.

    Files tell them by direction or by what they are. Where one end is told either way, the other column
    is the place of care or the home, whichever is missing. ``turned``: returns have the home first.
    """
    told = {name.split(".")[0] for name in cells.sheet.fields if "." in name}
    home, care = ("home" if "home" in told else "from"), ("care" if "care" in told else "to")
    away = direction == "return"
    if {"from", "to"} <= told:
        origin, destination = ("to", "from") if away and turned else ("from", "to")
    else:
        origin, destination = (care, home) if away else (home, care)
    care_columns = origin if away else destination
    also = "care" if "care" in told and care_columns != "care" else None
    return (
        end_of(cells, origin, department, keeps_name=away, also=also if away else None),
        end_of(cells, destination, department, keeps_name=not away, also=None if away else also),
    )
