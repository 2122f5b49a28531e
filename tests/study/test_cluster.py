import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharedride.errors import InputError
from sharedride.study import Progress, run_study
from tests.study.studies import SCENARIOS, figures, small_study


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A Dask scheduler and two workers on loopback, started as its documentation says."""
    address = f"tcp://127.0.0.1:{free_port()}"
    dask = [sys.executable, "-m", "dask"]
    host = ["--host", "127.0.0.1"]
    common = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    started = [
        subprocess.Popen(
            [*dask, "scheduler", *host, "--port", address.rpartition(":")[2], "--no-dashboard"], **common
        )
    ]
    worker = [*dask, "worker", address, *host, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    started += [subprocess.Popen(worker, **common) for _ in range(2)]
    yield address, started[1:]
    for process in started:
        process.kill()
    for process in started:
        process.wait()


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_gives_the_same_figures(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], undisturbed: Path, tmp_path: Path
) -> None:
    """Two workers, one killed in the middle: the study ends complete, byte for byte the local one."""
    address, workers = cluster
    killed = []

    def kill(progress: Progress) -> None:
        if progress.done == 1 and not killed:
            workers[0].kill()
            killed.append(workers[0].wait())

    out = tmp_path / "out"
    report = run_study(small_study(), out, folder=SCENARIOS, scheduler=address, progress=kill)
    assert killed
    assert (report.done, report.failures) == (6, ())
    assert figures(out) == figures(undisturbed)


def test_a_scheduler_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No scheduler at the address: an input error with the address, and no plan begun."""
    monkeypatch.setattr("sharedride.study.cluster._CONNECT_S", 1)
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(InputError, match="no scheduler answers at"):
        run_study(small_study(), tmp_path, folder=SCENARIOS, scheduler=address)
    assert not (tmp_path / "plans.parquet").exists()
