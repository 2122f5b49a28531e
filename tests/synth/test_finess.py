from pathlib import Path

import pytest

from sharedride.errors import InputError
from sharedride.synth import synth_day, territory
from sharedride.synth.finess import read_care, read_finess
from tests.synth.towns import TUESDAY, town

COLUMNS = 32


def structure(number: str, name: str, commune: str, department: str, category: str) -> str:
    row = [""] * COLUMNS
    row[0], row[1], row[3], row[12], row[13], row[18] = (
        "structureet",
        number,
        name,
        commune,
        department,
        category,
    )
    return ";".join(row)


EXTRACT = "\n".join(
    [
        "finess;etalab;51;2026-01-05",
        structure("900000001", "CHR TEST", "010", "90", "101"),
        structure("900000002", "SMR TEST", "010", "90", "109"),
        structure("900000003", "CH TEST", "010", "90", "355"),
        structure("900000004", "PHARMACIE", "010", "90", "620"),
        structure("900000005", "CH SANS POINT", "010", "90", "355"),
        *[
            f"geolocalisation;90000000{n};{988000 + n}.0;6731000.0;1,ATLASANTE,100,IGN;2026-01-05"
            for n in range(1, 5)
        ],
    ]
)


def test_the_extract_of_finess_is_read(tmp_path: Path) -> None:
    """Establishments patients are driven to come with their point in degrees, the others do not."""
    file = tmp_path / "finess.csv"
    file.write_bytes(EXTRACT.encode("latin-1"))
    places = read_finess(file)
    assert [(place.name, place.kinds[0]) for place in places] == [
        ("CHR TEST", "CHU"),
        ("SMR TEST", "SMR"),
        ("CH TEST", "CH"),
    ]
    assert all(47.5 < place.lat < 47.8 and 6.7 < place.lon < 7.1 for place in places)
    assert {place.commune for place in places} == {"90010"}
    made = synth_day(territory("90", town().assumed, places), TUESDAY, trips=40)
    names = {place["name"] for place in made.content["places"] if place["kind"] == "care"}
    assert any(name.endswith("TEST") for name in names)
    assert not any("Trévenans" in name for name in names)


@pytest.mark.parametrize("content", ["", "a;b\n", structure("1", "x", "010", "90", "355")])
def test_another_file_is_refused(tmp_path: Path, content: str) -> None:
    """A file without geolocated establishments is named, with what is wanted."""
    file = tmp_path / "other.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="cs1100507"):
        read_finess(file)


def test_every_bad_row_of_a_list_is_named(tmp_path: Path) -> None:
    """Unknown types, départements and coordinates are told all at once, with their rows."""
    file = tmp_path / "care.csv"
    file.write_text(
        "dept,name,type,commune,lat,lon\n90,A,CHX,Belfort,47.6,6.8\n99,B,CH,Belfort,47.6,east\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        read_care(file)
    told = [
        (problem.path.removeprefix(str(file)), problem.message.split(" is ")[0])
        for problem in caught.value.problems
    ]
    assert told == [(", row 2", 'type "CHX"'), (", row 3", 'dept "99"'), (", row 3", 'lon "east"')]


def test_a_list_must_have_care_for_every_motive(tmp_path: Path) -> None:
    """A list without dialysis is refused: dialysis patients would have nowhere to go."""
    file = tmp_path / "care.csv"
    file.write_text("dept,name,type,commune,lat,lon\n90,A,CH,Belfort,47.6,6.8\n", encoding="utf-8")
    with pytest.raises(InputError, match="no place for dialysis"):
        read_care(file)
