"""Coordinates for the addresses of a missions or fleet file, asked of a geocoder only on demand.

Nothing but street, postcode and town is asked: no patient, no time, no name of a person.
"""

import csv
import io
import threading
from collections.abc import Callable
from dataclasses import dataclass

from sharedride.importing.cache import Answer, Cache
from sharedride.importing.communes import departments_of
from sharedride.importing.grid import Row
from sharedride.importing.header import Sheet
from sharedride.importing.identity import without_names
from sharedride.importing.missions import is_total
from sharedride.importing.partners import FIELD, moved_rows
from sharedride.importing.service import Asker, ServiceDown

_ENDS = ("from", "to", "home", "care", "depot")
_ADDED = ("lat", "lon", "score", "precision")
_ROUGH = frozenset(
    ["municipality", "city", "town", "village", "postcode", "county", "state", "administrative"]
)
_MOST_FAILURES = 3


@dataclass(frozen=True)
class ToLookAt:
    """An address a person should look at: its row, which end, and why."""

    row: int
    end: str
    score: float | None
    why: str


@dataclass(frozen=True)
class Geocoded:
    """The outcome.

    Attributes
    ----------
    text
        The file with coordinates, CSV with ``;``.
    found, from_cache, asked
        Ends that got coordinates; different addresses answered from the cache, and asked of the server.
    look_at
        The rows to look at. Where there are no coordinates, import takes the commune's centre.
    down
        Why the server was given up, ``None`` if it was not.
    """

    text: str
    found: int
    from_cache: int
    asked: int
    look_at: tuple[ToLookAt, ...]
    down: str | None


def addresses(sheet: Sheet) -> list[str]:
    """Return the different addresses of a file that have no coordinates yet, in order."""
    return list(dict.fromkeys(query for row in sheet.rows for _, query in _queries(sheet, row)))


def geocode(
    sheet: Sheet,
    cache: Cache,
    service: str,
    ask: Asker | None,
    *,
    least_score: float,
    progress: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
) -> Geocoded:
    """Return a file with coordinates where its addresses are known to the cache or the geocoder.

    Parameters
    ----------
    service
        The geocoder's name: each has answers of its own in the cache.
    ask
        Looks an address up; ``None`` to ask nobody.
    least_score
        Answers the geocoder is less sure of are used, and listed to be looked at.
    progress
        Called with the number of addresses done and their total.
    stop
        Set it to ask no further.
    """
    answers: dict[str, Answer | None] = {}
    from_cache = asked = failures = 0
    down: str | None = None
    wanted = addresses(sheet)
    for number, query in enumerate(wanted):
        known = cache.get(service, query)
        if known is not None:
            from_cache += 1
        elif ask is not None and down is None and not (stop is not None and stop.is_set()):
            try:
                known = ask(query)
                asked, failures = asked + 1, 0
            except ServiceDown as error:
                failures += 1
                down = str(error) if failures >= _MOST_FAILURES else None
            if known is not None:
                cache.put(service, query, known)
        answers[query] = known
        if progress is not None:
            progress(number + 1, len(wanted))
    look_at, found = _judged(sheet, answers, least_score)
    return Geocoded(_written(sheet, answers), found, from_cache, asked, tuple(look_at), down)


def _queries(sheet: Sheet, row: Row) -> list[tuple[str, str]]:
    """Return the ends of a row that have a street and no coordinates, each with what is asked."""
    if is_total(row):
        return []
    found = []
    for end in _ENDS:
        if sheet.cell(row, f"{end}.lat") or sheet.cell(row, f"{end}.gps"):
            continue
        street = sheet.cell(row, f"{end}.address") or _line(sheet.cell(row, f"{end}.place"))
        town = [sheet.cell(row, f"{end}.{part}") for part in ("postcode", "city")]
        street = without_names(street, [])
        if street:
            found.append((end, " ".join(part for part in (street, *town) if part)))
    return found


def _line(place: str) -> str:
    """Return a place that is an address and not only a name: an address has a number in it."""
    return place if any(sign.isdigit() for sign in place) else ""


def _judged(
    sheet: Sheet, answers: dict[str, Answer | None], least_score: float
) -> tuple[list[ToLookAt], int]:
    look_at, found = [], 0
    for row in sheet.rows:
        for end, query in _queries(sheet, row):
            answer = answers.get(query)
            found += answer is not None
            why = _doubt(answer, sheet.cell(row, f"{end}.postcode"), least_score)
            if why:
                look_at.append(ToLookAt(row.number, end, answer.score if answer else None, why))
    return look_at, found


def _doubt(answer: Answer | None, postcode: str, least_score: float) -> str | None:
    if answer is None:
        return "not found: import will take the commune's centre"
    if answer.precision in _ROUGH:
        return "only the town was found"
    if answer.score is not None and answer.score < least_score:
        return f"the geocoder is not sure, score {answer.score:.2f}"
    inside = departments_of(postcode) if len(postcode) == 5 and postcode.isdigit() else frozenset()
    if answer.town and inside and not answer.town.startswith(tuple(inside)):
        return f"found in commune {answer.town}, the postcode is elsewhere"
    return None


def _written(sheet: Sheet, answers: dict[str, Answer | None]) -> str:
    ends = [end for end in _ENDS if any(name.startswith(f"{end}.") for name in sheet.fields)]
    added = [f"{end}.{part}" for end in ends for part in _ADDED]
    kept = [column for column in sheet.columns if column.field not in added]
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";", lineterminator="\n")
    units = {column: f" ({column.unit})" if column.unit else "" for column in kept}
    headers = [f"{column.field}{units[column]}" if column.field else column.header for column in kept]
    writer.writerow([*headers, *added])
    numbers = {row.number: number for number, row in enumerate(sheet.rows, start=2)}
    for row in sheet.rows:
        asked = dict(_queries(sheet, row))
        cells = [
            moved_rows(sheet, row[column.index], numbers) if column.field == FIELD else row[column.index]
            for column in kept
        ]
        for end in ends:
            answer = answers.get(asked.get(end, ""))
            before = [sheet.cell(row, f"{end}.{part}") for part in _ADDED]
            cells += before if answer is None else _cells(answer)
        writer.writerow(cells)
    return output.getvalue()


def _cells(answer: Answer) -> list[str]:
    score = "" if answer.score is None else f"{answer.score:.3f}"
    return [f"{answer.lat:.6f}", f"{answer.lon:.6f}", score, answer.precision]
