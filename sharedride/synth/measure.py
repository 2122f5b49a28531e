"""What a synthetic day comes to: the figures the published facts are about."""

from collections import Counter

import numpy as np

from sharedride.day.model import Day, VehicleType
from sharedride.synth.calendar import weekday_equivalents
from sharedride.synth.generate import SynthDay
from sharedride.synth.geography import FloatArray
from sharedride.synth.territory import Territory
from sharedride.synth.volumes import OBSERVED_YEAR, observed_rates
from sharedride.tariffs import tariff_book

AVERAGE_INHABITANTS = 683_000.0
"""Of a metropolitan département, 65.6 million over 96."""


def measure(made: SynthDay, territory: Territory) -> dict[str, float]:
    """Return the sums a weekday contributes, by name; ``ratios`` turns sums into the facts' figures.

    Sums rather than means, so that several days and départements can be added up.
    """
    day = Day.model_validate(made.content)
    cars = Counter(firm.type for firm, _ in made.chains)
    owned = Counter(firm.id for firm, _ in made.chains)
    types = {firm.id: firm.type for firm, _ in made.chains}
    vsl_sizes = [size for firm, size in owned.items() if types[firm] is VehicleType.VSL]
    places = Counter(
        territory.care[visit.patient.place].id for visit in made.visits for _ in range(visit.trips)
    )
    top = [number for _, number in places.most_common(3)]
    observed = observed_rates().get(territory.code)
    year = weekday_equivalents(OBSERVED_YEAR, territory.assumed) * territory.assumed.general_scheme
    prices = unshared_fares(day, made, territory)
    vsl = prices[VehicleType.VSL]
    return {
        "trips": len(day.trips),
        "inhabitants": float(territory.towns.population.sum()),
        "vsl_trips": len(vsl),
        "taxi_trips": len(prices[VehicleType.TAXI]),
        "vsl_year": len(vsl) * year if observed else 0.0,
        "vsl_counted": observed.trips if observed else 0.0,
        "dialysis": sum(trip.motive == "dialysis" for trip in day.trips),
        "vsl_cars": cars[VehicleType.VSL],
        "taxis": cars[VehicleType.TAXI],
        "vsl_carriers": len(vsl_sizes),
        "taxi_firms": len(types) - len(vsl_sizes),
        "two_or_three": sum(size in (2, 3) for size in vsl_sizes),
        "vsl_fares": float(vsl.sum()),
        "taxi_fares": float(prices[VehicleType.TAXI].sum()),
        "loaded_km": sum(chain.loaded_km for _, chain in made.chains),
        "vsl_km": sum(chain.loaded_km for firm, chain in made.chains if firm.type is VehicleType.VSL),
        "empty_km": sum(chain.empty_km for _, chain in made.chains),
        "top_place": top[0] if top else 0,
        "top_three": sum(top),
        "cars_added": made.cars_added,
    }


def unshared_fares(day: Day, made: SynthDay, territory: Territory) -> dict[VehicleType, FloatArray]:
    """Return what each trip costs the payer alone and direct, in euros, by type of vehicle.

    The VSL fares are brought down by the reduction for two at the observed rate of sharing, as the published
    mean price holds shared trips too (*assumption*: they share by two). Taxis bill the empty return, and no
    sharing is taken off: no rate is published for them.
    """
    book = tariff_book(day.date, empty_return=True)
    in_city, care = book.big_city(day), book.hospital_care(day)
    index = {trip.id: number for number, trip in enumerate(day.trips)}
    at = {place.id: number for number, place in enumerate(day.places)}
    operators = {operator.id: operator for operator in day.operators}
    found: dict[VehicleType, list[FloatArray]] = {kind: [np.zeros(0)] for kind in VehicleType}
    for kind in VehicleType:
        for certified in (True, False):
            mine = [
                (index[made.trip_ids[ride.trip]], ride.km, start, firm.id)
                for firm, chain in made.chains
                if firm.type is kind and firm.certified is certified
                for ride, start in zip(chain.rides, chain.starts, strict=True)
            ]
            if not mine:
                continue
            numbers = [number for number, _, _, _ in mine]
            trips = [day.trips[number] for number in numbers]
            fares = book.fares(
                kind,
                operators[mine[0][3]],
                certified=certified,
                km=np.array([km for _, km, _, _ in mine]),
                aboard=1,
                alone_km=0.0,
                rate=book.supplement_rate(kind, day.date, np.array([start for _, _, start, _ in mine])),
                wheelchair=np.array([trip.wheelchair for trip in trips]),
                big_city=np.array(
                    [in_city[at[trip.origin]] or in_city[at[trip.destination]] for trip in trips]
                ),
                hospital_care=care[numbers],
            )
            if kind is VehicleType.VSL:
                shared = observed_rates().get(territory.code, observed_rates()["BFC"]).rate
                fares = fares * (1.0 - shared * float(book.vsl(certified).reduction[2]))
            found[kind].append(fares)
    return {kind: np.concatenate(parts) for kind, parts in found.items()}


def ratios(sums: dict[str, float]) -> dict[str, float]:
    """Return the figures of the facts, by the facts' names; those of nothing are left out."""

    def over(part: str, whole: str) -> float | None:
        return sums[part] / sums[whole] if sums[whole] else None

    loaded, empty = sums["loaded_km"], sums["empty_km"]
    figures = {
        "trips_average_department": sums["trips"] / sums["inhabitants"] * AVERAGE_INHABITANTS,
        "vsl_year": over("vsl_year", "vsl_counted"),
        "dialysis_share": over("dialysis", "trips"),
        "vsl_trips_per_car": over("vsl_trips", "vsl_cars"),
        "taxi_trips_per_car": over("taxi_trips", "taxis"),
        "vsl_per_carrier": over("vsl_cars", "vsl_carriers"),
        "taxis_per_firm": over("taxis", "taxi_firms"),
        "vsl_price": over("vsl_fares", "vsl_trips"),
        "taxi_price": over("taxi_fares", "taxi_trips"),
        "loaded_km": over("loaded_km", "trips"),
        "empty_share": empty / (loaded + empty) if loaded + empty else None,
        "two_or_three_vsl": over("two_or_three", "vsl_carriers"),
        "top_place": over("top_place", "trips"),
        "top_three_places": over("top_three", "trips"),
    }
    return {name: figure for name, figure in figures.items() if figure is not None}
