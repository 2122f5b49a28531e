"""The best clock for rides already chosen: every start at once, as near to the peer's as the rules allow."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from benchmarks.rides import Ride
from benchmarks.view import View

BROKEN = 1000.0
"""What a minute by which a rule stays broken weighs against a minute off the peer's own time."""


def retimed(
    view: View, routes: Mapping[int, Sequence[Ride]], wished: Mapping[int, Sequence[float]]
) -> list[float]:
    """Return the start of every ride, vehicle by vehicle, in minutes from midnight.

    A linear program over all starts: windows, succession, shifts, breaks and the wait of each visit. Where
    they cannot all hold, the sum of minutes they are broken by is least.
    """
    rides = [ride for v in routes for ride in routes[v]]
    wish = [start for v in routes for start in wished[v]]
    model = _Model(len(rides))
    at: dict[int, int] = {}
    first = 0
    for v, mine in routes.items():
        starts = list(range(first, first + len(mine)))
        first += len(mine)
        at |= {t: k for k, ride in zip(starts, mine, strict=True) for t in ride.trips}
        _vehicle(view, v, mine, starts, [wish[k] for k in starts], model)
    for t, k in at.items():
        other = view.partner[t]
        if not view.trips[t].outbound or other not in at:
            continue
        # Both waits: appointment - (start + offset) + (start of the return + offset) - ready.
        waited = view.clock(t) - view.clock(other)
        waited += rides[at[other]].served_at[other] - rides[k].served_at[t]
        model.most([(at[other], 1.0), (k, -1.0)], view.rules.wait_min - waited)
    return model.solve([(ride.low, ride.high) for ride in rides], wish)


def _vehicle(
    view: View, v: int, rides: Sequence[Ride], starts: Sequence[int], wish: Sequence[float], model: "_Model"
) -> None:
    car = view.vehicles[v]
    away = view.minutes[view.start[v]][rides[0].first]
    home = rides[-1].duration + view.minutes[rides[-1].last][view.end[v]]
    model.most([(starts[0], -1.0)], -car.shift[0] - away)
    model.most([(starts[-1], 1.0)], car.shift[1] - home)
    gaps = [one.duration + view.minutes[one.last][then.first] for one, then in pairwise(rides)]
    for k, gap in enumerate(gaps):
        model.most([(starts[k], 1.0), (starts[k + 1], -1.0)], -gap)
    if car.break_ is None:
        return
    opens, closes = car.break_.window
    if wish[0] - away >= closes or wish[-1] + home <= opens:
        return
    # The break goes where the peer's times leave most of it.
    room = [
        min(wish[k + 1], closes) - max(wish[k] + gap, opens) - car.break_.minutes
        for k, gap in enumerate(gaps)
    ]
    early = min(wish[0], closes) - max(car.shift[0] + away, opens) - car.break_.minutes
    if not room or early >= max(room):
        model.most([(starts[0], -1.0)], -max(car.shift[0] + away, opens) - car.break_.minutes)
        return
    k = int(np.argmax(room))
    model.most([(starts[k + 1], -1.0)], -opens - car.break_.minutes)
    model.most([(starts[k], 1.0)], closes - car.break_.minutes - gaps[k])
    model.most([(starts[k], 1.0), (starts[k + 1], -1.0)], -gaps[k] - car.break_.minutes)


class _Model:
    """Starts, what they are early and late by, and what each row is broken by."""

    def __init__(self, rides: int) -> None:
        self.rides = rides
        self.rows: list[list[tuple[int, float]]] = []
        self.limits: list[float] = []

    def most(self, terms: list[tuple[int, float]], limit: float) -> None:
        """Ask that a sum of starts be at most a limit."""
        self.rows.append(terms)
        self.limits.append(limit)

    def solve(self, windows: Sequence[tuple[float, float]], wish: Sequence[float]) -> list[float]:
        """Return the starts; those wished for where the solver has no answer."""
        n, m = self.rides, len(self.rows)
        if n == 0:
            return []
        entries = [(r, k, x) for r, terms in enumerate(self.rows) for k, x in terms]
        entries += [(r, 3 * n + r, -1.0) for r in range(m)]
        row, column, value = (np.array(part) for part in zip(*entries, strict=True))
        upper = coo_array((value, (row, column)), shape=(m, 3 * n + m)).tocsc()
        k = np.arange(n)
        ones = np.ones(n)
        equal = coo_array(
            (np.concatenate([ones, ones, -ones]), (np.tile(k, 3), np.concatenate([k, n + k, 2 * n + k]))),
            shape=(n, 3 * n + m),
        ).tocsc()
        cost = np.concatenate([np.zeros(n), np.ones(2 * n), np.full(m, BROKEN)])
        bounds = [*windows, *[(0.0, None)] * (2 * n + m)]
        found = linprog(
            cost, A_ub=upper, b_ub=np.array(self.limits), A_eq=equal, b_eq=np.array(wish), bounds=bounds
        )
        return list(wish) if found.x is None else [float(x) for x in found.x[:n]]
