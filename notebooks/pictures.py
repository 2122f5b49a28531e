"""Drawings of a plan for the notebooks."""

from collections.abc import Iterable
from math import cos, radians

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from sharedride import Day, PlanDocument
from sharedride.clock import parse_clock

_ABOARD = ("#9aa3ad", "#2f6fb0", "#d9822b", "#b03a2e")
_WORDS = ("nobody aboard", "one patient", "two patients", "three or more")
_SYMBOLS = {"care": "P", "home": "o", "depot": "s"}


def draw_map(day: Day, plan: PlanDocument) -> Figure:
    """Draw where each vehicle goes, as the crow flies, coloured by how many patients are aboard."""
    places = {place.id: place for place in day.places}
    figure, axes = plt.subplots(figsize=(6.5, 4.5), dpi=80)
    for route in plan.routes:
        aboard = 0
        for here, there in zip(route.stops, route.stops[1:], strict=False):
            aboard += len(here.board) - len(here.alight)
            start, end = places[here.place], places[there.place]
            if start.id != end.id:
                axes.annotate(
                    "",
                    (end.lon, end.lat),
                    (start.lon, start.lat),
                    arrowprops={
                        "arrowstyle": "-|>",
                        "color": _ABOARD[min(aboard, 3)],
                        "linewidth": 1 + min(aboard, 3),
                        "connectionstyle": "arc3,rad=0.12",
                    },
                )
    for place in day.places:
        axes.plot(place.lon, place.lat, _SYMBOLS[place.kind], color="black", markersize=8)
        axes.annotate(place.name or place.id, (place.lon, place.lat), (7, 7), textcoords="offset points")
    axes.set_aspect(1 / cos(radians(day.places[0].lat)))
    axes.margins(0.2)
    axes.set_axis_off()
    _legend(axes, 0.05)
    plt.close(figure)
    return figure


def draw_timeline(plan: PlanDocument) -> Figure:
    """Draw each vehicle's day: when it drives or stands, and with how many patients aboard."""
    figure, axes = plt.subplots(figsize=(8.5, 1.4 + 0.7 * len(plan.routes)), dpi=80)
    for row, route in enumerate(plan.routes):
        aboard = 0
        for here, there in zip(route.stops, route.stops[1:], strict=False):
            aboard += len(here.board) - len(here.alight)
            begins, ends = (parse_clock(text) / 60 for text in (here.departure, there.arrival))
            axes.barh(row, ends - begins, left=begins, height=0.5, color=_ABOARD[min(aboard, 3)])
            for trip in here.board:
                axes.annotate(trip, (begins, row + 0.3), ha="left", va="bottom", fontsize=8, rotation=45)
    axes.set_yticks(range(len(plan.routes)), [route.vehicle for route in plan.routes])
    axes.set_ylim(-0.6, len(plan.routes) - 0.1)
    axes.xaxis.set_major_locator(MultipleLocator(1.0))
    axes.xaxis.set_major_formatter(lambda hours, _: f"{hours:.0f}:00")
    axes.spines[["top", "right", "left"]].set_visible(False)
    _legend(axes, 0.3)
    plt.close(figure)
    return figure


def draw_bars(title: str, bars: Iterable[tuple[str, float]]) -> Figure:
    """Draw amounts in euros beside each other."""
    names, amounts = zip(*bars, strict=True)
    figure, axes = plt.subplots(figsize=(6.5, 2.2), dpi=80)
    drawn = axes.barh(names, amounts, color=_ABOARD[1])
    axes.bar_label(drawn, fmt="%.2f €", padding=3)
    axes.invert_yaxis()
    axes.margins(x=0.2)
    axes.set_title(title, loc="left", fontsize=10)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.set_xticks([])
    plt.close(figure)
    return figure


def _legend(axes: plt.Axes, below: float) -> None:
    handles = [
        plt.Line2D([], [], color=colour, linewidth=4, label=word)
        for colour, word in zip(_ABOARD, _WORDS, strict=True)
    ]
    axes.legend(
        handles=handles[:3], frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(0, -0.02), ncols=3
    )
