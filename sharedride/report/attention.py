"""What a dispatcher must look at: trips not served, sharing that costs, operators that share too little."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from sharedride.document import PlanDocument
from sharedride.ledger import Ledger, RideAccount
from sharedride.report.tables import titled_list
from sharedride.report.text import count, euros, percent

Row = tuple[str, str]


def attention(document: PlanDocument, accounts: Ledger, most: int | None) -> Iterator[RenderableType]:
    """Yield every list that is not empty, each cut after ``most`` rows."""
    advanced = ("Patients who advance the fare because they refuse to share", list(_advanced(accounts)))
    for title, rows in (*attention_lists(document, accounts), advanced):
        if rows:
            yield from titled_list(f"{title} ({len(rows)})", rows, most)


def attention_lists(document: PlanDocument, accounts: Ledger) -> list[tuple[str, list[Row]]]:
    """Return title and rows of every list that names trips, rides or operators, empty ones included."""
    lists = (
        ("Not served", _unserved(document)),
        ("Shared trips that cost the payer more than alone", _costlier(accounts)),
        (
            "Rides that save the payer and cost the operator, empty km aside",
            _rides(accounts, accounts.payer_gains_operator_loses),
        ),
        (
            "Rides that pay the operator and cost the payer, empty km aside",
            _rides(accounts, accounts.operator_gains_payer_loses),
        ),
        ("Operators that share too few VSL trips", _malus(accounts)),
    )
    return [(title, list(rows)) for title, rows in lists]


def _unserved(document: PlanDocument) -> Iterator[Row]:
    for trip in document.unserved:
        yield trip.id, trip.reason + (f": {trip.detail}" if trip.detail else "")


def _costlier(accounts: Ledger) -> Iterator[Row]:
    day = accounts.day
    for trip in sorted(accounts.costlier_shared, key=lambda trip: trip.solo_fare - trip.fare):
        others = ", ".join(day.trips[other].id for other in trip.with_)
        yield (
            day.trips[trip.trip].id,
            f"{euros(trip.fare)}, alone {euros(trip.solo_fare)}: "
            f"detour {trip.detour_km:.1f} km, aboard with {others}",
        )


def _rides(accounts: Ledger, rides: Sequence[RideAccount]) -> Iterator[Row]:
    for ride in sorted(rides, key=lambda ride: min(ride.payer_gain, ride.operator_gain)):
        trips = " + ".join(accounts.day.trips[trip].id for trip in ride.trips)
        gains = f"payer {_signed(ride.payer_gain)}, operator {_signed(ride.operator_gain)}"
        yield f"{accounts.day.vehicles[ride.vehicle].id}/{ride.ride}", f"{gains}: {trips}"


def _malus(accounts: Ledger) -> Iterator[Row]:
    limit = accounts.book.malus.shared_share
    for account in accounts.operators:
        rate = account.vsl.rate
        if rate is not None and rate < limit:
            yield (
                accounts.day.operators[account.operator].id,
                f"{account.vsl.shared} of {count(account.vsl.trips, 'VSL trip')} shared, {percent(limit, 0)} "
                f"are asked: malus {euros(account.malus)} if the year were like this day",
            )


def _advanced(accounts: Ledger) -> Iterator[Row]:
    for account in accounts.patients:
        if account.advanced:
            yield account.patient, euros(account.advanced)


def _signed(amount: float) -> str:
    return f"{'+' if round(amount, 2) > 0 else ''}{euros(amount)}"
