"""Target, got, verdict: synthetic weekdays held against the published facts."""

import datetime
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sharedride.synth.assumptions import Assumptions
from sharedride.synth.care import Care
from sharedride.synth.facts import Fact, facts
from sharedride.synth.generate import synth_day
from sharedride.synth.measure import measure, ratios
from sharedride.synth.territory import territory


@dataclass(frozen=True)
class Line:
    """One fact: what was got, mean and standard deviation over the seeds, and by département."""

    fact: Fact
    got: float
    deviation: float
    by_department: Mapping[str, float]

    @property
    def verdict(self) -> str:
        """The fact's verdict on the mean."""
        return self.fact.verdict(self.got)


@dataclass(frozen=True)
class Calibration:
    """Every fact for some départements, seeds and one date; ``cars_added`` and ``cars`` are totals.

    ``options`` are those of the command line that the other attributes do not tell.
    """

    departments: tuple[str, ...]
    seeds: tuple[int, ...]
    date: datetime.date
    assumed: Assumptions
    lines: tuple[Line, ...]
    trips: int
    cars: int
    cars_added: int
    vsl_km: float
    options: tuple[str, ...] = ()


def calibrate(
    codes: Sequence[str],
    date: datetime.date,
    seeds: Sequence[int],
    assumed: Assumptions,
    *,
    care: list[Care] | None = None,
    trips: float | None = None,
    vsl_share: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Calibration:
    """Make every département's day with every seed and hold all of them together against the facts.

    A figure is that of the départements' sums, per seed, and the mean over the seeds.
    """
    by_seed: dict[int, dict[str, float]] = {seed: defaultdict(float) for seed in seeds}
    by_department: dict[str, dict[str, float]] = {code: defaultdict(float) for code in codes}
    done = 0
    for code in codes:
        place = territory(code, assumed, care)
        for seed in seeds:
            sums = measure(synth_day(place, date, seed=seed, trips=trips, vsl_share=vsl_share), place)
            for name, value in sums.items():
                by_seed[seed][name] += value
                by_department[code][name] += value
            done += 1
            if progress is not None:
                progress(done, len(codes) * len(seeds))
    figures = [ratios(sums) for sums in by_seed.values()]
    apart = {code: ratios(sums) for code, sums in by_department.items()}
    lines = []
    for name, fact in facts().items():
        got = [figure[name] for figure in figures if name in figure]
        if got:
            mean = sum(got) / len(got)
            spread = math.sqrt(sum((each - mean) ** 2 for each in got) / max(1, len(got) - 1))
            own = {code: figure[name] for code, figure in apart.items() if name in figure}
            lines.append(Line(fact, mean, spread, own))
    total = {name: sum(sums[name] for sums in by_seed.values()) for name in next(iter(by_seed.values()))}
    return Calibration(
        tuple(codes),
        tuple(seeds),
        date,
        assumed,
        tuple(lines),
        round(total["trips"]),
        round(total["vsl_cars"] + total["taxis"]),
        round(total["cars_added"]),
        total["vsl_km"] / max(total["vsl_trips"], 1.0),
        (
            *([] if trips is None else [f"--trips {trips:g}"]),
            *([] if vsl_share is None else [f"--vsl-share {vsl_share:g}"]),
            *([] if care is None else ["--care or --finess with the user's file"]),
        ),
    )
