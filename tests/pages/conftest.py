import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import sharedride
from sharedride.pages import PlanReport
from tests.pages.browser import Page, browse, chromium
from tests.pages.plans import big_day, document_of
from tests.report.by_hand import ROUTE, tutorial


def lawful_report(day: sharedride.Day, document: sharedride.PlanDocument) -> PlanReport:
    """The report of a plan that breaks no rule, as the checker reads it."""
    report = sharedride.plan_report(day, document)
    assert report.violations == ()
    return report


@pytest.fixture(scope="session")
def tutorial_report() -> PlanReport:
    """The plan derived by hand."""
    day = tutorial()
    return lawful_report(day, document_of(day, [ROUTE]))


@pytest.fixture(scope="session")
def big_report() -> PlanReport:
    """300 trips."""
    return lawful_report(*big_day(300))


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A tab of a real Chromium."""
    if chromium() is None:
        if os.environ.get("SHAREDRIDE_NEEDS_CHROMIUM"):
            pytest.fail("no Chromium here, and SHAREDRIDE_NEEDS_CHROMIUM asks for it")
        pytest.skip("no Chromium here; Debian: apt-get install chromium")
    with browse(tmp_path_factory.mktemp("profile")) as tab:
        yield tab


@pytest.fixture(scope="session")
def big_file(big_report: PlanReport, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of 300 trips, on disk."""
    file = tmp_path_factory.mktemp("pages") / "report.html"
    big_report.write(file)
    return file
