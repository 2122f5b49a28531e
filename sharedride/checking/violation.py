"""What the checker answers: which rule is broken, where, and by how much."""

from dataclasses import dataclass, field
from enum import StrEnum


class Rule(StrEnum):
    """Everything the checker looks at, each with what it means. The names are stable."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> "Rule":
        """Make a member whose value is its name and which carries its meaning."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    DAY = "DAY", "the plan answers this day: same date, same bytes of day.json"
    UNKNOWN_ID = "UNKNOWN_ID", "every vehicle, place, trip and operator of the plan is one of the day"
    VEHICLE_TWICE = "VEHICLE_TWICE", "a vehicle has at most one route"
    ROUTE_ENDS = "ROUTE_ENDS", "a route runs from the vehicle's start to its end, with no service at either"
    ORDER = "ORDER", "a patient boards first and alights later, from the same vehicle"
    PLACE = "PLACE", "a patient boards at the trip's origin and alights at its destination"
    SERVED_TWICE = "SERVED_TWICE", "a trip is served once, or listed once as unserved"
    MISSING_TRIP = (
        "MISSING_TRIP",
        "every trip of the day is either served and described, or listed as unserved",
    )
    STOP_MERGE = "STOP_MERGE", "consecutive work of one ride at one place is one stop"
    STOP_RIDE = "STOP_RIDE", "a stop belongs to one ride: once empty, boarding again is a new stop"
    CLOCK_ORDER = "CLOCK_ORDER", "at a stop, arrival, start of service and departure follow each other"
    TRAVEL_TIME = "TRAVEL_TIME", "no leg is driven faster than the travel provider says"
    IDLE_ABOARD = "IDLE_ABOARD", "a vehicle waits only when empty"
    SERVICE_TIME = "SERVICE_TIME", "a stop's work lasts as long as its boardings and alightings take"
    SHIFT_START = "SHIFT_START", "a vehicle leaves its start no earlier than its shift begins"
    SHIFT_END = "SHIFT_END", "a vehicle reaches its end no later than its shift ends"
    BREAK = "BREAK", "a driver's break is taken in one piece, standing empty, inside its window"
    SEATS = "SEATS", "patients and companions aboard have seats"
    VSL_PATIENTS = "VSL_PATIENTS", "a VSL carries no more patients than the convention allows (art. 34)"
    WHEELCHAIR = "WHEELCHAIR", "every wheelchair aboard has a place for one"
    SHARE_FORBIDDEN = "SHARE_FORBIDDEN", "who is share-incompatible or refuses sharing rides alone"
    NOT_WITH = "NOT_WITH", "patients to be kept apart are never aboard together"
    SAME_PATIENT = "SAME_PATIENT", "a patient is aboard once"
    OPERATOR = "OPERATOR", "the operator the patient chose carries the trip"
    VEHICLE_TYPE = "VEHICLE_TYPE", "a vehicle of an allowed type carries the trip"
    LOCK_VEHICLE = "LOCK_VEHICLE", "the vehicle the dispatcher fixed carries the trip"
    LOCK_WITH = "LOCK_WITH", "trips the dispatcher put together are aboard together at some moment"
    LOCK_ALONE = "LOCK_ALONE", "a trip the dispatcher fixed alone is not shared"
    LOCK_PICKUP = "LOCK_PICKUP", "the patient is picked up at the time the dispatcher fixed"
    LATE = "LATE", "service at the place of care is over by the appointment"
    EARLY = "EARLY", "service at the place of care starts when the patient is ready, not before"
    WAIT = "WAIT", "waits before and after care of one visit sum to no more than the limit (R.322-11-6)"
    EARLIEST_PICKUP = "EARLIEST_PICKUP", "the patient is not picked up before the given time"
    LATEST_DROPOFF = "LATEST_DROPOFF", "the patient is dropped off by the given time"
    MAX_RIDE = "MAX_RIDE", "the ride takes no longer than the trip allows"
    DETOUR = "DETOUR", "each patient's detour stays within the limit for the number aboard (R.322-11-5)"
    DETOUR_AFTER_LAST_PICKUP = (
        "DETOUR_AFTER_LAST_PICKUP",
        "after the ride's last pick-up nobody's way grows beyond the limit (avenant 11, art. 4.1)",
    )
    DETOUR_BETWEEN_PICKUPS = (
        "DETOUR_BETWEEN_PICKUPS",
        "from one pick-up to the next nobody's way grows beyond the limit (avenant 11, art. 4.1)",
    )
    KM = "KM", "distances of stops, routes and trips are those of the travel provider"
    TRIP_VEHICLE = "TRIP_VEHICLE", "a trip names the vehicle that carries it"
    RIDE_ID = "RIDE_ID", "a trip names its ride: vehicle, slash, number of the ride from 1"
    PICKED_UP = "PICKED_UP", "a patient is picked up when service at the boarding stop starts"
    DROPPED_OFF = "DROPPED_OFF", "a patient is dropped off when the vehicle leaves the alighting stop"
    DETOUR_LIMIT = "DETOUR_LIMIT", "the printed detour limit is the one for the number aboard"
    ABOARD = "ABOARD", "the printed number is the most patients aboard at once during the trip"
    SHARED = "SHARED", "a trip is shared when another patient is aboard on any part of the way (R.322-11-1)"
    WITH = "WITH", "a trip names exactly the trips aboard together with it"
    WAIT_MIN = "WAIT_MIN", "the printed wait is the trip's own wait at the place of care"
    FARE = "FARE", "the fare follows from the tariff in force"
    SOLO_FARE = "SOLO_FARE", "the solo fare is that of the same trip alone and direct"
    ALONE_BECAUSE = "ALONE_BECAUSE", "a trip says why it is alone when it is, and only then"
    KPI = "KPI", "every key figure follows from routes and trips"
    SOLVER = "SOLVER", "value, bound, gap and status agree with each other and with the plan"


@dataclass(frozen=True)
class Violation:
    """One broken rule.

    Attributes
    ----------
    rule
        Which one; its ``meaning`` says what it asks.
    path
        Where in the plan, for example ``trips[3].detour_km``.
    message
        What is wrong, for people.
    trip, vehicle
        Whom it concerns, when it concerns one.
    value, limit
        What the plan says, and what it may or should say.
    """

    rule: Rule
    path: str
    message: str
    trip: str | None = None
    vehicle: str | None = None
    value: float | str | None = None
    limit: float | str | None = None

    def __str__(self) -> str:
        return f"{self.rule} {self.path}: {self.message}"


@dataclass
class Findings:
    """Violations in the order they were found."""

    violations: list[Violation] = field(default_factory=list)

    def add(
        self,
        rule: Rule,
        path: str,
        message: str,
        *,
        trip: str | None = None,
        vehicle: str | None = None,
        value: float | str | None = None,
        limit: float | str | None = None,
    ) -> None:
        """Note one violation."""
        self.violations.append(Violation(rule, path, message, trip, vehicle, value, limit))
