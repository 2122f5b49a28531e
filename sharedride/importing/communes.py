"""Communes by code or name, offline: where a place lies when only its town is known.

GeoNames, CC BY 4.0; INSEE, code officiel géographique et populations, Licence Ouverte 2.0, via Etalab.
"""

import csv
import gzip
import io
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib import resources

from sharedride.day.words import nearest, quoted
from sharedride.importing.words import worded

ATTRIBUTION = (
    "GeoNames, CC BY 4.0; INSEE, code officiel géographique et populations, Licence Ouverte 2.0, via Etalab"
)
_FILE = "synth/data/communes.csv.gz"
_CEDEX = re.compile(r"\bcedex\b.*$")
_DISTRICT = re.compile(r"(paris|lyon|marseille)(?: ([0-9]{1,2})(?:er|e|eme)?(?: arrondissement)?)?")
_DISTRICT_POSTCODES = {"paris": "75", "lyon": "69", "marseille": "13"}
_BRACKETED = re.compile(r"\((2[abAB]|[0-9]{2,3})\)")
_ARTICLE = re.compile(r"^(le|la|les|l) | (le|la|les|l)$")


@dataclass(frozen=True)
class Commune:
    """A commune and its centre, WGS 84 degrees."""

    insee: str
    name: str
    department: str
    lat: float
    lon: float


@dataclass(frozen=True)
class Gazetteer:
    """All communes that are known, by code and by simplified name."""

    by_code: dict[str, Commune]
    by_name: dict[str, list[Commune]]

    @property
    def departments(self) -> frozenset[str]:
        """The départements whose communes are known."""
        return frozenset(commune.department for commune in self.by_code.values())

    def find(self, city: str, postcode: str = "", insee: str = "", department: str | None = None) -> Commune:
        """Return the one commune that code, name and postcode agree on.

        Parameters
        ----------
        department
            Settles a name that several départements have, where no postcode does.

        Raises
        ------
        ValueError
            When none or several fit, with what would settle it.
        """
        if insee:
            if insee in self.by_code:
                return self.by_code[insee]
            if not city:
                raise ValueError(f"is no commune code known offline; {self._reach()}")
        if not postcode and (bracketed := _BRACKETED.search(city)):
            department = bracketed[1].upper()
        city = _BRACKETED.sub(" ", city)
        found = self.by_name.get(_district(simplified(city), postcode), []) if city else []
        inside = departments_of(postcode) if postcode else frozenset()
        if inside:
            found = [commune for commune in found if commune.department in inside]
        elif len(found) > 1 and department:
            found = [commune for commune in found if commune.department == department] or found
        if len(found) == 1:
            return found[0]
        if found:
            choices = ", ".join(f"{commune.name} ({commune.insee})" for commune in found[:4])
            raise ValueError(f"may be {choices}; add the postcode or the commune code")
        raise ValueError(self._unknown(city, inside))

    def _unknown(self, city: str, inside: frozenset[str]) -> str:
        if inside and not inside & self.departments:
            return f"is in a département whose communes are not known offline; {self._reach()}"
        names = {
            name: places[0].name
            for name, places in self.by_name.items()
            if not inside or inside & {place.department for place in places}
        }
        meant = nearest(simplified(city), names) if city else None
        hint = f", did you mean {quoted(names[meant])}?" if meant else ""
        return f"is no commune known offline{hint or '; ' + self._reach()}"

    def _reach(self) -> str:
        return "correct it, or give lat and lon (sharedride geocode looks addresses up)"


def simplified(name: str) -> str:
    """Return a commune's name as it compares: no accents, articles or CEDEX, Saint as st."""
    plain = _CEDEX.sub("", worded(name)).strip()
    plain = _ARTICLE.sub("", plain)
    return " ".join({"saint": "st", "sainte": "ste"}.get(word, word) for word in plain.split())


def _district(name: str, postcode: str) -> str:
    """Return the name of an arrondissement of Paris, Lyon or Marseille, whose postcode ends in its number."""
    found = _DISTRICT.fullmatch(name)
    if found is None:
        return name
    coded = postcode[:2] == _DISTRICT_POSTCODES[found[1]] and postcode[2:3] in ("0", "1")
    number = found[2] or (postcode[3:] if coded else "1")
    return f"{found[1]} {int(number or 1)}"


def departments_of(postcode: str) -> frozenset[str]:
    """Return the département a postcode lies in; Corsican ones leave two."""
    if postcode.startswith("20"):
        return frozenset({"2A", "2B"})
    return frozenset({postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]})


@cache
def gazetteer() -> Gazetteer:
    """Return the communes of the package's data."""
    packed = resources.files("sharedride").joinpath(_FILE).read_bytes()
    text = gzip.decompress(packed).decode("utf-8")
    by_code: dict[str, Commune] = {}
    by_name: defaultdict[str, list[Commune]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(text)):
        commune = Commune(row["insee"], row["name"], row["dept"], float(row["lat"]), float(row["lon"]))
        by_code[commune.insee] = commune
        by_name[_district(simplified(commune.name), "")].append(commune)
    return Gazetteer(by_code, dict(by_name))
