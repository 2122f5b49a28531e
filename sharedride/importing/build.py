"""Files to a valid day: every row is in it, rejected, or listed as no mission of the day."""

import datetime
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from sharedride.day.model import DAY_SCHEMA
from sharedride.day.read import parse_day
from sharedride.errors import InputError, Problem
from sharedride.importing import values
from sharedride.importing.cells import Cells
from sharedride.importing.communes import ATTRIBUTION
from sharedride.importing.fleet import fleet_of
from sharedride.importing.header import Sheet, sheet_of
from sharedride.importing.identity import HIDDEN, reference
from sharedride.importing.mapping import ColumnMapping
from sharedride.importing.missions import AFTER_CARE_MIN, Mission, Options, is_total, missions_of
from sharedride.importing.outcome import Findings, Imported, Rejection
from sharedride.importing.partners import with_partners
from sharedride.importing.places import Places
from sharedride.importing.read import read_sheets
from sharedride.importing.refuse import identities_in, refuse_identities
from sharedride.importing.turned import home_comes_first
from sharedride.importing.vocabulary import vocabulary

_COLUMN_OF = {"from": "from.city", "to": "to.city", "lock": "together_with"}
_TELLING = {"patient", "not_with"}
_LISTED = re.compile(r"(trips|vehicles|operators)\[([0-9]+)\]\.?([a-z_]*)")


def import_day(
    missions: Path,
    fleet: Path | None = None,
    *,
    options: Options | None = None,
    mapping: ColumnMapping | None = None,
    fleet_mapping: ColumnMapping | None = None,
) -> Imported:
    """Return the day of a missions file and a fleet file, with everything that was refused.

    Parameters
    ----------
    missions, fleet
        CSV or .xlsx files. Without a fleet the day has no vehicles and is valid but for that.
    options
        The date, the usual length of care, the département.
    mapping, fleet_mapping
        What the user says of columns.

    Raises
    ------
    InputError
        When a file as a whole cannot be used: unreadable, no header, columns of names, several dates.
    """
    asked, columns = options or Options(), mapping or ColumnMapping()
    problems: list[Problem] = []
    sheet = fleet_sheet = None
    try:
        sheet = load_sheet(missions, "missions", columns)
    except InputError as error:
        problems += error.problems
    try:
        fleet_sheet = None if fleet is None else load_sheet(fleet, "fleet", fleet_mapping or ColumnMapping())
    except InputError as error:
        problems += error.problems
    if problems or sheet is None:
        raise InputError(problems)
    return import_sheets(sheet, fleet_sheet, asked, fleet_mapping or ColumnMapping())


def load_sheet(path: Path, kind: str, mapping: ColumnMapping) -> Sheet:
    """Return the sheet of a file with its columns recognised, names and numbers of persons refused."""
    sheet = open_sheet(path, kind, mapping)
    refuse_identities(sheet)
    _check_columns(sheet, kind)
    return sheet


def open_sheet(path: Path, kind: str, mapping: ColumnMapping) -> Sheet:
    """Return the sheet of a file with its columns recognised, whatever they hold.

    Parameters
    ----------
    kind
        ``"missions"`` or ``"fleet"``.
    """
    return sheet_of(read_sheets(path), path.name, vocabulary(kind), mapping.columns)


def import_sheets(
    sheet: Sheet, fleet: Sheet | None, options: Options, fleet_mapping: ColumnMapping
) -> Imported:
    """Return the day of sheets whose columns are known; see :func:`import_day`."""
    date = _date(sheet, options.date)
    places, findings = Places(), Findings()
    findings.rejected += identities_in(sheet)
    found = missions_of(sheet, options, date, places, findings)
    vehicles: list[tuple[Cells, dict[str, Any]]] = []
    operators: list[tuple[Cells, dict[str, Any]]] = []
    if fleet is not None:
        findings.rejected += identities_in(fleet)
        vehicles, operators = fleet_of(fleet, fleet_mapping.words, options.department, places, findings)
    trips = with_partners(_numbered(found, findings), findings)
    content = _validated(date, options, places, (trips, vehicles, operators), findings, fleet is not None)
    return Imported(
        content,
        tuple(sorted(set(findings.rejected))),
        tuple(sorted(findings.left_out, key=lambda item: (item.source != sheet.source, item.row))),
        tuple(column.header for column in sheet.columns if column.field is None),
        tuple(_notes(content, places, sheet, fleet)),
        len({id(cells) for cells, _ in trips}),
    )


def _check_columns(sheet: Sheet, kind: str) -> None:
    """Refuse a file that lacks a column every row would be rejected for."""
    said = sheet.fields
    ends = {name.split(".")[0] for name in said if "." in name}
    lacking = []
    if kind == "fleet":
        lacking += [name for name in ("id", "type", "shift_start", "shift_end") if name not in said]
        lacking += [] if "depot" in ends else ["depot.city"]
    else:
        lacking += [] if "patient" in said else ["patient"]
        lacking += [] if said & {"appointment", "ready", "time"} else ["appointment"]
        lacking += [] if ends & {"from", "home"} else ["from.city"]
        lacking += [] if ends & {"to", "care"} else ["to.city"]
    if lacking:
        message = (
            f"has no column for {', '.join(lacking)}; add it, or name the column in a mapping file "
            "(--suggest-mapping writes one)"
        )
        raise InputError([Problem(sheet.source, message)])


def _date(sheet: Sheet, asked: datetime.date | None) -> datetime.date:
    if asked is not None:
        return asked
    found = set()
    for row in sheet.rows:
        if is_total(row):
            continue
        try:
            found.add(values.date(sheet.cell(row, "date")))
        except ValueError:
            continue
    if len(found) == 1:
        return found.pop()
    if not found:
        raise InputError([Problem(sheet.source, "tells no date, give it: --date 2026-03-17")])
    days = ", ".join(f"{day:%Y-%m-%d}" for day in sorted(found)[:5])
    more = ", …" if len(found) > 5 else ""
    message = f"holds missions of {len(found)} days ({days}{more}), choose one: --date {min(found)}"
    raise InputError([Problem(sheet.source, message)])


def _numbered(missions: list[Mission], findings: Findings) -> list[tuple[Cells, dict[str, Any]]]:
    """Give every trip its id and visit; a row that repeats another is rejected."""
    trips: list[tuple[Cells, dict[str, Any]]] = []
    taken: dict[tuple[str, str], Cells] = {}
    seen: dict[str, Cells] = {}
    directions: defaultdict[str, set[str]] = defaultdict(set)
    for mission in missions:
        for trip in mission.trips:
            directions[str(trip.get("id"))].add(trip["direction"])
    for mission in missions:
        cells = mission.cells
        alike = json.dumps([{**trip, "id": ""} for trip in mission.trips], sort_keys=True)
        if alike in seen:
            _refuse(cells, findings, f"repeats row {seen[alike].row.number}, delete one of them")
            continue
        seen[alike] = cells
        named = [(str(trip.get("id", "")), trip["direction"]) for trip in mission.trips]
        double = next((taken[key] for key in named if key[0] and key in taken), None)
        if double is not None:
            before = len(cells.rejected)
            cells.reject("id", f"is already the id of row {double.row.number}, give it another")
            findings.rejected += cells.rejected[before:]
            continue
        taken |= dict.fromkeys(named, cells)
        for trip in mission.trips:
            base = trip.get("id") or f"row{cells.row.number}"
            both = len(mission.trips) == 2 or ("id" in trip and len(directions[str(trip["id"])]) == 2)
            suffix = {"outbound": "-out", "return": "-back"}[trip["direction"]] if both else ""
            visit = {"visit": trip.get("visit") or base} if len(mission.trips) == 2 else {}
            trips.append((cells, {**trip, "id": f"{base}{suffix}", **visit}))
    return _visited(trips, findings)


def _refuse(cells: Cells, findings: Findings, remedy: str) -> None:
    before = len(cells.rejected)
    cells.refuse(remedy)
    findings.rejected += cells.rejected[before:]


def _visited(
    trips: list[tuple[Cells, dict[str, Any]]], findings: Findings
) -> list[tuple[Cells, dict[str, Any]]]:
    """Join an outbound trip and the next return of the same patient from the same place into a visit."""
    waiting: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for _, trip in trips:
        if "visit" not in trip and trip["direction"] == "outbound":
            waiting[trip["patient"], trip["to"]].append(trip)
    backs = [item for item in trips if "visit" not in item[1] and item[1]["direction"] == "return"]
    kept = {id(trip) for _, trip in trips}
    for cells, back in sorted(backs, key=lambda item: str(item[1]["ready"])):
        outs = waiting[back["patient"], back["from"]]
        before = [there for there in outs if there["appointment"] <= back["ready"]]
        if not before:
            continue
        there = max(before, key=lambda trip: str(trip["appointment"]))
        if there["appointment"] == back["ready"]:
            _refuse(cells, findings, "gives the time of the appointment, write when the patient is ready")
            kept.discard(id(back))
            continue
        outs.remove(there)
        there["visit"] = back["visit"] = there["id"].removesuffix("-out")
    return [item for item in trips if id(item[1]) in kept]


def _validated(
    date: datetime.date,
    options: Options,
    places: Places,
    lists: tuple[list[tuple[Cells, dict[str, Any]]], ...],
    findings: Findings,
    has_fleet: bool,
) -> dict[str, Any]:
    """Return the content of a valid day; rows the day's own validation refuses are rejected."""
    trips, vehicles, operators = lists
    while True:
        content = _content(date, options, places, trips, vehicles, operators)
        try:
            parse_day(content)
            return content
        except InputError as error:
            named = [(problem, _LISTED.match(problem.path)) for problem in error.problems]
            at_fault = {"trips": trips, "vehicles": vehicles, "operators": operators}
            refused: set[int] = set()
            rest = []
            for problem, found in named:
                if found is None or int(found[2]) >= len(at_fault[found[1]]):
                    rest.append(problem)
                    continue
                cells = at_fault[found[1]][int(found[2])][0]
                refused.add(id(cells))
                findings.rejected.append(_rejection(cells, found[3], problem))
            if not refused:
                lonely = all(problem.path in ("vehicles", "") for problem in rest)
                if (not has_fleet or findings.rejected) and lonely:
                    return content
                raise InputError(rest) from None
            for rows in lists:
                rows[:] = [item for item in rows if id(item[0]) not in refused]


def _rejection(cells: Cells, key: str, problem: Problem) -> Rejection:
    column = cells.sheet.column(_COLUMN_OF.get(key, key))
    where = "" if column is None else str(column)
    message = problem.message
    if key in _TELLING:
        message = f"{HIDDEN} {message}"
    named = reference(cells.text("id"))
    return Rejection(cells.sheet.source, cells.row.number, where, "", message, named)


def _content(
    date: datetime.date,
    options: Options,
    places: Places,
    trips: list[tuple[Cells, dict[str, Any]]],
    vehicles: list[tuple[Cells, dict[str, Any]]],
    operators: list[tuple[Cells, dict[str, Any]]],
) -> dict[str, Any]:
    used = {trip[key] for _, trip in trips for key in ("from", "to")}
    used |= {vehicle[key] for _, vehicle in vehicles for key in ("start", "end")}
    owned = {vehicle["operator"] for _, vehicle in vehicles}
    kept = [operator for _, operator in operators if operator["id"] in owned]
    if not vehicles:
        # Without a fleet the missions' own operators stand for themselves.
        kept = [
            {"id": name} for name in sorted({trip["operator"] for _, trip in trips if "operator" in trip})
        ]
    content: dict[str, Any] = {"schema": DAY_SCHEMA, "date": date.isoformat()}
    if options.department:
        content["department"] = options.department
    return content | {
        "places": [place for name, place in places.items.items() if name in used],
        "operators": kept,
        "vehicles": [vehicle for _, vehicle in vehicles],
        "trips": [trip for _, trip in trips],
        "travel": {"model": "crowfly"},
    }


def _notes(content: dict[str, Any], places: Places, sheet: Sheet, fleet: Sheet | None) -> list[str]:
    notes = []
    told = fleet is not None and fleet.column("taxi_department") is not None
    rough = [place["id"] for place in content["places"] if place["id"] in places.rough]
    if rough:
        notes.append(
            f"{len(rough)} of {len(content['places'])} places stand at their commune's centre, so km within "
            "a commune count as 0: sharedride geocode finds the addresses"
        )
        notes.append(f"communes: {ATTRIBUTION}")
    if home_comes_first(sheet):
        notes.append("returns are written with the home first, and were turned round")
    if not content["vehicles"]:
        notes.append("the day has no vehicles, it cannot be planned before --vehicles gives them")
    if any("taxi_department" in operator for operator in content["operators"]) and not told:
        notes.append("assumed: taxis are licensed in the département of their depot")
    if sheet.column("care_minutes"):
        notes.append(f"assumed: a patient is ready {AFTER_CARE_MIN:g} min after care ends")
    if sheet.column("pickup") and any(trip["direction"] == "outbound" for trip in content["trips"]):
        notes.append("planned pick-up times of outbound trips are not kept: the plan decides them")
    notes.append(
        "assumed: roads are 1.3 times the straight line, 50 km/h; edit travel in the day to change it"
    )
    return notes


def day_text(content: dict[str, Any]) -> str:
    """Return a day as JSON text, one object of a list per line."""
    blocks = []
    for key, value in content.items():
        if isinstance(value, list):
            rows = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in value)
            blocks.append(f'  "{key}": [\n{rows}\n  ]' if value else f'  "{key}": []')
        else:
            blocks.append(f'  "{key}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(blocks) + "\n}\n"
