"""Why a trip rides alone, with the partner that comes nearest and the figure that decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from sharedride.day.model import Day, Trip
from sharedride.document import AloneCode
from sharedride.ledger.walk import Carriage, walk
from sharedride.planning.fleet import vehicle_groups
from sharedride.planning.solution import Solution, Status
from sharedride.report.alone_limits import Case, OtherLeg, judge
from sharedride.report.alone_pool import SharedRides
from sharedride.report.alone_search import PartnerSearch
from sharedride.rides.pool import RidePool
from sharedride.rules import Rules
from sharedride.travel import TravelTable


@dataclass(frozen=True)
class AloneReason:
    """Why a served trip is not shared.

    Attributes
    ----------
    partner
        Id of the best partner, ``None`` where the trip itself decides or nobody can be aboard with it.
    detail
        The figure that decides, in words for the dispatcher.
    """

    code: AloneCode
    partner: str | None
    detail: str


def alone_reasons(
    day: Day, table: TravelTable, rules: Rules, solution: Solution, pool: RidePool | None = None
) -> dict[int, AloneReason]:
    """Tell for every served trip (index into ``day.trips``) that rides alone why it does.

    The trip's own flags come first: ``INCOMPATIBLE``, ``REFUSED``, ``LOCKED``. Else every other trip that
    may share is tried as a partner in every order of stops in which both are aboard together.

    * Some pair is lawful, or else some larger ride of ``pool`` (the detour rule is not monotone):
      ``NOT_WORTH_IT`` where the plan is proven optimal, ``NOT_PROVEN`` where it is not. The partner is the
      one with the least km together beyond the km apart.
    * No lawful one: the pair that comes nearest, and the limit it breaks furthest, each counted in units of
      itself (detour limit of two patients, wait limit; 1 for who may not be aboard with whom), with 1 more
      for every limit broken beyond the first. ``EXCLUDED`` is ``not_with`` or the same patient; ``LOCKED``,
      ``OPERATOR``, ``VEHICLE_TYPE`` and ``SEATS`` say no vehicle suits both; ``TIME`` says the hours asked
      for cannot all be kept, or no vehicle's shift covers the ride; ``WAIT`` says only the wait is too long,
      summed over the visit with the plan's other leg as it is.
    * ``NO_NEIGHBOUR``: in every pair the detour passes its limit by more than that limit again (beyond 20 km
      where 10 are allowed), or the minutes missing are more than the wait limit (45).

    The figure of the chosen pair is worked out again from the day, in plain arithmetic. Only pairs are
    claimed to be unlawful, never larger groups. Drivers' breaks and the vehicles' other rides are left to
    the plan; a shift is judged with the drive straight from ``start`` and back to ``end``.

    Parameters
    ----------
    pool
        Lawful rides of the day, complete or not; without it larger groups are not looked at.

    Raises
    ------
    ValueError
        When a route lets off a patient who is not aboard, or carries one to no end.
    """
    case = alone_case(day, table, rules, solution)
    carriages = _carriages(day, table, solution)
    alone = sorted(carriage.trip for carriage in carriages if carriage.with_ == {carriage.trip})
    reasons: dict[int, AloneReason] = {}
    asking = []
    for trip in alone:
        own = _own_reason(day.trips[trip])
        if own is None:
            asking.append(trip)
        else:
            reasons[trip] = own
    if asking:
        search = PartnerSearch(case)
        shared = SharedRides(case, pool) if pool is not None else None
        proven = solution.status is Status.OPTIMAL
        for trip in asking:
            reasons[trip] = _reason(case, search, shared, trip, proven)
    return {trip: reasons[trip] for trip in alone}


def alone_case(day: Day, table: TravelTable, rules: Rules, solution: Solution) -> Case:
    """Return what pairs of trips are judged by, beside a plan."""
    return Case(
        day=day,
        table=table,
        rules=rules,
        place={place.id: i for i, place in enumerate(day.places)},
        groups=vehicle_groups(day),
        other_leg=_other_legs(day, _carriages(day, table, solution)),
    )


def _carriages(day: Day, table: TravelTable, solution: Solution) -> list[Carriage]:
    return [carriage for route in solution.routes for carriage in walk(day, table, route).carriages]


def _own_reason(trip: Trip) -> AloneReason | None:
    if trip.share_incompatible:
        return AloneReason("INCOMPATIBLE", None, "the prescription forbids sharing")
    if trip.refuses_sharing:
        return AloneReason("REFUSED", None, "the patient refuses to share")
    if trip.lock is not None and trip.lock.alone:
        return AloneReason("LOCKED", None, "the dispatcher fixed the trip alone")
    return None


def _reason(
    case: Case, search: PartnerSearch, shared: SharedRides | None, trip: int, proven: bool
) -> AloneReason:
    trips = case.day.trips
    settled: AloneCode = "NOT_WORTH_IT" if proven else "NOT_PROVEN"
    best = search.best(trip)
    judged = judge(case, best.order) if best is not None else None
    if best is not None and judged is not None and not judged[1]:
        partner = best.order.second if best.order.first == trip else best.order.first
        detail = f"with {trips[partner].id}: {_extra_km(case, judged[0].km, (trip, partner))}"
        return AloneReason(settled, trips[partner].id, detail)
    larger = shared.best(trip) if shared is not None else None
    if larger is not None:
        names = [trips[other].id for other in larger.companions]
        met = f"with {' and '.join(names)}"
        if len(larger.members) > len(names) + 1:
            met += f" in a ride of {len(larger.members)}"
        return AloneReason(settled, names[0], f"{met}: {_extra_km(case, larger.km, larger.members)}")
    if best is None or judged is None:
        return AloneReason("NO_NEIGHBOUR", None, "no other trip of the day can be aboard with it")
    partner = best.order.second if best.order.first == trip else best.order.first
    details = "; ".join(breach.detail for breach in judged[1])
    if not best.near:
        return AloneReason("NO_NEIGHBOUR", trips[partner].id, f"nearest is {trips[partner].id}: {details}")
    return AloneReason(judged[1][0].code, trips[partner].id, f"with {trips[partner].id}: {details}")


def _extra_km(case: Case, together: float, members: Sequence[int]) -> str:
    apart = fsum(case.direct_km(member) for member in members)
    extra = together - apart
    change = f"{abs(extra):.1f} km {'more' if extra > 0 else 'less'}" if abs(extra) >= 0.05 else "no more"
    return f"lawful, {together:.1f} km together, {apart:.1f} km apart, {change}"


def _other_legs(day: Day, carriages: Sequence[Carriage]) -> dict[int, OtherLeg]:
    visits: dict[tuple[str, str], list[Carriage]] = {}
    for carriage in carriages:
        trip = day.trips[carriage.trip]
        if trip.visit is not None:
            visits.setdefault((trip.patient, trip.visit), []).append(carriage)
    return {
        legs[i].trip: OtherLeg(
            day.trips[legs[1 - i].trip].id, _wait(day.trips[legs[1 - i].trip], legs[1 - i])
        )
        for legs in visits.values()
        if len(legs) == 2
        for i in (0, 1)
    }


def _wait(trip: Trip, carriage: Carriage) -> float:
    if trip.appointment is not None:
        return trip.appointment - carriage.alighted.service_start
    return carriage.boarded.service_start - trip.ready if trip.ready is not None else 0.0
