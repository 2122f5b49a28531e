"""The rows of a fleet file to vehicles and their operators."""

from typing import Any

from sharedride.clock import format_clock
from sharedride.importing import values
from sharedride.importing.cells import Cells, Words
from sharedride.importing.header import Sheet
from sharedride.importing.missions import is_total
from sharedride.importing.outcome import Findings, LeftOut
from sharedride.importing.places import Places, end_of

USUAL_SEATS = {"vsl": 3, "taxi": 4}
"""Assumption where a row does not tell: a VSL carries three patients by law, a saloon four passengers."""

USUAL_BREAK = ("11:30", "14:00")
"""Assumption where a row gives a break without its window."""

ONLY_OPERATOR = "operator"
"""Id of the operator where the file names none."""

Row = tuple[Cells, dict[str, Any]]


def fleet_of(
    sheet: Sheet, words: Words, department: str | None, places: Places, findings: Findings
) -> tuple[list[Row], list[Row]]:
    """Return vehicles and operators, each with the row it stands in.

    Where the rows of one operator contradict each other the later row is rejected.
    """
    vehicles: list[Row] = []
    operators: dict[str, Row] = {}
    refused = {rejection.row for rejection in findings.rejected if rejection.source == sheet.source}
    for row in sheet.rows:
        cells = Cells(sheet, row, words)
        if is_total(row) or (len(row.filled) == 1 and len(sheet.columns) > 2):
            findings.left_out.append(LeftOut(sheet.source, row.number, "no vehicle"))
            continue
        vehicle = _vehicle(cells, department, places)
        operator = _operator(cells, cells.text("operator") or ONLY_OPERATOR)
        _agree(cells, operators, operator)
        findings.rejected += cells.rejected
        if not cells.rejected and row.number not in refused:
            vehicles.append((cells, vehicle))
            known = operators.setdefault(operator["id"], (cells, operator))
            known[1].update(operator)
    return _billable(vehicles, operators, places, findings), list(operators.values())


def _billable(
    vehicles: list[Row], operators: dict[str, Row], places: Places, findings: Findings
) -> list[Row]:
    """Return the vehicles whose operator has what their type is billed by; reject the others.

    Assumption: taxis are licensed in the département of their depot where the file does not tell.
    """
    kept = []
    for cells, vehicle in vehicles:
        _, operator = operators[vehicle["operator"]]
        commune = places.items[vehicle["start"]].get("commune", "")
        if vehicle["type"] == "taxi" and commune:
            operator.setdefault("taxi_department", commune[: 3 if commune.startswith("97") else 2])
        if vehicle["type"] == "taxi" and "taxi_department" not in operator:
            message = 'the département of the taxi licence is missing, add a column Département with "90"'
        elif vehicle["type"] == "vsl" and "vsl_flat" not in operator:
            message = 'the zone of the VSL flat is missing, add a column Zone with A to D, or "pickup"'
        else:
            kept.append((cells, vehicle))
            continue
        before = len(cells.rejected)
        cells.reject("taxi_department" if vehicle["type"] == "taxi" else "vsl_flat", message)
        findings.rejected += cells.rejected[before:]
    return kept


def _vehicle(cells: Cells, department: str | None, places: Places) -> dict[str, Any]:
    kind = Cells(cells.sheet, cells.row, {"vehicle_type": cells.words.get("type", {})})
    kind_word = _type(cells, kind)
    depot = end_of(cells, "depot", department, keeps_name=True)
    shift = [cells.read(name, values.clock) for name in ("shift_start", "shift_end")]
    for name, time in zip(("shift_start", "shift_end"), shift, strict=True):
        if time is None and not cells.text(name):
            cells.reject(name, "the shift is missing, fill in when it starts and ends")
    found: dict[str, Any] = {
        "id": cells.read("id", values.code),
        "operator": cells.read("operator", values.code) or ONLY_OPERATOR,
        "type": kind_word,
        "seats": cells.read("seats", lambda text: values.whole(text, 8)),
        "wheelchairs": cells.read("wheelchairs", _wheelchairs) or None,
    }
    if found["id"] is None and not cells.rejected:
        cells.reject("id", "the vehicle has no name, fill one in")
    pause = _pause(cells)
    if cells.rejected or depot is None or kind_word is None:
        return {}
    found["seats"] = found["seats"] or USUAL_SEATS[kind_word]
    place = places.depot(depot)
    start, end = (time or 0.0 for time in shift)
    # A shift that ends before it starts runs past midnight.
    end += 1440 * (end <= start)
    times = {"start": place, "end": place, "shift": [format_clock(start)[:5], format_clock(end)[:5]]}
    return {key: value for key, value in (found | times | pause).items() if value is not None}


def _type(cells: Cells, reader: Cells) -> str | None:
    text = cells.text("type")
    if not text:
        cells.reject("type", "the type is missing, write VSL or taxi")
        return None
    from sharedride.importing.vocabulary import cell_words
    from sharedride.importing.words import worded

    own = {worded(word): value for word, value in reader.words.get("vehicle_type", {}).items()}
    said = {**cell_words("vehicle_type"), **own}.get(worded(text))
    if said not in ("vsl", "taxi"):
        cells.reject("type", "carries no seated patients by itself, write VSL or taxi, or delete the row")
        return None
    return said


def _wheelchairs(text: str) -> int:
    try:
        return int(values.yes(text))
    except ValueError:
        return values.whole(text, 8)


def _pause(cells: Cells) -> dict[str, Any]:
    unit = getattr(cells.sheet.column("break_minutes"), "unit", None)
    length = cells.read("break_minutes", lambda text: values.minutes(text, unit or "min"))
    window = [cells.read(name, values.clock) for name in ("break_start", "break_end")]
    if not length:
        return {}
    start, end = window
    if start is None or end is None:
        return {"break": {"window": list(USUAL_BREAK), "minutes": length}}
    return {"break": {"window": [format_clock(start)[:5], format_clock(end)[:5]], "minutes": length}}


def _operator(cells: Cells, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": name,
        "certified": cells.read("certified", values.yes),
        "vsl_flat": cells.word("vsl_flat"),
        "taxi_department": cells.read("taxi_department", _department),
    }
    return {key: value for key, value in found.items() if value is not None}


def _department(text: str) -> str:
    return text.upper().zfill(2)


def _agree(cells: Cells, operators: dict[str, Row], operator: dict[str, Any]) -> None:
    if operator["id"] not in operators:
        return
    first, known = operators[operator["id"]]
    for key, value in operator.items():
        if key in known and known[key] != value:
            message = f"contradicts row {first.row.number} of the same operator, write the same in both"
            cells.reject(key, message)
