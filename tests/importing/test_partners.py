"""Who is to ride with whom, and who never, from a missions file to locks of the day."""

from pathlib import Path

import pytest

import sharedride
from sharedride.day import parse_day
from sharedride.importing.build import day_text, import_day, load_sheet, open_sheet
from sharedride.importing.cache import Cache
from sharedride.importing.geocode import geocode
from sharedride.importing.mapping import ColumnMapping
from sharedride.importing.outcome import Imported
from sharedride.importing.pseudonymize import pseudonymize
from tests.importing.test_ugly import FLEET

HEAD = "N°;Patient;Date;Sens;RDV;Retour;Ville départ;Ville arrivée;Avec;Pas avec"


def mission(number: str, patient: str, together: str = "", apart: str = "", way: str = "A") -> str:
    hours = {"A": "8h30;", "R": ";11h30", "A/R": "8h30;11h30"}[way]
    return f'{number};{patient};17/03/2026;{way};{hours};Belfort;Trévenans;"{together}";"{apart}"'


def imported(folder: Path, *rows: str, head: str = HEAD) -> Imported:
    (folder / "m.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    (folder / "fleet.csv").write_text(FLEET, encoding="utf-8")
    return import_day(folder / "m.csv", folder / "fleet.csv")


def locks(found: Imported) -> dict[str, list[str]]:
    """Partners by trip; the day is a valid one."""
    day = parse_day(day_text(dict(found.day)))
    return {trip.id: list(trip.lock.with_) for trip in day.trips if trip.lock is not None}


@pytest.mark.parametrize(
    ("together", "expected"),
    [
        ("8", ["8"]),
        ("ligne 3", ["8"]),
        ("Row 3", ["8"]),
        ("8; 9", ["8", "9"]),
        ("8 et ligne 4", ["8", "9"]),
        ("8, row 3", ["8"]),
        ("-", []),
    ],
)
def test_partners_by_id_or_row_become_locks(tmp_path: Path, together: str, expected: list[str]) -> None:
    """Ids and rows name partners, several in a cell, each once."""
    found = imported(tmp_path, mission("7", "P1", together), mission("8", "P2"), mission("9", "P3"))
    assert not found.rejected
    assert locks(found) == ({"7": expected} if expected else {})


@pytest.mark.parametrize("header", ["Avec", "Partagé avec", "Grouper avec", "Together with", "together_with"])
def test_both_languages_and_rows_where_there_are_no_ids(tmp_path: Path, header: str) -> None:
    """Without a column of ids a bare number is a row, and the plan carries both in one ride."""
    head = HEAD.replace("Avec", header, 1).removeprefix("N°;")
    rows = [mission("", "P1", "3"), mission("", "P2")]
    found = imported(tmp_path, *(row.removeprefix(";") for row in rows), head=head)
    assert not found.rejected
    assert locks(found) == {"row2": ["row3"]}
    day = parse_day(day_text(dict(found.day)))
    result = sharedride.plan(day, time_limit=5.0)
    assert sharedride.check(day, result) == []
    assert {trip.id: trip.with_ for trip in result.document.trips} == {"row2": ("row3",), "row3": ("row2",)}


def test_a_round_trip_goes_with_a_round_trip_both_ways(tmp_path: Path) -> None:
    """There with there, back with back; of a partner that only goes there, only the way there."""
    found = imported(
        tmp_path,
        mission("7", "P1", "8", way="A/R"),
        mission("8", "P2", way="A/R"),
        mission("9", "P3", "7", way="A"),
    )
    assert not found.rejected
    assert locks(found) == {"7-out": ["8-out"], "7-back": ["8-back"], "9": ["7-out"]}


def test_never_together_is_kept(tmp_path: Path) -> None:
    """``Pas avec`` names patients, several in a cell."""
    found = imported(tmp_path, mission("7", "P1", apart="P2; P3"), mission("8", "P2"))
    assert not found.rejected
    assert parse_day(day_text(dict(found.day))).trips[0].not_with == ("P2", "P3")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            [mission("1007", "P1", "1800"), mission("1008", "P2")],
            [(2, '"1800"', 'did you mean "1008"?')],
        ),
        ([mission("7", "P1", "ligne 9"), mission("8", "P2")], [(2, '"ligne 9"', "names no mission")]),
        ([mission("7", "P1", "7"), mission("8", "P2")], [(2, '"7"', "names the row itself")]),
        ([mission("7", "P1", "Dupont"), mission("8", "P2")], [(2, "(not shown)", "names no mission")]),
        ([mission("7", "P1", "Mme Li"), mission("8", "P2")], [(2, "(not shown)", "a person's name")]),
        (
            [mission("7", "P1", "8", "P2"), mission("8", "P2")],
            [(2, "", "not_with keeps this patient and that of trip")],
        ),
        (
            [mission("7", "P1", "8"), mission("8", "P2", "9"), mission("9", "P3").replace("8h30", "8h75")],
            [(2, '"8"', "names no mission"), (3, '"9"', "names no mission"), (4, '"8h75"', "no time of day")],
        ),
    ],
)
def test_what_is_no_partner_is_told_with_its_row(
    tmp_path: Path, rows: list[str], told: list[tuple[int, str, str]]
) -> None:
    """Unknown, refused and impossible partners: row, column, value and remedy; no name is shown."""
    found = imported(tmp_path, *rows)
    assert len(found.rejected) == len(told)
    for item, (row, value, remedy) in zip(found.rejected, told, strict=True):
        assert (item.row, item.value) == (row, value)
        assert remedy in item.remedy
    assert all(item.column == 'column I "Avec"' for item in found.rejected if item.value != '"8h75"')


def test_rows_are_renumbered_where_a_file_is_written_anew(tmp_path: Path) -> None:
    """Pseudonymized and geocoded files lose their titles, not their partners; a name among them is gone."""
    rows = [mission("7", "P1", "ligne 7"), "TOTAL;1", mission("8", "P2"), mission("9", "P3", "Mme Li")]
    file = tmp_path / "titled.csv"
    file.write_text("\n".join(["Planning", "", HEAD, *rows, ""]), encoding="utf-8")
    done = pseudonymize(open_sheet(file, "missions", ColumnMapping()), b"k" * 32)
    assert "Li" not in done.text
    (tmp_path / "safe.csv").write_text(done.text, encoding="utf-8")
    found = import_day(tmp_path / "safe.csv")
    assert not found.rejected
    assert locks_of(found) == {"7": ["9"]}
    file.write_text("\n".join(["Planning", "", HEAD, *rows[:3], ""]).replace("ligne 7", "ligne 6"), "utf-8")
    located = geocode(
        load_sheet(file, "missions", ColumnMapping()),
        Cache(tmp_path / "c.sqlite"),
        "ban",
        None,
        least_score=0.6,
    )
    (tmp_path / "located.csv").write_text(located.text, encoding="utf-8")
    assert locks_of(import_day(tmp_path / "located.csv")) == {"7": ["8"]}


def locks_of(found: Imported) -> dict[str, list[str]]:
    """Partners by trip of a day that still lacks its vehicles."""
    return {trip["id"]: trip["lock"]["with"] for trip in found.day["trips"] if "lock" in trip}
