"""What a peer's routes are worth once made lawful."""

from collections.abc import Mapping, Sequence

from benchmarks.retime import retimed
from benchmarks.rides import EPS, Event, Ride, fits, make_ride, settled, split
from benchmarks.schedule import Placed, Schedule
from benchmarks.view import View


def lawful(
    view: View, routes: Mapping[int, Sequence[Event]], starts: Mapping[Event, float]
) -> tuple[Schedule, list[int]]:
    """Keep every ride of the routes that can be lawful, and insert the trips of the others anew.

    Kept rides start as near to the peer's own ``starts`` as the rules allow, all at once; what no clock makes
    lawful is taken apart. The trips of the other rides, and those the peer left out, are
    inserted by least cost, one by one along the clock.

    Returns
    -------
    The lawful schedule, and the trips no lawful place was found for.
    """
    schedule = Schedule(view)
    rides: dict[int, list[Ride]] = {}
    wished: dict[int, list[float]] = {}
    for v, events in routes.items():
        for part in split(settled(view, events)):
            ride = make_ride(view, part)
            if ride is None or not fits(view, ride, v) or any(v not in view.carriers[t] for t in ride.trips):
                continue
            rides.setdefault(v, []).append(ride)
            start = min(starts[event] for event in part)
            wished.setdefault(v, []).append(max(ride.low, min(ride.high, start)))
    times = iter(retimed(view, rides, wished))
    kept = [(v, ride, next(times)) for v in rides for ride in rides[v]]
    waits = {t: ride.wait(view, t, start) for _, ride, start in kept for t in ride.trips}
    budgets = {t: _budget(view, t, waits) for t in waits}
    for v, ride, start in kept:
        tight = make_ride(view, ride.events, budgets)
        move = None if tight is None else schedule.place(tight, v, start)
        if move is not None:
            schedule.put(move)
    out = []
    for trip in sorted(set(range(len(view.trips))) - schedule.at.keys(), key=view.clock):
        # The visit's other trip, if it is still to come, is left half of the wait where that does.
        half = view.rules.wait_min / 2
        found = schedule.best(trip, reserve=half) or schedule.best(trip, reserve=0.0)
        if found is None:
            out.append(trip)
        else:
            schedule.put(found)
    return schedule, out


def _budget(view: View, trip: int, waits: Mapping[int, float]) -> float:
    limit, mine = view.rules.wait_min, waits[trip]
    other = view.partner[trip]
    if other < 0:
        return limit
    theirs = waits.get(other, limit / 2)
    if mine + theirs <= limit + EPS:
        return mine + max(0.0, limit - mine - theirs) / 2 + EPS
    return limit * mine / (mine + theirs)


def placed_routes(schedule: Schedule) -> dict[int, list[Placed]]:
    """Rides of the used vehicles in order."""
    return {v: rides for v, rides in enumerate(schedule.rides) if rides}
