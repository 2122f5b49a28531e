"""Short ways to price a trip in the tests."""

import datetime
from typing import Any

from sharedride.day.model import Operator, VehicleType
from sharedride.tariffs import tariff_book

TODAY = datetime.date(2026, 3, 17)


def trip(**changes: Any) -> dict[str, Any]:
    """A patient alone by day, no wheelchair, outside the big cities."""
    alone = {"aboard": 1, "alone_km": 0.0, "rate": 0.0, "wheelchair": False, "big_city": False}
    return alone | {"certified": False} | changes


def vsl_fare(km: float, flat: str = "A", on: datetime.date = TODAY, **changes: Any) -> float:
    operator = Operator.model_validate({"id": "op", "vsl_flat": flat})
    return float(tariff_book(on).fares(VehicleType.VSL, operator, km=km, **trip(**changes)))


def taxi_fare(km: float, department: str = "90", *, empty_return: bool = False, **changes: Any) -> float:
    operator = Operator(id="op", taxi_department=department)
    book = tariff_book(TODAY, empty_return=empty_return)
    return float(book.fares(VehicleType.TAXI, operator, km=km, **trip(**changes)))
