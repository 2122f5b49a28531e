import json
import threading
import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import sharedride
from sharedride.cli import main
from sharedride.planning.solution import Objective
from sharedride.tradeoffs.frontier import Front
from tests.planning.days import served, tiny_day
from tests.reference.random_days import random_day

TUTORIAL = Path(__file__).parents[2] / "scenarios" / "tutorial.json"


def assert_front(front: Front) -> None:
    """Points rise in x and fall in y, and lie above every proven limit."""
    points = [front.axes.xy(point.figures) for point in front.points]
    assert points
    for (x, y), (next_x, next_y) in pairwise(points):
        assert x < next_x
        assert y > next_y
    for x, y in points:
        for line in front.lines:
            assert line.x_weight * x + line.y_weight * y >= line.at_least - 0.02


@pytest.mark.parametrize("seed", range(6))
def test_the_ends_are_the_plans_of_single_objectives(seed: int) -> None:
    """On days solved to the end no point beats another, the ends are the best of each, all is lawful."""
    day = tiny_day(seed)
    found = sharedride.frontier(day, points=5, time_limit=20)
    for result in found.plans:
        assert sharedride.check(day, result) == []
    single = {o: sharedride.plan(day, objective=o, time_limit=20) for o in Objective}
    for front in found.fronts:
        assert_front(front)
        assert front.points[0].figures.served == served(single[Objective.COST].solution)
        best_x, best_y = (single[end].solution for end in front.axes.ends)
        if best_x.bound is None or best_y.bound is None:
            continue
        sign = -1.0 if front.axes.y == "shared" else 1.0
        assert front.axes.xy(front.points[0].figures)[0] == pytest.approx(best_x.value, abs=0.02)
        assert front.axes.xy(front.points[-1].figures)[1] == pytest.approx(sign * best_y.value, abs=0.02)


def test_a_company_that_must_choose_gets_a_choice() -> None:
    """Where payer and operator pull apart, the front has points between its ends, each with a lawful plan."""
    day = random_day(np.random.default_rng(3), 10, 3)
    found = sharedride.frontier(day, points=4, time_limit=8)
    assert max(len(front.points) for front in found.fronts) >= 2
    for result in found.plans:
        assert sharedride.check(day, result) == []
    for front in found.fronts:
        assert_front(front)


def test_a_stopped_sweep_keeps_what_it_has() -> None:
    """Stopped at once, one lawful plan is left, and the answer says that it was stopped."""
    stop = threading.Event()
    stop.set()
    day = tiny_day(1)
    found = sharedride.frontier(day, stop=stop)
    assert found.interrupted
    assert len(found.plans) == 1
    assert sharedride.check(day, found.plans[0]) == []


def test_the_command_writes_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Table, JSON, picture and plans tell of the same points, and every plan is lawful for the file."""
    with pytest.raises(SystemExit) as end:
        main(
            ["frontier", str(TUTORIAL), "-o", str(tmp_path / "f.json"), "--svg", str(tmp_path / "f.svg"),
             "--plans", str(tmp_path / "plans"), "--time-limit", "20", "--points", "3"]
        )  # fmt: skip
    assert end.value.code == 0
    printed = capsys.readouterr()
    assert "152.00 €" in printed.out
    assert "search 1 of at most 6" in printed.err
    document = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    points = [point for front in document["fronts"] for point in front["points"]]
    assert points[0]["running_cost"] == 152.0
    assert points[0]["payer_bill_at_least"] == pytest.approx(175.1, abs=0.01)
    picture = ElementTree.fromstring((tmp_path / "f.svg").read_text(encoding="utf-8"))
    assert len(picture.findall("{*}circle")) == len(points) + 1
    for number in {point["plan"] for point in points}:
        assert sharedride.check(TUTORIAL, tmp_path / "plans" / f"plan-{number}.json") == []


def test_every_bad_option_is_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder in the way and a file in the way are told together, and nothing is written."""
    (tmp_path / "file").write_text("here", encoding="utf-8")
    with pytest.raises(SystemExit) as end:
        main(["frontier", str(TUTORIAL), "-o", str(tmp_path), "--plans", str(tmp_path / "file")])
    assert end.value.code == 2
    told = capsys.readouterr().err
    assert "is a folder" in told
    assert "is a file" in told
    assert (tmp_path / "file").read_text(encoding="utf-8") == "here"
    with pytest.raises(sharedride.InputError) as error:
        sharedride.frontier(TUTORIAL, points=1, time_limit=-1)
    assert [problem.path for problem in error.value.problems] == ["points", "time_limit"]
