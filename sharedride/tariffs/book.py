"""The tariffs in force on a date, and what trips cost under them."""

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day, Operator, VehicleType
from sharedride.errors import InputError
from sharedride.tariffs.cities import in_big_city
from sharedride.tariffs.lines import FareLines
from sharedride.tariffs.notes import tariff_notes
from sharedride.tariffs.parts import Parts, billed_km
from sharedride.tariffs.rounding import FloatArray
from sharedride.tariffs.supplement import Supplement
from sharedride.tariffs.taxi import TaxiTariff
from sharedride.tariffs.terms import Malus, PatientTerms
from sharedride.tariffs.vsl import VslTariff, vsl_tariff

_HOSPITAL_CARE = frozenset(
    {"dialysis", "chemotherapy", "radiotherapy", "rehabilitation", "day_hospital", "admission", "discharge"}
)


@dataclass(frozen=True)
class TariffBook:
    """Tariffs of one date. Amounts in euros, distances in km, times in minutes from midnight.

    Attributes
    ----------
    on
        The date the book is for.
    empty_return
        Whether taxis bill the empty return after hospital care.
    certified, non_certified
        VSL tariffs of operators that are certified and of those that are not.
    taxi
        The taxi tariff, the same for both.
    patient, malus
        What stays with the patient, and the penalty for sharing too little.
    notes
        What a reader of any amount must be told; every report repeats them.
    """

    on: datetime.date
    empty_return: bool
    certified: VslTariff
    non_certified: VslTariff
    taxi: TaxiTariff
    vsl_supplement: Supplement
    taxi_supplement: Supplement
    patient: PatientTerms
    malus: Malus
    notes: tuple[str, ...]

    def fares(
        self,
        vehicle_type: VehicleType,
        operator: Operator,
        *,
        certified: bool,
        km: npt.ArrayLike,
        aboard: npt.ArrayLike,
        alone_km: npt.ArrayLike,
        rate: npt.ArrayLike,
        wheelchair: npt.ArrayLike,
        big_city: npt.ArrayLike,
        hospital_care: npt.ArrayLike = True,
    ) -> FloatArray:
        """Return what the payer is billed for each trip, in euros rounded half up to the cent.

        The solo fare is the same call with the direct km, ``aboard`` 1 and ``alone_km`` 0.

        Parameters
        ----------
        certified
            Price as a certified operator or not, whatever the operator is; no matter for a taxi.
        km
            Distance with the patient aboard, detour included; billed to the metre.
        aboard
            Largest number of patients aboard at once while this one is, itself included.
        alone_km
            Distance the patient is the only one aboard inside a shared ride; taxi only.
        rate
            Supplement rate at pick-up, see ``supplement_rate``.
        wheelchair
            Whether the patient travels in a wheelchair; taxi only.
        big_city
            Whether pick-up or drop-off lies in a listed big city; taxi only.
        hospital_care
            Whether the trip earns the empty return where the book grants it, see ``hospital_care``.

        All arrays broadcast together.

        Raises
        ------
        InputError
            When the operator's flat or département is missing, or the data has no amount for it.
        """
        parts = self._parts(
            vehicle_type, operator, certified, km, aboard, alone_km, rate, wheelchair, big_city, hospital_care
        )
        return parts.total

    def explain(
        self,
        vehicle_type: VehicleType,
        operator: Operator,
        *,
        certified: bool,
        km: float,
        aboard: int,
        alone_km: float,
        rate: float,
        wheelchair: bool,
        big_city: bool,
        hospital_care: bool = True,
    ) -> FareLines:
        """Return one fare line by line; parameters and errors as for ``fares``."""
        parts = self._parts(
            vehicle_type, operator, certified, km, aboard, alone_km, rate, wheelchair, big_city, hospital_care
        )
        return FareLines(
            vehicle_type=vehicle_type,
            tariff="taxi" if vehicle_type is VehicleType.TAXI else f"vsl.{self.vsl(certified).name}",
            km=float(billed_km(np.asarray(km, dtype=np.float64))),
            flat=float(parts.flat),
            big_city=float(parts.big_city),
            km_part=float(parts.km),
            short_trip=float(parts.short_trip),
            empty_return=float(parts.empty_return),
            supplement_rate=float(parts.supplement_rate),
            supplement=float(parts.supplement),
            reduction_rate=float(parts.reduction_rate),
            reduction=float(parts.reduction) + 0.0,  # an unshared trip's -0.0 would print as such
            wheelchair=float(parts.wheelchair),
            total=float(parts.total),
        )

    def supplement_rate(
        self, vehicle_type: VehicleType, date: datetime.date, pickup_min: npt.ArrayLike
    ) -> FloatArray:
        """Return the night, Sunday or holiday rate of pick-ups; minutes past 1440 are the next date's."""
        return self._supplement(vehicle_type).rate(date, pickup_min)

    def supplement_breaks(
        self, vehicle_type: VehicleType, date: datetime.date, lo: float, hi: float
    ) -> list[float]:
        """Return the minutes strictly inside ``(lo, hi)`` where the supplement rate changes, ascending.

        The boundary has the new rate (night is ``[20:00, 08:00)``), and pick-ups count to the second: split
        a window into ``[lo, b - 1/60]`` and ``[b, hi]``.
        """
        return self._supplement(vehicle_type).breaks(date, lo, hi)

    def big_city(self, day: Day) -> npt.NDArray[np.bool_]:
        """Whether each place of the day lies in a big city of the taxi convention, shape ``(places,)``."""
        return in_big_city(day)

    def hospital_care(self, day: Day) -> npt.NDArray[np.bool_]:
        """Whether each trip earns a taxi's empty return, shape ``(trips,)``.

        Hospital stay of any kind, chemotherapy, radiotherapy, dialysis; *assumptions*: rehabilitation is a
        hospital stay, both directions count, a trip without a motive does not.
        """
        return np.array([trip.motive in _HOSPITAL_CARE for trip in day.trips], dtype=np.bool_)

    def vsl(self, certified: bool) -> VslTariff:
        """Return the VSL tariff of certified operators or of the others."""
        return self.certified if certified else self.non_certified

    def check(self, day: Day) -> None:
        """Make sure every vehicle of the day can be priced, as certified and as not.

        Raises
        ------
        InputError
            With all missing flats, départements and amounts.
        """
        owned = {(vehicle.operator, vehicle.type) for vehicle in day.vehicles}
        problems = []
        for index, operator in enumerate(day.operators):
            path = f"operators[{index}]"
            asks = []
            if (operator.id, VehicleType.VSL) in owned:
                asks += [self.non_certified.flat, self.certified.flat]
            if (operator.id, VehicleType.TAXI) in owned:
                asks += [self.taxi.rate_per_km]
            for ask in asks:
                try:
                    ask(operator, path)
                except InputError as error:
                    problems += error.problems
        if problems:
            raise InputError(list(dict.fromkeys(problems)))

    def _supplement(self, vehicle_type: VehicleType) -> Supplement:
        return self.taxi_supplement if vehicle_type is VehicleType.TAXI else self.vsl_supplement

    def _parts(
        self,
        vehicle_type: VehicleType,
        operator: Operator,
        certified: bool,
        km: npt.ArrayLike,
        aboard: npt.ArrayLike,
        alone_km: npt.ArrayLike,
        rate: npt.ArrayLike,
        wheelchair: npt.ArrayLike,
        big_city: npt.ArrayLike,
        hospital_care: npt.ArrayLike,
    ) -> Parts:
        def floats(values: npt.ArrayLike) -> FloatArray:
            return np.asarray(values, dtype=np.float64)

        if vehicle_type is VehicleType.VSL:
            return self.vsl(certified).parts(
                operator, km=floats(km), aboard=floats(aboard), rate=floats(rate)
            )
        return self.taxi.parts(
            operator,
            km=floats(km),
            aboard=floats(aboard),
            alone_km=floats(alone_km),
            rate=floats(rate),
            wheelchair=floats(wheelchair),
            big_city=floats(big_city),
            empty_return=floats(hospital_care) if self.empty_return else np.zeros(()),
        )


@cache
def _data() -> Mapping[str, Any]:
    text = resources.files("sharedride").joinpath("data/tariffs.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def tariff_book(on: datetime.date, *, empty_return: bool = False) -> TariffBook:
    """Return the tariffs in force on a date.

    Parameters
    ----------
    empty_return
        Bill a taxi's empty return after hospital care; never in shared rides (*assumption*).

    Raises
    ------
    InputError
        When the date lies before the oldest tariff of the data.
    """
    data = _data()
    vsl, taxi = data["vsl"], data["taxi"]
    certified, non_certified = (vsl_tariff(vsl, on, certified=flag) for flag in (True, False))
    return TariffBook(
        on=on,
        empty_return=empty_return,
        certified=certified,
        non_certified=non_certified,
        taxi=TaxiTariff.read(taxi),
        vsl_supplement=Supplement.read(vsl["supplements"], night="night_rate", rest="sunday_holiday_rate"),
        taxi_supplement=Supplement.read(taxi, night="night_weekend_rate", rest="night_weekend_rate"),
        patient=PatientTerms.read(data["patient"]),
        malus=Malus.read(vsl["incentive"]),
        notes=tariff_notes(data, on, certified, non_certified, empty_return=empty_return),
    )
