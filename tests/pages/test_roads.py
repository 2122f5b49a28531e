"""Routes drawn along the roads of a real OSRM server, which the tests build, start and stop."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import sharedride
from sharedride.cli import app
from sharedride.pages import PlanReport
from sharedride.pages.map_view import map_view
from sharedride.pages.ways import Ways
from sharedride.travel.osrm_files import serving
from tests.pages.browser import Page
from tests.travel.conftest import keep_apart, prepared_grid
from tests.travel.days import day_on_roads

LEGS = """[...document.querySelectorAll('#routes path:not(.hit)')]
  .flatMap(path => path.getAttribute('d').match(/M[^M]+/g) || [])"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No table of another test."""
    keep_apart(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A grid of roads, prepared by OSRM's own programs."""
    return prepared_grid(tmp_path_factory.mktemp("roads"))


@pytest.fixture
def planned(data: Path, tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """A day on these roads and its plan, the server running."""
    with serving(str(data), "data") as url:
        day, plan = tmp_path / "day.json", tmp_path / "plan.json"
        day.write_text(json.dumps(day_on_roads({"model": "osrm", "url": url})), encoding="utf-8")
        sharedride.plan(day, time_limit=10).write(plan)
        assert sharedride.check(day, plan) == []
        yield day, plan


def test_the_map_follows_the_roads(planned: tuple[Path, Path], page: Page, tmp_path: Path) -> None:
    """Every leg runs along the grid, with a corner where it turns; the page itself asks for nothing."""
    day, plan = planned
    file = tmp_path / "report.html"
    done = CliRunner().invoke(app, ["report", str(day), str(plan), "-o", str(file)])
    assert (done.exit_code, done.stderr) == (0, "")
    page.open(file)
    legs = page.run(LEGS)
    # Moves after the first corner, as x and y: each leads along one of the grid's two directions.
    moves = [np.array(leg.split("l")[1].replace("-", " -").split(), float).reshape(-1, 2) for leg in legs]
    assert max(len(leg) for leg in moves) > 1
    assert all(np.abs(move).min() < 0.5 for leg in moves for move in leg)
    told = page.run("document.getElementById('map-help').textContent")
    assert "Along the roads of osrm, © OpenStreetMap contributors" in told
    assert page.run("document.querySelector('.hit').getTotalLength()") > 100
    assert page.requests() == [file.resolve().as_uri()]
    assert page.complaints() == []
    straight = sharedride.plan_report(day, plan, roads=False)
    assert "Straight from stop to stop, north up." in straight.html
    assert straight.straight_because == ""


def test_without_the_server_the_page_is_whole_and_straight(data: Path, tmp_path: Path) -> None:
    """A server that has gone since the plan was made costs the roads alone: page and command say so."""
    day, plan, file = (tmp_path / name for name in ("day.json", "plan.json", "report.html"))
    with serving(str(data), "data") as url:
        day.write_text(json.dumps(day_on_roads({"model": "osrm", "url": url})), encoding="utf-8")
        sharedride.plan(day, time_limit=10).write(plan)
    asked = ["report", str(day), str(plan), "-o", str(file)]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0
    assert "warning: the map is drawn straight from stop to stop: http://127.0.0.1" in done.stderr
    assert "does not answer" in done.stderr
    html = file.read_text(encoding="utf-8")
    assert html.rstrip().endswith("</html>")
    assert "Drawn straight from stop to stop:" in html
    assert "OpenStreetMap" not in html
    assert CliRunner().invoke(app, [*asked, "--straight"]).stderr == ""


def test_300_trips_along_winding_roads_stay_under_2_mb(big_report: PlanReport) -> None:
    """With 120 corners on every leg, corners are left out until the page is small; no leg loses its ends."""
    draw = np.random.default_rng(0)
    lines = []
    for route in big_report.facts.solution.routes:
        spots = [big_report.facts.day.places[stop.place] for stop in route.stops]
        ends = np.array([(spot.lat, spot.lon) for spot in spots])
        share = np.linspace(0.0, 1.0, 120)[:, None]
        legs = [a + share * (b - a) + draw.normal(0, 2e-4, (120, 2)) for a, b in pairwise(ends)]
        lines.append(tuple(tuple((float(lat), float(lon)) for lat, lon in leg) for leg in legs))
    facts = replace(big_report.facts, ways=Ways(lines=tuple(lines), engine="osrm"))
    assert len(PlanReport(facts).html.encode()) < 2e6
    straight, winding = map_view(big_report.facts).routes, map_view(facts).routes
    for one, other in zip(straight, winding, strict=True):
        assert [way.count("M") for way in (one.empty, one.alone, one.shared)] == [
            way.count("M") for way in (other.empty, other.alone, other.shared)
        ]
    assert sum(len(other.shared) for other in winding) > 5 * sum(len(one.shared) for one in straight)
