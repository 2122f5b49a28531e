"""A plan at hand, of whatever origin, in the terms of a problem: where the search may start from."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day
from sharedride.planning.incumbent import Incumbent, timed_duties
from sharedride.planning.problem import Duty, Problem
from sharedride.planning.solution import Route, Stop
from sharedride.planning.starts import as_driven
from sharedride.planning.trip_words import TripWords
from sharedride.rides.constraints import Fleet, fleet_of
from sharedride.rides.pool import EFFORT, RidePool, joined, lawful_rides
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
    sets = {tuple(sorted(t for stop in stops for t in stop.board)) for r in routes for stops in _rides(r)}
    return with_rides_among(day, table, rules, pool, sets)


def rides_among(
    day: Day, pool: RidePool, trips: Sequence[int], sets: Collection[tuple[int, ...]]
) -> IntArray:
    """Rides of a pool among some trips: those of up to two patients, or of all patients of a set."""
    words = TripWords(len(day.trips))
    asked = np.array([words.of(ride) for ride in sets], np.int64)
    known = (np.diff(pool.ptr) <= 2) | np.isin(words.each(pool.ptr, pool.trip), asked)
    return np.flatnonzero(known & np.isin(pool.trip[pool.ptr[:-1]], trips))


def plan_among(problem: Problem, plan: Incumbent, fewer: Problem, kept: IntArray) -> Incumbent | None:
    """A plan in the terms of a problem on the same vehicles that has fewer of its rides.

    Parameters
    ----------
    kept
        Ride of the plan's problem that each of the first rides of the other one is, ascending.

    Returns
    -------
    The plan, or ``None`` where one of its rides is not among them.
    """
    duties = []
    for duty in timed_duties(plan):
        ride = problem.offers[duty.group].ride[list(duty.offers)]
        number = np.searchsorted(kept, ride)
        own = fewer.offers[duty.group].ride
        order = np.argsort(own, kind="stable")
        place = np.searchsorted(own, number, sorter=order)
        if (place >= len(own)).any() or (number >= len(kept)).any():
            return None
        found = order[place]
        if (kept[number] != ride).any() or (own[found] != number).any():
            return None
        duties.append(fewer.duty(duty.group, found.tolist(), duty.starts))
    return as_driven(fewer, duties)


def with_rides_among(
    day: Day,
    table: TravelTable,
    rules: Rules,
    pool: RidePool,
    sets: Collection[tuple[int, ...]],
    *,
    effort: int = EFFORT,
    fleet: Fleet | None = None,
) -> RidePool:
    """The rides of a pool, and those that carry all patients of a set, where no ride of it does.

    Parameters
    ----------
    effort
        Steps that listing the rides of one set may take; a set that asks for more gets none.
    """
    words = TripWords(len(day.trips))
    ordered = sorted(sets)
    asked = np.array([words.of(trips) for trips in ordered], np.int64)
    new = [ordered[k] for k in np.flatnonzero(~np.isin(asked, words.each(pool.ptr, pool.trip))).tolist()]
    if not new:
        return pool
    fleet = fleet or fleet_of(day)
    own = [lawful_rides(day, table, rules, trips=trips, effort=effort, fleet=fleet) for trips in new]
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
