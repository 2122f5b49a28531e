import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sharedride

PACKAGE = Path(sharedride.__file__).parent

STAGES = ("day", "travel", "rules", "tariffs", "rides", "planning", "ledger", "report", "pages")
"""Data flows this way; no stage may import one that stands further on."""

COMMON = {"clock", "errors"}
"""What every module may use."""

LOOKS_AHEAD = {"day/validate/windows.py": {"travel", "rules"}}
"""The one exception: whether any vehicle could ever carry a trip takes driving times and limits."""

CHECKER_MAY_USE = {"checking", "day", "travel", "document"} | COMMON

HEAVY = ("holidays", "icalendar", "jinja2", "numba", "numpy", "openpyxl", "ortools", "pydantic", "scipy")


def imports(file: Path) -> Iterator[str]:
    """The parts of the package a file imports, ``a.b`` as ``a``, imports for typing only included."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            module = node.module or ""
            names = [f"{module}.{alias.name}" for alias in node.names] if module == "sharedride" else [module]
        yield from (name.split(".")[1] for name in names if name.startswith("sharedride."))


def files(folder: str) -> list[Path]:
    found = sorted((PACKAGE / folder).rglob("*.py"))
    assert found, folder
    return found


@pytest.mark.parametrize("stage", STAGES)
def test_no_stage_imports_a_later_one(stage: str) -> None:
    """Day, travel, rules, tariffs, rides, planning, ledger, report, pages: imports only look back."""
    # The plan document is the contract of the last stages.
    known = (
        set(STAGES[: STAGES.index(stage) + 1])
        | COMMON
        | ({"document"} if stage in ("report", "pages") else set())
    )
    for file in files(stage):
        name = file.relative_to(PACKAGE).as_posix()
        assert set(imports(file)) <= known | LOOKS_AHEAD.get(name, set()), name


def test_the_exception_is_still_needed() -> None:
    """What is allowed to look ahead does, or the exception goes."""
    for name, allowed in LOOKS_AHEAD.items():
        assert allowed <= set(imports(PACKAGE / name))


def test_the_checker_shares_nothing_with_the_optimizer() -> None:
    """Only the day, the travel table, the plan document, clock and errors: a second reading of the law."""
    for file in files("checking"):
        assert set(imports(file)) <= CHECKER_MAY_USE, file.name
    stages = [file for stage in STAGES for file in files(stage)]
    assert not [file.name for file in stages if "checking" in set(imports(file))]


def test_synthetic_days_are_made_before_anything_is_planned() -> None:
    """The generator knows days, distances and prices, no stage knows it: its days are days like any other."""
    for file in files("synth"):
        assert set(imports(file)) <= {"synth", "day", "travel", "tariffs"} | COMMON, file.name
    others = [file for stage in (*STAGES, "checking") for file in files(stage)]
    assert not [file.name for file in others if {"synth", "practice", "study"} & set(imports(file))]


def test_nothing_below_the_public_functions_knows_the_trade_offs() -> None:
    """Trade-offs and simulations stand after the report: no stage imports them."""
    stages = [file for stage in (*STAGES, "checking") for file in files(stage)]
    assert not [file.name for file in stages if {"tradeoffs", "robust"} & set(imports(file))]


def test_importing_knows_only_the_day() -> None:
    """Exports become a day before any stage runs, and no stage knows of them."""
    for file in files("importing"):
        assert set(imports(file)) <= {"importing", "day"} | COMMON, file.name
    stages = [file for stage in STAGES for file in files(stage)]
    assert not [file.name for file in stages if "importing" in set(imports(file))]


def test_the_document_knows_only_the_day() -> None:
    """The plan's format stands on its own, so that the checker can read it without the optimizer."""
    assert set(imports(PACKAGE / "document.py")) <= {"day"} | COMMON


@pytest.mark.parametrize("code", ["import sharedride", "import sharedride.cli", "import sharedride.api"])
def test_what_is_imported_first_loads_nothing_heavy(code: str) -> None:
    """The package, its functions and its command line load no library that takes long."""
    code += f"; import sys, json; print(json.dumps([name for name in {HEAVY} if name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_every_public_name_is_there() -> None:
    """What the package lists can be imported, and nothing else appears by accident."""
    for name in sharedride.__all__:
        assert getattr(sharedride, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sharedride.nothing
