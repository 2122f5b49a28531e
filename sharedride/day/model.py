"""The day: what the dispatcher has, as validated, immutable objects.

Key for key the contract ``sharedride/day/1``; see ``docs/formats.md``. Distances in km, durations in
minutes, money in euros, coordinates in WGS 84 degrees, clock times in minutes from midnight.
"""

import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from sharedride.clock import format_clock, parse_clock

DAY_SCHEMA = "sharedride/day/1"


class Direction(StrEnum):
    """Whether a trip goes to the place of care or leaves it."""

    OUTBOUND = "outbound"
    RETURN = "return"


class VehicleType(StrEnum):
    """A light medical vehicle (VSL) or a conventioned taxi."""

    VSL = "vsl"
    TAXI = "taxi"


def _clock(value: Any) -> float:
    if not isinstance(value, str):
        raise ValueError('a clock time is a string such as "07:35" or "25:10"')
    return parse_clock(value)


def _date(value: Any) -> datetime.date:
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.datetime.strptime(value, "%Y-%m-%d").date()
    except (TypeError, ValueError):
        raise ValueError('a date is a string such as "2026-03-17"') from None


Clock = Annotated[
    float,
    BeforeValidator(_clock),
    PlainSerializer(format_clock, when_used="json"),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^([0-3]?\d|4[0-7]):[0-5]\d(:[0-5]\d)?$",
            "description": "local clock time from the day's midnight, past 24:00 allowed",
        }
    ),
]
Date = Annotated[
    datetime.date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})
]
Identifier = Annotated[str, Field(min_length=1)]
Minutes = Annotated[float, Field(ge=0, le=1440)]
NonNegative = Annotated[float, Field(ge=0)]


class Part(BaseModel):
    """Base of every object of the day: strict, immutable, unknown keys refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False, populate_by_name=False
    )


class Place(Part):
    """Somewhere a vehicle stops."""

    id: Identifier
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    kind: Literal["home", "care", "depot"]
    name: str | None = None
    commune: str | None = Field(default=None, description="INSEE code, a string with its leading zero")


class Operator(Part):
    """The company that owns vehicles and bills trips."""

    id: Identifier
    certified: bool = False
    vsl_flat: Literal["A", "B", "C", "D", "pickup"] | None = None
    taxi_department: str | None = None


class Break(Part):
    """A driver's break: ``minutes`` empty and standing still inside ``window``."""

    window: Annotated[tuple[Clock, Clock], Field(strict=False)]
    minutes: Annotated[float, Field(gt=0, le=1440)]


class Vehicle(Part):
    """A car with its driver's shift. ``seats`` hold patients and companions."""

    id: Identifier
    operator: str
    type: Annotated[VehicleType, Field(strict=False)]
    seats: Annotated[int, Field(ge=1, le=8)]
    wheelchairs: Annotated[int, Field(ge=0)] = 0
    start: str
    end: str
    shift: Annotated[tuple[Clock, Clock], Field(strict=False)]
    break_: Break | None = Field(default=None, alias="break")


class Lock(Part):
    """What the dispatcher has already decided for a trip."""

    vehicle: str | None = None
    with_: Annotated[tuple[str, ...], Field(alias="with", strict=False)] = ()
    alone: bool = False
    pickup: Clock | None = None


class Trip(Part):
    """One patient, one way. ``appointment`` for an outbound trip, ``ready`` for a return."""

    id: Identifier
    patient: Identifier
    visit: Identifier | None = None
    direction: Annotated[Direction, Field(strict=False)]
    origin: str = Field(alias="from")
    destination: str = Field(alias="to")
    appointment: Clock | None = None
    ready: Clock | None = None
    board_min: Minutes = 2.0
    alight_min: Minutes = 2.0
    companions: Annotated[int, Field(ge=0)] = 0
    wheelchair: bool = False
    vehicle_types: Annotated[
        tuple[Annotated[VehicleType, Field(strict=False)], ...], Field(min_length=1, strict=False)
    ] = (VehicleType.VSL, VehicleType.TAXI)
    operator: str | None = None
    share_incompatible: bool = False
    refuses_sharing: bool = False
    not_with: Annotated[tuple[str, ...], Field(strict=False)] = ()
    earliest_pickup: Clock | None = None
    latest_dropoff: Clock | None = None
    max_ride_min: Annotated[float, Field(gt=0)] | None = None
    motive: (
        Literal[
            "dialysis",
            "chemotherapy",
            "radiotherapy",
            "rehabilitation",
            "day_hospital",
            "consultation",
            "admission",
            "discharge",
            "other",
        ]
        | None
    ) = None
    lock: Lock | None = None

    @property
    def outbound(self) -> bool:
        """Whether the trip goes to the place of care."""
        return self.direction is Direction.OUTBOUND

    @property
    def must_ride_alone(self) -> bool:
        """Whether prescription, patient or dispatcher forbids sharing this trip."""
        locked = self.lock is not None and self.lock.alone
        return self.share_incompatible or self.refuses_sharing or locked

    @property
    def seats_needed(self) -> int:
        """Seats the patient and the companions take."""
        return 1 + self.companions


class CrowFly(Part):
    """Road km as a constant times the great-circle distance, one speed for all roads."""

    model: Literal["crowfly"] = "crowfly"
    road_factor: Annotated[float, Field(gt=0)] = 1.3
    speed_kmh: Annotated[float, Field(gt=0)] = 50.0


class Matrix(Part):
    """Tables of km and minutes in the order of ``places``, inline or in an npz file."""

    model: Literal["matrix"]
    km: list[list[float]] | None = None
    minutes: list[list[float]] | None = None
    file: str | None = None


Travel = Annotated[CrowFly | Matrix, Field(discriminator="model")]


class RuleOverrides(Part):
    """Limits of this day that replace those of the rule set in force."""

    detour_km_per_extra_patient: NonNegative | None = None
    detour_km_cap: NonNegative | None = None
    wait_min: NonNegative | None = None


class Costs(Part):
    """Rates of the operator's running cost, in euros."""

    per_km: NonNegative = 0.35
    per_hour: NonNegative = 22.0
    per_vehicle: NonNegative = 40.0


class Day(Part):
    """One day of one or more operators: places, vehicles, trips and how far apart they are."""

    schema_: Literal["sharedride/day/1"] = Field(alias="schema")
    date: Date
    department: str | None = None
    places: tuple[Place, ...] = Field(strict=False)
    operators: tuple[Operator, ...] = Field(strict=False)
    vehicles: tuple[Vehicle, ...] = Field(strict=False)
    trips: tuple[Trip, ...] = Field(strict=False)
    travel: Travel = CrowFly()
    rules: RuleOverrides = RuleOverrides()
    costs: Costs = Costs()
