"""The second reading of the law: a plan against its day, every rule and every figure."""

from datetime import date as Date

from sharedride.checking.aboard import check_company, check_loads
from sharedride.checking.bills import bill_trip
from sharedride.checking.book import Book
from sharedride.checking.entries import check_entry, check_lists
from sharedride.checking.kpis import check_kpis
from sharedride.checking.limits import limits_of
from sharedride.checking.patients import (
    check_carrier,
    check_detour,
    check_times,
    check_together,
    check_waits,
)
from sharedride.checking.pickups import check_pickups
from sharedride.checking.reading import Carried, read_routes
from sharedride.checking.routes import check_route
from sharedride.checking.solver import check_solver
from sharedride.checking.totals import Served, total
from sharedride.checking.violation import Findings, Rule, Violation
from sharedride.day.model import Day
from sharedride.document import PlanDocument, TripDocument


def check(
    day: Day,
    plan: PlanDocument,
    *,
    rules: str = "decree",
    tariff_date: Date | None = None,
    empty_return: bool = False,
    day_sha256: str | None = None,
) -> list[Violation]:
    """Compare a plan with the law, with its day and with its own figures.

    Nothing of the optimizer is used: only the day, its travel provider and the dated data files.

    Parameters
    ----------
    day
        The validated day.
    plan
        The plan document, of this program or any other.
    rules
        Name of the rule set in ``data/rules.toml``; the day's own overrides hold above it.
    tariff_date
        Date whose tariff prices the trips, by default the day's.
    empty_return
        Whether taxis bill the empty way back after hospital care; never in shared rides.
    day_sha256
        SHA-256 of the bytes of the day's file, in hex; compared when given.

    Returns
    -------
    Every violation found, in the order of the plan; empty for a lawful plan with correct figures. Times
    are granted 1 s and distances 2 m a stop, amounts one cent, sums half a cent an amount.

    Raises
    ------
    InputError
        When there is no such rule set, or a tariff amount the plan needs is not known.
    """
    found = Findings()
    book = Book.of(day, limits_of(day, rules))
    _check_day(day, plan, day_sha256, found)
    _check_travel(book, plan, found)

    routes, carried_trips = read_routes(book, plan, found)
    for route in routes:
        check_route(route, found)
        check_loads(book, route, found)
    for carried in carried_trips:
        check_company(book, carried, found)
        check_carrier(carried, found)
        check_times(carried, found)
        check_detour(book, carried, found)
    check_together(carried_trips, found)
    check_waits(book, carried_trips, found)
    check_pickups(book, carried_trips, found)

    by_trip: dict[str, Carried] = {carried.trip.id: carried for carried in carried_trips}
    check_lists(book, plan, by_trip, found)
    entries: dict[str, TripDocument] = {entry.id: entry for entry in reversed(plan.trips)}
    served = [
        Served(
            carried,
            bill_trip(book, carried, entries.get(trip), tariff_date or day.date, empty_return=empty_return),
        )
        for trip, carried in by_trip.items()
    ]
    bills = {item.carried.trip.id: item.bill for item in served}
    for index, entry in enumerate(plan.trips):
        if entry.id in bills:
            check_entry(book, f"trips[{index}]", entry, by_trip[entry.id], bills[entry.id], found)

    totals = total(book, routes, served)
    check_kpis(book, plan.kpis, totals, served, found)
    check_solver(plan.solver, totals, found)
    return found.violations


def _check_day(day: Day, plan: PlanDocument, sha256: str | None, found: Findings) -> None:
    if plan.day.date != day.date:
        message = f"the plan is of {plan.day.date}, the day of {day.date}"
        found.add(Rule.DAY, "day.date", message, value=str(plan.day.date), limit=str(day.date))
    if sha256 is not None and plan.day.sha256.lower() != sha256.lower():
        message = "the plan was made from another version of the day's file"
        found.add(Rule.DAY, "day.sha256", message, value=plan.day.sha256, limit=sha256)


def _check_travel(book: Book, plan: PlanDocument, found: Findings) -> None:
    """Hold what the plan says its distances are from against the day; other software may not say it."""
    if plan.travel is None:
        return
    billed = book.day.billed_travel
    for key, printed, exact in (
        ("model", plan.travel.model, book.day.travel.model),
        ("billed_model", plan.travel.billed_model, None if billed is None else billed.model),
        ("data_version", plan.travel.data_version, book.data_version),
    ):
        if printed != exact:
            message = (
                f"the distances are checked by {key} {exact or 'none'}, the plan names {printed or 'none'}"
            )
            found.add(Rule.KM, f"travel.{key}", message, value=printed, limit=exact)
