import dataclasses
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sharedride.day import parse_day
from sharedride.errors import InputError
from sharedride.importing.build import day_text, import_sheets
from sharedride.importing.header import sheet_of
from sharedride.importing.identity import looks_like_name, nir_digits, nir_key
from sharedride.importing.mapping import ColumnMapping, read_mapping, suggested
from sharedride.importing.missions import Options
from sharedride.importing.pseudonymize import pseudonymize
from sharedride.importing.read import sheets_of
from sharedride.importing.refuse import refuse_identities
from sharedride.importing.vocabulary import vocabulary
from tests.importing.test_ugly import FLEET
from tests.importing.ugly import FILES

WORDS = [
    *("", "?", "A/R", "Aller", "Retour", "oui", "N", "VSL", "dialyse", "Total", "17/03/2026", "46098", "1"),
    *("7h30", "24:00", "99h99", "-1", "1e308", "9" * 400, "Belfort", "90000", "47,63", "nan", "DUPONT"),
    *('"', ";", "\n", "\x00", "\ud800", "=1+1", "p-7f3a", "4h", "²", "٣", "١٢:٣٠", "Paris", "75012", "(90)"),
]
CELLS = st.sampled_from(WORDS) | st.text(max_size=6)
HEADERS = [
    *(
        "N°",
        "Patient",
        "Date",
        "Sens",
        "Heure RDV",
        "Retour",
        "Durée soins",
        "Durée soins (h)",
        "CP",
        "Ville",
    ),
    *("Départ", "Arrivée", "CP départ", "Ville départ", "Ville arrivée", "GPS arrivée", "Latitude départ"),
    *("Longitude départ", "FINESS arrivée", "INSEE départ", "Motif", "Type", "Partage", "Fauteuil", "Statut"),
    *("Accompagnants", "Pas avec", "Pas avant", "Domicile avant", "Trajet max", "Société", "Séjour", "Zut"),
]
GRIDS = st.lists(st.sampled_from(HEADERS), min_size=1, max_size=14).flatmap(
    lambda headers: st.tuples(
        st.just(headers), st.lists(st.lists(CELLS, max_size=len(headers) + 1), max_size=5)
    )
)


def outcome(data: bytes) -> str:
    """Whatever the bytes are: a valid day, or what is wrong; anything else that is raised passes through."""
    try:
        sheet = sheet_of(sheets_of(data), "missions.csv", vocabulary("missions"), {})
        refuse_identities(sheet)
        fleet = sheet_of(sheets_of(FLEET.encode()), "fleet.csv", vocabulary("fleet"), {})
        imported = import_sheets(sheet, fleet, Options(care_minutes=60), ColumnMapping())
        day = parse_day(day_text(dict(imported.day)))
    except InputError as error:
        return "refused" if error.problems else "silent"
    rows = {row.number for row in sheet.rows}
    told = {item.row for item in (*imported.rejected, *imported.left_out)}
    assert len(rows) <= imported.rows + len(told)
    assert not [trip for trip in day.trips if looks_like_name(trip.patient)]
    return "read"


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GRIDS)
def test_any_cells_under_known_headers_make_a_day_or_problems(
    grid: tuple[list[str], list[list[str]]],
) -> None:
    """Whatever stands in the cells, every row is a mission, rejected or left out, and the day is valid."""
    headers, rows = grid
    lines = [";".join(headers), *(";".join(row) for row in rows)]
    assert outcome("\n".join(lines).encode("utf-8", "surrogatepass")) != "silent"


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(FILES), st.data())
def test_a_damaged_file_makes_a_day_or_problems(file: object, data: st.DataObject) -> None:
    """Bytes cut out, doubled or changed in any of the ugly files never end in a crash."""
    original: bytes = dataclasses.asdict(file)["data"]  # type: ignore[call-overload]
    start = data.draw(st.integers(0, len(original)))
    end = data.draw(st.integers(start, min(len(original), start + 40)))
    put = data.draw(st.binary(max_size=6) | st.just(original[start:end] * 2))
    assert outcome(original[:start] + put + original[end:]) != "silent"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60))
@example(b"PK\x03\x04")
@example(b"\xff\xfe\x00\xd8")
def test_any_bytes_make_a_day_or_problems(data: bytes) -> None:
    """Bytes that are no export at all are refused in words."""
    assert outcome(data) == "refused"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=8), min_size=1, max_size=5))
def test_a_suggested_mapping_can_always_be_read(tmp_path: Path, headers: list[str]) -> None:
    """Whatever the headers are, the mapping file written for them is valid and names each."""
    text = ";".join(["Patient", "Heure RDV", *(f'"{header.replace(chr(34), "")}x"' for header in headers)])
    words = vocabulary("missions")
    sheet = sheet_of(sheets_of(text.encode("utf-8", "replace")), "m.csv", words, {})
    file = tmp_path / "mapping.toml"
    file.write_text(suggested(sheet, words), encoding="utf-8")
    mapping = read_mapping(file, words)
    assert len(mapping.columns) == len(sheet.columns)


@settings(max_examples=100, deadline=None)
@given(
    st.from_regex(r"[12][0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[1-8][0-9]|2[AB])[0-9]{6}", fullmatch=True),
    st.sampled_from(["", " ", ".", "-"]),
)
def test_no_number_of_a_person_leaves_a_pseudonymized_file(number: str, between: str) -> None:
    """However a social security number is written, in its column or a remark, it is not in the result."""
    groups = [number[:1], number[1:3], number[3:5], number[5:7], number[7:10], number[10:], nir_key(number)]
    written = between.join(groups)
    assert nir_digits(written) == number
    text = f"N° SS;Ville départ;Lieu arrivée;RDV\n{written};Belfort;HNFC {written};8h30\n"
    sheet = sheet_of(sheets_of(text.encode()), "m.csv", vocabulary("missions"), {})
    done = pseudonymize(sheet, b"k" * 32)
    assert written not in done.text
    assert number not in done.text


@pytest.mark.parametrize("name", ["Dupont", "M. Li", "LE GOFF Anna", "dupont-12", "Mme X"])
def test_a_name_is_no_pseudonym(name: str) -> None:
    """Names are told from numbers, hashes and initials."""
    assert looks_like_name(name)
    assert not any(map(looks_like_name, ["p-7f3a", "P12", "004711", "JD", "Patient 3", "a3f09c"]))
