"""Charts for the notebooks, in colours that colour-blind readers tell apart."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from sharedride.study.breakeven import BreakEven

BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7f7f7f"
"""Of the palette of Okabe and Ito."""
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, GREY)
_MARKERS, _HATCHES = "os^Dv", ("", "//", "..", "xx", "\\\\")

Grid = Mapping[tuple[float, float], float]
"""A figure per detour (km per further patient) and wait (minutes)."""


def draw_surfaces(surfaces: Mapping[str, Grid], law: tuple[float, float]) -> Figure:
    """Draw figures over detour × wait as coloured fields, the law's framed; all in one scale."""
    figure, several = plt.subplots(1, len(surfaces), figsize=(4.6 * len(surfaces), 3.6), dpi=80)
    most = max(abs(value) for grid in surfaces.values() for value in grid.values())
    for axes, (title, grid) in zip(np.atleast_1d(several), surfaces.items(), strict=True):
        detours, waits = (sorted({key[side] for key in grid}) for side in (0, 1))
        field = np.array([[grid[detour, wait] for wait in waits] for detour in detours])
        axes.imshow(field, cmap="PuOr_r", norm=TwoSlopeNorm(0, -most, most), origin="lower", aspect="auto")
        for row, column in np.ndindex(field.shape):
            value = field[row, column]
            text = f"{value:+.1f}" if round(value, 1) else "0"
            colour = "white" if abs(value) > 0.7 * most else "black"
            axes.text(column, row, text, ha="center", va="center", fontsize=9, color=colour)
        at = waits.index(law[1]) - 0.5, detours.index(law[0]) - 0.5
        axes.add_patch(Rectangle(at, 1, 1, fill=False, edgecolor="black", linewidth=2.5))
        axes.set_xticks(range(len(waits)), [f"{wait:g}" for wait in waits])
        axes.set_yticks(range(len(detours)), [f"{detour:g}" for detour in detours])
        axes.set_xlabel("wait allowed, minutes", fontsize=9)
        axes.set_ylabel("detour allowed per further patient, km", fontsize=9)
        axes.set_title(title, loc="left", fontsize=10)
        axes.spines[:].set_visible(False)
    return _done(figure)


def draw_cuts(lines: Mapping[str, Grid], law: tuple[float, float], unit: str) -> Figure:
    """Draw figures along the detour at the law's wait, and along the wait at the law's detour."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.2, 3.2), dpi=80, sharey=True)
    for axes, side, title in ((left, 0, "detour allowed, km"), (right, 1, "wait allowed, minutes")):
        for number, (name, grid) in enumerate(lines.items()):
            along = sorted(key for key in grid if key[1 - side] == law[1 - side])
            axes.plot(
                [key[side] for key in along],
                [grid[key] for key in along],
                color=COLOURS[number],
                marker=_MARKERS[number],
                label=name,
            )
        axes.axvline(law[side], color="black", linestyle=":", linewidth=1, label="the law")
        axes.set_xlabel(title, fontsize=9)
        axes.spines[["top", "right"]].set_visible(False)
    left.set_ylabel(unit, fontsize=9)
    right.legend(frameon=False, fontsize=9)
    return _done(figure)


def draw_groups(
    title: str, groups: Sequence[str], bars: Mapping[str, Sequence[float]], text: str = "{:.0f}"
) -> Figure:
    """Draw bars beside each other, group by group, with their figures."""
    figure, axes = plt.subplots(figsize=(9.2, 3.4), dpi=80)
    wide = 0.8 / len(bars)
    for number, (name, values) in enumerate(bars.items()):
        at = np.arange(len(groups)) + (number - (len(bars) - 1) / 2) * wide
        drawn = axes.bar(at, values, 0.94 * wide, color=COLOURS[number], label=name)
        axes.bar_label(drawn, [text.format(value) for value in values], padding=2, fontsize=9)
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set_xticks(range(len(groups)), groups, fontsize=9)
    axes.tick_params(axis="x", length=0)
    axes.margins(y=0.15)
    axes.set_yticks([])
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.set_title(title, loc="left", fontsize=10)
    columns = len(bars) if len(bars) <= 3 else 2
    axes.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(0, -0.14), ncols=columns)
    return _done(figure)


def draw_break_even(panels: Mapping[str, Mapping[str, BreakEven]], lawful: Mapping[int, float]) -> Figure:
    """Draw what sharing brings payer and company over the detour, a panel per number of patients.

    ``lawful`` is the longest detour the law allows so many patients, the end of each line.
    """
    figure, several = plt.subplots(1, len(panels), figsize=(9.2, 3.6), dpi=80, sharey=True)
    for axes, (title, regimes) in zip(several, panels.items(), strict=True):
        for number, (name, found) in enumerate(regimes.items()):
            km = np.linspace(0, lawful[found.patients], 2)
            for who, gain, dashes in (("payer", found.saving, "-"), ("company", found.gain, "--")):
                axes.plot(km, [gain(x) for x in km], dashes, color=COLOURS[number], label=f"{who}, {name}")
        axes.axhline(0, color="black", linewidth=0.8)
        axes.set_xlabel("detour of the first patient, km", fontsize=9)
        axes.set_title(title, loc="left", fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
    several[0].set_ylabel("€ a ride, against riding alone", fontsize=9)
    several[-1].legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return _done(figure)


def draw_needed(
    target: float, spend: float, parts: tuple[float, float], seen: Mapping[str, Sequence[float]]
) -> Figure:
    """Draw which part of the VSL bill sharing would have to save for a target, and what was seen.

    Parameters
    ----------
    target, spend
        Euros a year: what is to be saved, and the bill VSL are an unknown part of.
    parts
        Lowest and highest part of VSL in that bill, as fractions.
    seen
        Parts of the VSL bill saved on each day, by what the plans were best at, as fractions.
    """
    figure, axes = plt.subplots(figsize=(9.2, 3.4), dpi=80)
    part = np.linspace(*parts, 50)
    axes.plot(
        100 * part, 100 * target / (part * spend), color="black", label="needed to save the whole target"
    )
    for number, (name, values) in enumerate(seen.items()):
        mean = sum(values) / len(values)
        axes.axhline(
            100 * mean,
            color=COLOURS[number],
            linestyle="-" if number == 0 else "--",
            label=f"saved on the small days: {name}, {mean:.1%}",
        )
    axes.set_xlim(100 * parts[0], 100 * parts[1])
    axes.set_ylim(bottom=-0.5)
    axes.set_xlabel("part of VSL in the bill of ambulances and VSL, % (not published)", fontsize=9)
    axes.set_ylabel("% of the VSL bill", fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=9)
    return _done(figure)


def draw_days(panels: Mapping[str, Sequence[Mapping[str, Any]]], company_of: Mapping[str, str]) -> Figure:
    """Draw when each car has which patient aboard, a panel per plan, a row per car.

    ``panels`` holds rows of the table of trips; ``company_of`` tells whose patient each trip is, which is its
    colour. Trips of one ride lie above each other.
    """
    companies = sorted(set(company_of.values()))
    cars = sorted({(trip["operator"], trip["vehicle"]) for trips in panels.values() for trip in trips})
    height = 0.9 + 0.42 * len(cars)
    figure, several = plt.subplots(1, len(panels), figsize=(9.2, height), dpi=80, sharex=True, sharey=True)
    for axes, (title, trips) in zip(several, panels.items(), strict=True):
        rides: dict[str, list[str]] = {}
        for trip in sorted(trips, key=lambda trip: trip["picked_up_min"]):
            rides.setdefault(trip["ride"], []).append(trip["trip"])
        for trip in trips:
            ride, number = rides[trip["ride"]], companies.index(company_of[trip["trip"]])
            thick = 0.8 / len(ride)
            axes.barh(
                cars.index((trip["operator"], trip["vehicle"])) - 0.4 + thick * ride.index(trip["trip"]),
                (trip["dropped_off_min"] - trip["picked_up_min"]) / 60,
                thick,
                trip["picked_up_min"] / 60,
                align="edge",
                color=COLOURS[number],
                hatch=_HATCHES[number],
                edgecolor="white",
                linewidth=0.5,
            )
        axes.set_yticks(range(len(cars)), [f"car {car + 1} of {cars[car][0]}" for car in range(len(cars))])
        axes.set_ylim(len(cars) - 0.4, -0.6)
        axes.xaxis.set_major_formatter(lambda hours, _: f"{hours:.0f}:00")
        axes.margins(x=0.03)
        axes.tick_params(labelsize=9)
        axes.tick_params(axis="y", length=0)
        axes.set_title(title, loc="left", fontsize=10)
        axes.spines[["top", "right", "left"]].set_visible(False)
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=f"patient of {name}")
        for colour, hatch, name in zip(COLOURS, _HATCHES, companies, strict=False)
    ]
    figure.legend(
        handles=handles, frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(0, 0), ncols=3
    )
    return _done(figure)


def _done(figure: Figure) -> Figure:
    figure.tight_layout()
    plt.close(figure)
    return figure
