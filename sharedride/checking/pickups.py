"""The two further limits of avenant 11 (art. 4.1), for the rule sets that hold them."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from sharedride.checking.book import Book
from sharedride.checking.reading import Carried
from sharedride.checking.tolerance import METRES
from sharedride.checking.violation import Findings, Rule


def check_pickups(book: Book, all_carried: Iterable[Carried], found: Findings) -> None:
    """Note who is carried too far between two pick-ups of a ride, or after its last one."""
    rides: dict[tuple[str, str], list[Carried]] = defaultdict(list)
    for carried in all_carried:
        rides[carried.route.path, carried.ride].append(carried)
    for ride in rides.values():
        pickups = sorted({carried.board for carried in ride})
        for carried in ride:
            _after_last(book, carried, pickups[-1], found)
            for before, after in pairwise(pickups):
                _between(book, carried, before, after, found)


def _after_last(book: Book, carried: Carried, last: int, found: Findings) -> None:
    """Compare what is left of the way, once all have boarded, with the direct way from there."""
    limit = book.limits.detour_km_after_last_pickup
    if limit is None or carried.alight <= last:
        return
    stop = carried.route.stops[last]
    left = carried.alighting.odometer - stop.odometer
    extra = left - book.km(stop.place, carried.trip.destination)
    if extra > limit + METRES * (carried.alight - last + 1):
        trip = carried.trip.id
        message = f"trip {trip} rides {extra:.3f} km beyond the direct way after the last pick-up"
        path = f"{carried.path}.ridden_km"
        found.add(Rule.DETOUR_AFTER_LAST_PICKUP, path, message, trip=trip, value=extra, limit=limit)


def _between(book: Book, carried: Carried, before: int, after: int, found: Findings) -> None:
    """Compare the whole way via one pick-up with the whole way via the next, for who stays aboard."""
    limit = book.limits.detour_km_between_pickups
    if limit is None or not (carried.board <= before and after < carried.alight):
        return
    one, next_ = carried.route.stops[before], carried.route.stops[after]
    destination = carried.trip.destination
    extra = (
        next_.odometer - one.odometer + book.km(next_.place, destination) - book.km(one.place, destination)
    )
    if extra > limit + METRES * (after - before + 1):
        trip = carried.trip.id
        message = f"trip {trip} is carried {extra:.3f} km out of its way by the pick-up at {next_.place}"
        path = f"{carried.path}.ridden_km"
        found.add(Rule.DETOUR_BETWEEN_PICKUPS, path, message, trip=trip, value=extra, limit=limit)
