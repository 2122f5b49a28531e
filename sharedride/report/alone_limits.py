"""The limits of distance and time a ride of two would break, exactly, with the figure that decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sharedride.clock import format_clock
from sharedride.day.model import Day
from sharedride.planning.fleet import VehicleGroup
from sharedride.report.alone_breach import EPS, Breach, beyond
from sharedride.report.alone_company import KindsNear, company_breaches
from sharedride.report.alone_ride import PairOrder, PairRide, pair_ride
from sharedride.rides.constraints import may_carry
from sharedride.rules import Rules
from sharedride.travel import TravelTable

PAIR = 2
UNBOUND = 1e9


@dataclass(frozen=True)
class OtherLeg:
    """The other trip of a visit, served by the plan: its id, and the minutes its patient waits."""

    trip: str
    wait_min: float


@dataclass(frozen=True)
class Bound:
    """A bound on the start of the ride, in minutes from midnight, and what it comes from."""

    at: float
    words: str
    trip: int = -1


@dataclass(frozen=True)
class Case:
    """Everything a pair is judged by.

    Attributes
    ----------
    place
        Index into ``day.places`` by id.
    groups
        Vehicles alike.
    other_leg
        By trip: the other trip of its visit, where the plan serves it.
    """

    day: Day
    table: TravelTable
    rules: Rules
    place: Mapping[str, int]
    groups: Sequence[VehicleGroup]
    other_leg: Mapping[int, OtherLeg]

    @cached_property
    def kinds(self) -> KindsNear:
        """The kinds of vehicle, by what trips name."""
        return KindsNear(self.groups)

    @property
    def km_unit(self) -> float:
        """Km that count as one limit broken once over: the detour limit of two patients, at least 1."""
        return max(self.rules.detour_limit_km(PAIR), 1.0)

    @property
    def minute_unit(self) -> float:
        """Minutes that count as one limit broken once over: the wait limit, at least 1."""
        return max(self.rules.wait_min, 1.0)

    def direct_km(self, trip: int) -> float:
        """Km from origin to destination."""
        asked = self.day.trips[trip]
        return float(self.table.km[self.place[asked.origin], self.place[asked.destination]])

    def spare_wait(self, trip: int) -> float:
        """Minutes of the visit's wait that the plan's other leg leaves to this trip."""
        other = self.other_leg.get(trip)
        return self.rules.wait_min - (other.wait_min if other is not None else 0.0)


def judge(case: Case, order: PairOrder) -> tuple[PairRide, list[Breach]] | None:
    """Judge the ride of two trips in one order of stops, in plain arithmetic.

    Returns
    -------
    The ride and the limits it breaks, the one broken furthest first (none where the ride is lawful), or
    ``None`` where the two are never aboard together in that order.
    """
    ride = pair_ride(case.day, case.table, case.place, order)
    if ride is None:
        return None
    broken = company_breaches(case.day, order.first, order.second, case.kinds)
    broken += [*_detour(case, ride), *_longest_ride(case, ride)]
    window, late = _window(case, ride)
    broken += late
    if not broken:
        broken += _shift(case, ride, window)
    return ride, sorted(broken, key=lambda breach: -breach.excess)


def _detour(case: Case, ride: PairRide) -> list[Breach]:
    rules = case.rules
    second = ride.board[ride.order.second]
    found: list[tuple[float, float, str, str]] = []
    for trip in (ride.order.first, ride.order.second):
        name = case.day.trips[trip].id
        to = case.place[case.day.trips[trip].destination]
        detour = ride.ridden_km(trip) - case.direct_km(trip)
        found.append((detour, rules.detour_limit_km(PAIR), f"detour of {name}", ""))
        if rules.detour_km_after_last_pickup is not None:
            left = ride.alight[trip].km - second.km - float(case.table.km[second.place, to])
            found.append(
                (left, rules.detour_km_after_last_pickup, f"detour of {name}", " after the last pick-up")
            )
    if rules.detour_km_between_pickups is not None:
        first = ride.order.first
        to = case.place[case.day.trips[first].destination]
        built = second.km + float(case.table.km[second.place, to]) - case.direct_km(first)
        words = f"detour of {case.day.trips[first].id}"
        found.append((built, rules.detour_km_between_pickups, words, " from one pick-up to the next"))
    value, limit, words, where = max(found, key=lambda item: item[0] - item[1])
    if value - limit <= EPS:
        return []
    shown, allowed = beyond(value, limit)
    detail = f"{words} {shown} km{where}, limit {allowed} km"
    return [Breach("DETOUR", (value - limit) / case.km_unit, detail)]


def _longest_ride(case: Case, ride: PairRide) -> list[Breach]:
    found = []
    for trip in (ride.order.first, ride.order.second):
        asked = case.day.trips[trip]
        aboard = ride.alight[trip].arrival - ride.board[trip].departure
        if asked.max_ride_min is not None and aboard > asked.max_ride_min + EPS:
            shown, allowed = beyond(aboard, asked.max_ride_min, 0)
            excess = (aboard - asked.max_ride_min) / case.minute_unit
            detail = f"{asked.id} would ride {shown} min, limit {allowed}"
            found.append(Breach("TIME", excess, detail))
    return sorted(found, key=lambda breach: -breach.excess)[:1]


def _window(case: Case, ride: PairRide) -> tuple[tuple[float, float], list[Breach]]:
    """Window of lawful starts in minutes from midnight, and what closes it.

    The hours asked for come first; the wait is judged at the start that keeps them and makes the longest
    excess of a wait least.
    """
    soonest = max(_no_earlier(case, ride), key=lambda bound: bound.at)
    latest = min(_no_later(case, ride), key=lambda bound: bound.at)
    waits_from, waits_to = _wait_bounds(case, ride)
    found = []
    gap = soonest.at - latest.at
    if gap > EPS:
        shown, _ = beyond(gap, 0.0, 0)
        detail = f"{soonest.words}, {shown} min too late for {latest.words}"
        found.append(Breach("TIME", gap / case.minute_unit, detail))
    middle = (waits_from.at + waits_to.at) / 2.0
    start = min(max(middle, min(soonest.at, latest.at)), max(soonest.at, latest.at))
    over, trip = max((waits_from.at - start, waits_from.trip), (start - waits_to.at, waits_to.trip))
    if over > EPS:
        found.append(Breach("WAIT", over / case.minute_unit, _wait_words(case, trip, over)))
    return (max(soonest.at, waits_from.at), min(latest.at, waits_to.at)), found


def _no_earlier(case: Case, ride: PairRide) -> list[Bound]:
    bounds = [Bound(-UNBOUND, "")]
    for trip in (ride.order.first, ride.order.second):
        asked, boards = case.day.trips[trip], ride.board[trip].arrival
        if asked.ready is not None:
            bounds.append(Bound(asked.ready - boards, f"{asked.id} is ready at {_clock(asked.ready)}"))
        if asked.earliest_pickup is not None:
            words = f"{asked.id} is not picked up before {_clock(asked.earliest_pickup)}"
            bounds.append(Bound(asked.earliest_pickup - boards, words))
        if asked.lock is not None and asked.lock.pickup is not None:
            words = f"the pick-up of {asked.id} is fixed at {_clock(asked.lock.pickup)}"
            bounds.append(Bound(asked.lock.pickup - boards, words))
    return bounds


def _no_later(case: Case, ride: PairRide) -> list[Bound]:
    bounds = [Bound(UNBOUND, "")]
    for trip in (ride.order.first, ride.order.second):
        asked, left = case.day.trips[trip], ride.alight[trip].departure
        if asked.appointment is not None:
            words = f"the {_clock(asked.appointment)} appointment of {asked.id}"
            bounds.append(Bound(asked.appointment - left, words))
        if asked.latest_dropoff is not None:
            words = f"the drop-off of {asked.id} by {_clock(asked.latest_dropoff)}"
            bounds.append(Bound(asked.latest_dropoff - left, words))
        if asked.lock is not None and asked.lock.pickup is not None:
            words = f"the pick-up of {asked.id} fixed at {_clock(asked.lock.pickup)}"
            bounds.append(Bound(asked.lock.pickup - ride.board[trip].arrival, words))
    return bounds


def _wait_bounds(case: Case, ride: PairRide) -> tuple[Bound, Bound]:
    lowest, highest = Bound(-UNBOUND, ""), Bound(UNBOUND, "")
    for trip in (ride.order.first, ride.order.second):
        asked, spare = case.day.trips[trip], case.spare_wait(trip)
        if asked.appointment is not None:
            at = asked.appointment - spare - ride.alight[trip].arrival
            lowest = max(lowest, Bound(at, "", trip), key=lambda bound: bound.at)
        if asked.ready is not None:
            at = asked.ready + spare - ride.board[trip].arrival
            highest = min(highest, Bound(at, "", trip), key=lambda bound: bound.at)
    return lowest, highest


def _wait_words(case: Case, trip: int, over: float) -> str:
    limit = case.rules.wait_min
    shown, allowed = beyond(limit + over, limit, 0)
    other = case.other_leg.get(trip)
    if other is None or round(other.wait_min) == 0:
        return f"{case.day.trips[trip].id} would wait {shown} min, limit {allowed}"
    rest = f"{other.wait_min:.0f} of them on {other.trip} as planned"
    return f"patient of {case.day.trips[trip].id} would wait {shown} min ({rest}), limit {allowed}"


def _shift(case: Case, ride: PairRide, window: tuple[float, float]) -> list[Breach]:
    a, b = (case.day.trips[trip] for trip in (ride.order.first, ride.order.second))
    first, last = ride.stops[0].place, ride.stops[-1]
    missing: list[float] = []
    for group in case.groups:
        kind = group.kind
        if not (may_carry(kind, a) and may_carry(kind, b)):
            continue
        if kind.patients < PAIR or kind.seats < a.seats_needed + b.seats_needed:
            continue
        if kind.wheelchairs < int(a.wheelchair) + int(b.wheelchair):
            continue
        there = group.shift[0] + float(case.table.minutes[group.start, first])
        back = group.shift[1] - float(case.table.minutes[last.place, group.end]) - last.departure
        missing.append(max(window[0], there) - min(window[1], back))
    short = min(missing)
    if short <= EPS:
        return []
    shown, _ = beyond(short, 0.0, 0)
    detail = f"no shift of a vehicle that can carry both covers the ride, {shown} min are missing"
    return [Breach("TIME", short / case.minute_unit, detail)]


def _clock(minutes: float) -> str:
    text = format_clock(minutes)
    return text.removesuffix(":00")
