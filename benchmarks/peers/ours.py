"""This program, as a user calls it."""

import time
from typing import TYPE_CHECKING

from benchmarks.answer import Answer, Point
from benchmarks.rides import Event
from benchmarks.view import View

if TYPE_CHECKING:
    from sharedride.planning.optimize import Progress

WARM_UP = "dense-company-20-1"
"""Planned first: compiled code is kept on disk, so only a user's very first plan ever waits for it."""


class Ours:
    """``sharedride.plan`` with its defaults, but for the gap at which it may end."""

    name = "sharedride"
    package = None
    holds = "every rule, with a proven bound"
    breaks = "nothing"

    def __init__(self, gap_percent: float = 0.0) -> None:
        self.gap_percent = gap_percent

    def solve(self, view: View, seconds: float, seed: int, cores: int) -> Answer:
        """Plan, and note every progress that changes something."""
        import sharedride
        from benchmarks.instances import read

        for ride_limit in (None, 1):
            # With few rides listed, what prices a network runs too.
            sharedride.plan(read(WARM_UP)[0], time_limit=5.0, ride_limit=ride_limit)
        curve: list[Point] = []

        def note(progress: "Progress") -> None:
            point = Point(progress.seconds, progress.served, progress.value, progress.bound)
            last = curve[-1] if curve else Point(0.0, 0, None)
            if (point.served, point.cost, point.bound) != (last.served, last.cost, last.bound):
                curve.append(point)

        began = time.perf_counter()
        result = sharedride.plan(
            view.day, time_limit=seconds, gap_percent=self.gap_percent, seed=seed, progress=note
        )
        taken = time.perf_counter() - began
        solver = result.document.solver
        served = result.document.kpis.served
        curve.append(Point(solver.seconds, served, solver.value, solver.bound))
        routes: dict[int, list[Event]] = {}
        starts: dict[Event, float] = {}
        for route in result.solution.routes:
            for stop in route.stops:
                for trips, boards in ((stop.alight, False), (stop.board, True)):
                    for t in trips:
                        routes.setdefault(route.vehicle, []).append((t, boards))
                        starts[t, boards] = stop.service_start
        return Answer(
            routes, starts, result.document, curve, seconds=taken, note=" ".join(result.solution.notes)
        )
