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
    assert set(places["home-P1"]) == {"id", "lat", "lon", "kind", "commune"}
    assert places["home-P1"]["commune"] == "01053"
