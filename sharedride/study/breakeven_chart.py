"""The break-even detours as a picture: the payer's against the trips' length, then the operator's gain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharedride.study.breakeven import break_even
from sharedride.study.charts import GREY, OPERATOR, PAYER, new_figure, svg

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LONGEST_KM = 80
_DETOURS_KM = (0.0, 30.0)
_EXAMPLE_KM = 30.0
_COLOURS = {2: PAYER, 3: OPERATOR}
_WORDS = {
    "socle_before_2025_10": "not certified, before October 2025",
    "socle_2025_10": "not certified, since October 2025",
    "certified_2025": "certified, since 2025",
}


def break_even_chart(regimes: Sequence[tuple[datetime.date, bool]]) -> bytes:
    """Draw up to which detour sharing pays the payer, and what it brings the operator, as SVG.

    Above, the detour up to which the payer's bill is no higher than alone, against the length of the trips;
    below, the operator's gain against the detour. Two and three patients, one column per tariff regime.

    Parameters
    ----------
    regimes
        Date of the tariff, and whether the operator is certified.

    Raises
    ------
    InputError
        When the tariff data has no amount for a date.
    """
    return svg(lambda: _drawn(regimes))


def _drawn(regimes: Sequence[tuple[datetime.date, bool]]) -> Figure:
    figure = new_figure(3.4 * len(regimes), 6.2)
    grid = figure.subplots(2, len(regimes), squeeze=False, sharey="row")
    for column, (on, certified) in enumerate(regimes):
        tariff = _payer(grid[0][column], on, certified)
        grid[0][column].set_title(_WORDS.get(tariff, tariff))
        _operator(grid[1][column], on, certified)
    grid[0][0].set_ylabel("break-even detour for the payer, km")
    grid[1][0].set_ylabel("operator's gain on a ride, €")
    grid[0][0].legend(loc="upper left")
    grid[1][0].set_ylim(bottom=-10)
    return figure


def _payer(axes: Axes, on: datetime.date, certified: bool) -> str:
    from sharedride.rules import rule_sets
    from sharedride.tariffs import tariff_book

    tariff = tariff_book(on).vsl(certified)
    lengths = [float(km) for km in range(int(tariff.short_max_km[-1]) + 1, _LONGEST_KM + 1)]
    for patients, colour in _COLOURS.items():
        found = [break_even(km, patients, certified=certified, on=on) for km in lengths]
        axes.plot(lengths, [each.payer_trip_km for each in found], color=colour, label=f"{patients} patients")
        axes.plot(lengths, [each.payer_ride_km for each in found], "--", color=colour, alpha=0.6)
        axes.axhline(
            rule_sets()["decree"].detour_limit_km(patients), color=colour, linewidth=1, linestyle=":"
        )
    for style, word in (("-", "the detoured trip"), ("--", "the whole ride"), (":", "lawful up to")):
        axes.plot([], [], style, color=GREY, label=word)
    axes.set_ylim(0, 50)
    axes.set_xlabel("km of each trip alone")
    axes.grid(color="#eeeeee")
    return tariff.name


def _operator(axes: Axes, on: datetime.date, certified: bool) -> None:
    for patients, colour in _COLOURS.items():
        found = break_even(_EXAMPLE_KM, patients, certified=certified, on=on)
        gains = [found.gain(km) for km in _DETOURS_KM]
        label = f"{patients} patients, {found.operator_slope:+.2f} € per km"
        axes.plot(_DETOURS_KM, gains, color=colour, label=label)
    axes.axhline(0.0, color="black", linewidth=0.8)
    axes.set_xlabel(f"km of detour, trips of {_EXAMPLE_KM:g} km alone")
    axes.grid(color="#eeeeee")
    axes.legend(loc="lower right")
