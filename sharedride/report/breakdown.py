"""How many trips ride alone for which reason."""

from collections import Counter

from sharedride.document import AloneCode, PlanDocument


def reason_counts(document: PlanDocument) -> list[tuple[AloneCode, int]]:
    """Return the reasons and how many served trips have each, the most frequent first."""
    counts = Counter(trip.alone_because for trip in document.trips if trip.alone_because is not None)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
