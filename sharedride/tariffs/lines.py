"""One fare line by line, for people."""

from dataclasses import dataclass

from sharedride.day.model import VehicleType


@dataclass(frozen=True, slots=True)
class FareLines:
    """The parts of one fare in euros; only ``total`` is rounded, once, as the tariff asks.

    Attributes
    ----------
    tariff
        Name of the tariff table the fare follows.
    km
        Billed distance, to the metre.
    flat, big_city, km_part, short_trip, empty_return, supplement, wheelchair
        Addends; those that do not apply are 0.
    supplement_rate, reduction_rate
        Fractions behind ``supplement`` (night, Sunday, holiday) and ``reduction`` (shared).
    reduction
        Zero or negative.
    """

    vehicle_type: VehicleType
    tariff: str
    km: float
    flat: float
    big_city: float
    km_part: float
    short_trip: float
    empty_return: float
    supplement_rate: float
    supplement: float
    reduction_rate: float
    reduction: float
    wheelchair: float
    total: float
