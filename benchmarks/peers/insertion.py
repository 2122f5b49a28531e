"""A dispatcher's way: trip by trip along the clock, to the neighbour's ride or the car that costs least."""

import time

from benchmarks.answer import Answer
from benchmarks.repair import placed_routes
from benchmarks.schedule import Schedule
from benchmarks.view import View


class Insertion:
    """Each trip, by the clock, goes where it costs least: into a ride to the same place of care, or alone."""

    name = "insertion"
    package = None
    holds = "every rule"
    breaks = "nothing"

    def solve(self, view: View, seconds: float, seed: int, cores: int) -> Answer:
        """Insert every trip once; past the time limit, without looking for someone to share with."""
        until = time.perf_counter() + seconds
        schedule = Schedule(view)
        half = view.rules.wait_min / 2
        for trip in sorted(range(len(view.trips)), key=view.clock):
            share = time.perf_counter() < until
            move = schedule.best(trip, reserve=half, share=share) or schedule.best(trip, reserve=0.0)
            if move is not None:
                schedule.put(move)
        return answer_of(view, schedule)


def answer_of(view: View, schedule: Schedule) -> Answer:
    """Return a schedule as routes and times."""
    routes, starts = {}, {}
    for v, rides in placed_routes(schedule).items():
        routes[v] = [event for placed in rides for event in placed.ride.events]
        for placed in rides:
            now, here = placed.start, placed.ride.first
            for t, boards in placed.ride.events:
                place = view.origin[t] if boards else view.destination[t]
                now += view.minutes[here][place] if place != here else 0.0
                starts[t, boards], here = now, place
                now += view.trips[t].board_min if boards else view.trips[t].alight_min
    return Answer(routes, starts)
