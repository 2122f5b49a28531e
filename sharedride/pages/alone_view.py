"""Why each lonely trip is alone, and the one change that would let it share."""

from dataclasses import dataclass

from sharedride.document import TripDocument
from sharedride.pages.facts import Facts
from sharedride.pages.words import ALONE
from sharedride.report.breakdown import reason_counts
from sharedride.report.relaxation import Relaxation
from sharedride.report.relaxed import Gives


@dataclass(frozen=True)
class AloneRow:
    """A lonely trip: its reason with the figure, and what one change would do about it."""

    id: str
    vehicle: str
    code: str
    reason: str
    partner: str
    detail: str
    change: str
    with_: str
    extra_km: float | None


@dataclass(frozen=True)
class AloneView:
    """Lonely trips by what can be done: one change would do, lawful already, nothing to change."""

    total: int
    counts: tuple[tuple[str, str, int], ...]
    one_change: tuple[AloneRow, ...]
    lawful: tuple[AloneRow, ...]
    fixed: tuple[AloneRow, ...]


_ORDER = tuple(Gives)


def alone_view(facts: Facts) -> AloneView:
    """Sort the lonely trips by what can be done about them, the smallest change first."""
    change, lawful, fixed = [], [], []
    for trip in facts.document.trips:
        if trip.alone_because is None:
            continue
        relaxed = facts.relaxations.get(facts.trip_index[trip.id])
        row = _row(facts, trip, relaxed)
        if trip.alone_because in ("NOT_WORTH_IT", "NOT_PROVEN"):
            lawful.append(row)
        elif relaxed is not None and relaxed.gives is not Gives.NOTHING:
            change.append(((_ORDER.index(relaxed.gives), relaxed.amount), row))
        else:
            fixed.append(row)
    change.sort(key=lambda item: item[0])
    counts = reason_counts(facts.document)
    return AloneView(
        total=len(change) + len(lawful) + len(fixed),
        counts=tuple((code, ALONE[code], number) for code, number in counts),
        one_change=tuple(row for _, row in change),
        lawful=tuple(lawful),
        fixed=tuple(fixed),
    )


def _row(facts: Facts, trip: TripDocument, relaxed: Relaxation | None) -> AloneRow:
    assert trip.alone_because is not None
    with_ = facts.trip(relaxed.partner).id if relaxed is not None else ""
    return AloneRow(
        id=trip.id,
        vehicle=trip.vehicle,
        code=trip.alone_because,
        reason=ALONE[trip.alone_because],
        partner=trip.alone_partner or "",
        detail=_detail(trip, relaxed),
        change=relaxed.words if relaxed is not None else "",
        with_=with_,
        extra_km=relaxed.extra_km if relaxed is not None else None,
    )


def _detail(trip: TripDocument, relaxed: Relaxation | None) -> str:
    told = trip.alone_detail or ""
    # Of a consent the plan tells only that it is missing, not what it would bring.
    if relaxed is None or relaxed.gives is not Gives.CONSENT:
        return told
    return "; ".join(part for part in (told, relaxed.detail) if part)
