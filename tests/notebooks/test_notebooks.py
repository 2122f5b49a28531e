import re
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"
STORED = sorted(FOLDER.glob("*.ipynb"))
OF_SMALL_DAYS = [file for file in STORED if "SmallDays" in file.read_text(encoding="utf-8")]


def outputs(book: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    found = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in found if output.output_type == "error"]
    return found


def printed(book: nbformat.NotebookNode) -> str:
    return "".join(output.text for output in outputs(book) if output.output_type == "stream")


def pictures(book: nbformat.NotebookNode) -> int:
    return sum("image/png" in output.get("data", {}) for output in outputs(book))


@pytest.mark.slow
@pytest.mark.parametrize("file", STORED, ids=lambda file: file.stem)
def test_a_notebook_prints_what_is_stored(file: Path) -> None:
    """Run again, a notebook prints and draws what it is stored with, and the file is small."""
    stored = nbformat.read(file, as_version=4)
    again = deepcopy(stored)
    for cell in again.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    NotebookClient(again, timeout=300, resources={"metadata": {"path": str(FOLDER)}}).execute()
    assert printed(again) == printed(stored) != ""
    assert pictures(again) == pictures(stored) >= 2
    assert file.stat().st_size < 300_000


def test_the_tutorial_is_a_notebook() -> None:
    """The notebook on the tutorial day prints its cost as worked out by hand."""
    book = nbformat.read(FOLDER / "01-plan-a-day.ipynb", as_version=4)
    assert "optimal: 152.00 €" in printed(book)


def test_the_questions_have_notebooks() -> None:
    """What rules cost, what the protocol saves and what pooling brings are answered on small days."""
    assert [file.name[:2] for file in OF_SMALL_DAYS] == ["02", "03", "04"]


@pytest.mark.parametrize("file", OF_SMALL_DAYS, ids=lambda file: file.stem)
def test_a_notebook_of_small_days_shows_proven_plans(file: Path) -> None:
    """Every plan behind a chart is proven best, lawful, complete, and no worse than under a stricter rule."""
    text = printed(nbformat.read(file, as_version=4))
    ((plans, proven, failed, served, trips),) = re.findall(
        r"(\d+) plans: (\d+) of them proven best,\n(\d+) failed.*?; (\d+) of (\d+) trips served", text
    )
    assert plans == proven
    assert failed == "0"
    assert served == trips
    assert set(re.findall(r"(\d+) times the looser one came out worse", text)) <= {"0"}


@pytest.mark.parametrize("file", OF_SMALL_DAYS, ids=lambda file: file.stem)
def test_the_prose_has_no_figure_of_its_own(file: Path) -> None:
    """Every number in the text of a notebook is one that it prints; names of files aside."""
    book = nbformat.read(file, as_version=4)
    prose = " ".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    figures = set(re.findall(r"\d+(?:[.,]\d+)*", re.sub(r"\]\([^)]*\)", "]", prose)))
    assert figures <= set(re.findall(r"\d+(?:[.,]\d+)*", printed(book)))
