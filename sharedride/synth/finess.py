"""Places of care from the user's own files: the geolocated FINESS extract, or a plain list."""

import csv
from collections.abc import Mapping
from pathlib import Path

from sharedride.errors import InputError, Problem
from sharedride.synth.care import Care, care_from_rows
from sharedride.synth.geography import communes, departments

# Categories of establishments (nomenclature TRE_R66) that patients are driven to. This file does not say who
# offers dialysis or radiotherapy beyond the centres named after them: that a CHR does is an assumption.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "101": ("CHU", "dialyse", "radiotherapie"),
    "106": ("CH local",),
    "109": ("SMR",),
    "122": ("clinique",),
    "128": ("clinique",),
    "129": ("clinique",),
    "131": ("chimio", "radiotherapie"),
    "135": ("SMR",),
    "138": ("dialyse",),
    "139": ("dialyse",),
    "141": ("dialyse",),
    "146": ("dialyse",),
    "292": ("psychiatrie",),
    "355": ("CH",),
    "365": ("clinique",),
}
_NUMBER, _NAME, _LONG_NAME, _COMMUNE, _DEPARTMENT, _CATEGORY = 1, 3, 4, 12, 13, 18
_LAMBERT_93, _WGS_84 = 2154, 4326
_COLUMNS = ("dept", "name", "type", "commune", "lat", "lon")


def read_finess(path: Path) -> list[Care]:
    """Read the extract "FINESS, établissements géolocalisés": lines ``structureet`` and ``geolocalisation``.

    Parameters
    ----------
    path
        The file ``etalab-cs1100507-stock-….csv``: semicolons, coordinates in Lambert 93.

    Raises
    ------
    InputError
        When the file cannot be read or is another one.
    """
    try:
        from pyproj import Transformer
    except ImportError:
        problem = "reading it takes pyproj: pip install 'sharedride[finess]'"
        raise InputError([Problem("--finess", problem)]) from None
    rows, points = {}, {}
    for row in csv.reader(_text(path).splitlines(), delimiter=";"):
        if row and row[0] == "structureet" and len(row) > _CATEGORY:
            if row[_CATEGORY] in _KINDS and row[_DEPARTMENT] in departments():
                rows[row[_NUMBER]] = row
        elif row and row[0] == "geolocalisation" and len(row) > 3 and row[2] and row[3]:
            points[row[1]] = (float(row[2]), float(row[3]))
    known = {number: row for number, row in rows.items() if number in points}
    if not known:
        problem = "holds no establishment with a point: give the geolocated FINESS extract (cs1100507)"
        raise InputError([Problem(str(path), problem)])
    insee = set(communes().insee)
    to_degrees = Transformer.from_crs(_LAMBERT_93, _WGS_84, always_xy=True)
    found = []
    for number, row in sorted(known.items()):
        lon, lat = to_degrees.transform(*points[number])
        commune = row[_DEPARTMENT] + row[_COMMUNE]
        found.append(
            Care(
                f"finess-{number}",
                row[_LONG_NAME] or row[_NAME],
                row[_DEPARTMENT],
                _KINDS[row[_CATEGORY]],
                round(lat, 4),
                round(lon, 4),
                "FINESS",
                commune if commune in insee else None,
            )
        )
    _complete(found, str(path))
    return found


def read_care(path: Path) -> list[Care]:
    """Read a CSV of places of care with the columns dept, name, type, commune, lat and lon.

    ``type`` is one or more, joined by semicolons, of CHU, CH, clinique, CH local, SMR, psychiatrie, chimio,
    dialyse and radiotherapie.

    Raises
    ------
    InputError
        With every row that cannot be used.
    """
    rows = list(csv.DictReader(_text(path).splitlines()))
    missing = [name for name in _COLUMNS if not rows or name not in rows[0]]
    if missing:
        problem = f"column {', '.join(missing)} is missing, or there are no rows: {', '.join(_COLUMNS)}"
        raise InputError([Problem(str(path), problem)])
    kinds = {kind for known in _KINDS.values() for kind in known}
    problems = []
    for number, row in enumerate(rows, start=2):
        where = f"{path}, row {number}"
        problems += [
            Problem(where, f'type "{kind}" is unknown, write one of {", ".join(sorted(kinds))}')
            for kind in (row["type"] or "").split(";")
            if kind not in kinds
        ]
        if row["dept"] not in departments():
            problems.append(Problem(where, f'dept "{row["dept"]}" is no département of metropolitan France'))
        for axis, most in (("lat", 90.0), ("lon", 180.0)):
            try:
                fine = abs(float(row[axis])) <= most
            except (TypeError, ValueError):
                fine = False
            if not fine:
                problems.append(Problem(where, f'{axis} "{row[axis]}" is no coordinate in degrees'))
    if problems:
        raise InputError(problems)
    found = care_from_rows(rows, "file")
    _complete(found, str(path))
    return found


def _complete(found: list[Care], path: str) -> None:
    """Patients of every motive need somewhere to go."""
    problems = [
        Problem(path, f"holds no place for {motive}: add one of type {kind}")
        for motive, kind in (
            ("dialysis", "dialyse"),
            ("radiotherapy", "radiotherapie"),
            ("chemotherapy", "CHU"),
            ("rehabilitation", "SMR"),
            ("day_hospital", "CH"),
            ("hospital_in_out", "CH"),
        )
        if not any(place.draw(motive) for place in found)
    ]
    if problems:
        raise InputError(problems)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise InputError([Problem(str(path), f"cannot be read: {reason}")]) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
