"""What one trip costs the payer: the checker's own reading of the tariffs, in exact decimals."""

from datetime import date as Date
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from sharedride.checking.data import data_file
from sharedride.clock import parse_clock
from sharedride.day.model import Operator, VehicleType
from sharedride.errors import InputError, Problem

_CENT = Decimal("0.01")
_SATURDAY, _SUNDAY = 5, 6
_DAY_MINUTES = 1440


def fare(
    vehicle_type: VehicleType,
    operator: Operator,
    certified: bool,
    km: float,
    aboard: int,
    alone_km: float,
    pickup_min: float,
    date: Date,
    *,
    wheelchair: bool = False,
    big_city: bool = False,
    tariff_date: Date | None = None,
    empty_return: bool = False,
) -> Decimal:
    """Invoice of one trip, rounded once, at the end, half up to the cent.

    Parameters
    ----------
    vehicle_type
        VSL or taxi.
    operator
        Whose flat (VSL) or département (taxi) applies.
    certified
        Whether the certified VSL tariff and reduction apply; taken instead of ``operator.certified``, so
        that a bill can be read under the other regime.
    km
        Billed km: those with the patient aboard. Rounded to the metre before pricing.
    aboard
        Largest number of patients aboard at once, this one included; 1 for a solo trip.
    alone_km
        Km this patient rode alone inside a shared ride; of no effect when ``aboard`` is 1.
    pickup_min
        Pick-up in minutes from the midnight of ``date``; past 1440 it belongs to the next date.
    date
        Date of the day.
    wheelchair
        Whether the taxi's wheelchair supplement is due. No amount is known for a VSL: none is added.
    big_city
        Whether pick-up or drop-off is in a city of the taxi list.
    tariff_date
        Date whose tariff prices the trip, by default ``date``.
    empty_return
        Whether the taxi's empty return after hospital care is billed; of no effect in a shared ride
        (*assumption*).

    Raises
    ------
    InputError
        When the tariff in force lacks an amount, or the operator the zone or département it needs.

    Notes
    -----
    VSL: art. 34 of the 2003 convention, avenant 11 art. 4.1, the payer's table of October 2025. Taxi:
    order of 29 July 2025. Sources and confidence of each amount stand in the data file. *Assumptions*: no
    certified VSL table is known before 2025 and no taxi table before November 2025, so certified operators
    are then priced as the others, and taxis by the first table known.
    """
    metres = Decimal(str(round(km, 3)))
    on = tariff_date or date
    if vehicle_type is VehicleType.VSL:
        amount = _vsl(operator, certified, metres, aboard, pickup_min, date, on)
    else:
        alone = Decimal(str(round(alone_km, 3)))
        amount = _taxi(operator, metres, aboard, alone, pickup_min, date, wheelchair, big_city, empty_return)
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)


def hospital_care(motive: str | None) -> bool:
    """Whether a taxi may bill its empty return: a hospital stay, whole, partial or by day, or such treatment.

    *Assumptions*: rehabilitation is a hospital stay, and both directions count.
    """
    return motive is not None and motive not in ("consultation", "other")


def in_big_city(commune: str | None) -> bool:
    """Whether an INSEE commune code lies in a city or département of the taxi list."""
    return commune is not None and commune.startswith(tuple(data_file("big_cities.toml")["insee_prefixes"]))


def _vsl(
    operator: Operator, certified: bool, km: Decimal, aboard: int, pickup_min: float, date: Date, on: Date
) -> Decimal:
    vsl = data_file("tariffs.toml")["vsl"]
    name, table = _vsl_table(vsl, certified, on)
    if operator.vsl_flat is None:
        raise _missing(f"operators.{operator.id}.vsl_flat", "a VSL trip cannot be priced without it")
    if operator.vsl_flat == "pickup":
        key, included = "pickup_fee", vsl["km_included_in_pickup_fee"]
    else:
        key = "flat_all_zones" if "flat_all_zones" in table else f"flat_zone_{operator.vsl_flat.lower()}"
        included = vsl["km_included_in_departmental_flat"]
    if key not in table:
        raise _missing(f"tariffs.vsl.{name}.{key}", f"this amount is not known for {on}")
    invoice: Decimal = table[key] + max(km - included, Decimal(0)) * table["per_km"]
    steps = table.get("short_trip") or [(step["max_km"], step["amount"]) for step in vsl["short_trip"]]
    invoice += next((amount for max_km, amount in steps if km <= max_km), Decimal(0))

    supplements = vsl["supplements"]
    night = _at_night(pickup_min, supplements["night_from"], supplements["night_to"])
    rest_day = _on_rest_day(pickup_min, date, supplements["saturday_from"])
    invoice *= 1 + max(
        supplements["night_rate"] if night else Decimal(0),
        supplements["sunday_holiday_rate"] if rest_day else Decimal(0),
    )
    if aboard > 1:
        reduction = vsl["shared_reduction"]["certified" if certified else "non_certified"]
        invoice *= 1 - reduction["patients_2" if aboard == 2 else "patients_3"]
    return invoice


def _vsl_table(vsl: dict[str, Any], certified: bool, on: Date) -> tuple[str, dict[str, Any]]:
    # The table of 2021 ended when avenant 11 came into force; the socle that followed it is known only
    # by its last day. No certified table is known before 2025: those operators are priced as the others.
    avenant11 = vsl["shared_reduction"]["certified"]["effective_from"]
    newest_first = ["socle_2025_10", "socle_before_2025_10", "tariff_2021"]
    for name in ["certified_2025", *newest_first] if certified else newest_first:
        if Date.fromisoformat(str(vsl[name].get("effective_from", avenant11))) <= on:
            return name, vsl[name]
    raise _missing("tariffs.vsl", f"no VSL tariff is known for {on}")


def _taxi(
    operator: Operator,
    km: Decimal,
    aboard: int,
    alone_km: Decimal,
    pickup_min: float,
    date: Date,
    wheelchair: bool,
    big_city: bool,
    empty_return: bool,
) -> Decimal:
    taxi = data_file("tariffs.toml")["taxi"]
    if operator.taxi_department is None:
        raise _missing(f"operators.{operator.id}.taxi_department", "a taxi trip cannot be priced without it")
    if operator.taxi_department not in taxi["per_km"]:
        raise _missing(
            f"operators.{operator.id}.taxi_department",
            f'no taxi rate per km is known for département "{operator.taxi_department}"',
        )
    invoice: Decimal = taxi["pickup_flat"] + (taxi["big_city_flat"] if big_city else Decimal(0))
    km_part = max(km - taxi["km_included"], Decimal(0)) * taxi["per_km"][operator.taxi_department]
    if empty_return and aboard == 1:
        long = km >= taxi["empty_return_threshold_km"]
        km_part *= 1 + taxi["empty_return_rate_from_50km" if long else "empty_return_rate_below_50km"]
    invoice += km_part
    if _at_night(pickup_min, taxi["night_from"], taxi["night_to"]) or _on_rest_day(
        pickup_min, date, taxi["saturday_from"]
    ):
        invoice *= 1 + taxi["night_weekend_rate"]
    if aboard > 1:
        reduction = taxi["shared_reduction"]
        if alone_km >= reduction["alone_at_least_km"]:
            invoice *= 1 - reduction["alone_reduction"]
        else:
            invoice *= 1 - reduction[f"patients_{aboard}" if aboard < 4 else "patients_4_and_more"]
    return invoice + (taxi["wheelchair_supplement"] if wheelchair else Decimal(0))


def _at_night(pickup_min: float, night_from: str, night_to: str) -> bool:
    minute = pickup_min % _DAY_MINUTES
    return minute >= parse_clock(night_from) or minute < parse_clock(night_to)


def _on_rest_day(pickup_min: float, date: Date, saturday_from: str) -> bool:
    """Whether a pick-up is on a Sunday, a public holiday or a Saturday from noon."""
    on = date + timedelta(days=int(pickup_min // _DAY_MINUTES))
    if on.weekday() == _SATURDAY and pickup_min % _DAY_MINUTES >= parse_clock(saturday_from):
        return True
    return on.weekday() == _SUNDAY or on in _public_holidays(on.year)


@lru_cache(maxsize=8)
def _public_holidays(year: int) -> frozenset[Date]:
    # Loaded here because it takes longer to import than most days take to check.
    import holidays

    return frozenset(holidays.country_holidays("FR", years=year))


def _missing(path: str, message: str) -> InputError:
    return InputError([Problem(path, message)])
