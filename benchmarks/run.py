"""Run peers on instances, one process each, and keep every figure."""

import datetime
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.machine import machine, versions
from benchmarks.suites import Suite
from sharedride.report.files import write_whole

Json = dict[str, Any]
RESULTS = Path(__file__).parent / "results"
GRACE = 300.0
"""Seconds beyond twice its limit after which a peer that has not come back is ended."""


def jobs(suite: Suite) -> Iterator[tuple[str, str, float]]:
    """Yield instance, peer and seconds of every run; ourselves only at the plain limit."""
    for instance in suite.instances:
        for name in suite.peers:
            multiples = (1.0,) if name in ("sharedride", "insertion") else suite.multiples
            for multiple in multiples:
                yield instance, name, multiple * suite.seconds(instance)


def run(
    suite: Suite, folder: Path, *, seed: int, cores: int, say: Callable[[str], None], rows: list[Json]
) -> Json:
    """Run what ``rows`` does not hold yet; the file is written whole after each run.

    Every run is a process of its own, so that memory is its own and a crash costs one row.
    """
    folder.mkdir(parents=True, exist_ok=True)
    done = {(row["instance"], row["peer"], row["limit"]) for row in rows}
    todo = [job for job in jobs(suite) if job not in done]
    results: Json = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": machine(),
        "versions": versions(),
        "protocol": {"seed": seed, "cores": cores, "gap_percent": suite.gap_percent},
        "rows": rows,
    }
    for number, (instance, name, seconds) in enumerate(todo, 1):
        row = _one(instance, name, seconds, seed, cores, suite.gap_percent)
        rows.append(row)
        write_whole(folder / "results.json", (json.dumps(results, indent=1) + "\n").encode())
        say(f"{number}/{len(todo)} {instance} {name} {seconds:g} s: {_short(row)}")
    return results


def _one(instance: str, name: str, seconds: float, seed: int, cores: int, gap_percent: float) -> Json:
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "row.json"
        command = [sys.executable, "-m", "benchmarks", "one", instance, name, str(seconds), str(seed)]
        try:
            ended = subprocess.run(
                [*command, str(cores), str(gap_percent), str(out)],
                capture_output=True, text=True, timeout=2 * seconds + GRACE,
            )  # fmt: skip
            failed = ended.stderr.strip().splitlines()[-1:] if not out.exists() else []
        except subprocess.TimeoutExpired:
            failed = [f"ended after {2 * seconds + GRACE:g} s"]
        if out.exists():
            row: Json = json.loads(out.read_text(encoding="utf-8"))
            return row
    error = failed[0] if failed else "ended without a word"
    return {"instance": instance, "peer": name, "limit": seconds, "error": error}


def _short(row: Json) -> str:
    if "error" in row:
        return str(row["error"])
    raw, lawful = row["raw"], row["lawful"]
    broken = f", {raw['patients_concerned']} patients in unlawful rides" if raw["violations"] else ""
    return (
        f"{lawful['served']} of {row['trips']} served for {lawful['cost']:,.0f} € lawfully"
        f" ({raw['served']} for {raw['cost']:,.0f} € as it is{broken}), {row['seconds']:g} s, "
        f"{row['memory_mb']} MB"
    )
