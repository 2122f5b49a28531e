"""How large a study is, and what it would take by the plans measured so far."""

from __future__ import annotations

from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

from sharedride.study.pairs import mean_and_spread
from sharedride.study.store import Store
from sharedride.study.task import tasks_of

if TYPE_CHECKING:
    from sharedride.study.spec import Study

NIGHT_HOURS = 10.0
"""*Assumption*: how long a cluster is free at night."""


def size(study: Study, output: Path, *, folder: Path) -> str:
    """Return in words how many plans a study has, how many are left, and their cost.

    The cost is that of the plans in ``output/runs.parquet``, of whatever size the study was then: the mean of
    their processor time and wall time, twice the standard error of the former, the largest of their memory.
    """
    keys = {task.key for task in tasks_of(study, folder)}
    store = Store(output)
    left = sum(not store.has(key) for key in keys)
    lines = [f"{len(keys)} plans, {len(keys) - left} finished, {left} left."]
    measured = output / "runs.parquet"
    if not measured.is_file():
        return "\n".join([*lines, "None is measured yet: run the study reduced into this folder first."])
    import pyarrow.parquet as pq

    rows = pq.read_table(measured, columns=["seconds", "cpu_seconds", "peak_mb"]).to_pylist()
    if not rows:
        return lines[0]
    seconds, _ = mean_and_spread([row["seconds"] for row in rows])
    busy, spread = mean_and_spread([row["cpu_seconds"] for row in rows])
    peak = max((row["peak_mb"] for row in rows if row["peak_mb"] is not None), default=0.0)
    hours, error = left * busy / 3600, left * spread / sqrt(len(rows)) / 3600
    lines += [
        f"Of {len(rows)} measured plans: {seconds:.1f} s each, {busy:.1f} ± {spread:.1f} s of processor, "
        f"{peak:.0f} MB per worker at most.",
        f"What is left takes {hours:,.0f} core-hours, ± {2 * error:,.0f} by the size of the sample; "
        f"{max(1, ceil(left * seconds / 3600 / NIGHT_HOURS)):,} workers finish it in a night of "
        f"{NIGHT_HOURS:g} hours.",
    ]
    return "\n".join(lines)
