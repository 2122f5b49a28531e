"""What each served trip costs the payer, as declared and under the other certification regimes."""

from dataclasses import dataclass
from datetime import date as Date
from decimal import Decimal

from sharedride.checking.book import Book
from sharedride.checking.fares import fare, hospital_care, in_big_city
from sharedride.checking.reading import Carried
from sharedride.checking.tolerance import CENT, SECOND
from sharedride.document import TripDocument


@dataclass(frozen=True)
class Price:
    """Euros for one trip as carried and alone."""

    fare: Decimal
    solo_fare: Decimal


@dataclass(frozen=True)
class Bill:
    """One trip's prices: as the operator declares itself, were all certified, were none."""

    declared: Price
    all_certified: Price
    none_certified: Price


def bill_trip(
    book: Book, carried: Carried, entry: TripDocument | None, tariff_date: Date, *, empty_return: bool
) -> Bill:
    """Price one trip from the route, with the printed figures' rounding granted.

    Distances are billed as printed when they are the route's to the metre. A pick-up within one second
    of the hour where the tariff changes is priced on the side the printed fares are on: the clock was
    rounded, the fare was not.

    Raises
    ------
    InputError
        When the tariff in force lacks an amount the trip needs.
    """
    ridden, direct = carried.billed_km, carried.billed_solo_km
    if entry is not None:
        ridden = _printed(ridden, entry.ridden_km if entry.billed_km is None else entry.billed_km)
        direct = _printed(direct, entry.direct_km if entry.billed_solo_km is None else entry.billed_solo_km)
    picked_up = carried.boarding.service_start

    def price(certified: bool, minute: float) -> Price:
        trip = carried.trip
        city = any(in_big_city(book.places[place].commune) for place in (trip.origin, trip.destination))

        def invoice(km: float, aboard: int, alone_km: float) -> Decimal:
            return fare(
                carried.vehicle.type,
                carried.operator,
                certified,
                km,
                aboard,
                alone_km,
                minute,
                book.day.date,
                wheelchair=trip.wheelchair,
                big_city=city,
                tariff_date=tariff_date,
                empty_return=empty_return and hospital_care(trip.motive),
            )

        return Price(invoice(ridden, carried.aboard, carried.billed_alone_km), invoice(direct, 1, direct))

    certified = carried.operator.certified
    minute, declared = picked_up, price(certified, picked_up)
    if entry is not None and not _matches(declared, entry):
        for near in (picked_up - SECOND, picked_up + SECOND):
            other = price(certified, near)
            if _matches(other, entry):
                minute, declared = near, other
                break
    regimes = {certified: declared, not certified: price(not certified, minute)}
    return Bill(declared=declared, all_certified=regimes[True], none_certified=regimes[False])


def _printed(exact: float, printed: float) -> float:
    return exact if abs(printed - exact) > 0.001 else printed


def _matches(price: Price, entry: TripDocument) -> bool:
    return (
        abs(float(price.fare) - entry.fare) <= CENT and abs(float(price.solo_fare) - entry.solo_fare) <= CENT
    )
