"""Places of care: what each offers, and how much patients of a motive are drawn to it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sharedride.synth.geography import Communes, FloatArray, communes, read_rows

MOTIVES = (
    "dialysis",
    "chemotherapy",
    "radiotherapy",
    "rehabilitation",
    "day_hospital",
    "consultation",
    "hospital_in_out",
)

# How much patients are drawn to each kind of place; all of it assumption.
_DRAW: Mapping[str, Mapping[str, float]] = {
    "CHU": {
        "chemotherapy": 4,
        "rehabilitation": 1,
        "day_hospital": 3,
        "consultation": 5,
        "hospital_in_out": 5,
    },
    "CH": {
        "chemotherapy": 1.5,
        "rehabilitation": 1,
        "day_hospital": 2,
        "consultation": 2.5,
        "hospital_in_out": 3,
    },
    "clinique": {"chemotherapy": 1, "day_hospital": 1, "consultation": 1.5, "hospital_in_out": 1.5},
    "CH local": {"rehabilitation": 1, "consultation": 0.4, "hospital_in_out": 0.7},
    "SMR": {"rehabilitation": 3, "day_hospital": 1, "consultation": 0.2, "hospital_in_out": 0.8},
    "psychiatrie": {"day_hospital": 1.5, "consultation": 0.3, "hospital_in_out": 0.3},
    "chimio": {"chemotherapy": 4, "day_hospital": 1, "consultation": 1},
    "dialyse": {"dialysis": 1},
    "radiotherapie": {"radiotherapy": 2},
}
_DIALYSIS_OF_CHU = 3.0
_PRACTICE_INHABITANTS, _PRACTICE_DRAW = 8_000, 0.3


@dataclass(frozen=True)
class Care:
    """A place of care. ``kinds`` as in the listed data: CHU, CH, clinique, SMR, dialyse, radiotherapie, …

    ``source`` is ``listed`` (public knowledge, unverified), ``rule`` (from the size of towns), ``FINESS``,
    ``file`` (the user's) or ``practice`` (doctors of a town).
    """

    id: str
    name: str
    department: str
    kinds: tuple[str, ...]
    lat: float
    lon: float
    source: str
    commune: str | None = None
    size: float = 1.0

    def draw(self, motive: str) -> float:
        """How much patients of a motive are drawn here, 0 where it is not offered."""
        total = sum(_DRAW.get(kind, {}).get(motive, 0.0) for kind in self.kinds)
        if motive == "dialysis" and "CHU" in self.kinds and "dialyse" in self.kinds:
            total *= _DIALYSIS_OF_CHU
        if "cabinets" in self.kinds and motive == "consultation":
            total = _PRACTICE_DRAW
        return self.size * total


def care_from_rows(rows: list[dict[str, str]], source: str) -> list[Care]:
    """Places of care from rows with the columns dept, name, type, commune (its name), lat, lon."""
    whole = communes()
    insee = dict(zip(zip(whole.department, whole.name, strict=True), whole.insee, strict=True))
    return [
        Care(
            f"care-{row['dept'].lower()}-{number:03d}",
            row["name"],
            row["dept"],
            tuple(row["type"].split(";")),
            float(row["lat"]),
            float(row["lon"]),
            source,
            insee.get((row["dept"], row["commune"])),
        )
        for number, row in enumerate(rows, start=1)
    ]


def listed_care() -> list[Care]:
    """The places of care listed for Bourgogne-Franche-Comté: coordinates to 0.3-2 km, flags unverified."""
    return care_from_rows(read_rows("care_listed.csv"), "listed")


def practices(towns: Communes) -> list[Care]:
    """The doctors of every town of some size, at its centre (*assumption*)."""
    return [
        Care(
            f"town-{towns.insee[index].lower()}",
            f"Cabinets de ville, {towns.name[index]}",
            towns.department[index],
            ("cabinets",),
            float(towns.lat[index]),
            float(towns.lon[index]),
            "practice",
            towns.insee[index],
            math.sqrt(float(towns.population[index]) / _PRACTICE_INHABITANTS),
        )
        for index in np.flatnonzero(towns.population >= _PRACTICE_INHABITANTS)
    ]


def draws(places: list[Care], motive: str) -> FloatArray:
    """How much patients of a motive are drawn to each place."""
    return np.array([place.draw(motive) for place in places])
