import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharedride.travel import cache
from sharedride.travel.osrm_build import build, programs_there
from sharedride.travel.osrm_files import serving
from tests.travel.osm import write_osm

REQUIRED = "SHAREDRIDE_NEEDS_OSRM"
"""Set where OSRM's programs must be there, so that a test that needs them fails rather than is skipped."""


def keep_apart(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep tables in a folder of this test's own; returns it."""
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(folder / "kept"))
    monkeypatch.setattr(cache, "_recent", type(cache._recent)())
    return folder / "kept"


def prepared_grid(folder: Path) -> Path:
    """Prepare the grid of roads with OSRM's own programs; without them the test is skipped, or fails."""
    if not programs_there():
        reason = "OSRM's programs are not on this computer: sharedride roads install"
        if os.environ.get(REQUIRED):
            pytest.fail(f"{REQUIRED} is set, and {reason}")
        pytest.skip(reason)
    return build(write_osm(folder / "grid.osm"), folder / "grid")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test sees what another kept."""
    return keep_apart(tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The grid of roads, prepared by OSRM's own programs."""
    return prepared_grid(tmp_path_factory.mktemp("roads"))


@pytest.fixture(scope="session")
def server(data: Path) -> Iterator[str]:
    """The address of an OSRM server over the grid of roads."""
    with serving(str(data), "data") as url:
        yield url
