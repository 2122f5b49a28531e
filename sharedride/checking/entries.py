"""The lists of trips: every trip of the day once, and every printed figure recomputed."""

from collections.abc import Mapping

from sharedride.checking.bills import Bill
from sharedride.checking.book import Book
from sharedride.checking.reading import Carried
from sharedride.checking.tolerance import CENT, METRES, SECOND
from sharedride.checking.violation import Findings, Rule
from sharedride.clock import format_clock, parse_clock
from sharedride.document import PlanDocument, TripDocument


def check_lists(book: Book, plan: PlanDocument, served: Mapping[str, Carried], found: Findings) -> None:
    """Note trips that are in no list, in two, or in the wrong one."""
    described = _once(book, [(f"trips[{i}].id", entry.id) for i, entry in enumerate(plan.trips)], found)
    unserved = _once(book, [(f"unserved[{i}].id", item.id) for i, item in enumerate(plan.unserved)], found)
    for trip, path in described.items():
        if trip not in served:
            message = f"trip {trip} is described as served, no route carries it from boarding to alighting"
            found.add(Rule.MISSING_TRIP, path, message, trip=trip)
    for trip, path in unserved.items():
        if trip in served or trip in described:
            found.add(Rule.SERVED_TWICE, path, f"trip {trip} is both served and unserved", trip=trip)
    for trip in book.trips:
        if trip in served and trip not in described:
            message = f"trip {trip} is carried by {served[trip].vehicle.id} and not described"
            found.add(Rule.MISSING_TRIP, "trips", message, trip=trip)
        elif trip not in served and trip not in described and trip not in unserved:
            message = f"trip {trip} of the day is neither served nor listed as unserved"
            found.add(Rule.MISSING_TRIP, "unserved", message, trip=trip)


def _once(book: Book, listed: list[tuple[str, str]], found: Findings) -> dict[str, str]:
    """Return the first place each known trip is listed at, noting unknown and repeated ones."""
    first: dict[str, str] = {}
    for path, trip in listed:
        if trip not in book.trips:
            found.add(Rule.UNKNOWN_ID, path, f"the day has no trip {trip}", trip=trip)
        elif trip in first:
            found.add(Rule.SERVED_TWICE, path, f"trip {trip} is listed twice", trip=trip)
        else:
            first[trip] = path
    return first


def check_entry(
    book: Book, path: str, entry: TripDocument, carried: Carried, bill: Bill, found: Findings
) -> None:
    """Note every printed figure of one served trip that its route does not bear out."""

    def differs(rule: Rule, key: str, value: float | str, exact: float | str) -> None:
        message = f"{key} of trip {entry.id} is {_show(exact)} by the route, not {_show(value)}"
        found.add(
            rule,
            f"{path}.{key}",
            message,
            trip=entry.id,
            vehicle=carried.vehicle.id,
            value=value,
            limit=exact,
        )

    if entry.vehicle != carried.vehicle.id:
        differs(Rule.TRIP_VEHICLE, "vehicle", entry.vehicle, carried.vehicle.id)
    if entry.ride != carried.ride:
        differs(Rule.RIDE_ID, "ride", entry.ride, carried.ride)
    for rule, key, clock, minute in (
        (Rule.PICKED_UP, "picked_up", entry.picked_up, carried.boarding.service_start),
        (Rule.DROPPED_OFF, "dropped_off", entry.dropped_off, carried.alighting.departure),
    ):
        if abs(parse_clock(clock) - minute) > SECOND:
            differs(rule, key, clock, format_clock(minute))

    metres = METRES * carried.stop_count
    figures = [
        (Rule.KM, "direct_km", entry.direct_km, carried.direct_km, METRES),
        (Rule.KM, "ridden_km", entry.ridden_km, carried.ridden_km, metres),
        (Rule.KM, "detour_km", entry.detour_km, carried.detour_km, metres),
        (
            Rule.DETOUR_LIMIT,
            "detour_limit_km",
            entry.detour_limit_km,
            book.limits.detour_km(carried.aboard),
            METRES,
        ),
        (Rule.ABOARD, "aboard", entry.aboard, carried.aboard, 0.0),
        (Rule.WAIT_MIN, "wait_min", entry.wait_min, carried.wait_min, SECOND),
        (Rule.FARE, "fare", entry.fare, float(bill.declared.fare), CENT),
        (Rule.SOLO_FARE, "solo_fare", entry.solo_fare, float(bill.declared.solo_fare), CENT),
    ]
    for key, printed, billed, tolerance in (
        ("billed_km", entry.billed_km, carried.billed_km, metres),
        ("billed_solo_km", entry.billed_solo_km, carried.billed_solo_km, METRES),
    ):
        # Other software may leave them out: the fares hold the distances all the same.
        if printed is not None:
            figures.append((Rule.KM, key, printed, billed, tolerance))
    for rule, key, value, exact, tolerance in figures:
        if abs(value - exact) > tolerance:
            differs(rule, key, value, exact)
    if entry.shared != carried.shared:
        differs(Rule.SHARED, "shared", str(entry.shared).lower(), str(carried.shared).lower())
    if len(entry.with_) != len(carried.companions) or set(entry.with_) != carried.companions:
        differs(Rule.WITH, "with", ", ".join(entry.with_), ", ".join(sorted(carried.companions)))
    _alone_because(book, path, entry, carried, found)


def _alone_because(book: Book, path: str, entry: TripDocument, carried: Carried, found: Findings) -> None:
    code, trip = entry.alone_because, carried.trip
    partner = book.trips.get(entry.alone_partner) if entry.alone_partner is not None else None
    problem = None
    if carried.shared and code is not None:
        problem = f"trip {trip.id} is shared, yet says why it is alone"
    elif not carried.shared and code is None:
        problem = f"trip {trip.id} is alone and does not say why"
    elif entry.alone_partner is not None and (partner is None or partner is trip):
        problem = f"the partner of trip {trip.id}, {entry.alone_partner}, is no other trip of the day"
    elif code == "INCOMPATIBLE" and not any(it.share_incompatible for it in (trip, partner or trip)):
        problem = f"nothing in the day says that trip {trip.id} is not compatible with sharing"
    elif code == "REFUSED" and not any(it.refuses_sharing for it in (trip, partner or trip)):
        problem = f"nothing in the day says that the patient of trip {trip.id} refuses sharing"
    if problem is not None:
        found.add(Rule.ALONE_BECAUSE, f"{path}.alone_because", problem, trip=trip.id, value=code)


def _show(figure: float | str) -> str:
    return figure or "nothing" if isinstance(figure, str) else f"{figure:.6g}"
