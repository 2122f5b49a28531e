"""Laws of all fares, against the tariff data read once more in exact fractions."""

import tomllib
from fractions import Fraction
from importlib import resources
from math import floor
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sharedride.day.model import Operator, VehicleType
from sharedride.tariffs import tariff_book
from tests.tariffs.pricing import TODAY

DATA: dict[str, Any] = tomllib.loads(
    resources.files("sharedride").joinpath("data/tariffs.toml").read_text(encoding="utf-8"),
    parse_float=Fraction,
)
FLATS = ["A", "B", "C", "D", "pickup"]
TRIPS = st.fixed_dictionaries(
    {
        "certified": st.booleans(),
        "metres": st.integers(0, 200_000),
        "aboard": st.integers(1, 5),
        "alone_metres": st.integers(0, 60_000),
        "rate": st.sampled_from([0.0, 0.25, 0.5]),
        "wheelchair": st.booleans(),
        "big_city": st.booleans(),
    }
)


def exact_vsl(flat: str, trip: dict[str, Any]) -> Fraction:
    vsl, km = DATA["vsl"], Fraction(trip["metres"], 1000)
    table = vsl["certified_2025" if trip["certified"] else "socle_2025_10"]
    if flat == "pickup":
        fare: Fraction = table["pickup_fee"] + table["per_km"] * km
    else:
        amount = table["flat_all_zones"] if trip["certified"] else table[f"flat_zone_{flat.lower()}"]
        fare = amount + table["per_km"] * max(km - 3, Fraction(0))
    fare += next((step["amount"] for step in vsl["short_trip"] if km <= step["max_km"]), Fraction(0))
    cuts = vsl["shared_reduction"]["certified" if trip["certified"] else "non_certified"]
    cut = {1: Fraction(0), 2: cuts["patients_2"]}.get(trip["aboard"], cuts["patients_3"])
    fare *= (1 + Fraction(trip["rate"])) * (1 - cut)
    return fare


def exact_taxi(trip: dict[str, Any]) -> Fraction:
    taxi, km = DATA["taxi"], Fraction(trip["metres"], 1000)
    fare: Fraction = taxi["pickup_flat"] + taxi["per_km"]["39"] * max(km - 4, Fraction(0))
    fare += taxi["big_city_flat"] * trip["big_city"]
    cuts = taxi["shared_reduction"]
    by_patients = {1: Fraction(0), 2: cuts["patients_2"], 3: cuts["patients_3"]}
    cut = by_patients.get(trip["aboard"], cuts["patients_4_and_more"])
    if trip["aboard"] > 1 and trip["alone_metres"] >= 30_000:
        cut = cuts["alone_reduction"]
    fare *= (1 + Fraction(trip["rate"])) * (1 - cut)
    fare += taxi["wheelchair_supplement"] * trip["wheelchair"]
    return fare


def columns(trips: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "km": np.array([trip["metres"] for trip in trips]) / 1000,
        "alone_km": np.array([trip["alone_metres"] for trip in trips]) / 1000,
        "aboard": np.array([trip["aboard"] for trip in trips]),
        "rate": np.array([trip["rate"] for trip in trips]),
        "wheelchair": np.array([trip["wheelchair"] for trip in trips]),
        "big_city": np.array([trip["big_city"] for trip in trips]),
    }


@given(st.sampled_from(VehicleType), st.sampled_from(FLATS), st.booleans(), st.lists(TRIPS, max_size=30))
def test_fares_are_exact(
    vehicle_type: VehicleType, flat: str, certified: bool, trips: list[dict[str, Any]]
) -> None:
    """Every fare of an array is the exact amount of its own trip, rounded half up to the cent."""
    operator = Operator.model_validate({"id": "op", "vsl_flat": flat, "taxi_department": "39"})
    fares = tariff_book(TODAY).fares(vehicle_type, operator, certified=certified, **columns(trips))
    exact = [
        exact_vsl(flat, trip | {"certified": certified})
        if vehicle_type is VehicleType.VSL
        else exact_taxi(trip)
        for trip in trips
    ]
    assert fares.tolist() == [floor(100 * fare + Fraction(1, 2)) / 100 for fare in exact]


@given(st.sampled_from(VehicleType), st.sampled_from(FLATS), TRIPS)
def test_explanation_adds_up(vehicle_type: VehicleType, flat: str, trip: dict[str, Any]) -> None:
    """The lines of a fare add up to its total, and the total is the fare."""
    operator = Operator.model_validate({"id": "op", "vsl_flat": flat, "taxi_department": "39"})
    book = tariff_book(TODAY, empty_return=True)
    asked = {key: value for key, value in trip.items() if not key.endswith("metres")} | {
        "km": trip["metres"] / 1000,
        "alone_km": trip["alone_metres"] / 1000,
    }
    lines = book.explain(vehicle_type, operator, **asked)
    before = lines.flat + lines.big_city + lines.km_part + lines.short_trip + lines.empty_return
    assert abs(lines.supplement - lines.supplement_rate * before) < 1e-9
    assert abs(lines.reduction + lines.reduction_rate * (before + lines.supplement)) < 1e-9
    assert abs(before + lines.supplement + lines.reduction + lines.wheelchair - lines.total) < 0.005 + 1e-7
    assert lines.total == float(book.fares(vehicle_type, operator, **asked))
