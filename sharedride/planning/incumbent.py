"""A lawful plan in the making: duties, their starts, and what is left out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sharedride.planning.problem import Duty, Problem
from sharedride.planning.timing import time_duties


@dataclass(frozen=True)
class Incumbent:
    """A lawful plan: duties with starts that keep every timing rule together."""

    duties: tuple[Duty, ...]
    starts: tuple[tuple[float, ...], ...]
    unserved: tuple[int, ...]
    primary: float
    secondary: float

    def cost(self, problem: Problem) -> float:
        """Objective with tie-breaker and penalty, as the master minimises it."""
        return self.primary + problem.tie * self.secondary + problem.penalty * len(self.unserved)


def incumbent_of(problem: Problem, duties: Sequence[Duty], *, kind: bool = False) -> Incumbent | None:
    """Time a set of duties; ``None`` where they cannot be driven together."""
    timed = time_duties(
        [(duty.group, duty.offers) for duty in duties], problem.groups, problem.offers, problem.table,
        problem.partner, problem.wait_limit, kind=kind,
    )  # fmt: skip
    if timed.starts is None:
        return None
    served = {t for duty in duties for t in duty.trips}
    return Incumbent(
        duties=tuple(duties),
        starts=tuple(tuple(own) for own in timed.starts),
        unserved=tuple(int(t) for t in problem.trips if int(t) not in served),
        primary=float(sum(duty.primary for duty in duties)),
        secondary=float(sum(duty.secondary for duty in duties)),
    )


def waits_of(problem: Problem, plan: Incumbent) -> dict[int, float]:
    """Wait at the place of care of every served trip of a plan, by trip, in minutes."""
    waits: dict[int, float] = {}
    for duty, starts in zip(plan.duties, plan.starts, strict=True):
        offer = problem.offers[duty.group]
        for o, start in zip(duty.offers, starts, strict=True):
            for m in range(offer.ptr[o], offer.ptr[o + 1]):
                waits[int(offer.trip[m])] = float(offer.wait_at[m] + offer.wait_sign[m] * start)
    return waits


def timed_duties(plan: Incumbent) -> list[Duty]:
    """Duties of a plan with the starts it gives them."""
    return [replace(duty, starts=starts) for duty, starts in zip(plan.duties, plan.starts, strict=True)]
