"""Some vehicles of a day with the trips they carry, planned as a small day of their own."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sharedride.day.model import Day
from sharedride.ledger import Ledger, ledger
from sharedride.planning.optimize import FULL_EFFORT, optimize
from sharedride.planning.solution import Objective, Route, Stop
from sharedride.rides.pool import EFFORT, RidePool, lawful_rides
from sharedride.rules import Rules
from sharedride.tariffs import TariffBook
from sharedride.travel import travel_table


@dataclass(frozen=True)
class Replanned:
    """Better routes of the same vehicles and trips, or the old ones.

    Attributes
    ----------
    value, bound
        In the objective's unit; ``bound`` is ``None`` where nothing is proven.
    """

    routes: tuple[Route, ...]
    value: float
    bound: float | None


def replan(
    day: Day,
    vehicles: Sequence[int],
    routes: Sequence[Route],
    *,
    book: TariffBook,
    rules: Rules,
    objective: Objective,
    seconds: float,
    seed: int,
    waits: Mapping[int, float] | None = None,
) -> Replanned:
    """Plan the trips of some vehicles' routes anew with those vehicles; never worse than it was.

    Parameters
    ----------
    vehicles, routes
        Indices of the vehicles that may drive, and the routes they have, in terms of ``day``.
    seconds
        Time for the search.
    waits
        Minutes of wait that trips may have whose visit's other trip is with none of these vehicles.
    """
    until = time.perf_counter() + seconds
    trips = sorted(trip for route in routes for stop in route.stops for trip in stop.board)
    small, places = _part(day, vehicles, trips)
    inwards = (_index(places), _index(trips), _index(vehicles))
    outwards = (dict(enumerate(places)), dict(enumerate(trips)), dict(enumerate(vehicles)))
    before = _renamed(routes, *inwards)
    table = travel_table(small)
    pool = lawful_rides(small, table, rules, effort=int(min(1.0, seconds / FULL_EFFORT) * EFFORT))
    allowed = {index: waits[trip] for index, trip in enumerate(trips) if trip in waits} if waits else {}
    found = optimize(
        small,
        table,
        rules,
        book,
        objective=objective,
        pool=_waiting(small, pool, allowed),
        given=before,
        time_limit=max(0.1, until - time.perf_counter()),
        seed=seed,
    ).solution
    old = ledger(small, table, before, book=book, rules=rules)
    new = ledger(small, table, found.routes, book=book, rules=rules)
    # A search that could not list every ride may miss one the old plan has.
    better = _worth(new, objective) >= _worth(old, objective)
    kept = _renamed(found.routes, *outwards) if better else tuple(routes)
    worth = max(_worth(new, objective), _worth(old, objective))
    return Replanned(kept, abs(worth[1]), found.bound if better else None)


def _part(day: Day, vehicles: Sequence[int], trips: Sequence[int]) -> tuple[Day, list[int]]:
    number = {place.id: index for index, place in enumerate(day.places)}
    used = {number[name] for trip in trips for name in (day.trips[trip].origin, day.trips[trip].destination)}
    used |= {number[name] for car in vehicles for name in (day.vehicles[car].start, day.vehicles[car].end)}
    places = sorted(used)
    owners = {day.vehicles[car].operator for car in vehicles}
    part = day.model_copy(
        update={
            "places": tuple(day.places[index] for index in places),
            "operators": tuple(operator for operator in day.operators if operator.id in owners),
            "vehicles": tuple(day.vehicles[car] for car in vehicles),
            "trips": tuple(day.trips[trip] for trip in trips),
        }
    )
    return part, places


def _waiting(day: Day, pool: RidePool, allowed: Mapping[int, float]) -> RidePool:
    """The rides, started so that no trip waits at its place of care for longer than it is allowed."""
    ride = pool.ride_of_member()
    earliest, latest = pool.earliest.copy(), pool.latest.copy()
    for trip, wait in allowed.items():
        mine = np.flatnonzero(pool.trip == trip)
        asked = day.trips[trip]
        if asked.appointment is not None:
            np.maximum.at(earliest, ride[mine], asked.appointment - wait - pool.alight_start[mine])
        elif asked.ready is not None:
            np.minimum.at(latest, ride[mine], asked.ready + wait - pool.board_start[mine])
    return replace(pool, earliest=earliest, latest=latest).take(np.flatnonzero(earliest <= latest))


def _index(items: Sequence[int]) -> dict[int, int]:
    return {item: index for index, item in enumerate(items)}


def _renamed(
    routes: Sequence[Route], place: Mapping[int, int], trip: Mapping[int, int], vehicle: Mapping[int, int]
) -> tuple[Route, ...]:
    return tuple(
        Route(
            vehicle[route.vehicle],
            tuple(
                Stop(
                    place[stop.place],
                    stop.arrival,
                    stop.service_start,
                    stop.departure,
                    tuple(trip[each] for each in stop.board),
                    tuple(trip[each] for each in stop.alight),
                )
                for stop in route.stops
            ),
        )
        for route in routes
    )


def _worth(accounts: Ledger, objective: Objective) -> tuple[int, float]:
    """Trips served, then the objective; more is better."""
    kpis = accounts.kpis
    value = {
        Objective.COST: -kpis.running_cost,
        Objective.SAVINGS: -kpis.payer.plan,
        Objective.MARGIN: kpis.margin,
        Objective.KM: -kpis.km,
        Objective.SHARED: float(kpis.all.shared),
    }[objective]
    return kpis.all.trips, value
