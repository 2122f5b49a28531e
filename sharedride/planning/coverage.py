"""How many trips every plan leaves out, whatever it costs to serve the others."""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from sharedride.planning.master import Master, Relaxation
from sharedride.planning.objective import Weights
from sharedride.planning.pricer import Cut
from sharedride.planning.problem import Duty, Problem

EPS = 1e-6


def least_left_out(
    problem: Problem,
    duties: Sequence[Duty],
    cuts: Sequence[Cut],
    until: float,
    stop: Callable[[], bool],
    threads: ThreadPoolExecutor | None = None,
    *,
    enough: int,
) -> int:
    """Trips that every plan leaves out: by the linear program that minimises them and nothing else.

    The first phase of the simplex method, by column generation; its Lagrangian bound is rounded up.

    Parameters
    ----------
    problem
        A problem that holds every lawful ride.
    duties, cuts
        Some of its duties and cuts, to start from.
    enough
        Trips at which more need not be proven.
    """
    prices = problem.prices
    free = replace(
        problem,
        offers=tuple(replace(offer, primary=np.zeros_like(offer.primary)) for offer in problem.offers),
        prices=replace(
            prices,
            objective=Weights(),
            primary_dead=np.zeros_like(prices.primary_dead),
            primary_vehicle=0.0,
        ),
        tie=0.0,
        penalty=1.0,
    )
    proven = False

    def report(state: Relaxation) -> None:
        nonlocal proven
        proven = state.bound > enough - 1 + 2.0 * EPS

    master = Master(free, threads)
    for cut in cuts:
        master.add_cut(cut)
    master.add(replace(duty, primary=0.0) for duty in duties)
    state = master.solve(until, lambda: proven or stop(), report)
    return max(0, math.ceil(state.bound - EPS)) if math.isfinite(state.bound) else 0
