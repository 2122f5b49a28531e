"""Three plots of a run: gap against time, cost against peers at equal time, time and memory against size."""

from pathlib import Path
from typing import Any

import matplotlib as mpl

from benchmarks.figures import US, exponent, gaps, ours, over, time_to_gap

mpl.use("Agg")
import matplotlib.pyplot as plt

Json = dict[str, Any]
GAP = 0.03
"""Gap whose time is drawn against size."""

DPI = 110


def draw(results: Json, folder: Path) -> list[Path]:
    """Draw what the rows allow; returns the files."""
    rows = [row for row in results["rows"] if "error" not in row]
    made = [gap_against_time(rows, folder), cost_against_peers(rows, folder), against_size(rows, folder)]
    return [file for file in made if file is not None]


def gap_against_time(rows: list[Json], folder: Path) -> Path | None:
    """Our gap to the run's best bound, instance by instance."""
    curves = [(row["instance"], gaps(row)) for row in ours(rows).values()]
    curves = [(name, curve) for name, curve in curves if curve]
    if not curves:
        return None
    figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
    for name, curve in curves:
        axes.step([max(0.01, s) for s, _ in curve], [100 * g for _, g in curve], where="post", label=name)
    axes.set_xscale("log")
    axes.set_yscale("symlog", linthresh=0.1)
    axes.set_ylim(0, 120 * max(g for _, curve in curves for _, g in curve) or 1)
    axes.set(xlabel="seconds", ylabel="gap to the proven bound, %", title="Gap against time")
    axes.legend(fontsize=7, ncols=2)
    return _saved(figure, folder / "gap-against-time.png")


def cost_against_peers(rows: list[Json], folder: Path) -> Path | None:
    """Lawful cost of each peer over ours, at the same time limit as ours."""
    base = ours(rows)
    equal = [r for r in rows if r["peer"] != US and r["instance"] in base]
    equal = [r for r in equal if r["limit"] == base[r["instance"]]["limit"]]
    if not equal:
        return None
    instances = list(dict.fromkeys(row["instance"] for row in equal))
    peers = list(dict.fromkeys(row["peer"] for row in equal))
    figure, axes = plt.subplots(figsize=(max(8, 1.2 * len(instances)), 5), layout="constrained")
    width = 0.8 / len(peers)
    for number, name in enumerate(peers):
        share = {r["instance"]: over(r, base[r["instance"]]) for r in equal if r["peer"] == name}
        bars = [(k, 100 * share[i]) for k, i in enumerate(instances) if share.get(i) is not None]  # type: ignore[operator]
        at = [k + (number - (len(peers) - 1) / 2) * width for k, _ in bars]
        axes.bar(at, [height for _, height in bars], width, label=name, color=f"C{number}")
    axes.axhline(0.0, color="black", linewidth=1)
    axes.set_xticks(range(len(instances)), instances, rotation=20, ha="right", fontsize=8)
    axes.set(
        ylabel="cost over ours, %",
        title="Lawful cost against peers at equal time (no bar: other trips served)",
    )
    axes.legend(fontsize=8, ncols=3)
    return _saved(figure, folder / "cost-against-peers.png")


def against_size(rows: list[Json], folder: Path) -> Path | None:
    """Our time to a gap of 3 % and memory against the number of trips."""
    base = sorted(ours(rows).values(), key=lambda row: row["trips"])
    if not base:
        return None
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.5), layout="constrained")
    times = [(row["trips"], time_to_gap(row, GAP)) for row in base]
    closed = [(size, seconds) for size, seconds in times if seconds is not None]
    slope = exponent(closed)
    fit = "" if slope is None else f", exponent {slope:.2f}"
    left.plot([n for n, _ in closed], [s for _, s in closed], "o", label=f"to a gap of {GAP:.0%}{fit}")
    late = [(row["trips"], row["seconds"]) for row in base if time_to_gap(row, GAP) is None]
    if late:
        left.plot([n for n, _ in late], [s for _, s in late], "x", color="grey", label="not within its limit")
    left.set(xscale="log", yscale="log", xlabel="trips", ylabel="seconds", title="Time against size")
    left.legend(fontsize=8)
    right.plot([row["trips"] for row in base], [row["memory_mb"] for row in base], "o")
    right.set(xscale="log", yscale="log", xlabel="trips", ylabel="MB", title="Memory against size")
    return _saved(figure, folder / "time-and-memory-against-size.png")


def _saved(figure: Any, file: Path) -> Path:
    figure.savefig(file, dpi=DPI)
    plt.close(figure)
    return file
