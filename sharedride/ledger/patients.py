"""What stays with each patient."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from sharedride.day.model import Day, Trip
from sharedride.ledger.accounts import TripAccount
from sharedride.tariffs import PatientTerms
from sharedride.tariffs.rounding import to_cents

_REFUSAL_COSTS = frozenset({"dialysis", "chemotherapy", "radiotherapy", "rehabilitation", "day_hospital"})


@dataclass(frozen=True, slots=True)
class PatientAccount:
    """A patient's served trips of the day, in euros.

    The day does not tell who is reimbursed in full (ALD), so both cases are given. Ceilings over a year
    are not known here and left out.

    Attributes
    ----------
    patient
        The day's pseudonym.
    trips, fares
        Number of served trips and what they cost.
    franchise
        Per trip, capped over the day.
    left_in_full, left_in_common
        What the patient pays in the end when reimbursed in full and at the common rate, franchise included.
    advanced
        Fares the patient must advance because sharing was refused (CSS L.322-5).
    """

    patient: str
    trips: int
    fares: float
    franchise: float
    left_in_full: float
    left_in_common: float
    advanced: float


def loses_third_party_payment(trip: Trip) -> bool:
    """Whether the patient's refusal to share means advancing the fare.

    A medical incompatibility costs nothing. *Assumptions*: a trip without a motive counts as one of the
    motives the refusal bears on; C2S and AME beneficiaries, who keep third-party payment, are not known
    from the day, so the amount is an upper limit.
    """
    concerned = trip.motive is None or trip.motive in _REFUSAL_COSTS
    return trip.refuses_sharing and not trip.share_incompatible and concerned


def patient_accounts(
    day: Day, trips: Sequence[TripAccount], terms: PatientTerms
) -> tuple[PatientAccount, ...]:
    """Return one account per patient with a served trip, in the order of the day's trips."""
    trips_of: dict[str, list[TripAccount]] = defaultdict(list)
    for trip in trips:
        trips_of[day.trips[trip.trip].patient].append(trip)
    return tuple(_account(day, patient, own, terms) for patient, own in trips_of.items())


def _account(day: Day, patient: str, trips: list[TripAccount], terms: PatientTerms) -> PatientAccount:
    fares = round(fsum(trip.fare for trip in trips), 2)
    franchise = min(terms.franchise_per_trip * len(trips), terms.franchise_per_day)
    refused = (trip.fare for trip in trips if loses_third_party_payment(day.trips[trip.trip]))
    return PatientAccount(
        patient=patient,
        trips=len(trips),
        fares=fares,
        franchise=franchise,
        left_in_full=float(to_cents((1.0 - terms.reimbursed_full) * fares + franchise)),
        left_in_common=float(to_cents((1.0 - terms.reimbursed_common) * fares + franchise)),
        advanced=round(fsum(refused), 2),
    )
