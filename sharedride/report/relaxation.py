"""The one thing that would have to give way for a lonely trip to share."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sharedride.day.model import Day
from sharedride.planning.solution import Solution
from sharedride.report.alone import alone_case
from sharedride.report.alone_limits import Case, judge
from sharedride.report.alone_search import Best, PartnerSearch
from sharedride.report.relaxed import Gives, changes
from sharedride.rules import Rules
from sharedride.travel import TravelTable


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
        Km or minutes that are missing, rounded up; 0 where it is a matter of yes or no.
    words
        The change, for the dispatcher.
    extra_km
        Km of the ride together less the two direct ways, negative where sharing shortens them.
    detail
        The figure that decides, for the dispatcher.
    """

    gives: Gives
    partner: int
    amount: float
    words: str
    extra_km: float
    detail: str


def relaxations(
    day: Day, table: TravelTable, rules: Rules, solution: Solution, trips: Sequence[int]
) -> dict[int, Relaxation]:
    """Return, of trips that ride alone, what single change unlocks the best partner.

    The partner is the pair nearest to lawful of :func:`sharedride.report.alone.alone_reasons`, judged
    again in plain arithmetic. Where it breaks exactly one limit, and loosening that limit just so far makes
    it lawful, that is the answer: a detour (km), a wait or one hour asked for (minutes), a shift, the
    operator, the vehicle, a lock of the dispatcher's. Else the patients who refuse to share are looked at:
    with one of them the trip may share lawfully, were they to agree. A trip whose own patient refuses is
    judged as if that patient agreed. As in the reasons, the vehicles' other rides are left to the plan.

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
    apart = case.direct_km(trip) + case.direct_km(partner)
    extra = ride.km - apart
    if not broken:
        asked = trip if case.day.trips[trip].refuses_sharing or given is Gives.LOCK else partner
        words = {
            Gives.CONSENT: f"consent of the patient of {case.day.trips[asked].id}",
            Gives.LOCK: f"the lock of {case.day.trips[asked].id}",
        }
        detail = f"{ride.km:.1f} km together, {apart:.1f} km apart"
        gives = given or Gives.NOTHING
        return Relaxation(gives, partner, 0.0, words.get(gives, ""), extra, detail)
    if given is not None or len(broken) > 1:
        return None
    for change in changes(case, best.order, broken[0]):
        again = judge(change.after, best.order)
        if again is not None and not again[1]:
            return Relaxation(change.gives, partner, change.amount, change.words, extra, broken[0].detail)
    return None
