import contextlib
import importlib.util
import io
import re
import shlex
from pathlib import Path
from types import ModuleType

import pytest

from sharedride.document import PlanDocument
from sharedride.report.schema import plan_schema

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_docs", ROOT / "docs" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_pages_are_current(build: ModuleType) -> None:
    """Rules and keys in the documentation are those of the code."""
    pages = build.pages()
    assert {page.name for page in pages} >= {"checks.md", "formats.md"}
    for page, text in pages.items():
        assert page.read_text(encoding="utf-8") == text, f"{page.name}: run python docs/build.py"
    assert "| `DETOUR` |" in pages[ROOT / "docs" / "checks.md"]
    assert "| `share_incompatible` | boolean | `false` |" in pages[ROOT / "docs" / "formats.md"]


def test_every_key_of_a_plan_is_explained() -> None:
    """The page on formats names every key and every code of the plan."""
    schema = plan_schema()
    parts = [schema, *schema["$defs"].values()]
    keys = {key for part in parts for key in part.get("properties", {})}
    assert len(keys) > len(PlanDocument.model_fields) * 5
    codes = set(re.findall(r"'([A-Z_]{4,})'", str(schema)))
    assert "NOT_WORTH_IT" in codes
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    plan = page[page.index("## `plan.json`") :]
    assert not {word for word in keys | codes if f"`{word}`" not in plan}


def test_the_example_in_python_does_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """The README's example runs, and prints what its comments promise."""
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(ROOT)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(example, "README.md", "exec"), {})
    promised = [
        line.split("# ")[1] for line in example.splitlines() if line.startswith("print") and "# " in line
    ]
    assert printed.getvalue().splitlines()[:3] == promised[:3]


def test_the_readme_has_the_two_commands() -> None:
    """One block to plan, one to test, each a single line that makes its own environment."""
    for marker, last in (("plan", "plan.json"), ("test", "auto")):
        (command,) = re.findall(rf"<!-- {marker} -->\n```sh\n([^\n]+)\n```", README)
        words = shlex.split(command)
        assert words[:4] == ["python3", "-m", "venv", ".venv"]
        assert words[-1] == last


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md", "scenarios/README.md", "docs/*.md"])
def test_no_link_leads_nowhere(page: str) -> None:
    """Every link to a file of the repository has its file."""
    for file in ROOT.glob(page):
        for target in re.findall(r"\]\(([^)#]+)\)", file.read_text(encoding="utf-8")):
            assert target.startswith("https://") or (file.parent / target).exists(), f"{file.name}: {target}"
