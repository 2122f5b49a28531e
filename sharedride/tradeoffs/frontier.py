"""What a sweep answers: the fronts, the plans on them, and what is proven below them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sharedride.report.files import write_whole
from sharedride.report.result import Result
from sharedride.tradeoffs.axes import Axes, Figures
from sharedride.tradeoffs.front import Line, least_x, least_y

FRONTIER_SCHEMA = "sharedride/frontier/1"


@dataclass(frozen=True)
class FrontPoint:
    """A plan on a front.

    Attributes
    ----------
    plan
        Number of the plan, from 1.
    limit
        Least ``y`` proven for any plan whose ``x`` is no higher; ``None`` where nothing is proven.
    """

    plan: int
    figures: Figures
    limit: float | None


@dataclass(frozen=True)
class Front:
    """One trade-off: its points by rising ``x``, and the supporting lines that no plan can cross."""

    axes: Axes
    points: tuple[FrontPoint, ...]
    lines: tuple[Line, ...]

    @property
    def least_x(self) -> float | None:
        """Least ``x`` proven for any plan."""
        return least_x(self.lines)


def front_of(axes: Axes, plans: Sequence[tuple[int, Figures]], lines: Sequence[Line]) -> Front:
    """Put plans on a front, each with the limit proven at its place."""
    return Front(
        axes=axes,
        points=tuple(
            FrontPoint(number, figures, least_y(lines, axes.xy(figures)[0])) for number, figures in plans
        ),
        lines=tuple(lines),
    )


@dataclass(frozen=True)
class Frontier:
    """Both trade-offs of a day, with a plan for every point. Prints as tables.

    Attributes
    ----------
    plans
        The plans, number 1 first, without those on no front.
    notes
        What a reader of the figures must be told.
    interrupted
        Whether the sweep was stopped before its end.
    """

    fronts: tuple[Front, ...]
    plans: tuple[Result, ...]
    trips: int
    date: str
    sha256: str
    notes: tuple[str, ...] = ()
    interrupted: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the fronts as the JSON document holds them: euros to the cent, km to the metre."""
        return {
            "schema": FRONTIER_SCHEMA,
            "day": {"date": self.date, "sha256": self.sha256, "trips": self.trips},
            "interrupted": self.interrupted,
            "fronts": [_front(front) for front in self.fronts],
            "notes": list(self.notes),
        }

    def to_json(self) -> str:
        """Return the JSON document, ending in a newline."""
        return json.dumps(self.as_dict(), indent=1, ensure_ascii=False) + "\n"

    def svg(self) -> str:
        """Return the picture of both fronts."""
        from sharedride.tradeoffs.picture import picture

        return picture(self)

    def write(self, path: str | Path) -> None:
        """Write the picture where the name ends in ``.svg``, else the JSON; whole or not at all.

        Raises
        ------
        InputError
            When the file cannot be written.
        """
        target = Path(path)
        text = self.svg() if target.suffix.lower() == ".svg" else self.to_json()
        write_whole(target, text.encode("utf-8"))

    def __str__(self) -> str:
        from sharedride.tradeoffs.table import tables

        return tables(self)


def renumbered(fronts: Sequence[Front]) -> tuple[tuple[Front, ...], list[int]]:
    """Number the plans by their place on the fronts, and list their old numbers in that order."""
    order = list(dict.fromkeys(point.plan for front in fronts for point in front.points))
    number = {old: new for new, old in enumerate(order, start=1)}
    return (
        tuple(
            replace(front, points=tuple(replace(p, plan=number[p.plan]) for p in front.points))
            for front in fronts
        ),
        order,
    )


def _front(front: Front) -> dict[str, Any]:
    sign = -1.0 if front.axes.y == "shared" else 1.0
    limit = "shared_at_most" if front.axes.y == "shared" else "payer_bill_at_least"
    x_bound = front.least_x
    return {
        "name": front.axes.name,
        "x": front.axes.x,
        "y": front.axes.y,
        f"{front.axes.x}_at_least": None if x_bound is None else round(x_bound, 3),
        "points": [
            {
                "plan": point.plan,
                "served": point.figures.served,
                "running_cost": round(point.figures.running_cost, 2),
                "payer_bill": round(point.figures.bill, 2),
                "payer_saving": round(point.figures.saving, 2),
                "km": round(point.figures.km, 3),
                "shared": point.figures.shared,
                "shared_rate": round(point.figures.shared_rate, 6),
                limit: None if point.limit is None else round(sign * point.limit, 3),
            }
            for point in front.points
        ],
        # Each says: the weighted sum of the two is at least this for every plan.
        "proven": [
            {
                front.axes.x: round(line.x_weight, 9),
                front.axes.y: round(sign * line.y_weight, 9),
                "at_least": round(line.at_least, 6),
            }
            for line in front.lines
        ],
    }
