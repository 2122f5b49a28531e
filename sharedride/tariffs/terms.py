"""What the tariff data says about patients and about operators that share too little."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PatientTerms:
    """What stays with the patient (CSS R.160-5, D.160-9 to D.160-11).

    Attributes
    ----------
    franchise_per_trip, franchise_per_day
        Euros; the second caps the first over a patient's day.
    reimbursed_common, reimbursed_full
        Fraction reimbursed in general, and in long-term illness (ALD) among others.
    """

    franchise_per_trip: float
    franchise_per_day: float
    reimbursed_common: float
    reimbursed_full: float

    @classmethod
    def read(cls, patient: Mapping[str, Any]) -> "PatientTerms":
        """Read the ``patient`` block of the tariff data."""
        return cls(
            franchise_per_trip=patient["franchise_per_trip"],
            franchise_per_day=patient["franchise_per_day_cap"],
            reimbursed_common=patient["reimbursement_rate_common"],
            reimbursed_full=patient["reimbursement_rate_full"],
        )


@dataclass(frozen=True)
class Malus:
    """Penalty of an operator whose VSL trips are shared too seldom (avenant 10, art. 5).

    Attributes
    ----------
    shared_share
        Shared fraction of the VSL trips below which the malus falls due.
    rate
        Fraction of the whole VSL spend that is lost.
    """

    shared_share: float
    rate: float

    @classmethod
    def read(cls, incentive: Mapping[str, Any]) -> "Malus":
        """Read the ``vsl.incentive`` block of the tariff data."""
        return cls(
            shared_share=incentive["malus_threshold_shared_share"],
            rate=incentive["malus_rate_on_total_vsl_spend"],
        )
