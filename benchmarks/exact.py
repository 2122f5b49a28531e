"""Bound and plan against an independent exact model: a plain arc model in CP-SAT that shares no code."""

import json
from pathlib import Path
from typing import Any

import sharedride
from benchmarks.machine import machine, versions
from sharedride.report.files import write_whole

CENT = 0.011
"""Value and bound may each be rounded by half a cent, and the checker grants a cent."""


def compare(first: int, days: int, seconds: float, output: Path | None) -> int:
    """Plan medium days, prove each optimum with arcs, and print where the two disagree.

    Run from the repository's root: the arc model lies with the tests.

    Returns
    -------
    The number of days on which bound, optimum and plan are out of order; 0 is the only good one.
    """
    from tests.reference.arc_model import arc_optimum, medium_day

    rows: list[dict[str, Any]] = []
    wrong = 0
    for seed in range(first, first + days):
        day = medium_day(seed)
        exact = arc_optimum(day, "cost", 60.0)
        result = sharedride.plan(day, time_limit=seconds)
        unlawful = sharedride.check(day, result)
        solver, served = result.document.solver, result.document.kpis.served
        # With rides of one patient listed and no more, the bound is that over the ride network.
        by_network = sharedride.plan(day, time_limit=seconds, ride_limit=1).document.solver.bound
        fault = ""
        if unlawful:
            fault = f"unlawful: {unlawful[0]}"
        elif exact.proven and served > exact.served:
            fault = "serves more trips than the exact model"
        elif exact.proven and served == exact.served and solver.value < exact.value - CENT:
            fault = "cheaper than the exact optimum"
        elif exact.proven and solver.bound is not None and solver.bound > exact.value + CENT:
            fault = "its bound is above the exact optimum"
        elif exact.proven and by_network is not None and by_network > exact.value + CENT:
            fault = "the bound over the ride network is above the exact optimum"
        elif solver.served_bound is not None and solver.served_bound < exact.served:
            fault = "fewer trips are said to be possible than the exact model serves"
        wrong += bool(fault)
        best = served == exact.served and abs(solver.value - exact.value) <= CENT
        rows.append(
            {
                "seed": seed,
                "trips": len(day.trips),
                "vehicles": len(day.vehicles),
                "bound": solver.bound,
                "bound_by_network": by_network,
                "exact": round(exact.value, 4),
                "value": solver.value,
                "served": served,
                "exact_served": exact.served,
                "proven": exact.proven,
                "plan_optimal": best,
                "seconds": solver.seconds,
                "exact_seconds": round(exact.seconds, 2),
                "fault": fault,
            }
        )
        bound, other = ("none" if b is None else f"{b:.2f}" for b in (solver.bound, by_network))
        print(
            f"day {seed}: {len(day.trips)} trips, bounds {bound}, over ways {other} <= exact "
            f"{exact.value:.2f}{'' if exact.proven else ' (not proven)'} <= plan {solver.value:.2f}"
            f" ({served} of {exact.served} served) {fault}",
            flush=True,
        )
    optimal = sum(bool(row["plan_optimal"]) for row in rows)
    proven = sum(bool(row["proven"]) for row in rows)
    bounded = sum(row["bound"] is not None for row in rows)
    networks = sum(row["bound_by_network"] is not None for row in rows)
    tight = sum(row["bound"] is not None and row["exact"] - row["bound"] <= CENT for row in rows)
    print(
        f"{days} days: {proven} proven by the arc model, {bounded} with a bound of ours, {tight} of them "
        f"equal to the optimum, {networks} with one over the ride network, {optimal} plans optimal, "
        f"{wrong} out of order"
    )
    if output is not None:
        content = {"machine": machine(), "versions": versions(), "rows": rows}
        write_whole(output, (json.dumps(content, indent=1) + "\n").encode())
    return wrong
