"""Best known plans of the published instances: kept with who found them, each held to the checker."""

import datetime
import json
from pathlib import Path
from typing import Any

import sharedride
from benchmarks.instances import FOLDER, PUBLISHED, read
from sharedride.document import PlanDocument, read_plan
from sharedride.report.files import write_whole

BOARD = FOLDER / "best.json"


def board() -> dict[str, dict[str, Any]]:
    """Return what is known of each instance: trips served, cost, bound, by whom, when."""
    if not BOARD.exists():
        return {}
    content: dict[str, dict[str, Any]] = json.loads(BOARD.read_text(encoding="utf-8"))
    return content


def keep(instance: str, plan: Path, by: str) -> str:
    """Check a plan of a published instance, keep its value and its bound where they are better.

    Returns
    -------
    What was done, for people.

    Raises
    ------
    ValueError
        When the instance is not published.
    InputError
        When the file is no plan.
    """
    return keep_document(instance, read_plan(plan), by)


def solve(instance: str, seconds: float, seed: int) -> str:
    """Plan a published instance and keep what is better; returns what was done."""
    day, _ = read(instance)
    document = sharedride.plan(day, time_limit=seconds, seed=seed).document
    return keep_document(instance, document, f"sharedride {sharedride.__version__}, {seconds:g} s")


def keep_document(instance: str, document: PlanDocument, by: str) -> str:
    """Do as :func:`keep` with a plan that is no file."""
    if instance not in {spec.name for spec in PUBLISHED}:
        raise ValueError(f'"{instance}" is not among the published instances')
    day, _ = read(instance)
    found = sharedride.check(day, document)
    if found:
        return f"{instance}: {len(found)} violations, the first: {found[0]}"
    if document.solver.objective != "cost":
        return f"{instance}: the board is of running cost, this plan is best at {document.solver.objective}"
    solver = document.solver
    row = {"served": document.kpis.served, "cost": solver.value, "bound": solver.bound, "by": by}
    known = board()
    old = known.get(instance)
    better = merged(old, row, len(day.trips))
    if better == old:
        return f"{instance}: nothing better than {old['served']} served for {old['cost']:.2f} €"
    better["date"] = datetime.datetime.now(datetime.UTC).date().isoformat()
    order = [spec.name for spec in PUBLISHED]
    known[instance] = better
    rows = {name: known[name] for name in order if name in known}
    write_whole(BOARD, (json.dumps(rows, indent=1, ensure_ascii=False) + "\n").encode())
    return f"{instance}: {better['served']} served for {better['cost']:.2f} €, bound {better['bound']}"


def merged(old: dict[str, Any] | None, new: dict[str, Any], trips: int) -> dict[str, Any]:
    """Return the better plan of two with the better bound; a bound counts only where all trips are served.

    A bound holds for plans serving at least as many trips as the one it came with, so those of plans that
    leave trips out cannot be compared.
    """
    fresh = dict(new)
    if fresh["served"] < trips:
        fresh["bound"] = None
    if old is None:
        return fresh
    wins = (-fresh["served"], fresh["cost"]) < (-old["served"], old["cost"])
    kept = dict(fresh if wins else old)
    bounds = [row["bound"] for row in (old, fresh) if row["bound"] is not None]
    kept["bound"] = max(bounds, default=None)
    return kept
