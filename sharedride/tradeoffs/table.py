"""The fronts as tables of text."""

from math import floor
from typing import TYPE_CHECKING

from sharedride.report.text import NOTHING, count, euros, km, percent

if TYPE_CHECKING:
    from sharedride.tradeoffs.frontier import Front, Frontier, FrontPoint

_TITLES = {
    "saving": "What the payer saves against what it costs the operators",
    "sharing": "How many trips are shared against the km driven",
}


def tables(frontier: "Frontier") -> str:
    """Both fronts, the supporting lines and the notes, as plain text."""
    lines = []
    for front in frontier.fronts:
        lines += [_TITLES[front.axes.name], ""]
        rows = _saving(front) if front.axes.name == "saving" else _sharing(front)
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines += ["  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)) for row in rows]
        lines += ["", *_proven(front), ""]
    served = frontier.fronts[0].points[0].figures.served
    lines.append(
        f"Every plan serves {served} of {count(frontier.trips, 'trip')}; no plan of a list beats another."
    )
    if frontier.interrupted:
        lines.append("Stopped before its end: plans in between are missing.")
    lines += [f"Note: {note}" for note in frontier.notes]
    return "\n".join(lines) + "\n"


def _saving(front: "Front") -> list[tuple[str, ...]]:
    head = ("plan", "running cost", "payer's bill", "payer saves", "no bill under*", "shared", "km")
    rows: list[tuple[str, ...]] = [
        (
            str(point.plan),
            euros(point.figures.running_cost),
            euros(point.figures.bill),
            euros(point.figures.saving),
            NOTHING if point.limit is None else euros(point.limit),
            percent(point.figures.shared_rate),
            km(point.figures.km),
        )
        for point in front.points
    ]
    return [head, *rows]


def _sharing(front: "Front") -> list[tuple[str, ...]]:
    head = ("plan", "km", "shared trips", "shared rate", "no more than*", "running cost", "payer saves")
    rows: list[tuple[str, ...]] = [
        (
            str(point.plan),
            km(point.figures.km),
            str(point.figures.shared),
            percent(point.figures.shared_rate),
            _most_shared(point),
            euros(point.figures.running_cost),
            euros(point.figures.saving),
        )
        for point in front.points
    ]
    return [head, *rows]


def _most_shared(point: "FrontPoint") -> str:
    return NOTHING if point.limit is None else str(floor(1e-6 - point.limit))


def _proven(front: "Front") -> list[str]:
    """The supporting lines in words."""
    if not front.lines:
        return ["Nothing is proven: give it more time."]
    sharing = front.axes.name == "sharing"
    figure = km if sharing else euros
    lines = ["* proven for every plan at that running cost or less, from these limits no plan passes:"]
    if sharing:
        lines = ["* proven for every plan of so many km or less, from these limits no plan passes:"]
    for line in sorted(front.lines, key=lambda line: (line.y_weight, -line.x_weight)):
        if line.y_weight == 0:
            name = "km" if sharing else "running cost"
            lines.append(f"  {name} >= {figure(line.at_least)}")
        elif line.x_weight == 0:
            lines.append(
                f"  shared trips <= {floor(1e-6 - line.at_least)}"
                if sharing
                else f"  payer's bill >= {euros(line.at_least)}"
            )
        elif sharing:
            weight = line.y_weight / line.x_weight
            lines.append(f"  km - {weight:.3f} x shared trips >= {line.at_least / line.x_weight:,.1f} km")
        else:
            weight = line.y_weight / line.x_weight
            lines.append(
                f"  running cost + {weight:.3f} x payer's bill >= {euros(line.at_least / line.x_weight)}"
            )
    return lines
