"""Why trips ride alone: how many for which reason, and each with its best partner."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from sharedride.document import AloneCode, PlanDocument, TripDocument
from sharedride.report.breakdown import reason_counts
from sharedride.report.tables import titled_list

_WORDS: dict[AloneCode, str] = {
    "INCOMPATIBLE": "the prescription forbids sharing",
    "REFUSED": "the patient refuses to share",
    "LOCKED": "the dispatcher fixed it so",
    "EXCLUDED": "kept apart from who could have shared",
    "NO_NEIGHBOUR": "nobody goes near enough at that time",
    "DETOUR": "somebody's detour would be too long",
    "WAIT": "somebody's wait would be too long",
    "TIME": "the clock does not allow it",
    "SEATS": "too few seats",
    "OPERATOR": "the partner chose another operator",
    "VEHICLE_TYPE": "no type of vehicle is allowed to both",
    "NOT_WORTH_IT": "lawful, but the plan is better without",
    "NOT_PROVEN": "the search did not settle it",
}
_SETTLED_BY_THE_DAY = ("INCOMPATIBLE", "REFUSED", "LOCKED")


def lonely(document: PlanDocument, most: int | None) -> Iterator[RenderableType]:
    """Yield how many served trips ride alone for which reason, then one row each, at most ``most``.

    Cut short, the rows are of trips somebody could still do something about, of as many reasons as fit.
    """
    alone = [trip for trip in document.trips if trip.alone_because is not None]
    if not alone:
        return
    rows = [(f"{number:>3} {code}", _WORDS[code]) for code, number in reason_counts(document)]
    yield from titled_list(f"Riding alone ({len(alone)})", rows, None)
    telling = alone if most is None else _examples(alone)
    if telling:
        title = "One by one" if most is None else "For example"
        yield from titled_list(title, [_row(trip) for trip in telling], most)


def _examples(alone: Sequence[TripDocument]) -> list[TripDocument]:
    """First one trip of each reason, then the others, without those the day itself settles."""
    telling = [trip for trip in alone if trip.alone_because not in _SETTLED_BY_THE_DAY]
    seen: Counter[str | None] = Counter()
    rank = {}
    for trip in telling:
        rank[trip.id] = seen[trip.alone_because]
        seen[trip.alone_because] += 1
    return sorted(telling, key=lambda trip: rank[trip.id])


def _row(trip: TripDocument) -> tuple[str, str]:
    partner = f"with {trip.alone_partner}" if trip.alone_partner else ""
    return trip.id, f"{trip.alone_because}, {trip.alone_detail or partner}".removesuffix(", ")
