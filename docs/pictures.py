"""Take the pictures of the page on reports: ``python docs/pictures.py DAY PLAN``, where Chromium is."""

import sys
import tempfile
from pathlib import Path

import sharedride

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"

sys.path.insert(0, str(ROOT))

from tests.pages.browser import browse  # noqa: E402


def main(day: str, plan: str) -> None:
    """Report on the plan, and keep what a dispatcher, a phone and a printer show of it."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.html"
        report = sharedride.plan_report(day, plan)
        report.write(file)
        with browse(Path(folder) / "profile") as page:
            page.open(file, width=1280, height=860)
            page.picture(IMAGES / "report.png")
            route = max(report.facts.document.routes, key=lambda route: len(route.stops))
            page.run(f"choose({route.vehicle!r}, {route.vehicle + '/2'!r})")
            page.run("document.getElementById('map-section').scrollIntoView()")
            page.picture(IMAGES / "report-vehicle.png")
            page.run("choose(''); document.getElementById('alone').scrollIntoView()")
            page.picture(IMAGES / "report-alone.png")
            page.open(file, width=390, height=760)
            page.run("document.getElementById('map-section').scrollIntoView()")
            page.picture(IMAGES / "report-phone.png")
            # What the printer gets: the same style, about as wide as its page.
            page.open(file, width=760, height=680)
            page.run(f"choose({route.vehicle!r}); document.body.style.padding = '20px'")
            page.run("document.documentElement.classList.add('only-sheets', 'only-one')")
            page.call("Emulation.setEmulatedMedia", media="print")
            page.picture(IMAGES / "report-sheet.png")
            page.call("Emulation.setEmulatedMedia", media="")


if __name__ == "__main__":
    main(*sys.argv[1:])
