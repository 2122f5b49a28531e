import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.cluster import loopback
from sharedride.errors import InputError
from sharedride.study import Progress, run_study
from tests.study.studies import SCENARIOS, figures, small_study


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A Dask scheduler and two workers on loopback."""
    with loopback(2, tmp_path) as started:
        yield started


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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(InputError, match="no scheduler answers at"):
        run_study(small_study(), tmp_path, folder=SCENARIOS, scheduler=address)
    assert not (tmp_path / "plans.parquet").exists()
