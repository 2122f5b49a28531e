"""The day: what the dispatcher has, as validated, immutable objects.

Key for key the contract ``sharedride/day/1``; see ``docs/formats.md``. Distances in km, durations in
minutes, money in euros, coordinates in WGS 84 degrees, clock times in minutes from midnight.
"""

import datetime
import re
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


_ISO_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def _date(value: Any) -> datetime.date:
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, str) and re.fullmatch(_ISO_DATE, value):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise ValueError(f'"{value}" is no day of the calendar') from None
    raise ValueError('a date is a string such as "2026-03-17"')


Clock = Annotated[
    float,
    BeforeValidator(_clock),
    PlainSerializer(format_clock, when_used="json"),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^([0-3]?[0-9]|4[0-7]):[0-5][0-9](:[0-5][0-9])?$",
            "description": "local clock time from the day's midnight, past 24:00 allowed",
        }
    ),
]
Date = Annotated[
    datetime.date,
    BeforeValidator(_date),
    WithJsonSchema({"type": "string", "format": "date", "pattern": f"^{_ISO_DATE}$"}),
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

    id: Identifier = Field(description="unique among the places")
    lat: float = Field(ge=-90, le=90, description="latitude, WGS 84 degrees")
    lon: float = Field(ge=-180, le=180, description="longitude, WGS 84 degrees")
    kind: Literal["home", "care", "depot"]
    name: str | None = Field(default=None, description="what people call it; never a patient's name")
    commune: str | None = Field(default=None, description="INSEE code, a string with its leading zero")


class Operator(Part):
    """The company that owns vehicles and bills trips."""

    id: Identifier = Field(description="unique among the operators")
    certified: bool = Field(
        default=False, description="all its vehicles are geolocated and it bills through SEFi"
    )
    vsl_flat: Literal["A", "B", "C", "D", "pickup"] | None = Field(
        default=None,
        description="zone of the forfait départemental, or pickup for the prise en charge; "
        "needed if it owns a VSL",
    )
    taxi_department: str | None = Field(
        default=None, description="département of its taxi licences; needed if it owns a taxi"
    )


class Break(Part):
    """A driver's break: ``minutes`` empty and standing still inside ``window``."""

    window: tuple[Clock, Clock] = Field(
        strict=False, description="from when to when; moot if the route ends before or starts after it"
    )
    minutes: float = Field(gt=0, le=1440)


class Vehicle(Part):
    """A car with its driver's shift. ``seats`` hold patients and companions."""

    id: Identifier = Field(description="unique among the vehicles")
    operator: str = Field(description="id of its operator")
    type: VehicleType = Field(strict=False, description="a vsl holds at most 3 patients, whatever its seats")
    seats: int = Field(ge=1, le=8, description="places for patients and companions")
    wheelchairs: int = Field(default=0, ge=0, le=8, description="how many of the seats take a wheelchair")
    start: str = Field(description="id of the place the route starts at")
    end: str = Field(description="id of the place the route ends at")
    shift: tuple[Clock, Clock] = Field(
        strict=False, description="earliest departure from start, latest arrival at end"
    )
    break_: Break | None = Field(default=None, alias="break")


class Lock(Part):
    """What the dispatcher has already decided for a trip."""

    vehicle: str | None = Field(default=None, description="id of the vehicle that carries it")
    with_: tuple[str, ...] = Field(
        default=(), alias="with", strict=False, description="ids of trips it shares a ride with"
    )
    alone: bool = Field(default=False, description="no other patient aboard")
    pickup: Clock | None = Field(default=None, description="when the patient is picked up")


class Trip(Part):
    """One patient, one way. ``appointment`` for an outbound trip, ``ready`` for a return."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"direction": {"const": "outbound"}}},
            "then": {"required": ["appointment"]},
            "else": {"required": ["ready"]},
        }
    )

    id: Identifier = Field(description="unique among the trips")
    patient: Identifier = Field(description="pseudonym")
    visit: Identifier | None = Field(
        default=None, description="joins the outbound and return trip of one stay for the wait rule"
    )
    direction: Direction = Field(strict=False)
    origin: str = Field(alias="from", description="id of the place the patient boards at")
    destination: str = Field(alias="to", description="id of the place the patient alights at")
    appointment: Clock | None = Field(
        default=None, description="outbound: service at the destination is over by then"
    )
    ready: Clock | None = Field(default=None, description="return: service at the origin starts no earlier")
    board_min: Minutes = Field(default=2.0, description="service time at the origin stop")
    alight_min: Minutes = Field(default=2.0, description="service time at the destination stop")
    companions: int = Field(default=0, ge=0, le=7, description="people who ride along, a seat each")
    wheelchair: bool = Field(default=False, description="needs a place that takes a wheelchair")
    vehicle_types: tuple[Annotated[VehicleType, Field(strict=False)], ...] = Field(
        default=(VehicleType.VSL, VehicleType.TAXI),
        min_length=1,
        strict=False,
        description="allowed vehicle types",
    )
    operator: str | None = Field(
        default=None, description="id of the operator the patient chose; any if absent"
    )
    share_incompatible: bool = Field(
        default=False, description="the prescription says the patient's state forbids sharing"
    )
    refuses_sharing: bool = Field(default=False, description="the patient refuses to share")
    not_with: tuple[str, ...] = Field(
        default=(), strict=False, description="patients this one may not share with"
    )
    earliest_pickup: Clock | None = Field(default=None, description="hard limit at home")
    latest_dropoff: Clock | None = Field(default=None, description="hard limit at home")
    max_ride_min: float | None = Field(
        default=None,
        gt=0,
        description="longest time from departure of the boarding stop to arrival at the alighting stop",
    )
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
    ) = Field(default=None, description="why the patient goes there")
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

    # The default serves Python; in the file the key tells the two models apart and must be there.
    model_config = ConfigDict(json_schema_extra={"required": ["model"]})

    model: Literal["crowfly"] = "crowfly"
    road_factor: float = Field(default=1.3, gt=0, description="road km per great-circle km")
    speed_kmh: float = Field(default=50.0, gt=0)


class Matrix(Part):
    """Tables of km and minutes in the order of ``places``, inline or in an npz file."""

    model: Literal["matrix"]
    km: list[list[float]] | None = Field(
        default=None, description="rows from, columns to, in the order of places"
    )
    minutes: list[list[float]] | None = Field(
        default=None, description="rows from, columns to, in the order of places"
    )
    file: str | None = Field(
        default=None, description="npz file with the arrays km and minutes, relative to the day's folder"
    )


RushHours = Annotated[
    str | None,
    Field(
        description="CSV file department,from,to,factor: how many times longer a drive takes between two "
        "clock times, relative to the day's folder"
    ),
]
MaxSnap = Annotated[
    float, Field(gt=0, description="metres from a road the engine knows beyond which a place is refused")
]
Cached = Annotated[
    bool, Field(description="whether tables are kept on this computer, so that a second plan asks nothing")
]


class RoadLike(Part):
    """Estimated road distances without any engine: shortest paths over a network of communes."""

    model: Literal["roadlike"]
    rush_hours: RushHours = None


class Osrm(Part):
    """Road distances of an OSRM server, or of a data set made by ``sharedride roads build``."""

    model: Literal["osrm"]
    url: str | None = Field(
        default=None, description="address of a server such as http://127.0.0.1:5000; it is sent coordinates"
    )
    file: str | None = Field(
        default=None, description="prepared data set, its region.osrm, relative to the day's folder"
    )
    profile: Identifier = Field(default="driving", description="profile in the server's addresses")
    data_version: str | None = Field(
        default=None, description="version the data must have; any version will do if absent"
    )
    block: int | None = Field(
        default=None,
        ge=1,
        le=10_000,
        description="rows and columns asked for at once; 1000 if absent, 100 where a server refuses that",
    )
    max_snap_m: MaxSnap = 1000.0
    cache: Cached = True
    rush_hours: RushHours = None


class Valhalla(Part):
    """Road distances of a Valhalla server, or of tiles read in process by ``pyvalhalla``."""

    model: Literal["valhalla"]
    url: str | None = Field(
        default=None, description="address of a server such as http://127.0.0.1:8002; it is sent coordinates"
    )
    file: str | None = Field(
        default=None, description="valhalla.json that names the tiles, relative to the day's folder"
    )
    costing: Identifier = Field(default="auto", description="Valhalla's name of the kind of car")
    data_version: str | None = Field(
        default=None, description="version the data must have; any version will do if absent"
    )
    block: int = Field(default=50, ge=1, le=10_000, description="rows and columns asked for at once")
    max_snap_m: MaxSnap = 1000.0
    cache: Cached = True
    rush_hours: RushHours = None


class Distancier(Part):
    """Distances from commune to commune, looked up in the user's table by the places' ``commune``."""

    model: Literal["distancier"]
    file: str = Field(
        description="CSV file from_insee,to_insee,km and, optionally, minutes, relative to the day's folder"
    )
    speed_kmh: float = Field(default=50.0, gt=0, description="speed where the table gives no minutes")
    rush_hours: RushHours = None


TravelModel = CrowFly | Matrix | RoadLike | Osrm | Valhalla | Distancier
Travel = Annotated[TravelModel, Field(discriminator="model")]
TRAVEL_MODELS: dict[str, type[TravelModel]] = {
    "crowfly": CrowFly,
    "matrix": Matrix,
    "roadlike": RoadLike,
    "osrm": Osrm,
    "valhalla": Valhalla,
    "distancier": Distancier,
}
"""Every travel model by what the day writes as its ``model``."""


class RuleOverrides(Part):
    """Limits of this day that replace those of the rule set in force."""

    detour_km_per_extra_patient: NonNegative | None = Field(
        default=None, description="km of detour per patient aboard beyond the first"
    )
    detour_km_cap: NonNegative | None = Field(default=None, description="longest detour in km")
    wait_min: NonNegative | None = Field(
        default=None, description="longest wait at the place of care, before and after, per visit"
    )


class Costs(Part):
    """Rates of the operator's running cost, in euros."""

    per_km: NonNegative = 0.35
    per_hour: NonNegative = Field(default=22.0, description="driving and service at stops; standing is free")
    per_vehicle: NonNegative = Field(default=40.0, description="per vehicle that leaves its start")


class Day(Part):
    """One day of one or more operators: places, vehicles, trips and how far apart they are."""

    schema_: Literal["sharedride/day/1"] = Field(alias="schema")
    date: Date = Field(description="the day at whose midnight the clock times start")
    department: str | None = Field(default=None, description="département the day is about")
    places: tuple[Place, ...] = Field(strict=False)
    operators: tuple[Operator, ...] = Field(strict=False)
    vehicles: tuple[Vehicle, ...] = Field(strict=False)
    trips: tuple[Trip, ...] = Field(strict=False)
    travel: Travel = CrowFly()
    billed_travel: Travel | None = Field(
        default=None, description="where the billed km come from, if not from travel"
    )
    rules: RuleOverrides = RuleOverrides()
    costs: Costs = Costs()
