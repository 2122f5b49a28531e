"""The plan document: ``plan.json`` version 1, key for key the contract ``sharedride/plan/1``.

Distances in km, durations in minutes, money in euros. Clock times are text as in the file, counted
from the day's midnight. Keys this version does not know are passed over, so that a plan written by
other software, or by a later release, can still be read and checked.
"""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from sharedride.clock import format_clock, parse_clock
from sharedride.day.model import Date
from sharedride.errors import InputError, Problem

PLAN_SCHEMA: Literal["sharedride/plan/1"] = "sharedride/plan/1"

AloneCode = Literal[
    "INCOMPATIBLE",
    "REFUSED",
    "EXCLUDED",
    "LOCKED",
    "NO_NEIGHBOUR",
    "DETOUR",
    "WAIT",
    "TIME",
    "SEATS",
    "OPERATOR",
    "VEHICLE_TYPE",
    "NOT_WORTH_IT",
    "NOT_PROVEN",
]
"""Why a served trip is not shared."""

SolverStatus = Literal["optimal", "feasible", "interrupted"]
SolverObjective = Literal["cost", "savings", "margin", "km", "shared"]


def _clock_text(value: str) -> str:
    return format_clock(parse_clock(value))


ClockText = Annotated[
    str,
    AfterValidator(_clock_text),
    WithJsonSchema({"type": "string", "pattern": r"^([0-3]?\d|4[0-7]):[0-5]\d(:[0-5]\d)?$"}),
]
"""A clock time written ``"HH:MM:SS"``; ``"HH:MM"`` is read as its full form."""


class Part(BaseModel):
    """Base of every object of the plan: immutable, no coercion, unknown keys passed over."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, strict=True, allow_inf_nan=False, populate_by_name=True
    )


class DayReference(Part):
    """Which day the plan answers: its date and the SHA-256 of the bytes of its file, in hex."""

    date: Date
    sha256: str


class TravelDocument(Part):
    """Which travel model gave the distances, which the billed ones if another, and of what data."""

    model: str
    data_version: str | None = None
    billed_model: str | None = None


class SolverReport(Part):
    """What the search found and what it proved; ``None`` where nothing is proven."""

    status: SolverStatus
    objective: SolverObjective
    value: float
    bound: float | None
    gap: float | None
    served_bound: int | None
    seconds: float
    seed: int


class StopDocument(Part):
    """One stop of a route; ``km`` is the leg that leads to it."""

    place: str
    arrival: ClockText
    service_start: ClockText
    departure: ClockText
    km: float
    board: Annotated[tuple[str, ...], Field(strict=False)]
    alight: Annotated[tuple[str, ...], Field(strict=False)]


class RouteDocument(Part):
    """The day of one vehicle, from its start to its end."""

    vehicle: str
    km: float
    loaded_km: float
    empty_km: float
    stops: Annotated[tuple[StopDocument, ...], Field(strict=False)]


class TripDocument(Part):
    """One served trip, with every figure that law and invoice need."""

    id: str
    vehicle: str
    ride: str
    picked_up: ClockText
    dropped_off: ClockText
    direct_km: float
    ridden_km: float
    detour_km: float
    detour_limit_km: float
    aboard: int
    shared: bool
    with_: Annotated[tuple[str, ...], Field(alias="with", strict=False)]
    wait_min: float
    fare: float
    solo_fare: float
    alone_because: AloneCode | None = None
    alone_partner: str | None = None
    alone_detail: str | None = None
    billed_km: float | None = None
    billed_solo_km: float | None = None


class UnservedDocument(Part):
    """One trip the plan does not serve, and why."""

    id: str
    reason: str
    detail: str | None = None


class PayerFigures(Part):
    """What the payer pays for the served trips: each alone and direct, as planned, and the difference."""

    solo: float
    plan: float
    saving: float


class Payer(PayerFigures):
    """The payer's bill as declared, and as it were if all or no operators were certified."""

    all_certified: PayerFigures
    none_certified: PayerFigures


class OperatorAccount(Part):
    """Revenue, running cost and margin of all operators together."""

    revenue: float
    running_cost: float
    margin: float


class OperatorShare(Part):
    """Served and shared trips of one operator; the rates beyond version 1 are optional."""

    operator: str
    trips: int
    shared: int
    shared_rate: float | None
    shared_rate_vsl: float | None = None
    shared_rate_taxi: float | None = None
    shared_rate_amount: float | None = None
    shared_rate_amount_vsl: float | None = None
    shared_rate_amount_taxi: float | None = None


class Kpis(Part):
    """The plan in figures. A rate is ``None`` when nothing of its kind was served."""

    trips: int
    served: int
    shared: int
    shared_rate: float | None
    shared_rate_vsl: float | None
    shared_rate_taxi: float | None
    shared_rate_amount: float | None
    shared_rate_amount_vsl: float | None = None
    shared_rate_amount_taxi: float | None = None
    km: float
    loaded_km: float
    empty_km: float
    vehicles_used: int
    work_hours: float
    duty_hours: float
    co2_kg: float
    payer: Payer
    operator: OperatorAccount
    by_operator: Annotated[tuple[OperatorShare, ...], Field(strict=False)]


class PlanDocument(Part):
    """The whole plan: what the program answers for one day."""

    schema_: Literal["sharedride/plan/1"] = Field(alias="schema")
    day: DayReference
    solver: SolverReport
    routes: Annotated[tuple[RouteDocument, ...], Field(strict=False)]
    trips: Annotated[tuple[TripDocument, ...], Field(strict=False)]
    unserved: Annotated[tuple[UnservedDocument, ...], Field(strict=False)]
    kpis: Kpis
    travel: TravelDocument | None = None

    def to_json(self) -> str:
        """Return the document as JSON text, keys in the order of the contract, ending in a newline."""
        return json.dumps(self.model_dump(mode="json", by_alias=True), indent=1, ensure_ascii=False) + "\n"


def parse_plan(data: bytes | str | dict[str, Any]) -> PlanDocument:
    """Read a plan from the bytes or text of its file, or from the parsed JSON object.

    Raises
    ------
    InputError
        When the document is no JSON or breaks the contract; carries every problem with its path.
    """
    content: Any = data
    if isinstance(data, bytes | str):
        try:
            content = json.loads(data)
        except UnicodeDecodeError:
            raise InputError([Problem("", "a plan is JSON in UTF-8, this file is not")]) from None
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            raise InputError([Problem("", f"no valid JSON at {where}: {error.msg}")]) from None
    try:
        return PlanDocument.model_validate(content)
    except ValidationError as error:
        problems = [
            Problem(_path(item["loc"]), _message(item["type"], item["msg"])) for item in error.errors()
        ]
        raise InputError(problems) from None


def read_plan(path: str | Path) -> PlanDocument:
    """Read a plan from its file.

    Raises
    ------
    InputError
        When the file cannot be read or its content breaks the contract.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError([Problem(str(path), f"cannot be read: {error.strerror}")]) from None
    return parse_plan(data)


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _message(kind: str, message: str) -> str:
    if kind == "missing":
        return "required key is missing"
    return message.removeprefix("Value error, ")
