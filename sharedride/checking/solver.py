"""What the solver says of itself: value, bound, gap and status must agree with each other and the plan."""

from sharedride.checking.tolerance import GAP, GAP_CLOSED, METRES, money
from sharedride.checking.totals import Totals
from sharedride.checking.violation import Findings, Rule
from sharedride.document import SolverReport

_GREATEST_IS_BEST = {"margin", "shared"}


def check_solver(solver: SolverReport, totals: Totals, found: Findings) -> None:
    """Note a value that is not the plan's, a gap that is not the bound's, a bound the plan beats."""

    def wrong(key: str, message: str, value: float | str | None, limit: float | None = None) -> None:
        found.add(Rule.SOLVER, f"solver.{key}", message, value=value, limit=limit)

    exact, tolerance = _objective(solver, totals)
    if abs(solver.value - exact) > tolerance:
        message = f"the plan's {solver.objective} is {exact:.6g}, not {solver.value:.6g}"
        wrong("value", message, solver.value, exact)

    # No fraction of nothing is a distance: of a value of 0 the gap may stay open, whatever the bound.
    if solver.gap is None and solver.bound is not None and solver.value != 0:
        wrong("gap", "a bound is given, and no gap", None)
    if solver.gap is not None and solver.bound is None:
        wrong("gap", "a gap is given, and no bound", solver.gap)
    if solver.bound is not None:
        beaten_by = solver.bound - solver.value
        if solver.objective in _GREATEST_IS_BEST:
            beaten_by = -beaten_by
        if beaten_by > tolerance:
            message = f"the plan's value {solver.value:.6g} beats the bound {solver.bound:.6g}"
            wrong("bound", message, solver.bound, solver.value)
    if solver.bound is not None and solver.gap is not None and solver.value != 0:
        gap = abs(solver.value - solver.bound) / abs(solver.value)
        # Value and bound may be printed to the cent, the gap is of the exact ones.
        if abs(solver.gap - gap) > GAP + 0.01 / abs(solver.value) * (1.0 + gap):
            wrong("gap", f"value and bound are {gap:.6f} apart, not {solver.gap:.6f}", solver.gap, gap)
    if solver.status == "optimal" and (solver.gap is None or solver.gap > GAP_CLOSED + 1e-9):
        wrong("status", f"a plan is optimal when its gap is at most {GAP_CLOSED:g}", "optimal", GAP_CLOSED)
    if solver.served_bound is not None and solver.served_bound < totals.served:
        message = f"{totals.served} trips are served, at most {solver.served_bound} are said to be possible"
        wrong("served_bound", message, solver.served_bound, totals.served)


def _objective(solver: SolverReport, totals: Totals) -> tuple[float, float]:
    """Return the objective's value by the plan, and its tolerance."""
    costs, euros = money(totals.vehicles + 1), money(totals.served)
    return {
        "cost": (totals.running_cost, costs),
        "savings": (totals.declared.plan, euros),
        "margin": (totals.margin, costs + euros),
        "km": (totals.km, METRES * max(totals.stops, 1)),
        "shared": (float(totals.shared), 1e-6),
    }[solver.objective]
