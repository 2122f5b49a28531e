"""Where sharing costs the payer more than riding alone, and how often."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Row = dict[str, Any]
Group = tuple[str, bool, int]
Counts = dict[Group, tuple[int, int, float]]

BANDS_KM = (10.0, 20.0, 40.0)
"""Where the classes of direct km part."""


def dearer(trips: Iterable[Row]) -> Counts:
    """Count a plan's shared trips by type of car, certification and class of direct km.

    Returns
    -------
    By group: shared trips, those that cost the payer more than riding alone, and by how much, euros.
    """
    found: Counts = {}
    for trip in trips:
        if not trip.get("shared"):
            continue
        vsl = trip["vehicle_type"] == "vsl"
        group = trip["vehicle_type"], vsl and trip["certified"], bisect_right(BANDS_KM, trip["direct_km"])
        shared, more, euros = found.get(group, (0, 0, 0.0))
        extra = trip["fare"] - trip["solo_fare"]
        found[group] = shared + 1, more + (extra > 0), euros + max(0.0, extra)
    return found


def dearer_table(plans: Sequence[Row]) -> list[str]:
    """Return the groups of some plans as lines of a Markdown table; each row has its ``dearer`` counts."""
    total: Counts = {}
    for plan in plans:
        for group, counts in plan["dearer"].items():
            before = total.get(group, (0, 0, 0.0))
            total[group] = before[0] + counts[0], before[1] + counts[1], before[2] + counts[2]
    lines = ["| car | direct km | shared trips | dearer than alone | by, € |", "|---|---|---:|---:|---:|"]
    for (kind, certified, band), (shared, more, euros) in sorted(
        total.items(), key=lambda item: (item[0][0] != "vsl", item[0][1], item[0][2])
    ):
        car = "taxi" if kind != "vsl" else f"VSL, {'certified' if certified else 'not certified'}"
        lines.append(f"| {car} | {_band(band)} | {shared} | {more} ({more / shared:.1%}) | {euros:.2f} |")
    return lines


def _band(band: int) -> str:
    if band == 0:
        return f"under {BANDS_KM[0]:g}"
    if band == len(BANDS_KM):
        return f"{BANDS_KM[-1]:g} and more"
    return f"{BANDS_KM[band - 1]:g} to {BANDS_KM[band]:g}"
