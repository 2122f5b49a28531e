"""What the optimizer reaches on a whole day: inside every company, and among all of them.

A company's day stands for itself and is planned as one. A pooled day of hundreds of cars is improved piece by
piece: the cars that work around one place are planned anew with the trips they carry, then those around
another, until the time is up.

References
----------
Taillard, É. and Voss, S. (2002). POPMUSIC: partial optimization metaheuristic under special intensification
conditions. doi:10.1007/978-1-4615-1507-4_27
"""

import math
import random
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sharedride.day.model import Day, VehicleType
from sharedride.planning.solution import Objective, Route
from sharedride.practice.neighbourhood import replan
from sharedride.rules import rules_of
from sharedride.tariffs import tariff_book

PIECE = 80
"""Trips of one piece of a pooled day."""

PIECE_SECONDS = 1.5
"""Time of one piece."""

LEAST_SECONDS = 0.2
"""Time a company has at least, however small."""


@dataclass(frozen=True)
class Reached:
    """Routes found; ``bound`` is proven where every company's is, else ``None``."""

    routes: tuple[Route, ...]
    bound: float | None = None


def in_companies(
    day: Day, routes: Sequence[Route], *, objective: Objective, seconds: float, seed: int = 0
) -> Reached:
    """Plan every company with its own cars and trips, starting from its routes.

    Parameters
    ----------
    routes
        A lawful plan of the day in which every trip is with its company.
    seconds
        For all companies together, shared out by trips; small companies are proven best sooner.
    """
    rules, book = rules_of(day, "decree"), tariff_book(day.date)
    cars: dict[str, list[int]] = defaultdict(list)
    for index, vehicle in enumerate(day.vehicles):
        cars[vehicle.operator].append(index)
    driven = {route.vehicle: route for route in routes}
    found: list[Route] = []
    bounds: list[float | None] = []
    for mine in cars.values():
        old = [driven[car] for car in mine if car in driven]
        if not old:
            continue
        share = seconds * sum(map(_trips, old)) / max(1, len(day.trips))
        new = replan(
            day,
            mine,
            old,
            book=book,
            rules=rules,
            objective=objective,
            seconds=max(LEAST_SECONDS, share),
            seed=seed,
        )
        found += new.routes
        bounds.append(new.bound)
    known = [bound for bound in bounds if bound is not None]
    bound = math.fsum(known) if len(known) == len(bounds) else None
    return Reached(tuple(sorted(found, key=lambda route: route.vehicle)), bound)


def among_all(
    day: Day, routes: Sequence[Route], *, objective: Objective, seconds: float, seed: int = 0
) -> Reached:
    """Plan a pooled day, starting from routes that serve it; piece by piece where it is large.

    Parameters
    ----------
    day
        The day with every trip free to any company.
    seconds
        For the whole day.
    """
    until = time.perf_counter() + seconds
    rules, book = rules_of(day, "decree"), tariff_book(day.date)
    luck = random.Random(seed)
    at = {place.id: (place.lat, place.lon) for place in day.places}
    spots = [at[place.id] for place in day.places]
    driven = {route.vehicle: route for route in routes}
    large = len(day.trips) > PIECE
    while (left := until - time.perf_counter()) > 0.0:
        types: dict[VehicleType, list[int]] = defaultdict(list)
        for car in driven:
            types[day.vehicles[car].type].append(car)
        kinds = sorted(types)
        kind = luck.choices(kinds, weights=[len(types[each]) for each in kinds])[0]
        cars = (
            _around(types[kind], driven, spots, luck)
            if large
            else [car for each in kinds for car in types[each]]
        )
        old = [driven[car] for car in cars]
        new = replan(
            day,
            sorted(cars),
            old,
            book=book,
            rules=rules,
            objective=objective,
            seconds=min(left, PIECE_SECONDS) if large else left,
            seed=luck.randrange(2**31),
            waits=_left_to_wait(day, driven, old, rules.wait_min),
        )
        for car in cars:
            del driven[car]
        driven |= {route.vehicle: route for route in new.routes}
        if not large:
            break
    return Reached(tuple(driven[car] for car in sorted(driven)))


def _left_to_wait(
    day: Day, driven: Mapping[int, Route], piece: Sequence[Route], limit: float
) -> dict[int, float]:
    """Minutes left for the trips of a piece whose visit's other trip is outside, by what that one waits."""
    inside = {trip for route in piece for stop in route.stops for trip in stop.board}
    waited: dict[tuple[str, str], float] = {}
    for route in driven.values():
        for stop in route.stops:
            for number in (*stop.board, *stop.alight):
                trip = day.trips[number]
                if number in inside or trip.visit is None:
                    continue
                if trip.appointment is not None and number in stop.alight:
                    waited[trip.patient, trip.visit] = trip.appointment - stop.service_start
                elif trip.ready is not None and number in stop.board:
                    waited[trip.patient, trip.visit] = stop.service_start - trip.ready
    left = {}
    for number in sorted(inside):
        trip = day.trips[number]
        if trip.visit is not None and (trip.patient, trip.visit) in waited:
            left[number] = limit - waited[trip.patient, trip.visit]
    return left


def _around(
    cars: Sequence[int],
    driven: Mapping[int, Route],
    spots: Sequence[tuple[float, float]],
    luck: random.Random,
) -> list[int]:
    """Cars whose stops lie about those of one of them, as many as carry a piece's trips."""
    middle = {car: _middle(driven[car], spots) for car in cars}
    seat = middle[luck.choice(cars)]
    # Some luck in the distance makes other pieces of the same neighbourhood.
    near = sorted(cars, key=lambda car: math.dist(middle[car], seat) + luck.uniform(0.0, 0.02))
    chosen: list[int] = []
    size = 0
    for car in near:
        size += _trips(driven[car])
        if size > PIECE and len(chosen) > 1:
            break
        chosen.append(car)
    return chosen


def _middle(route: Route, spots: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Mean of the stops, in degrees of latitude."""
    lats, lons = zip(*(spots[stop.place] for stop in route.stops), strict=True)
    lat = math.fsum(lats) / len(lats)
    return lat, math.cos(math.radians(lat)) * math.fsum(lons) / len(lons)


def _trips(route: Route) -> int:
    return sum(len(stop.board) for stop in route.stops)
