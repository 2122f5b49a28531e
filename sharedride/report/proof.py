"""How good the plan is, and what is proven about it, in sentences."""

from sharedride.planning.solution import Objective, Solution, Status
from sharedride.report.text import count, objective_name, objective_value, percent

_MOST_IS_BEST = frozenset({Objective.MARGIN, Objective.SHARED})


def proof(solution: Solution, served: int, trips: int) -> tuple[str, ...]:
    """Return the plan's value and its gap, what is known about the trips not served, the search's notes."""
    notes = () if solution.bound is None else solution.notes
    return (_value(solution), *_served(solution, served, trips), *notes)


def _value(solution: Solution) -> str:
    value = objective_value(solution.objective, solution.value)
    start = f"{objective_name(solution.objective).capitalize()} {value}"
    verb = "more" if solution.objective in _MOST_IS_BEST else "less"
    if solution.status is Status.OPTIMAL:
        return f"{start}: proven best, no plan that serves as many trips has {verb}."
    stopped = (
        "stopped by you, the best plan so far" if solution.status is Status.INTERRUPTED else "best found"
    )
    if solution.bound is None:
        why = " ".join(solution.notes) or "the search ended before it had a bound."
        return f"{start}: {stopped}. How far it is from the best is not proven: {why}"
    bound = objective_value(solution.objective, solution.bound)
    gap = "" if solution.gap is None else f" (gap {percent(solution.gap, 2)})"
    return f"{start}: {stopped}. Proven: no plan that serves as many trips has {verb} than {bound}{gap}."


def _served(solution: Solution, served: int, trips: int) -> tuple[str, ...]:
    if served == trips:
        return ()
    if solution.served_bound is None:
        return ("Whether any plan could serve more trips is not proven.",)
    if solution.served_bound == served:
        return (f"Proven: no plan serves more than {count(served, 'trip')}.",)
    return (f"Proven: no plan serves more than {count(solution.served_bound, 'trip')}.",)
