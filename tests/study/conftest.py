from pathlib import Path

import pytest

from sharedride.study import run_study
from tests.study.studies import SCENARIOS, small_study


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small study, run on this machine without a disturbance."""
    folder = tmp_path_factory.mktemp("undisturbed")
    report = run_study(small_study(), folder, folder=SCENARIOS, workers=2)
    assert report.failures == ()
    assert report.done == 6
    return folder
