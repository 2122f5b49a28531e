"""One peer on one day: its plan as it is, counted by the checker, and what it is worth made lawful."""

import resource
import time
from collections import Counter
from dataclasses import asdict
from typing import Any

import sharedride
from benchmarks.document import document, raw_routes, schedule_routes
from benchmarks.figures import US
from benchmarks.instances import read
from benchmarks.peers import peer
from benchmarks.peers.ours import Ours
from benchmarks.repair import lawful, placed_routes
from benchmarks.view import View
from sharedride.document import PlanDocument

Json = dict[str, Any]
UNKNOWN = "0" * 64
"""SHA-256 of no file: the plan is checked against the day itself."""


def measure(
    instance: str, name: str, seconds: float, seed: int, cores: int, *, gap_percent: float = 0.0
) -> Json:
    """Run a peer in this process and return every figure of the row; only ours knows of a gap."""
    day, _ = read(instance)
    view, solver = View(day), Ours(gap_percent) if name == US else peer(name)
    began = time.perf_counter()
    answer = solver.solve(view, seconds, seed, cores)
    taken = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    plan = answer.document or document(view, raw_routes(view, answer.routes, answer.starts), taken, UNKNOWN)
    raw = figures(day, plan)
    mended = raw
    if raw["violations"] or raw["served"] < len(day.trips):
        schedule, _ = lawful(view, answer.routes, answer.starts)
        routes = schedule_routes(view, placed_routes(schedule))
        mended = figures(day, document(view, routes, taken, UNKNOWN))
        if mended["violations"]:
            raise RuntimeError(f"the repaired plan breaks {mended['violations']}: a fault of the benchmark")
        if not raw["violations"] and raw["served"] >= mended["served"]:
            mended = raw
    return {
        "instance": instance,
        "peer": name,
        "limit": seconds,
        "seconds": round(answer.seconds or taken, 2),
        "memory_mb": round(memory),
        "trips": len(day.trips),
        "raw": raw,
        "lawful": mended,
        "bound": plan.solver.bound,
        "served_bound": plan.solver.served_bound,
        "curve": [asdict(point) for point in answer.curve],
        "note": answer.note,
    }


def figures(day: sharedride.Day, plan: PlanDocument) -> Json:
    """Figures of a plan, violations by rule, and the share of patients one of them concerns."""
    found = sharedride.check(day, plan)
    concerned = {violation.trip for violation in found if violation.trip is not None}
    # A car that stands with somebody aboard, or is overfull, concerns the ride it happens in.
    for violation in found:
        if violation.trip is None and violation.path.startswith("routes["):
            concerned |= _aboard(plan, violation.path)
    kpis = plan.kpis
    return {
        "served": kpis.served,
        "cost": kpis.operator.running_cost,
        "km": kpis.km,
        "vehicles": kpis.vehicles_used,
        "shared_rate": kpis.shared_rate,
        "violations": dict(sorted(Counter(str(violation.rule) for violation in found).items())),
        "patients_concerned": len(concerned),
    }


def _aboard(plan: PlanDocument, path: str) -> set[str]:
    """Trips aboard on arrival at or departure from the stop a path names."""
    route, _, rest = path.removeprefix("routes[").partition("]")
    if not rest.startswith(".stops["):
        return set()
    last = int(rest.removeprefix(".stops[").partition("]")[0])
    aboard: set[str] = set()
    for number, stop in enumerate(plan.routes[int(route)].stops):
        if number == last:
            return aboard | set(stop.board)
        aboard = (aboard - set(stop.alight)) | set(stop.board)
    return aboard
