"""The pictures of a study as SVG: each policy beside the first, and what the difference rests on."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from sharedride.errors import InputError, Problem
from sharedride.study.pairs import mean_and_spread, pairs
from sharedride.study.sensitivity import tornado
from sharedride.study.summary import CHART, TORNADO

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sharedride.study.sensitivity import Tornado
    from sharedride.study.spec import Study

Row = dict[str, Any]

PAYER, OPERATOR, GREY = "#0072b2", "#d55e00", "#777777"
"""Colours told apart by colour-blind readers too (Okabe and Ito)."""


def check_matplotlib() -> None:
    """Make sure pictures can be drawn, before hours are spent on plans.

    Raises
    ------
    InputError
        When the library is missing.
    """
    from importlib.util import find_spec

    if find_spec("matplotlib") is None:
        message = "drawing charts needs matplotlib: pip install 'sharedride[study]'"
        raise InputError([Problem("study", message)])


def charts(study: Study, plans: Sequence[Row], varied: Sequence[Row]) -> dict[str, bytes]:
    """Draw what the page of results shows; the same rows give the same bytes.

    Parameters
    ----------
    plans, varied
        Rows of the table of plans: those of the study proper, and those of its sensitivity.

    Returns
    -------
    SVG by file name.
    """
    drawn = {}
    if plans:
        drawn[CHART] = svg(lambda: _policies(study, plans))
    found = tornado(study, plans, varied)
    if found is not None:
        drawn[TORNADO] = svg(lambda: _tornado(found))
    return drawn


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure, in inches; it draws without a display and nothing global remembers it."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasSVG(figure)
    return figure


def svg(draw: Callable[[], Figure]) -> bytes:
    """Draw a figure as SVG whose text is text; no date, so that the same figure gives the same bytes."""
    from matplotlib import rc_context

    file = io.BytesIO()
    style = rc_context(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "sharedride",
            "font.size": 8,
            "axes.titlesize": 9,
            "legend.fontsize": 7,
        }
    )
    with style:
        draw().savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()


def _policies(study: Study, plans: Sequence[Row]) -> Figure:
    """Per objective: change per served trip with its spread over days, and the shared rates."""
    names = [policy.name for policy in study.policies]
    count = len(study.objectives)
    figure = new_figure(9.0, (0.9 + 0.38 * len(names)) * count)
    grid = figure.subplots(count, 2, squeeze=False, width_ratios=(3, 2))
    for (left, right), objective in zip(grid, study.objectives, strict=True):
        mine = [plan for plan in plans if plan["objective"] == objective]
        _changes(left, names, mine)
        _rates(right, names, mine)
        left.set_title(f"planned for {objective}", loc="left")
    return figure


def _changes(axes: Axes, names: Sequence[str], plans: Sequence[Row]) -> None:
    for shift, column, colour, word in (
        (-0.19, "payer_plan", PAYER, "payer's bill"),
        (0.19, "margin", OPERATOR, "operators' margin"),
    ):
        for row, name in enumerate(names[1:], start=1):
            changes = [
                (new[column] - old[column]) / max(1, new["served"])
                for old, new in pairs(plans, names[0], name)
            ]
            if changes:
                mean, spread = mean_and_spread(changes)
                label = word if row == 1 else None
                axes.barh(row + shift, mean, 0.36, xerr=spread, color=colour, ecolor=GREY, label=label)
    axes.axvline(0.0, color="black", linewidth=0.8)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlabel("€ a trip against the first; line: standard deviation over days")
    _legend_above(axes)


def _rates(axes: Axes, names: Sequence[str], plans: Sequence[Row]) -> None:
    for row, name in enumerate(names):
        mine = [plan for plan in plans if plan["policy"] == name]
        for shift, part, whole, colour, word in (
            (-0.19, "vsl_shared", "vsl_trips", GREY, "VSL"),
            (0.19, "shared", "served", "#bbbbbb", "VSL and taxi"),
        ):
            total = sum(plan[whole] for plan in mine)
            rate = 100.0 * sum(plan[part] for plan in mine) / total if total else 0.0
            axes.barh(row + shift, rate, 0.36, color=colour, label=word if row == 0 else None)
    axes.set_yticks(range(len(names)), [])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlabel("shared trips, %")
    _legend_above(axes)


def _legend_above(axes: Axes) -> None:
    """Put the legend where no bar is."""
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, frameon=False, borderpad=0.0)


def _tornado(found: Tornado) -> Figure:
    figure = new_figure(9.0, 1.2 + 0.45 * len(found.swings))
    panels = figure.subplots(1, 2, sharey=True)
    for axes, name, colour, word in zip(
        panels, ("payer", "margin"), (PAYER, OPERATOR), ("payer's bill", "operators' margin"), strict=True
    ):
        middle = getattr(found.headline, name)
        for row, swing in enumerate(found.swings):
            for end, at, shade, shift in zip(swing.ends, swing.at, (0.45, 0.9), (-0.2, 0.2), strict=True):
                if at is None:
                    continue
                value = getattr(at, name)
                right = value >= middle
                axes.barh(row + shift, value - middle, 0.38, left=middle, color=colour, alpha=shade)
                axes.annotate(
                    f"{end:g}",
                    (value, row + shift),
                    (3 if right else -3, 0),
                    textcoords="offset points",
                    ha="left" if right else "right",
                    va="center",
                    fontsize=6,
                )
        axes.axvline(middle, color="black", linewidth=0.8)
        # The bars' foot would else be the edge of the picture.
        axes.use_sticky_edges = False
        axes.margins(x=0.15)
        axes.set_xlabel(f"{word}, € a trip; pale: low end, full: high end")
    panels[0].set_yticks(range(len(found.swings)), [swing.assumption for swing in found.swings])
    panels[0].invert_yaxis()
    figure.suptitle(f"“{found.policy}” against “{found.base}”, planned for {found.objective}", fontsize=9)
    return figure
