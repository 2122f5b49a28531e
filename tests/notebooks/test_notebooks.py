from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"
STORED = sorted(FOLDER.glob("*.ipynb"))


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
