"""What distribution costs: the same plans on a Dask cluster of this machine and on its processes."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import fsum
from pathlib import Path

from benchmarks.machine import machine
from sharedride.study import Study, run_study
from sharedride.study.read import parse_study

SCENARIOS = Path(__file__).parents[1] / "scenarios"


@contextmanager
def loopback(workers: int, folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a Dask scheduler and its workers on loopback, as its documentation says, and end them.

    Parameters
    ----------
    folder
        Where they run, and leave their files.

    Yields
    ------
    The scheduler's address, and the workers.
    """
    address = f"tcp://127.0.0.1:{_free_port()}"
    dask, host = [sys.executable, "-m", "dask"], ["--host", "127.0.0.1", "--no-dashboard"]
    worker = [*dask, "worker", address, *host, "--nthreads", "1", "--no-nanny"]
    commands = [[*dask, "scheduler", *host, "--port", address.rpartition(":")[2]], *[worker] * workers]
    started = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        for command in commands
    ]
    try:
        yield address, started[1:]
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.wait()


def overhead(plans: int, seconds: float, workers: int = 2) -> str:
    """Run plans that take their whole time limit here and there, and return the figures as Markdown.

    A worker's time is either in a plan or lost to distribution: starting, sending, waiting, storing. That
    share tells more than the wall time on a machine that others use too.

    Parameters
    ----------
    seconds
        Time limit of each plan.
    """
    study = _clock_limited(plans, seconds)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        here = _timed(study, folder / "here", workers=workers)
        with loopback(workers, folder) as (address, _):
            _wait_for(address, workers)
            there = _timed(study, folder / "there", scheduler=address)
    at = machine()
    lines = [
        f"{plans} plans of `scenarios/belfort-company.json` stopped after {seconds:g} s, {workers} workers; "
        f"{at['processor']}, {at['cores']} cores, load {at['load_before']} before.",
        "",
        "| where | wall, s | in plans, s | workers' time not in plans |",
        "|---|---:|---:|---:|",
    ]
    for word, (wall, busy) in (("processes of this machine", here), ("Dask on loopback", there)):
        lines.append(f"| {word} | {wall:.1f} | {busy:.1f} | {1 - busy / (wall * workers):.2%} |")
    lost = 1 - there[1] / (there[0] * workers)
    return "\n".join(
        [
            *lines,
            "",
            f"Overhead of distribution: {lost / (1 - lost):.2%} of the time in plans; "
            f"wall time against the processes of this machine {there[0] / here[0] - 1:+.2%}.",
        ]
    )


def _clock_limited(plans: int, seconds: float) -> Study:
    """The same day under policies that differ by a cent: too large to be proven in the time."""
    return parse_study(
        {
            "schema": "sharedride/study/1",
            "name": "overhead",
            "days": {"files": ["belfort-company.json"]},
            "plan": {"time_limit": seconds},
            "policies": [
                {"name": f"{number}", "costs": {"per_vehicle": 40.0 + number / 100}}
                for number in range(plans)
            ],
        }
    )


def _timed(
    study: Study, output: Path, workers: int | None = None, scheduler: str | None = None
) -> tuple[float, float]:
    """Wall time of the study, and the time its workers were in plans, seconds."""
    begun = time.perf_counter()
    report = run_study(study, output, folder=SCENARIOS, workers=workers, scheduler=scheduler)
    wall = time.perf_counter() - begun
    if report.failures:
        raise SystemExit(f"{len(report.failures)} plans failed, the first: {report.failures[0][3]}")
    return wall, fsum(row["seconds"] for row in report.plans)


def _wait_for(address: str, workers: int) -> None:
    from distributed import Client

    with Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
