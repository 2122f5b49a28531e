"""Where the time of one plan goes: phase by phase, and by compiled or library function.

Compiled functions are seen only as a whole: a call from Python into one counts as its own time. With two
threads the functions' seconds may add up to more than the clock's.
"""

import cProfile
import pstats
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sharedride
from benchmarks.instances import read
from sharedride.planning.optimize import Progress

SHOWN = 12
"""Functions shown, those with most time of their own."""


def profile(instance: str, seconds: float, seed: int) -> str:
    """Plan an instance and tell the seconds of each phase and of the dearest functions, as Markdown."""
    day, _ = read(instance)
    # Compiled code is on disk, as it is from a user's second plan on.
    sharedride.plan(day, time_limit=1.0)
    phases: Counter[str] = Counter()
    last: list[Any] = ["rides", time.perf_counter()]

    def report(progress: Progress) -> None:
        now = time.perf_counter()
        phases[last[0]] += now - last[1]
        last[:] = [progress.phase, now]

    began = time.perf_counter()
    stats, result = _profiled(lambda: sharedride.plan(day, time_limit=seconds, seed=seed, progress=report))
    ended = time.perf_counter()
    phases[last[0]] += result.solution.seconds - (last[1] - began)
    phases["reasons and accounts"] = ended - began - result.solution.seconds
    gap = result.solution.gap
    lines = [
        f"`{instance}`, {len(day.trips)} trips, {seconds:g} s: {result.solution.value:,.0f} €, "
        + ("no bound" if gap is None else f"gap {100 * gap:.2f} %")
        + f", {ended - began:.1f} s in all.",
        "",
        "| phase | s |",
        "|---|---:|",
        *(f"| {name} | {spent:.1f} |" for name, spent in phases.most_common()),
        "",
        "| function | calls | own s |",
        "|---|---:|---:|",
        *(f"| `{name}` | {calls:,} | {own:.1f} |" for own, calls, name in stats[:SHOWN]),
    ]
    return "\n".join(lines)


def _profiled(
    work: Callable[[], sharedride.Result],
) -> tuple[list[tuple[float, int, str]], sharedride.Result]:
    """Run some work, every thread profiled; returns own seconds, calls and name, dearest first."""
    profiles: list[cProfile.Profile] = []
    run = threading.Thread.run

    def watched(thread: threading.Thread) -> None:
        mine = cProfile.Profile()
        profiles.append(mine)
        mine.runcall(run, thread)

    main = cProfile.Profile()
    threading.Thread.run = watched  # type: ignore[method-assign]
    try:
        result = main.runcall(work)
    finally:
        threading.Thread.run = run  # type: ignore[method-assign]
    whole = pstats.Stats(main)
    for one in profiles:
        whole.add(one)
    found = [
        (own, calls, f"{Path(file).name}:{name}" if line else name)
        for (file, line, name), (_, calls, own, _, _) in whole.stats.items()  # type: ignore[attr-defined]
        if not any(idle in name for idle in ("lock", "SimpleQueue", "acquire"))
    ]
    return sorted(found, reverse=True), result
