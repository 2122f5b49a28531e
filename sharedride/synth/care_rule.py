"""Places of care where none are listed: a rule from the size and rank of towns (*assumption*).

Largest town first:

* a town of 100,000 or more, or the largest of a prefecture's arrondissements, has a CHU with dialysis and
  radiotherapy, one per 250,000 inhabitants; any other prefecture has a CH with both;
* a town of 20,000 or more has a CH, if none is within 8 km (3 km from 60,000 on), with dialysis if there is
  none within 12 km; from 40,000 on there is a clinic beside it;
* a subprefecture or a town of 8,000 or more without a hospital within 12 km has a CH (from 12,000 on) or a
  CH local, with dialysis if there is none within 30 km;
* a town of 12,000 or more has an SMR, if there is none within 12 km.
"""

import numpy as np

from sharedride.synth.care import Care
from sharedride.synth.geography import Communes, communes, crow_km

_CHU, _PER_CHU, _CLINIC, _CH, _DENSE, _SMALL_CH, _LOCAL, _SMR = (
    100_000,
    250_000,
    40_000,
    20_000,
    60_000,
    12_000,
    8_000,
    12_000,
)
_BESIDE_DEGREES = 0.012


class _Built:
    """What the rule has placed so far."""

    def __init__(self, towns: Communes) -> None:
        self.towns = towns
        self.places: list[Care] = []
        self._counts: dict[str, int] = {}

    def add(self, town: int, name: str, kinds: tuple[str, ...], beside: int = 0) -> None:
        department = self.towns.department[town]
        number = self._counts[department] = self._counts.get(department, 0) + 1
        place = Care(
            f"care-{department.lower()}-{number:03d}",
            f"{name} {self.towns.name[town]}",
            department,
            kinds,
            round(float(self.towns.lat[town]) + beside * _BESIDE_DEGREES, 4),
            round(float(self.towns.lon[town]) - beside * _BESIDE_DEGREES, 4),
            "rule",
            self.towns.insee[town],
        )
        self.places.append(place)

    def none_within(self, town: int, km: float, *kinds: str) -> bool:
        found = [place for place in self.places if set(kinds) & set(place.kinds)]
        if not found:
            return True
        lat, lon = np.array([place.lat for place in found]), np.array([place.lon for place in found])
        here = self.towns.lat[town : town + 1], self.towns.lon[town : town + 1]
        return bool(crow_km(*here, lat, lon).min() > km)


def care_by_rule(without: frozenset[str]) -> list[Care]:
    """Return the places of care of all départements but those in ``without``."""
    whole = communes()
    large = [
        index
        for index in np.argsort(-whole.population, kind="stable")
        if whole.department[index] not in without
        and (whole.population[index] >= _SMR or whole.seat[index])
        and whole.population[index] > 0
    ]
    towns = whole.take(np.array(large, dtype=np.intp))
    built = _Built(towns)
    crowned: set[str] = set()
    for town in range(len(towns)):
        inhabitants = float(towns.population[town])
        first = towns.seat[town] == "prefecture" and towns.department[town] not in crowned
        if first:
            crowned.add(towns.department[town])
        _hospitals(built, town, inhabitants, first)
        if inhabitants >= _SMR and built.none_within(town, 12.0, "SMR"):
            built.add(town, "SMR", ("SMR",), beside=2)
    return built.places


def _hospitals(built: _Built, town: int, inhabitants: float, first: bool) -> None:
    seat = built.towns.seat[town]
    divided = inhabitants >= _CHU and not first and seat == "prefecture"
    if (first and inhabitants >= _DENSE) or (inhabitants >= _CHU and not divided):
        for number in range(max(1, round(inhabitants / _PER_CHU))):
            name = "CHU" if number == 0 else f"CHU {number + 1},"
            built.add(town, name, ("CHU", "dialyse", "radiotherapie"), beside=-number)
        built.add(town, "Clinique", ("clinique", "dialyse"), beside=1)
    elif first:
        built.add(town, "CH", ("CH", "dialyse", "radiotherapie"))
        if inhabitants >= _CLINIC:
            built.add(town, "Clinique", ("clinique",), beside=1)
    elif inhabitants >= _CH and built.none_within(town, 3.0 if inhabitants >= _DENSE else 8.0, "CH", "CHU"):
        dialysis = ("dialyse",) if built.none_within(town, 12.0, "dialyse") else ()
        built.add(town, "CH", ("CH", *dialysis))
        if inhabitants >= _CLINIC:
            built.add(town, "Clinique", ("clinique",), beside=1)
    elif (inhabitants >= _LOCAL or seat == "subprefecture") and built.none_within(
        town, 12.0, "CH", "CHU", "CH local"
    ):
        dialysis = ("dialyse",) if built.none_within(town, 30.0, "dialyse") else ()
        built.add(town, "CH", ("CH" if inhabitants >= _SMALL_CH else "CH local", *dialysis))
