"""Small studies, and what came out of them."""

from pathlib import Path

import pyarrow.parquet as pq

from sharedride import Day, Result, check, plan
from sharedride.study import Study
from sharedride.study.read import parse_study

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
FIGURES = ("plans", "trips", "rides", "vehicles")
"""Tables that hold figures alone: the same on any machine."""


def small_study(**changes: object) -> Study:
    """Return a study of one file and one synthetic day, small enough to be solved to optimality."""
    content = {
        "schema": "sharedride/study/1",
        "name": "small",
        "days": {
            "files": ["tutorial.json"],
            "departments": ["90"],
            "dates": ["2026-03-17"],
            "trips": 10,
        },
        "plan": {"time_limit": 60},
        "policies": [
            {"name": "decree", "contains": ["nobody shares"]},
            {"name": "nobody shares", "sharing": False},
            {"name": "30 km", "rules": {"detour_km_per_extra_patient": 30}, "contains": ["decree"]},
        ],
    }
    return parse_study(content | changes)


def figures(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every table of figures."""
    return {name: (folder / f"{name}.parquet").read_bytes() for name in FIGURES}


def rows(folder: Path, table: str) -> list[dict[str, object]]:
    """Return the rows of a table."""
    found: list[dict[str, object]] = pq.read_table(folder / f"{table}.parquet").to_pylist()
    return found


def planned(day: Day, time_limit: float) -> Result:
    """Return a plan the checker has nothing to say about."""
    result = plan(day, time_limit=time_limit)
    assert check(day, result) == []
    return result


def plan_row(department: str, seed: int, policy: str, **figures: object) -> dict[str, object]:
    """Return a row of the table of plans, of ten served trips."""
    row = {
        "day": f"{department}/2026-03-17/{seed}",
        "department": department,
        "date": "2026-03-17",
        "seed": seed,
        "policy": policy,
        "objective": "cost",
        "varied": None,
        "served": 10,
        "payer_plan": 300.0,
        "payer_saving": 0.0,
        "margin": 50.0,
    }
    return row | figures
