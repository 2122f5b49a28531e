"""The ends of missions to places: a patient's home, a place of care, a depot."""

import re
from dataclasses import dataclass, field
from typing import Any

from sharedride.importing import values
from sharedride.importing.cells import Cells
from sharedride.importing.communes import gazetteer
from sharedride.importing.identity import names_somebody
from sharedride.importing.words import worded

_POSTCODE_CITY = re.compile(r"\b([0-9]{5})\s+([^,;0-9]+)")
_SAME_SPOT = 5
"""Decimals of a degree to which two coordinates of one place agree, about a metre."""


@dataclass(frozen=True)
class End:
    """Where one end of a mission is. ``place`` is its key: equal keys are one place."""

    lat: float
    lon: float
    commune: str | None
    exact: bool
    name: str | None
    finess: str | None
    city: str


@dataclass
class Places:
    """The places of the day in the order they were first met."""

    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    rough: set[str] = field(default_factory=set)
    _ids: dict[tuple[Any, ...], str] = field(default_factory=dict)
    _homes: int = 0

    def home(self, end: End, patient: str) -> str:
        """Return the id of a patient's home, numbered in the order of the file, so that it tells nobody."""
        spot = (end.lat, end.lon) if end.exact else (end.commune,)
        key = ("home", patient, *spot)
        self._homes += key not in self._ids
        return self._add(key, f"home-{self._homes:03d}", end, "home", None)

    def care(self, end: End) -> str:
        """Return the id of a place of care: one per FINESS number, else per name and town, else per point."""
        name = worded(end.name or "")
        spot = (end.commune or worded(end.city),) if name else (end.lat, end.lon)
        key = ("finess", end.finess) if end.finess else ("care", name, *spot)
        wish = end.finess or "-".join((name or "care").split())[:40].strip("-")
        return self._add(key, wish, end, "care", end.name)

    def depot(self, end: End) -> str:
        """Return the id of a depot: one per point, called as where it was first met."""
        name = worded(end.name or end.city)
        wish = "depot-" + "-".join(name.split())[:40] if name else "depot"
        return self._add(("depot", end.lat, end.lon), wish, end, "depot", end.name)

    def _add(self, key: tuple[Any, ...], wish: str, end: End, kind: str, name: str | None) -> str:
        if key in self._ids:
            return self._ids[key]
        number, place = 1, wish
        while place in self.items:
            number += 1
            place = f"{wish}-{number}"
        content = {"id": place, "lat": end.lat, "lon": end.lon, "kind": kind, "name": name}
        content["commune"] = end.commune
        self.items[place] = {key: value for key, value in content.items() if value is not None}
        self._ids[key] = place
        if not end.exact:
            self.rough.add(place)
        return place


def end_of(
    cells: Cells, end: str, department: str | None, *, keeps_name: bool, also: str | None = None
) -> End | None:
    """Return one end of a row's mission, ``None`` after rejecting the row.

    Parameters
    ----------
    end
        ``from``, ``to``, ``home``, ``care`` or ``depot``: which columns to read.
    department
        Settles towns whose name several départements have.
    keeps_name
        Whether the place's name enters the day, as that of a place of care does.
    also
        Other columns that may hold the place's name or FINESS number.
    """
    before = len(cells.rejected)
    ends = [end, also] if also else [end]
    finess = None
    for group in reversed(ends):
        code = cells.read(f"{group}.finess", lambda text: values.padded(text, 9, "FINESS number"))
        finess = code or finess
    parts = [f"{group}.{part}" for group in ends for part in ("name", "place")]
    told = next((part for part in parts if cells.text(part)), parts[0])
    name = cells.text(told)
    if keeps_name and names_somebody(name):
        cells.reject(told, "holds a person's name; write the name of the place of care alone")
    point = _point(cells, end)
    commune = None
    lines = " ".join(filter(None, (cells.text(f"{end}.place"), cells.text(f"{end}.address"))))
    city, postcode = cells.text(f"{end}.city"), cells.text(f"{end}.postcode")
    written = _POSTCODE_CITY.search(lines)
    if not city and written:
        city, postcode = written[2].strip(), postcode or written[1]
        name = name.split(written[1])[0].split(",")[0].strip(" ,-") if keeps_name else name
    if len(cells.rejected) == before:
        commune = _commune(cells, end, (city, postcode), department, needed=point is None)
    if len(cells.rejected) > before:
        return None
    if point is None and commune is not None:
        lat, lon = commune.lat, commune.lon
    elif point is not None:
        lat, lon = point
    else:
        return None
    insee = commune.insee if commune else None
    return End(lat, lon, insee, point is not None, name or None, finess, city)


def _point(cells: Cells, end: str) -> tuple[float, float] | None:
    both = cells.text(f"{end}.gps")
    if both:
        parts = (
            re.split(r"\s*[;/ ]\s*|,\s+", both) if not re.fullmatch(r"[^,]*,[^,]*", both) else both.split(",")
        )
        parts = [part for part in parts if part]
        try:
            lat, lon = values.degrees(parts[0], 90), values.degrees(parts[1], 180)
            return round(lat, _SAME_SPOT), round(lon, _SAME_SPOT)
        except (ValueError, IndexError):
            cells.reject(f"{end}.gps", "is no pair of coordinates, write 47.638, 6.863")
            return None
    lat_given, lon_given = cells.text(f"{end}.lat"), cells.text(f"{end}.lon")
    if not lat_given and not lon_given:
        return None
    if not lat_given or not lon_given:
        missing = "lat" if lon_given else "lon"
        cells.reject(f"{end}.{missing}", f"the {missing} is missing; give both coordinates or none")
        return None
    read = (
        cells.read(f"{end}.lat", lambda text: values.degrees(text, 90)),
        cells.read(f"{end}.lon", lambda text: values.degrees(text, 180)),
    )
    if read[0] is None or read[1] is None:
        return None
    return round(read[0], _SAME_SPOT), round(read[1], _SAME_SPOT)


def _commune(cells: Cells, end: str, town: tuple[str, str], department: str | None, *, needed: bool) -> Any:
    """Return the commune; without one and without ``needed`` the point alone serves."""
    city, postcode = town
    field = f"{end}.city" if cells.sheet.column(f"{end}.city") else f"{end}.place"
    try:
        if postcode:
            postcode = values.padded(postcode, 5, "postcode")
    except ValueError as error:
        if needed:
            cells.reject(f"{end}.postcode", str(error))
        return None
    insee = cells.text(f"{end}.insee")
    try:
        insee = values.padded(insee, 5, "commune code") if insee else ""
    except ValueError as error:
        if needed and not city:
            cells.reject(f"{end}.insee", str(error))
            return None
        insee = ""
    city = city or cells.text(f"{end}.place")
    if not city and not insee:
        if needed:
            fields = [column for column in cells.sheet.columns if (column.field or "").startswith(f"{end}.")]
            message = f"no town and no coordinates where the mission's {_SAID[end]} should be, fill them in"
            cells.refuse(message, fields[0] if fields else None)
        return None
    try:
        return gazetteer().find(city, postcode, insee, department)
    except ValueError as error:
        if needed:
            cells.reject(field if city else f"{end}.insee", str(error))
        return None


_SAID = {"from": "origin", "to": "destination", "home": "home", "care": "place of care", "depot": "depot"}
