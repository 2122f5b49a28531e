"""Whether returns are written from the place of care to the home, or with the home still first."""

from sharedride.importing.cells import Cells
from sharedride.importing.header import Sheet
from sharedride.importing.words import worded

_PARTS = ("name", "place", "address", "postcode", "city", "insee")


def home_comes_first(sheet: Sheet) -> bool:
    """Whether the returns of a file keep the home in the column of origins.

    Told by the patients who have both trips: their return shows the same two ends as the way there,
    either changed over or not. Without any the columns are taken at their word.
    """
    there: set[tuple[str, ...]] = set()
    back: list[tuple[str, ...]] = []
    for row in sheet.rows:
        cells = Cells(sheet, row, {})
        direction = cells.word("direction")
        origin, destination = _spot(cells, "from"), _spot(cells, "to")
        patient = cells.text("patient")
        if not patient or not origin or not destination:
            continue
        if direction == "return":
            back.append((patient, origin, destination))
        elif direction is not None:
            there.add((patient, origin, destination))
    unchanged = sum(key in there for key in back)
    changed = sum((patient, end, start) in there for patient, start, end in back)
    return unchanged > changed


def _spot(cells: Cells, end: str) -> str:
    return " ".join(word for part in _PARTS if (word := worded(cells.text(f"{end}.{part}"))))
