"""Diving from the linear program to a plan: first who waits when, then who drives what.

The 45 minutes of a visit tie the morning to the afternoon, and a linear program mixes mornings and
afternoons that do not fit. Where every visit's minutes are shared out between its two trips nothing but
the vehicles ties them, and the linear program over duties is nearly integral. So the minutes are shared
out first, a few visits at a time, as the linear solution has them, and the duties are fixed after
(diving heuristics, Sadykov et al. 2019, doi:10.1287/ijoc.2018.0822).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedride.planning.master import Relaxation, Waits, waits_met, weights_over
from sharedride.planning.node import Node, confined, solved, visits_of, whole_node, without
from sharedride.planning.pricer import Cut, SubsetCut
from sharedride.planning.problem import Duty, Problem
from sharedride.planning.selection import choose_likeliest
from sharedride.planning.starts import lawful

FloatArray = npt.NDArray[np.float64]

EPS = 1e-6

CLEAR = 0.02
"""Weight of duties a sharing out may forbid that counts as none."""

STEPS = 5
"""Steps in which the visits that are not clear are shared out, at most."""

AT_ONCE = 0.5
"""Weight of duties that one step may forbid in any case."""

AFTER = 4
"""Steps for which time is kept when all are."""

CERTAIN = 0.95
"""Weight from which a duty is fixed in any case."""

LIKELY, PER_STEP = 0.5, 0.2
"""Weight from which more are, until so large a share of the trips is decided in one step."""

FEW_TRIPS = 40
"""Trips up to which the rest is chosen exactly."""

MOST_CHOICES = 1200
"""Duties among which that is done, those of least reduced cost."""

NOISE = 0.3
"""Spread of the chance in the order of visits, from the second dive on."""


@dataclass(frozen=True)
class _Sharing:
    """How a visit's minutes may be shared: what its trips wait at most, and the weight that forbids."""

    outbound: int
    back: int
    share: float
    lost: float


class Dive:
    """Dives of one problem, each a little different from the last.

    Parameters
    ----------
    problem
        Holds every ride, so that its duties can be driven.
    noise
        Spread of the chance in the order of visits in the first dive.
    """

    def __init__(self, problem: Problem, seed: int, *, noise: float = 0.0) -> None:
        self.problem, self.noise = problem, noise
        self.dice = np.random.default_rng(seed)

    def run(
        self,
        relaxation: Relaxation,
        cuts: Sequence[Cut],
        best: float,
        until: float,
        stop: Callable[[], bool],
    ) -> tuple[Duty, ...]:
        """Duties that may be a better plan; none where the dive came to nothing.

        Parameters
        ----------
        relaxation, cuts
            Linear solution to start from, and the cuts it holds to.
        best
            Cost of the best plan known: a dive that cannot come below is given up.
        """
        problem = self.problem
        node = whole_node(problem, relaxation)
        longest = np.full(len(problem.partner), np.inf)
        cuts = list(cuts)
        noise, self.noise = self.noise, NOISE

        def better(ahead: int) -> bool:
            """Solve what is left; False where that cannot become a better plan, or time is up."""
            nonlocal node, cuts
            now = time.perf_counter()
            node, cuts = solved(node, cuts, now + (until - now) / ahead, stop)
            hopeless = node.cost(problem) + node.state.bound > best - EPS
            return not hopeless and not stop() and time.perf_counter() < until

        least, steps, visits = 0, STEPS, visits_of(problem)
        while visits:
            outs, backs = waits_met(node.problem, node.state.columns, node.state.weight)
            open_ = [_sharing(node, out, back, outs, backs) for out, back in visits]
            least = least or -(-sum(s.lost > CLEAR for s in open_) // STEPS)
            steps -= 1
            for sharing in self._chosen(open_, least if steps > 0 else len(open_), noise):
                longest[sharing.outbound] = sharing.share
                longest[sharing.back] = problem.wait_limit - sharing.share
            visits = [visit for visit in visits if np.isinf(longest[visit[0]])]
            cuts = [cut for cut in cuts if isinstance(cut, SubsetCut) or np.isinf(longest[cut.outbound])]
            node = confined(node, longest)
            if not better(max(0, steps) + AFTER):
                return ()
        while len(node.problem.trips) > FEW_TRIPS and (duties := _heaviest(node)):
            node, cuts = without(node, duties), []
            if len(node.problem.trips) and not better(AFTER):
                break
        return node.fixed + _chosen_exactly(node, until, stop)

    def _chosen(self, open_: list[_Sharing], least: int, noise: float) -> list[_Sharing]:
        """The visits to share out next: those that are clear, and of the others the clearest."""
        clear = [s for s in open_ if s.lost <= CLEAR]
        rest = [s for s in open_ if s.lost > CLEAR]
        chance = 1.0 + noise * self.dice.uniform(-1.0, 1.0, len(rest))
        order = np.argsort([s.lost * c for s, c in zip(rest, chance, strict=True)], kind="stable")
        lost = np.cumsum([rest[k].lost for k in order])
        return clear + [rest[k] for k in order[: max(least, int((lost <= AT_ONCE).sum()))].tolist()]


def _sharing(node: Node, out: int, back: int, outs: dict[int, Waits], backs: dict[int, Waits]) -> _Sharing:
    """The sharing out of a visit that forbids least of a linear solution."""
    limit, nothing = node.problem.wait_limit, (np.empty(0),) * 3
    waits, others = outs.get(out, nothing), backs.get(back, nothing)
    share = np.unique(np.clip(np.concatenate((waits[0], limit - others[0])), 0.0, limit))
    if not len(share):
        return _Sharing(out, back, 0.5 * limit, 0.0)
    lost = np.sum(weights_over(waits, others, share, limit), axis=0)
    least = np.flatnonzero(lost <= lost.min() + EPS)
    # Where nothing is lost each trip gets half of what neither needs.
    return _Sharing(out, back, float(0.5 * (share[least[0]] + share[least[-1]])), float(lost.min()))


def _heaviest(node: Node, *, every: bool = False) -> list[int]:
    """Duties to fix: those of full weight and of the others the heaviest, or every one that still fits."""
    problem, state = node.problem, node.state
    weight = np.array(
        [
            w if w > EPS and _drivable(problem, duty) else 0.0
            for duty, w in zip(state.columns, state.weight, strict=True)
        ]
    )
    fixed: list[int] = []
    carried: set[int] = set()
    cars = list(problem.counts)
    for k in np.argsort(-weight, kind="stable").tolist():
        likely = weight[k] >= LIKELY and len(carried) < PER_STEP * len(problem.trips)
        if weight[k] <= EPS or not (every or weight[k] >= CERTAIN or likely or not fixed):
            break
        duty = state.columns[k]
        if cars[duty.group] and carried.isdisjoint(duty.trips):
            fixed.append(k)
            carried.update(duty.trips)
            cars[duty.group] -= 1
    return fixed


def _drivable(problem: Problem, duty: Duty) -> bool:
    """Whether a duty can be driven: pricing may bound with cars that lack their break."""
    return duty.elementary and (problem.groups[duty.group].break_ is None or lawful(problem, [duty]))


def _chosen_exactly(node: Node, until: float, stop: Callable[[], bool]) -> tuple[Duty, ...]:
    """The best choice among a node's duties of least reduced cost, as duties of the whole problem."""
    problem, state = node.problem, node.state
    if not len(problem.trips):
        return ()
    found = choose_likeliest(problem, state.columns, state.reduced, MOST_CHOICES, until, stop)
    if found is not None:
        return tuple(node.whole(duty) for duty in found.duties)
    # Out of time: the heaviest, and let somebody else put in the trips that are left.
    return tuple(node.whole(state.columns[k]) for k in _heaviest(node, every=True))
