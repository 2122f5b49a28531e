from pathlib import Path
from typing import Any

import pytest

from sharedride.day import parse_day
from sharedride.errors import InputError
from sharedride.importing.build import day_text, import_day
from tests.importing.ugly import FILES, Ugly

FLEET = """Véhicule;Type;TPMR;Ville;Début;Fin;Zone
VSL1;VSL;0;Belfort;5h;20h;A
TX1;Taxi;1;Belfort;5h;20h;A
"""


def said(trip: dict[str, Any], communes: dict[str, str]) -> str:
    time = trip.get("appointment", trip.get("ready"))
    ends = f"{communes[trip['from']]}>{communes[trip['to']]}"
    return f"{trip['id']} {trip['direction']} {trip['patient']} {ends} {time}"


def test_there_are_forty_and_more() -> None:
    """The collection is as large as promised, and no file is there twice."""
    assert len({file.data for file in FILES}) == len(FILES) >= 40


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_an_ugly_file_is_right_or_refused_with_the_row(file: Ugly, tmp_path: Path) -> None:
    """Every trip of the file is as it should be, every other row is named with column and remedy."""
    missions, fleet = tmp_path / "missions.csv", tmp_path / "fleet.csv"
    missions.write_bytes(file.data)
    fleet.write_text(FLEET, encoding="utf-8")
    if file.refused is not None:
        with pytest.raises(InputError) as caught:
            import_day(missions, fleet)
        assert file.refused in str(caught.value)
        assert all(problem.path.startswith("missions.csv") for problem in caught.value.problems)
        told = str(caught.value)
    else:
        imported = import_day(missions, fleet)
        day = parse_day(day_text(dict(imported.day)))
        communes = {place.id: place.commune or "-" for place in day.places}
        assert tuple(said(trip, communes) for trip in imported.day["trips"]) == file.trips
        places = [(item.row, item.column[7:8]) for item in imported.rejected]
        assert places == [(row, letter) for row, letter, _ in file.rejected]
        for item, (_, _, remedy) in zip(imported.rejected, file.rejected, strict=True):
            assert remedy in item.remedy
        told = " ".join(str(item.problem()) for item in imported.rejected) + str(imported)
    assert not [secret for secret in ("DUPONT", "Mme LI", "269054958815780", "2 69 05") if secret in told]


def test_codes_keep_or_get_back_their_zeros_and_homes_lose_their_address(tmp_path: Path) -> None:
    """A FINESS number of eight digits gets its zero back; a home is a point without name or street."""
    file = tmp_path / "m.csv"
    file.write_text(
        "Patient;Date;RDV;Adresse départ;CP départ;Ville départ;Lieu arrivée;Ville arrivée;FINESS arrivée\n"
        "P1;17/03/2026;8h30;3 rue des Lilas;1000;Bourg-en-Bresse;CH Fleyriat;Viriat;10000123\n",
        encoding="utf-8",
    )
    places = {place["id"]: place for place in import_day(file).day["places"]}
    assert places["010000123"]["name"] == "CH Fleyriat"
    assert set(places["home-001"]) == {"id", "lat", "lon", "kind", "commune"}
    assert places["home-001"]["commune"] == "01053"


def test_homes_are_numbered_in_the_order_of_the_file_and_tell_no_pseudonym(tmp_path: Path) -> None:
    """One number for each home of a patient, come back or not; no pseudonym stands in any place."""
    file, head = tmp_path / "m.csv", "Patient;Date;RDV;Ville départ;Lieu arrivée;Ville arrivée\n"
    rows = ["p-9f3a0001;{};8h30;Belfort", "p-9f3a0002;{};9h00;Belfort", "p-9f3a0001;{};14h00;Belfort"]
    rows += ["p-9f3a0001;{};18h00;Delle"]
    told = "".join(row.format("17/03/2026") + ";HNFC;Trévenans\n" for row in rows)
    file.write_text(head + told, encoding="utf-8")
    day = import_day(file).day
    assert [trip["from"] for trip in day["trips"]] == ["home-001", "home-002", "home-001", "home-003"]
    assert "p-9f3a" not in str(day["places"])


def test_a_rejection_names_the_mission_but_never_a_person(tmp_path: Path) -> None:
    """The row's own number stands beside that of the row, unless it may be somebody's name or number."""
    head = "N°;Patient;Date;RDV;Ville départ;Lieu arrivée;Ville arrivée\n"
    ids = ("04757", "Mme DUPONT 3", "269054958815780", "")
    file = tmp_path / "m.csv"
    rows = "".join(f"{name};P1;17/03/2026;8h75;Delle;HNFC;Trévenans\n" for name in ids)
    file.write_text(head + rows + "9;P2;17/03/2026;8h30;Delle;HNFC;Trévenans\n", encoding="utf-8")
    rejected = import_day(file).rejected
    assert {(item.row, item.mission) for item in rejected} == {(2, "04757"), (3, ""), (4, ""), (5, "")}
    assert str(rejected[0].problem()).startswith("m.csv row 2 (04757), column D")


def test_a_depot_keeps_the_name_the_fleet_file_gives_it(tmp_path: Path) -> None:
    """Its id is made of the name; where only a town is told there is no name to keep."""
    missions, fleet = tmp_path / "m.csv", tmp_path / "f.csv"
    missions.write_text(
        "Patient;Date;RDV;Ville départ;Lieu arrivée;Ville arrivée\nP1;17/03/2026;8h30;Delle;HNFC;Trévenans\n",
        encoding="utf-8",
    )
    for depot, expected in (("Garage du Lion", ("depot-garage-du-lion", "Garage du Lion")),
                            ("", ("depot-belfort", None))):  # fmt: skip
        fleet.write_text(
            f"Véhicule;Type;Dépôt;Ville;Début;Fin;Zone\nVSL1;VSL;{depot};Belfort;5h;20h;A\n", encoding="utf-8"
        )
        place = next(place for place in import_day(missions, fleet).day["places"] if place["kind"] == "depot")
        assert (place["id"], place.get("name")) == expected
