"""The tour of the documentation, run as a newcomer would."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tour() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_tour", ROOT / "docs" / "tour.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_every_command_of_the_tour_does_what_the_page_says(tour: ModuleType, tmp_path: Path) -> None:
    """From the export to the sheets and the 7:40 replan: exit codes, and how lines begin."""
    tour.prepare(tmp_path)
    whole = [step for block in tour.steps(PAGE) for step in block]
    assert {step.command.split()[1] for step in whole if step.command.startswith("sharedride")} == {
        *("pseudonymize", "import", "plan", "check", "report", "whatif", "replan")
    }
    found = [told for step in whole for told in tour.differences(step, tour.run(step, tmp_path))]
    assert found == []
    assert (tmp_path / "replanned.html").stat().st_size > 100_000


def test_a_changed_line_of_the_tour_would_be_found(tour: ModuleType) -> None:
    """Another exit code, another line and another first word are differences; another figure is not."""
    step = tour.Step("true", ("Running cost 12.00 €: best found.",), 0, None, False)
    assert tour.differences(step, tour.Ran(("Running cost 13.50 €: proven.",), 0)) == []
    assert tour.differences(step, tour.Ran(("Running cost 12.00 €",), 1))
    assert tour.differences(step, tour.Ran(("Cost 12.00 €",), 0))
    same = tour.Step("true", ("2 rows rejected",), 0, None, True)
    assert tour.differences(same, tour.Ran(("3 rows rejected",), 0))


def test_no_figure_of_a_search_stands_in_the_text_of_the_tour() -> None:
    """Money, shares and kilometres stand in what commands print alone, where they are written down anew."""
    text = re.sub(r"^```.*?^```$", "", PAGE, flags=re.DOTALL | re.MULTILINE)
    assert not re.findall(r"[0-9.,]+ (?:€|km|%)", text)
