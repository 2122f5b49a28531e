"""A day half read: every object that is valid by itself, beside those that are not.

Objects are validated one by one, so that a slip in one trip does not hide a contradiction in another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from sharedride.day.document import child
from sharedride.day.explain import explain, known_keys
from sharedride.day.model import (
    DAY_SCHEMA,
    TRAVEL_MODELS,
    Costs,
    Day,
    Operator,
    Part,
    Place,
    RuleOverrides,
    TravelModel,
    Trip,
    Vehicle,
)
from sharedride.day.words import did_you_mean, listed, nearest, quoted, shown
from sharedride.errors import Problem

P = TypeVar("P", bound=Part)


@dataclass(frozen=True)
class Section(Generic[P]):
    """One list of the day.

    Attributes
    ----------
    name
        Its key, such as ``trips``.
    items
        The objects in order, ``None`` where one is not valid.
    ids
        Index of the first object with each id, also of objects that are not valid.
    given
        Whether the list is there at all; nothing can dangle from a list that is not.
    """

    name: str
    items: tuple[P | None, ...]
    ids: Mapping[str, int]
    given: bool = True

    def valid(self) -> Iterator[tuple[int, P]]:
        """Yield index and object of the valid ones."""
        return ((index, item) for index, item in enumerate(self.items) if item is not None)

    @property
    def complete(self) -> bool:
        """Whether the list is there and every object in it is valid."""
        return self.given and None not in self.items

    def get(self, key: str) -> P | None:
        """Return the object with that id, ``None`` if there is none or it is not valid."""
        return self.items[self.ids[key]] if key in self.ids else None


@dataclass(frozen=True)
class Draft:
    """All sections of a day; ``head``, ``travel``, ``rules`` and ``costs`` are ``None`` if not valid.

    ``billed_travel`` is ``None`` where the day has none, too.
    """

    head: Day | None
    places: Section[Place]
    operators: Section[Operator]
    vehicles: Section[Vehicle]
    trips: Section[Trip]
    travel: TravelModel | None
    billed_travel: TravelModel | None
    rules: RuleOverrides | None
    costs: Costs | None

    def day(self) -> Day | None:
        """Return the day of all valid objects, ``None`` if its date or travel model is not valid."""
        if self.head is None or self.travel is None:
            return None
        return self.head.model_copy(
            update={
                "places": tuple(place for _, place in self.places.valid()),
                "operators": tuple(operator for _, operator in self.operators.valid()),
                "vehicles": tuple(vehicle for _, vehicle in self.vehicles.valid()),
                "trips": tuple(trip for _, trip in self.trips.valid()),
                "travel": self.travel,
                "billed_travel": self.billed_travel,
                "rules": self.rules or self.head.rules,
                "costs": self.costs or self.head.costs,
            }
        )


def part_of(kind: type[P], raw: Any, path: str, problems: list[Problem]) -> P | None:
    """Return the validated object; if it is not valid add its problems and return ``None``."""
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        problems += explain(error, kind, path)
        return None


def draft_of(raw: Mapping[str, Any], problems: list[Problem]) -> Draft:
    """Validate the parts of a day one by one, adding to ``problems`` what is wrong with each."""
    guesses = {nearest(str(key), known_keys(Day)) for key in raw if key not in known_keys(Day)}
    return Draft(
        head=_head(raw, guesses, problems),
        places=_section(Place, "places", raw, guesses, problems),
        operators=_section(Operator, "operators", raw, guesses, problems),
        vehicles=_section(Vehicle, "vehicles", raw, guesses, problems),
        trips=_section(Trip, "trips", raw, guesses, problems),
        travel=_travel(raw.get("travel", {"model": "crowfly"}), "travel", problems),
        billed_travel=_travel(raw["billed_travel"], "billed_travel", problems)
        if raw.get("billed_travel") is not None
        else None,
        rules=part_of(RuleOverrides, raw.get("rules", {}), "rules", problems),
        costs=part_of(Costs, raw.get("costs", {}), "costs", problems),
    )


def _head(raw: Mapping[str, Any], guesses: set[str | None], problems: list[Problem]) -> Day | None:
    """Return a day without objects, ``None`` when its date or département is not valid."""
    known = known_keys(Day)
    unknown = [str(key) for key in raw if key not in known]
    problems += [Problem(child("", key), f"unknown key{did_you_mean(key, known)}") for key in unknown]
    if "schema" not in raw and "schema" not in guesses:
        problems.append(Problem("schema", f'missing, add "schema": "{DAY_SCHEMA}"'))
    elif "schema" in raw and raw["schema"] != DAY_SCHEMA:
        message = f'this program reads "{DAY_SCHEMA}", not {shown(raw["schema"])}'
        problems.append(Problem("schema", message))
    plain: dict[str, Any] = {key: raw[key] for key in ("date", "department") if key in raw}
    plain |= dict.fromkeys(("places", "operators", "vehicles", "trips"), ())
    found: list[Problem] = []
    head = part_of(Day, {"schema": DAY_SCHEMA, **plain}, "", found)
    problems += [problem for problem in found if problem.path in raw or problem.path not in guesses]
    return head


def _section(
    kind: type[P], name: str, raw: Mapping[str, Any], guesses: set[str | None], problems: list[Problem]
) -> Section[P]:
    rows = raw.get(name)
    if not isinstance(rows, (list, tuple)):
        if name in raw:
            problems.append(Problem(name, f"must be a list […], not {shown(rows)}"))
        elif name not in guesses:
            problems.append(Problem(name, "missing, add it; a list may be empty: []"))
        return Section(name, (), {}, given=False)
    items = tuple(part_of(kind, row, f"{name}[{index}]", problems) for index, row in enumerate(rows))
    ids: dict[str, int] = {}
    for index, row in enumerate(rows):
        key = row.get("id") if isinstance(row, Mapping) else None
        if not isinstance(key, str) or not key:
            continue
        if key in ids:
            message = f"id {quoted(key)} is already that of {name}[{ids[key]}], give it another"
            problems.append(Problem(f"{name}[{index}].id", message))
        ids.setdefault(key, index)
    return Section(name, items, ids)


def _travel(raw: Any, path: str, problems: list[Problem]) -> TravelModel | None:
    if not isinstance(raw, Mapping):
        problems.append(Problem(path, f"must be an object {{…}}, not {shown(raw)}"))
        return None
    name = raw.get("model")
    if not isinstance(name, str) or name not in TRAVEL_MODELS:
        known = listed(TRAVEL_MODELS, "or")
        what = f"must be {known}, not {shown(name)}" if "model" in raw else f"missing, write {known}"
        problems.append(Problem(f"{path}.model", what))
        return None
    return part_of(TRAVEL_MODELS[name], raw, path, problems)
