"""Whether duties can be driven at the starts they have, rule by rule.

Finding starts anew tries many places for the drivers' breaks, too many to be sure with a large fleet; starts
at hand need only be looked at.
"""

from collections.abc import Sequence

from sharedride.planning.incumbent import Incumbent, incumbent_of
from sharedride.planning.problem import Duty, Problem

EPS = 1e-6


def as_driven(problem: Problem, duties: Sequence[Duty]) -> Incumbent | None:
    """A plan of duties, timed anew or else at their own starts; ``None`` where neither is lawful."""
    carried = [t for duty in duties for t in duty.trips]
    if len(carried) != len(set(carried)):
        return None
    plan = incumbent_of(problem, duties)
    if plan is not None or not lawful(problem, duties):
        return plan
    return Incumbent(
        duties=tuple(duties),
        starts=tuple(duty.starts for duty in duties),
        unserved=tuple(int(t) for t in problem.trips if int(t) not in set(carried)),
        primary=float(sum(duty.primary for duty in duties)),
        secondary=float(sum(duty.secondary for duty in duties)),
    )


def lawful(problem: Problem, duties: Sequence[Duty]) -> bool:
    """Whether duties keep every rule of timing at the starts they have."""
    waits: dict[int, float] = {}
    for duty in duties:
        offer = problem.offers[duty.group]
        free = _free_times(problem, duty)
        if any(begin > finish + EPS for begin, finish in free) or not _rested(problem, duty, free):
            return False
        for o, start in zip(duty.offers, duty.starts, strict=True):
            if not offer.lo[o] - EPS <= start <= offer.hi[o] + EPS:
                return False
            for m in range(offer.ptr[o], offer.ptr[o + 1]):
                waits[int(offer.trip[m])] = float(offer.wait_at[m] + offer.wait_sign[m] * start)
    for trip, wait in waits.items():
        other = waits.get(int(problem.partner[trip]))
        if other is not None and wait + other > problem.wait_limit + EPS:
            return False
    return True


def _free_times(problem: Problem, duty: Duty) -> list[tuple[float, float]]:
    """From arrival to start, before each ride, the vehicle standing empty where the ride begins."""
    offer, group, minutes = problem.offers[duty.group], problem.groups[duty.group], problem.table.minutes
    now, here = group.shift[0], group.start
    free = []
    for o, start in zip(duty.offers, duty.starts, strict=True):
        free.append((now + float(minutes[here, offer.first[o]]), start))
        now, here = start + float(offer.duration[o]), int(offer.last[o])
    return free


def _rested(problem: Problem, duty: Duty, free: Sequence[tuple[float, float]]) -> bool:
    """Whether the driver has the break, or a route that needs none."""
    offer, group, minutes = problem.offers[duty.group], problem.groups[duty.group], problem.table.minutes
    if group.break_ is None or not duty.offers:
        return True
    opens, closes = group.break_.window
    first, last = duty.offers[0], duty.offers[-1]
    leaves = duty.starts[0] - float(minutes[group.start, offer.first[first]])
    home = duty.starts[-1] + float(offer.duration[last] + minutes[offer.last[last], group.end])
    if home <= opens + EPS or leaves >= closes - EPS:
        return True
    return any(
        min(finish, closes) - max(begin, opens) >= group.break_.minutes - EPS for begin, finish in free
    )
