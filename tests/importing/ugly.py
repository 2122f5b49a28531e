"""Ugly files as software, spreadsheets and people make them, and what must come of each."""

import datetime
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook

HEAD = "N°;Patient;Date;Sens;Heure RDV;CP départ;Ville départ;Lieu arrivée;Ville arrivée;Durée soins"
ROW = "7;P1;17/03/2026;Aller;8h30;90000;Belfort;HNFC;Trévenans;"
TRIP = "7 outbound P1 90010>90097 08:30"
THERE = "7-out outbound P1 90010>90097 08:30"


@dataclass(frozen=True)
class Ugly:
    """A file and its outcome.

    Attributes
    ----------
    trips
        Every trip as ``id direction patient commune>commune time``.
    rejected
        Row, column letter and a part of the remedy of every rejection.
    refused
        A part of what is said of the file as a whole, when it cannot be used.
    """

    name: str
    data: bytes
    trips: tuple[str, ...] = ()
    rejected: tuple[tuple[int, str, str], ...] = ()
    refused: str | None = None


def text(*lines: str, encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    return end.join([*lines, ""]).encode(encoding)


def book(*rows: tuple[Any, ...], change: Callable[[Any], None] | None = None) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    for row in rows:
        sheet.append(row)
    if change is not None:
        change(workbook)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def _padded(workbook: Any) -> None:
    for cell in workbook.active["A"]:
        cell.number_format = "0000"


def _second_sheet(workbook: Any) -> None:
    first = workbook.active
    first.title = "Missions"
    cover = workbook.create_sheet("Accueil", 0)
    cover.append(["Planning de la société"])


def with_cell(header: str, value: str) -> bytes:
    """The plain file with one cell changed."""
    cells = dict(zip(HEAD.split(";"), ROW.split(";"), strict=True))
    assert header in cells
    return text(HEAD, ";".join((cells | {header: value}).values()))


_BOOK_HEAD = tuple(HEAD.split(";"))
_DAY = datetime.datetime(2026, 3, 17)
_TWO = (
    "7-out outbound P1 90010>90097 08:30",
    "7-back return P1 90097>90010 12:45",
)

FILES = [
    # How it is written down.
    Ugly("plain", text(HEAD, ROW), (TRIP,)),
    Ugly("byte order mark", text(HEAD, ROW, encoding="utf-8-sig"), (TRIP,)),
    Ugly("cp1252", text(HEAD, ROW, encoding="cp1252"), (TRIP,)),
    Ugly("cp850 of DOS", text(HEAD, ROW, encoding="cp850"), (TRIP,)),
    Ugly("old Mac", text(HEAD, ROW, encoding="mac_roman", end="\r"), (TRIP,)),
    Ugly("UTF-16 with mark", text(HEAD, ROW, encoding="utf-16"), (TRIP,)),
    Ugly("UTF-16 without mark", text(HEAD, ROW, encoding="utf-16-be"), (TRIP,)),
    Ugly("encoded twice", text(HEAD, ROW).decode("cp1252").encode(), (TRIP,)),
    Ugly("tabs", text(HEAD, ROW).replace(b";", b"\t"), (TRIP,)),
    Ugly("commas", text(HEAD, ROW).replace(b";", b","), (TRIP,)),
    Ugly("separator line", b"sep=|\r\n" + text(HEAD, ROW).replace(b";", b"|"), (TRIP,)),
    Ugly("whole lines quoted", text(f'"{HEAD}"', f'"{ROW}"'), (TRIP,)),
    Ugly("blank lines, spaces", text("", HEAD, "", ROW.replace(";", " ;\xa0"), ";;;;"), (TRIP,)),
    Ugly("line break in a cell", text(HEAD, ROW.replace("HNFC", '"HNFC\nentrée B"')), (TRIP,)),
    Ugly(
        "quote never closed",
        text(HEAD, ROW.replace("HNFC", '"HNFC'), ROW, ROW),
        refused="swallows the next rows",
    ),
    # Headers.
    Ugly("title above", text("Export du 16/03/2026 à 18:42", "Société X;;;", "", HEAD, ROW), (TRIP,)),
    Ugly(
        "two-row header",
        text(
            "N°;Patient;Date;Sens;Heure;Départ;;Arrivée;;Durée",
            ";;;;RDV;CP;Ville;Établissement;Ville;soins",
            ROW,
        ),
        (TRIP,),
    ),
    Ugly("header again and totals", text(HEAD, ROW, "Sous-total;1;;", HEAD, "TOTAL;1;;;;;"), (TRIP,)),
    Ugly("count without a label", text(HEAD, ROW, ";;;;;;;;;1"), (TRIP,)),
    Ugly("footer", text(HEAD, ROW, "Page 1/1"), (TRIP,)),
    Ugly(
        "English",
        text(
            "id,patient id,date,direction,appointment,from postcode,from city,to name,to city",
            "7,P1,2026-03-17,outbound,8:30 AM,90000,Belfort,HNFC,Trevenans",
        ),
        (TRIP,),
    ),
    Ugly(
        "bare town under its end",
        text(
            "Patient;Date;Sens;RDV;Départ;CP;Ville;Destination;CP;Ville",
            "P1;17/03/26;A;0830;x;90000;BELFORT;y;90400;TREVENANS CEDEX",
        ),
        ("row2 outbound P1 90010>90097 08:30",),
    ),
    Ugly(
        "home and hospital instead of from and to",
        text(
            "Patient;Ville;Hôpital;Commune hôpital;Date;RDV;Retour",
            "P1;Belfort (90);HNFC;Trévenans;17/03/2026;8h30;11h",
        ),
        ("row2-out outbound P1 90010>90097 08:30", "row2-back return P1 90097>90010 11:00"),
    ),
    Ugly(
        "no direction column: two times are a round trip",
        text(
            "Patient;CP;Ville;Hôpital;Ville hôpital;Date;RDV;Retour",
            "P1;90000;Belfort;HNFC;Trévenans;17/03/2026;8h30;11h",
        ),
        ("row2-out outbound P1 90010>90097 08:30", "row2-back return P1 90097>90010 11:00"),
    ),
    Ugly("no header", text(ROW, ROW), refused="no row of headers is recognised"),
    Ugly(
        "no column of times",
        text(HEAD.replace("Heure RDV", "Zut"), ROW),
        refused="has no column for appointment",
    ),
    Ugly(
        "two columns of one thing", text(f"{HEAD};RDV", f"{ROW};9h00"), refused='both look like "appointment"'
    ),
    # Cells.
    Ugly("leading zeros kept", with_cell("N°", "0007"), (f"000{TRIP}",)),
    Ugly("zeros in disguise", with_cell("N°", '"=""0007"""'), (f"000{TRIP}",)),
    Ugly(
        "postcode without its zero",
        text(HEAD, ROW.replace("90000;Belfort", "1000;Bourg-en-Bresse")),
        ("7 outbound P1 01053>90097 08:30",),
    ),
    Ugly(
        "number shortened by a spreadsheet",
        with_cell("N°", "4,71E+11"),
        rejected=((2, "A", "shortened by a spreadsheet"),),
    ),
    Ugly("date in words", with_cell("Date", "mardi 17 mars 2026"), (TRIP,)),
    Ugly("day number", with_cell("Date", "46098"), (TRIP,)),
    Ugly(
        "American date",
        text(HEAD, ROW, ROW.replace("17/03", "03/17")),
        (TRIP,),
        ((3, "C", "day/month/year"),),
    ),
    Ugly("fraction of a day", with_cell("Heure RDV", "0,354166667"), (TRIP,)),
    Ugly("no such time", with_cell("Heure RDV", "8h75"), rejected=((2, "E", "is no time of day"),)),
    Ugly("no time yet", with_cell("Heure RDV", "à définir"), rejected=((2, "E", "is no time of day"),)),
    Ugly("times missing", with_cell("Heure RDV", "?"), rejected=((2, "E", "appointment is missing"),)),
    Ugly("unknown direction", with_cell("Sens", "vers le nord"), rejected=((2, "D", "[values.direction]"),)),
    Ugly(
        "misspelt town", with_cell("Ville départ", "Belfrot"), rejected=((2, "G", 'did you mean "Belfort"?'),)
    ),
    Ugly(
        "town in another département",
        with_cell("CP départ", "25000"),
        rejected=((2, "G", "no commune known"),),
    ),
    Ugly(
        "coordinates with decimal commas",
        text(
            "Patient;Date;RDV;Latitude départ;Longitude départ;Ville arrivée",
            "P1;17/03/2026;8h30;47,6380;6,8630;Trévenans",
        ),
        ("row2 outbound P1 ->90097 08:30",),
    ),
    Ugly(
        "half a coordinate",
        text(
            "Patient;Date;RDV;Latitude départ;Longitude départ;Ville arrivée",
            "P1;17/03/2026;8h30;47,6380;;Trévenans",
        ),
        rejected=((2, "E", "the lon is missing"),),
    ),
    Ugly("FINESS without zeros", text(f"{HEAD};FINESS arrivée", f"{ROW};10000123"), (TRIP,)),
    Ugly(
        "neither yes nor no",
        text(f"{HEAD};Fauteuil", f"{ROW};peut-être"),
        rejected=((2, "K", "write oui or non"),),
    ),
    # Round trips and returns.
    Ugly("round trip", text(HEAD, ROW.replace("Aller", "A/R") + "4h"), _TWO),
    Ugly(
        "hours or minutes",
        text(HEAD, ROW.replace("Aller", "AR") + "4"),
        rejected=((2, "J", "hours or minutes"),),
    ),
    Ugly("hours by the header", text(f"{HEAD} (h)", ROW.replace("Aller", "A/R") + "4"), _TWO),
    Ugly(
        "length of care unknown",
        text(HEAD, ROW.replace("Aller", "A/R")),
        rejected=((2, "", "length of care"),),
    ),
    Ugly(
        "return with the home first",
        text(HEAD, ROW, ROW.replace("Aller;8h30", "Retour;12h45")),
        _TWO,
    ),
    Ugly(
        "return at the time of the appointment",
        text(HEAD, ROW, ROW.replace("Aller", "Retour")),
        (THERE,),
        ((3, "", "when the patient is ready"),),
    ),
    Ugly("same row twice", text(HEAD, ROW, ROW), (TRIP,), ((3, "", "repeats row 2"),)),
    Ugly(
        "same number twice",
        text(HEAD, ROW, ROW.replace("P1", "P2")),
        (TRIP,),
        ((3, "A", "already the id of row 2"),),
    ),
    Ugly(
        "nowhere to go",
        text(HEAD, ROW.replace("HNFC;Trévenans", ";")),
        rejected=((2, "H", "no town and no coordinates"),),
    ),
    # Rows of other kinds.
    Ugly(
        "cancelled, lying, another day",
        text(
            f"{HEAD};Statut;Type",
            f"{ROW};ok;VSL",
            ROW.replace("7;P1", "8;P2") + ";Annulée;VSL",
            ROW.replace("7;P1", "9;P3") + ";;AMB",
            f"{ROW.replace('7;P1', '9;P4')};;VSL",
        ),
        (TRIP, "9 outbound P4 90010>90097 08:30"),
    ),
    Ugly("two days", text(HEAD, ROW, ROW.replace("17/03", "18/03")), refused="holds missions of 2 days"),
    Ugly("no date", text(HEAD, ROW.replace("17/03/2026", "")), refused="tells no date"),
    Ugly("nothing below the header", text(HEAD), refused="tells no date"),
    # Persons.
    Ugly("a column of names", text(f"{HEAD};Nom", f"{ROW};DUPONT"), refused="holds names of persons"),
    Ugly("names for pseudonyms", with_cell("Patient", "DUPONT Jean"), refused="holds names of persons"),
    Ugly(
        "a column of numbers of persons",
        text(f"{HEAD};Code", f"{ROW};2 69 05 49 588 157 80"),
        refused="social security numbers",
    ),
    Ugly(
        "one name among pseudonyms",
        text(HEAD, ROW, ROW.replace("7;P1", "8;Mme LI"), ROW.replace("7;P1", "9;P3")),
        (TRIP, "9 outbound P3 90010>90097 08:30"),
        ((3, "B", "looks like a person's name"),),
    ),
    Ugly(
        "one number in a remark",
        text(
            f"{HEAD};Remarque",
            f"{ROW};",
            ROW.replace("7;P1", "8;P2") + ";voir 269054958815780",
            ROW.replace("7;P1", "9;P3") + ";calme",
            ROW.replace("7;P1", "10;P4") + ";calme",
        ),
        (TRIP, "9 outbound P3 90010>90097 08:30", "10 outbound P4 90010>90097 08:30"),
        ((3, "K", "holds a social security number"),),
    ),
    # Workbooks.
    Ugly(
        "workbook",
        book(
            _BOOK_HEAD, (7, "P1", _DAY, "Aller", datetime.time(8, 30), 90000, "Belfort", "HNFC", "Trévenans")
        ),
        (TRIP,),
    ),
    Ugly(
        "workbook with padded numbers, fractions and a cover sheet",
        book(
            ("Planning",),
            _BOOK_HEAD,
            (7, "P1", 46098, "Aller", 0.3541666666666667, "90000", "Belfort", "HNFC", "Trévenans"),
            change=lambda workbook: (_padded(workbook), _second_sheet(workbook))[0],
        ),
        (f"000{TRIP}",),
    ),
    Ugly(
        "workbook with durations and no A/R time",
        book(
            _BOOK_HEAD,
            (
                7,
                "P1",
                _DAY,
                "A/R",
                datetime.time(8, 30),
                90000,
                "Belfort",
                "HNFC",
                "Trévenans",
                datetime.timedelta(hours=4),
            ),
        ),
        _TWO,
    ),
    Ugly("workbook cut short", book(_BOOK_HEAD)[:900], refused="no workbook that can be read"),
    Ugly("old workbook", b"\xd0\xcf\x11\xe0" + bytes(60), refused="old .xls"),
    Ugly("web page called .xls", b"<html><table><tr><td>Patient</td></tr></table>", refused="web page"),
    Ugly("empty", b"", refused="holds no rows"),
]
