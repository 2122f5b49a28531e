"""The fares of all served trips at once: as carried and alone, as declared and as if (not) certified."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day, VehicleType
from sharedride.tariffs import TariffBook

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Carried:
    """What the fares depend on, one element per served trip.

    Attributes
    ----------
    trip, vehicle, operator
        Indices into the day's lists.
    vsl
        Whether a VSL carried the trip.
    direct_km, ridden_km, alone_km
        Distances to bill: alone and direct, as carried, and as the only patient aboard.
    """

    trip: npt.NDArray[np.intp]
    vehicle: npt.NDArray[np.intp]
    operator: npt.NDArray[np.intp]
    vsl: npt.NDArray[np.bool_]
    direct_km: FloatArray
    ridden_km: FloatArray
    alone_km: FloatArray
    aboard: npt.NDArray[np.intp]
    rate: FloatArray
    wheelchair: npt.NDArray[np.bool_]
    big_city: npt.NDArray[np.bool_]
    hospital_care: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Bills:
    """Fares in euros, one element per served trip; ``solo`` is the same trip alone and direct."""

    fare: FloatArray
    solo: FloatArray


def bills(book: TariffBook, day: Day, carried: Carried, certified: npt.NDArray[np.bool_]) -> Bills:
    """Price the served trips with each operator certified or not, ``certified`` shape ``(operators,)``.

    Raises
    ------
    InputError
        When an operator that carried somebody cannot be priced.
    """
    fare, solo = np.zeros(len(carried.trip)), np.zeros(len(carried.trip))
    for group in np.unique(2 * carried.operator + carried.vsl):
        index, is_vsl = divmod(int(group), 2)
        rows = np.flatnonzero((carried.operator == index) & (carried.vsl == bool(is_vsl)))
        for out, km, aboard, alone_km in (
            (fare, carried.ridden_km, carried.aboard, carried.alone_km),
            (solo, carried.direct_km, np.ones_like(carried.aboard), np.zeros_like(carried.alone_km)),
        ):
            out[rows] = book.fares(
                VehicleType.VSL if is_vsl else VehicleType.TAXI,
                day.operators[index],
                certified=bool(certified[index]),
                km=km[rows],
                aboard=aboard[rows],
                alone_km=alone_km[rows],
                rate=carried.rate[rows],
                wheelchair=carried.wheelchair[rows],
                big_city=carried.big_city[rows],
                hospital_care=carried.hospital_care[rows],
            )
    return Bills(fare=fare, solo=solo)
