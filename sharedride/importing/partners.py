"""Which missions are to ride together: named by id or by row, kept as locks of the day.

An outbound trip is locked with an outbound one and a return with a return; two missions of one trip each are
locked as they are.
"""

from collections.abc import Mapping
from typing import Any

from sharedride.day.words import did_you_mean
from sharedride.importing.cells import Cells
from sharedride.importing.header import Sheet
from sharedride.importing.outcome import Findings
from sharedride.importing.values import row_number, several

Trip = tuple[Cells, dict[str, Any]]

FIELD = "together_with"


def with_partners(trips: list[Trip], findings: Findings) -> list[Trip]:
    """Return the trips with locks for the partners their rows name; rows that name none are rejected.

    A row whose partner is rejected is rejected too: what was asked for cannot be kept.
    """
    while True:
        asked: dict[int, tuple[Cells, list[Trip]]] = {}
        for cells, trip in trips:
            if cells.text(FIELD):
                asked.setdefault(cells.row.number, (cells, []))[1].append((cells, trip))
        known = _known(trips)
        refused = set()
        for number, (cells, own) in asked.items():
            if not _locked(cells, own, known, findings):
                refused.add(number)
        if not refused:
            return trips
        trips = [(cells, trip) for cells, trip in trips if cells.row.number not in refused]
        for _, trip in trips:
            trip.pop("lock", None)


def moved_rows(sheet: Sheet, cell: str, numbers: Mapping[int, int]) -> str:
    """Return a cell of partners for a file whose rows have other numbers; ``?`` for a row that is gone."""
    parts = []
    for part in several(cell):
        row = _row_named(part, sheet)
        parts.append(part if row is None else f"row {numbers.get(row, '?')}")
    return ", ".join(parts)


def _row_named(part: str, sheet: Sheet) -> int | None:
    """Return the row a partner is named by; a bare number is one where missions have no ids."""
    named = row_number(part)
    if named is not None:
        return named
    bare = sheet.column("id") is None and part.isascii() and part.isdecimal() and len(part) < 8
    return int(part) if bare else None


def _known(trips: list[Trip]) -> dict[str | int, list[Trip]]:
    """Return the trips of every mission by its id, by their own ids, and by its row."""
    known: dict[str | int, list[Trip]] = {}
    for cells, trip in trips:
        for name in dict.fromkeys((cells.text("id"), trip["id"], cells.row.number)):
            known.setdefault(name, []).append((cells, trip))
    known.pop("", None)
    return known


def _locked(cells: Cells, own: list[Trip], known: Mapping[str | int, list[Trip]], findings: Findings) -> bool:
    """Lock the trips of a row with those of its partners; tell what is no partner."""
    before = len(cells.rejected)
    for part in several(cells.text(FIELD)):
        row = _row_named(part, cells.sheet)
        partners = known.get(part) or (known.get(row) if row is not None else None)
        if not partners:
            ids = [] if row is not None else [name for name in known if isinstance(name, str)]
            hint = did_you_mean(part, ids) or ";"
            cells.reject(FIELD, f"names no mission that is imported{hint} write the id of one, or: row 12")
        elif any(other.row.number == cells.row.number for other, _ in partners):
            cells.reject(FIELD, "names the row itself, write the id of another row, or: row 12")
        else:
            _lock(own, partners)
    findings.rejected += cells.rejected[before:]
    return len(cells.rejected) == before


def _lock(own: list[Trip], partners: list[Trip]) -> None:
    alone = len(own) == len(partners) == 1
    for _, trip in own:
        for _, other in partners:
            if alone or trip["direction"] == other["direction"]:
                names = trip.setdefault("lock", {"with": []})["with"]
                if other["id"] not in names:
                    names.append(other["id"])
