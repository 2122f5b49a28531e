"""A plan at hand, of whatever origin, in the terms of a problem: where the search may start from."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day
from sharedride.planning.incumbent import Incumbent
from sharedride.planning.problem import Duty, Problem
from sharedride.planning.solution import Route, Stop
from sharedride.planning.starts import as_driven
from sharedride.planning.trip_words import TripWords
from sharedride.rides.pool import RidePool, joined, lawful_rides
from sharedride.rules import Rules
from sharedride.travel import TravelTable

IntArray = npt.NDArray[np.int64]

ONE_SECOND = 1.0 / 60.0
"""Clocks are told to the second."""


def plan_of_routes(day: Day, problem: Problem, routes: Sequence[Route]) -> Incumbent | None:
    """Find the problem's duties that drive given routes.

    Rides that the problem does not know are passed over: those of other trips or vehicles, and unlawful
    ones. The times are found anew where those of the routes do not do; vehicles that cannot be driven beside
    the earlier ones are passed over too.

    Returns
    -------
    The plan, or ``None`` where nothing of the routes can be driven.
    """
    group_of = {
        vehicle: g
        for g, group in enumerate(problem.groups)
        if problem.counts[g]
        for vehicle in group.vehicles
    }
    words = TripWords(len(day.trips))
    codes: dict[int, IntArray] = {}
    duties: list[Duty] = []
    for route in routes:
        g = group_of.get(route.vehicle)
        if g is None or not len(problem.offers[g]):
            continue
        if g not in codes:
            codes[g] = words.each(problem.offers[g].ptr, problem.offers[g].trip)
        found = [_offer(problem, g, codes[g], words, stops) for stops in _rides(route)]
        kept = [entry for entry in found if entry is not None]
        if kept:
            duties.append(problem.duty(g, [o for o, _ in kept], [start for _, start in kept]))
    plan = as_driven(problem, duties)
    if plan is not None:
        return plan
    kept_duties: list[Duty] = []
    for duty in duties:
        longer = as_driven(problem, [*kept_duties, duty])
        if longer is not None:
            plan, kept_duties = longer, [*kept_duties, duty]
    return plan


def with_rides_of(
    day: Day, table: TravelTable, rules: Rules, pool: RidePool, routes: Sequence[Route]
) -> RidePool:
    """The rides of a pool, and those of patients whom given routes carry together and no ride of it does."""
    sets = sorted(
        {tuple(sorted(t for stop in stops for t in stop.board)) for r in routes for stops in _rides(r)}
    )
    if not sets:
        return pool
    words = TripWords(len(day.trips))
    asked = np.array([words.of(trips) for trips in sets])
    new = [sets[k] for k in np.flatnonzero(~np.isin(asked, words.each(pool.ptr, pool.trip))).tolist()]
    if not new:
        return pool
    own = [lawful_rides(day, table, rules, trips=trips) for trips in new]
    whole = [
        found.take(np.flatnonzero(np.diff(found.ptr) == len(trips)))
        for found, trips in zip(own, new, strict=True)
    ]
    return replace(joined([pool, *whole]), complete=False)


def _rides(route: Route) -> Iterator[list[Stop]]:
    """Stops of every ride of a route."""
    aboard = 0
    stops: list[Stop] = []
    for stop in route.stops:
        aboard += len(stop.board) - len(stop.alight)
        if stop.board or stop.alight:
            stops.append(stop)
        if stops and not aboard:
            yield stops
            stops = []


def _offer(
    problem: Problem, group: int, codes: IntArray, words: TripWords, stops: Sequence[Stop]
) -> tuple[int, float] | None:
    """The offer that carries the same patients between the same places, best at the planned start."""
    offer = problem.offers[group]
    start = stops[0].service_start
    code = words.of(trip for stop in stops for trip in stop.board)
    first, last = problem.place(stops[0].place), problem.place(stops[-1].place)
    alike = np.flatnonzero((codes == code) & (offer.first == first) & (offer.last == last))
    if not len(alike):
        return None
    off = np.maximum(np.maximum(offer.lo[alike] - start, start - offer.hi[alike]), 0.0)
    best = alike[np.lexsort((offer.primary[alike], np.where(off > ONE_SECOND, off, 0.0)))[0]]
    return int(best), float(np.clip(start, offer.lo[best], offer.hi[best]))
