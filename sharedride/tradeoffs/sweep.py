"""Plans along a trade-off: first both ends, then between two neighbours where they are furthest apart.

Each plan between minimises the weighted sum under which its two neighbours are equally good, so that whatever
is found lies below the straight line between them: the non-inferior set estimation of Cohon, Church & Sheer
(1979), https://doi.org/10.1029/WR015i005p01001. Weighted sums reach the convex part of the front only; plans
met on another trade-off fill in some of the rest.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from sharedride.day.model import Day
from sharedride.ledger import Ledger, ledger
from sharedride.planning.optimize import Outcome, optimize
from sharedride.planning.solution import Objective, Route
from sharedride.rides.pool import DEFAULT_RIDE_LIMIT, RidePool
from sharedride.rules import Rules
from sharedride.tariffs import TariffBook
from sharedride.tradeoffs.axes import Axes, Figures, figures_of
from sharedride.tradeoffs.front import Line, undominated
from sharedride.travel import TravelTable


@dataclass(frozen=True)
class Candidate:
    """A plan with its accounts and what it was asked for.

    Attributes
    ----------
    objective
        The objective it is best at; ``None`` for a mixture.
    """

    outcome: Outcome
    accounts: Ledger
    figures: Figures
    objective: Objective | None


@dataclass
class Sweep:
    """Plans one day under many objectives, each search starting from what the last ones found.

    Attributes
    ----------
    seconds
        Wall time for everything.
    searches
        Searches still to come, by which the time left is shared out.
    """

    day: Day
    table: TravelTable
    rules: Rules
    book: TariffBook
    seconds: float
    searches: int
    seed: int = 0
    ride_limit: int = DEFAULT_RIDE_LIMIT
    tell: Callable[[Figures, float], None] = lambda figures, seconds: None
    stop: threading.Event | None = None

    def __post_init__(self) -> None:
        self.until = time.perf_counter() + self.seconds
        self.found: list[Candidate] = []
        self.lines: dict[str, list[Line]] = {}
        self._pool: RidePool | None = None

    def stopped(self) -> bool:
        """Whether no further search should begin."""
        return self.stop is not None and self.stop.is_set()

    def along(self, axes: Axes, points: int) -> None:
        """Plan both ends of a trade-off, then up to ``points`` plans in all."""
        self.lines.setdefault(axes.name, [])
        searches = 0
        for end, sides in zip(axes.ends, ((1.0, 0.0), (0.0, 1.0)), strict=True):
            if not self.stopped() or not self.found:
                self._search(axes, *sides, end)
                searches += 1
        settled: set[tuple[int, int]] = set()
        while searches < points and not self.stopped():
            pair = self._widest(axes, settled)
            if pair is None:
                break
            left, right = (axes.xy(self.found[i].figures) for i in pair)
            x_weight, y_weight = left[1] - right[1], right[0] - left[0]
            scale = 1.0 / max(x_weight, y_weight)
            settled.add(pair)
            self._search(axes, x_weight * scale, y_weight * scale, None)
            searches += 1
        self.searches -= points - searches

    def front(self, axes: Axes) -> list[int]:
        """Indices of the plans found that no other beats, of those that serve the most trips, by rising x."""
        most = max(candidate.figures.served for candidate in self.found)
        level = [i for i, candidate in enumerate(self.found) if candidate.figures.served == most]
        kept = undominated([axes.xy(self.found[i].figures) for i in level], axes.tolerance)
        return [level[i] for i in kept]

    def _widest(self, axes: Axes, settled: set[tuple[int, int]]) -> tuple[int, int] | None:
        """Neighbours on the front not looked between yet, those with the most room between them."""
        front = self.front(axes)
        pairs = [pair for pair in pairwise(front) if pair not in settled]

        def room(pair: tuple[int, int]) -> float:
            left, right = (axes.xy(self.found[i].figures) for i in pair)
            return (right[0] - left[0]) * (left[1] - right[1])

        return max(pairs, key=room, default=None)

    def _search(self, axes: Axes, x_weight: float, y_weight: float, end: Objective | None) -> None:
        began = time.perf_counter()
        outcome = optimize(
            self.day,
            self.table,
            self.rules,
            self.book,
            objective=end or axes.ends[0],
            weights=None if end is not None else axes.weights(x_weight, y_weight),
            pool=self._pool,
            given=self._nearest(axes, x_weight, y_weight),
            time_limit=max(0.05, (self.until - began) / max(self.searches, 1)),
            seed=self.seed,
            ride_limit=self.ride_limit,
            stop=self.stop,
        )
        self.searches -= 1
        self._pool = outcome.pool
        accounts = ledger(self.day, self.table, outcome.solution.routes, book=self.book, rules=self.rules)
        figures = figures_of(accounts)
        self.found.append(Candidate(outcome, accounts, figures, end))
        bound = outcome.solution.bound
        if bound is not None:
            if end is Objective.SHARED:
                bound = -bound
            self.lines[axes.name].append(Line(x_weight, y_weight, bound))
        self.tell(figures, time.perf_counter() - began)

    def _nearest(self, axes: Axes, x_weight: float, y_weight: float) -> tuple[Route, ...]:
        """Routes of the plan found so far that is best under the new weights."""
        if not self.found:
            return ()

        def order(candidate: Candidate) -> tuple[float, float]:
            x, y = axes.xy(candidate.figures)
            return -candidate.figures.served, x_weight * x + y_weight * y

        return min(self.found, key=order).outcome.solution.routes
