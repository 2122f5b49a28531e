"""Take the pictures of the page on reports: ``python docs/pictures.py DAY PLAN``, where Chromium is.

Those of the tour are taken by ``python docs/tour.py --pictures``, from the run it writes down. The sheets are
printed by Chromium and drawn by poppler's ``pdftoppm``.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import sharedride

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
_PRINTED_DPI = 96
_SHORTEST = """(() => {
  const rows = sheet => sheet.querySelectorAll('tbody tr').length + 99 * !sheet.querySelector('.pause');
  return [...document.querySelectorAll('.sheet')].sort((a, b) => rows(a) - rows(b))[0].dataset.vehicle;
})()"""
"""The vehicle with the shortest sheet, of those that tell a break if any does."""

sys.path.insert(0, str(ROOT))

from tests.pages.browser import Page, browse  # noqa: E402


def main(day: str, plan: str) -> None:
    """Report on the plan, and keep what a dispatcher, a phone and a printer show of it."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "report.html"
        report = sharedride.plan_report(day, plan)
        report.write(file)
        with browse(folder / "profile") as page:
            page.open(file, width=1280, height=860)
            page.picture(IMAGES / "report.png")
            route = max(report.facts.document.routes, key=lambda route: len(route.stops))
            page.run(f"choose({route.vehicle!r}, {route.vehicle + '/2'!r})")
            _show(page, "map-section")
            page.picture(IMAGES / "report-vehicle.png")
            page.run("choose('')")
            _show(page, "timeline")
            page.picture(IMAGES / "report-timeline.png")
            _show(page, "alone")
            page.picture(IMAGES / "report-alone.png")
            page.open(file, width=390, height=760, phone=True)
            _show(page, "map-section")
            page.picture(IMAGES / "report-phone.png")
            page.open(file, width=1280, height=860)
            _sheet(page, route.vehicle, IMAGES / "report-sheet.png", folder)


def tour_pictures(folder: Path) -> None:
    """Keep what the report that the tour wrote into a folder shows."""
    with browse(folder / "profile") as page:
        page.open(folder / "report.html", width=1280, height=860)
        page.picture(IMAGES / "tour-report.png")
        vehicle = page.run(_SHORTEST)
        _sheet(page, vehicle, IMAGES / "tour-sheet.png", folder)
        page.open(folder / "report.html", width=390, height=760, phone=True)
        page.run(f"choose({vehicle!r})")
        _show(page, "map-section")
        page.picture(IMAGES / "tour-phone.png")


def _show(page: Page, section: str) -> None:
    page.run(f"document.getElementById({section!r}).scrollIntoView()")
    page.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def _sheet(page: Page, vehicle: str, file: Path, folder: Path) -> None:
    """Keep the first page that *Print this sheet* prints."""
    page.run(f"choose({vehicle!r})")
    page.run("document.documentElement.classList.add('only-sheets', 'only-one')")
    printed = folder / "sheet.pdf"
    printed.write_bytes(page.pdf())
    drawn = [
        "pdftoppm",
        "-r",
        str(_PRINTED_DPI),
        "-png",
        "-singlefile",
        str(printed),
        str(file.with_suffix("")),
    ]
    subprocess.run(drawn, check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
