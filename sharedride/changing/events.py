"""What happened: ``events.json`` version 1, the contract ``sharedride/events/1``."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from sharedride.day.explain import explain
from sharedride.day.model import Clock, Part, Place, Trip
from sharedride.day.words import did_you_mean, listed, shown
from sharedride.errors import InputError, Problem

EVENTS_SCHEMA = "sharedride/events/1"


class Cancel(Part):
    """A trip that is not wanted any more; the other trip of its visit stays unless it is cancelled too."""

    type: Literal["cancel"]
    trip: str = Field(description="id of the trip")


class NoShow(Part):
    """A patient who was not there; a return of the same visit that has not begun falls away too."""

    type: Literal["no_show"]
    trip: str = Field(description="id of the trip")


class Add(Part):
    """A trip more, as ``day.json`` writes it, with the places the day does not have yet."""

    type: Literal["add"]
    trip: Trip = Field(description="the trip")
    places: tuple[Place, ...] = Field(default=(), strict=False, description="its new places")


class Ready(Part):
    """A patient who is ready for the way back sooner or later than the day says."""

    type: Literal["ready"]
    trip: str = Field(description="id of the return trip")
    ready: Clock = Field(description="when the patient is ready")


class WillCall(Part):
    """A patient who calls to be fetched: the hour the plan had was a guess and promised to nobody."""

    type: Literal["will_call"]
    trip: str = Field(description="id of the return trip")
    ready: Clock | None = Field(default=None, description="when the patient is ready; now if absent")


class VehicleDown(Part):
    """A vehicle that begins no ride any more today; a lock to it is lifted."""

    type: Literal["vehicle_down"]
    vehicle: str = Field(description="id of the vehicle")


class Delay(Part):
    """A vehicle that reaches whatever comes next so many minutes late."""

    type: Literal["delay"]
    vehicle: str = Field(description="id of the vehicle")
    minutes: float = Field(gt=0, le=1440, description="how late it is")


class Appointment(Part):
    """An appointment that was moved."""

    type: Literal["appointment"]
    trip: str = Field(description="id of the outbound trip")
    appointment: Clock = Field(description="the new hour")


Event = Cancel | NoShow | Add | Ready | WillCall | VehicleDown | Delay | Appointment
KINDS: dict[str, type[Part]] = {
    "cancel": Cancel,
    "no_show": NoShow,
    "add": Add,
    "ready": Ready,
    "will_call": WillCall,
    "vehicle_down": VehicleDown,
    "delay": Delay,
    "appointment": Appointment,
}
"""Every kind of event by what the file writes as its ``type``."""


class Events(Part):
    """The events of one call, in the order in which they became known."""

    schema_: Literal["sharedride/events/1"] = Field(alias="schema")
    events: tuple[Annotated[Event, Field(discriminator="type")], ...] = Field(strict=False)


def read_events(path: str | Path) -> tuple[Event, ...]:
    """Return the events of an ``events.json`` file; see :func:`parse_events`.

    Raises
    ------
    InputError
        With every problem found, when the file cannot be read or breaks the contract.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise InputError([Problem(str(path), f"cannot be read: {reason}")]) from None
    return parse_events(data)


def parse_events(data: bytes | str | dict[str, Any]) -> tuple[Event, ...]:
    """Return the events of JSON text, or of JSON that was parsed already.

    Raises
    ------
    InputError
        With every problem found, each with its path, such as ``events[2].ready``.
    """
    content: Any = data
    if isinstance(data, (bytes, str)):
        try:
            content = json.loads(data)
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
            raise InputError([Problem("", f"the events are no valid JSON: {error}")]) from None
    example = '{"schema": "sharedride/events/1", "events": [{"type": "cancel", "trip": "t12"}]}'
    if not isinstance(content, dict) or not isinstance(content.get("events"), list):
        raise InputError([Problem("", f"events are an object such as {example}")])
    problems = []
    if content.get("schema") != EVENTS_SCHEMA:
        problems.append(Problem("schema", f'must be "{EVENTS_SCHEMA}", not {shown(content.get("schema"))}'))
    known = ["schema", "events"]
    problems += [
        Problem(key, f"unknown key{did_you_mean(key, known)}") for key in content if key not in known
    ]
    events: list[Event] = []
    for number, item in enumerate(content["events"]):
        path = f"events[{number}]"
        kind = item.get("type") if isinstance(item, dict) else None
        model = KINDS.get(kind) if isinstance(kind, str) else None
        if model is None:
            wanted = listed(list(KINDS), "or")
            problems.append(Problem(f"{path}.type", f"must be {wanted}, not {shown(kind)}"))
            continue
        try:
            events.append(model.model_validate(item))  # type: ignore[arg-type]
        except ValidationError as error:
            problems += explain(error, model, path)
    if problems:
        raise InputError(problems)
    return tuple(events)


def events_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``events.json``.

    Whether what an event names is in the day, only :func:`sharedride.replan` tells.
    """
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": EVENTS_SCHEMA}
    return Events.model_json_schema(by_alias=True) | head
