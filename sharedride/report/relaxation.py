"""The one thing that would have to give way for a lonely trip to share."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sharedride.day.model import Day
from sharedride.document import AloneCode
from sharedride.planning.solution import Solution
from sharedride.report.alone import alone_case
from sharedride.report.alone_breach import Breach
from sharedride.report.alone_limits import Case, judge
from sharedride.report.alone_ride import PairRide
from sharedride.report.alone_search import Best, PartnerSearch
from sharedride.rules import Rules
from sharedride.travel import TravelTable


class Gives(StrEnum):
    """What would have to give way."""

    NOTHING = "nothing"
    KM = "km"
    WAIT = "wait"
    HOURS = "hours"
    OPERATOR = "operator"
    VEHICLE = "vehicle"
    LOCK = "lock"
    CONSENT = "consent"


_GIVES: dict[AloneCode, Gives] = {
    "DETOUR": Gives.KM,
    "WAIT": Gives.WAIT,
    "TIME": Gives.HOURS,
    "OPERATOR": Gives.OPERATOR,
    "VEHICLE_TYPE": Gives.VEHICLE,
    "SEATS": Gives.VEHICLE,
    "LOCKED": Gives.LOCK,
}


@dataclass(frozen=True)
class Relaxation:
    """One change after which a trip could share lawfully, were it to be worth it.

    Attributes
    ----------
    gives
        What gives way; ``NOTHING`` where a lawful partner is there already.
    partner
        Index of the partner this unlocks.
    amount
        Km or minutes that are missing, 0 where it is a matter of yes or no.
    extra_km
        Km of the ride together less the two direct ways, negative where sharing shortens them.
    detail
        The figure that decides, for the dispatcher.
    """

    gives: Gives
    partner: int
    amount: float
    extra_km: float
    detail: str


def relaxations(
    day: Day, table: TravelTable, rules: Rules, solution: Solution, trips: Sequence[int]
) -> dict[int, Relaxation]:
    """Return, of trips that ride alone, what single change unlocks the best partner.

    The partner is the pair nearest to lawful of :func:`sharedride.report.alone.alone_reasons`, judged
    again in plain arithmetic. Where it breaks exactly one limit, that limit is the answer: a detour (km), a
    wait or an hour asked for (minutes), the operator, the vehicle, a lock of the dispatcher's. Where it
    breaks more, the patients who refuse to share are looked at: with one of them the trip may share
    lawfully, were they to agree. A trip whose own patient refuses is judged as if that patient agreed.

    Left out are the trips no single change helps, and those whose prescription forbids sharing or whose
    patients are to be kept apart: that is not for a dispatcher to change.
    """
    case = alone_case(day, table, rules, solution)
    willing, refusing = PartnerSearch(case), PartnerSearch(case)
    refusing.candidate = np.array(
        [trip.refuses_sharing and not trip.share_incompatible and not _fixed_alone(case, i)
         for i, trip in enumerate(day.trips)],
        dtype=np.bool_,
    )  # fmt: skip
    found = {}
    for trip in trips:
        asked = day.trips[trip]
        if asked.share_incompatible or (asked.refuses_sharing and _fixed_alone(case, trip)):
            continue
        own = Gives.CONSENT if asked.refuses_sharing else Gives.LOCK if _fixed_alone(case, trip) else None
        answer = _unlocked(case, willing.best(trip), trip, own)
        if answer is None and own is None:
            answer = _unlocked(case, refusing.best(trip), trip, Gives.CONSENT)
        if answer is not None:
            found[trip] = answer
    return found


def _fixed_alone(case: Case, trip: int) -> bool:
    lock = case.day.trips[trip].lock
    return lock is not None and lock.alone


def _unlocked(case: Case, best: Best | None, trip: int, given: Gives | None) -> Relaxation | None:
    """What it takes to share with the best partner; ``given`` is what is taken to have given way already."""
    judged = judge(case, best.order) if best is not None and best.near else None
    if best is None or judged is None:
        return None
    ride, broken = judged
    partner = best.order.second if best.order.first == trip else best.order.first
    extra = ride.km - case.direct_km(trip) - case.direct_km(partner)
    if not broken:
        return Relaxation(given or Gives.NOTHING, partner, 0.0, extra, _saved(case, ride, trip, partner))
    if given is not None or len(broken) > 1 or broken[0].code not in _GIVES:
        return None
    breach = broken[0]
    return Relaxation(_GIVES[breach.code], partner, _amount(case, breach), extra, breach.detail)


def _amount(case: Case, breach: Breach) -> float:
    gives = _GIVES[breach.code]
    minute = case.minute_unit
    return breach.excess * {Gives.KM: case.km_unit, Gives.WAIT: minute, Gives.HOURS: minute}.get(gives, 0.0)


def _saved(case: Case, ride: PairRide, trip: int, partner: int) -> str:
    apart = case.direct_km(trip) + case.direct_km(partner)
    return f"{ride.km:.1f} km together, {apart:.1f} km apart"
