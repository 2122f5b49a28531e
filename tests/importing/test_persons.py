import os
import re
import stat
from pathlib import Path

import pytest

from sharedride.errors import InputError
from sharedride.importing.build import import_day, open_sheet
from sharedride.importing.identity import holds_nir, nir_key
from sharedride.importing.mapping import ColumnMapping
from sharedride.importing.pseudonymize import Pseudonymized, new_key, pseudonym, pseudonymize, read_key

EXPORT = """\
N°;Nom;Prénom;N° SS;Date;Sens;RDV;Adresse départ;CP départ;Ville départ;Lieu arrivée;Ville arrivée;Obs.
1;DUPONT;Jean;2 69 05 49 588 157 80;17/03/2026;A;8h30;chez Mme DUPONT, 3 rue Dupont;90000;Belfort;HNFC;Trévenans;Paul
2;Dupont;Jean;269054958815780;17/03/2026;R;11h;3 rue Dupont;90000;Belfort;HNFC;Trévenans;
DUPONT-3;LI;Ai;269054958815681;17/03/2026;A;9h;5 rue A;90000;Belfort;Domicile M. LI;Trévenans;
"""  # noqa: E501


def replaced(folder: Path, key: bytes, basis: str | None = None, text: str = EXPORT) -> Pseudonymized:
    file = folder / "m.csv"
    file.write_text(text, encoding="utf-8")
    return pseudonymize(open_sheet(file, "missions", ColumnMapping()), key, basis)


def test_the_key_of_a_number_is_that_of_the_official_example() -> None:
    """97 minus the number modulo 97; Corsican numbers count 2A as 19 and 2B as 18."""
    assert nir_key("2690549588157") == "80"
    assert nir_key("180012A123456") == f"{97 - 1800119123456 % 97:02d}"
    assert nir_key("180012B123456") == f"{97 - 1800118123456 % 97:02d}"
    assert holds_nir("DUPONT 2 69 05 49 588 157 80", strict=True)
    assert not holds_nir("269054958815781", strict=True)
    assert not holds_nir("tél. 03 84 11 22 33, SIRET 123 456 789 00012")


def test_no_person_is_in_the_result_and_it_imports(tmp_path: Path) -> None:
    """Names, numbers and remarks are gone, an address keeps its street, one patient has one pseudonym."""
    done = replaced(tmp_path, b"k" * 32)
    assert done.patients == 2
    assert not re.search(r"Jean|Paul|Ai\b|LI\b|Mme|DUPONT|269054|588 157", done.text)
    assert "3 rue Dupont" in done.text
    assert set(done.dropped) >= {"Nom", "Prénom", "N° SS", "Obs."}
    file = tmp_path / "p.csv"
    file.write_text(done.text, encoding="utf-8")
    imported = import_day(file)
    assert not imported.rejected
    patients = [trip["patient"] for trip in imported.day["trips"]]
    assert patients[0] == patients[1] != patients[2]
    assert all(re.fullmatch("p-[0-9a-f]{16}", patient) for patient in patients)


def test_a_pseudonym_depends_on_person_and_key_alone(tmp_path: Path) -> None:
    """The same key gives the same pseudonyms tomorrow, another key others; names match either way round."""
    first, other = replaced(tmp_path, b"k" * 32), replaced(tmp_path, b"j" * 32)
    assert first.text == replaced(tmp_path, b"k" * 32).text
    assert first.text != other.text
    turned = EXPORT.replace("DUPONT;Jean", "M. Jean;Dupont")
    assert (
        replaced(tmp_path, b"k" * 32, "name").text.split("\n")[1][:18]
        == (replaced(tmp_path, b"k" * 32, "name", turned).text.split("\n")[1][:18])
    )
    # HMAC-SHA256 of the case 2 key of RFC 4231, cut to 64 bits.
    assert pseudonym("what do ya want for nothing?", b"Jefe") == "p-5bdcc146bf60754e"


@pytest.mark.parametrize(
    ("cells", "basis"),
    [
        (["2 69 05 49 588 157 80", "269054958815780"], "the social security number"),
        (["M. DUPONT Jean", "jean Dupont"], "names and date of birth"),
        (["0012", "0012"], "the patient's number in your software"),
    ],
)
def test_whatever_the_patient_column_holds_one_patient_has_one_pseudonym(
    tmp_path: Path, cells: list[str], basis: str
) -> None:
    """A number, a NIR or a name in the column Patient is read as what it is, however it is written."""
    rows = "".join(f"{cell};Belfort;HNFC;8h30\n" for cell in cells)
    done = replaced(tmp_path, b"k" * 32, text=f"Patient;Ville départ;Lieu arrivée;RDV\n{rows}")
    assert (done.basis, done.patients, done.rejected) == (basis, 1, ())


def test_a_row_without_an_identity_is_rejected(tmp_path: Path) -> None:
    """Nobody gets the pseudonym of nothing."""
    done = replaced(tmp_path, b"k" * 32, "nir", EXPORT.replace("269054958815681", ""))
    assert [item.row for item in done.rejected] == [4]
    with pytest.raises(InputError, match="the patient's number"):
        replaced(tmp_path, b"k" * 32, "patient")


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX")
def test_a_key_is_private_and_never_replaced(tmp_path: Path) -> None:
    """A new key is readable by its owner alone; an existing, open, short or missing one is refused."""
    file = tmp_path / "patients.key"
    new_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = read_key(file)
    assert len(key) == 64
    with pytest.raises(InputError, match="exists already"):
        new_key(file)
    assert read_key(file) == key
    file.chmod(0o644)
    with pytest.raises(InputError, match="chmod 600"):
        read_key(file)
    file.chmod(0o600)
    file.write_text("short")
    with pytest.raises(InputError, match="too short"):
        read_key(file)
    with pytest.raises(InputError, match="--new-key"):
        read_key(tmp_path / "none.key")
