"""Group first: choose the rides by set partitioning, then chain them onto cars.

The rides are those of up to three patients of one direction, each listed with its near neighbours; the two
waits of a visit are coupled in the choice (HiGHS). Then OR-Tools routes cars from ride to ride, each ride
as late or early as its members' waits leave it.
"""

import time
from itertools import combinations, permutations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from benchmarks.answer import Answer
from benchmarks.peers.insertion import answer_of
from benchmarks.repair import lawful
from benchmarks.rides import Event, Ride, make_ride
from benchmarks.schedule import Placed
from benchmarks.view import View
from benchmarks.windows import CENTS, SECONDS

NEIGHBOURS = 12
"""Nearest trips of one direction each trip is grouped with."""

EMPTY_SHARE = 0.7
"""Empty km a ride is expected to bring about, as a share of the mean direct way (assumption)."""

LEFT_OUT = 1_000_000
DAY_S = 48 * 3600


class GroupFirst:
    """Set partitioning over listed rides, then chaining."""

    name = "group-first"
    package = None
    holds = "every rule"
    breaks = "nothing; at most three patients of one direction in a ride"

    def solve(self, view: View, seconds: float, seed: int, cores: int) -> Answer:
        """Half of the time for the choice of rides at most, the rest for the chaining."""
        began = time.perf_counter()
        rides = listed(view, began + seconds / 4)
        chosen = choose(view, rides, max(1.0, began + seconds / 2 - time.perf_counter()))
        placed = chain(view, chosen, max(1.0, began + seconds - time.perf_counter()))
        routes = {v: [event for p in each for event in p.ride.events] for v, each in placed.items()}
        starts = {event: p.start for each in placed.values() for p in each for event in p.ride.events}
        # Rides the chaining has no car for are inserted trip by trip.
        return answer_of(view, lawful(view, routes, starts)[0])


def listed(view: View, until: float) -> list[Ride]:
    """List rides of one, two and three patients; past the time limit only those of one."""
    rides = [_alone(view, t) for t in range(len(view.trips))]
    found = [ride for ride in rides if ride is not None]
    near = _neighbours(view)
    seen: set[tuple[int, ...]] = set()
    for size in (2, 3):
        for t, others in enumerate(near):
            if time.perf_counter() > until:
                return found
            for rest in combinations(others, size - 1):
                group = tuple(sorted((t, *rest)))
                if group not in seen:
                    seen.add(group)
                    best = _best(view, group)
                    if best is not None:
                        found.append(best)
    return found


def _alone(view: View, trip: int) -> Ride | None:
    return make_ride(view, [(trip, True), (trip, False)])


def _neighbours(view: View) -> list[list[int]]:
    """The trips nearest in time and place at both ends, of one direction and no conflict."""
    count = len(view.trips)
    clock = np.array([view.clock(t) for t in range(count)])
    km = view.table.km
    origin, destination = np.array(view.origin), np.array(view.destination)
    outbound = np.array([t.outbound for t in view.trips])
    alone = np.array([t.must_ride_alone for t in view.trips])
    answer: list[list[int]] = []
    for t in range(count):
        if alone[t]:
            answer.append([])
            continue
        far = np.minimum(km[origin[t], origin], km[origin, origin[t]])
        far = far + np.minimum(km[destination[t], destination], km[destination, destination[t]])
        far = far + np.abs(clock - clock[t]) / 6.0
        out = (outbound != outbound[t]) | alone | (np.abs(clock - clock[t]) > 2 * view.rules.wait_min)
        far[out] = np.inf
        far[[t, *view.apart[t]]] = np.inf
        order = np.argsort(far, kind="stable")[:NEIGHBOURS]
        answer.append([int(u) for u in order if np.isfinite(far[u])])
    return answer


def _best(view: View, group: tuple[int, ...]) -> Ride | None:
    """The cheapest order of stops of a group: all board, then all alight."""
    best: Ride | None = None
    ends = {tuple(t for t in p) for p in permutations(group)}
    for first in permutations(group):
        if len({view.origin[t] for t in group}) == 1 and first != group:
            continue
        for last in ends:
            if len({view.destination[t] for t in group}) == 1 and last != group:
                continue
            events: list[Event] = [(t, True) for t in first] + [(t, False) for t in last]
            ride = make_ride(view, events)
            if ride is not None and (best is None or ride.cost < best.cost):
                best = ride
    if best is None or best.patients > max(view.patients):
        return None
    carriers = set.intersection(*(set(view.carriers[t]) for t in group))
    return best if any(_holds(view, best, v) for v in carriers) else None


def _holds(view: View, ride: Ride, v: int) -> bool:
    car = view.vehicles[v]
    return ride.seats <= car.seats and ride.chairs <= car.wheelchairs and ride.patients <= view.patients[v]


def _canonical(view: View, ride: Ride) -> float:
    """The start at which all wait least: outbound the latest, return the earliest."""
    return ride.high if view.trips[ride.trips[0]].outbound else ride.low


def choose(view: View, rides: list[Ride], seconds: float) -> list[Ride]:
    """Choose rides that carry every trip once, at least cost, each visit's waits within the limit."""
    mean = float(np.mean(view.direct_km)) if view.trips else 0.0
    pace = float(np.sum(view.direct_min)) / max(1e-9, float(np.sum(view.direct_km)))
    empty = EMPTY_SHARE * mean * (view.per_km + view.per_min * pace)
    row = {t: k for k, t in enumerate(sorted({t for ride in rides for t in ride.trips}))}
    pairs = [(t, view.partner[t]) for t in row if view.trips[t].outbound and view.partner[t] in row]
    of_pair = {t: k for k, pair in enumerate(pairs) for t in pair}
    data, index, start = [], [], [0]
    for ride in rides:
        when = _canonical(view, ride)
        for t in ride.trips:
            data.append(1.0)
            index.append(row[t])
            if t in of_pair:
                data.append(ride.wait(view, t, when))
                index.append(len(row) + of_pair[t])
        start.append(len(index))
    matrix = csc_array((data, index, start), shape=(len(row) + len(pairs), len(rides)))
    low = np.concatenate([np.ones(len(row)), np.full(len(pairs), -np.inf)])
    high = np.concatenate([np.ones(len(row)), np.full(len(pairs), view.rules.wait_min)])
    found = milp(
        np.array([ride.cost + empty for ride in rides]),
        constraints=LinearConstraint(matrix, low, high),
        integrality=np.ones(len(rides)),
        bounds=Bounds(0.0, 1.0),
        options={"time_limit": seconds, "mip_rel_gap": 1e-3},
    )
    if found.x is None:
        return [ride for ride in rides if len(ride.trips) == 1]
    return [ride for ride, x in zip(rides, found.x, strict=True) if x > 0.5]


def chain(view: View, rides: list[Ride], seconds: float) -> dict[int, list[Placed]]:
    """Route cars from ride to ride with OR-Tools; rides no car is found for are left out."""
    from ortools.constraint_solver import pywrapcp
    from ortools.constraint_solver import routing_enums_pb2 as enums

    cars, count = len(view.vehicles), len(rides)
    first = [r.first for r in rides] + [p for v in range(cars) for p in (view.start[v], view.end[v])]
    last = [r.last for r in rides] + first[count:]
    work = [r.duration for r in rides] + [0.0] * (2 * cars)
    starts = [count + 2 * v for v in range(cars)]
    manager = pywrapcp.RoutingIndexManager(count + 2 * cars, cars, starts, [s + 1 for s in starts])
    routing = pywrapcp.RoutingModel(manager)
    minutes, size = view.minutes, range(count + 2 * cars)
    cents = [[round(CENTS * view.leg_cost(last[i], first[j])) for j in size] for i in size]
    times = [[int(np.ceil(SECONDS * (work[i] + minutes[last[i]][first[j]]))) for j in size] for i in size]
    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitMatrix(cents))
    routing.SetFixedCostOfAllVehicles(round(CENTS * view.day.costs.per_vehicle))
    routing.AddDimension(routing.RegisterTransitMatrix(times), DAY_S, DAY_S, False, "time")
    clock = routing.GetDimensionOrDie("time")
    waits = {t: r.wait(view, t, _canonical(view, r)) for r in rides for t in r.trips}
    for k, ride in enumerate(rides):
        node = manager.NodeToIndex(k)
        low, high = _window(view, ride, waits)
        clock.CumulVar(node).SetRange(
            int(np.ceil(SECONDS * low)), max(int(np.ceil(SECONDS * low)), int(SECONDS * high))
        )
        routing.AddDisjunction([node], LEFT_OUT * len(ride.trips))
        able = set.intersection(*(set(view.carriers[t]) for t in ride.trips))
        routing.VehicleVar(node).SetValues([-1, *sorted(v for v in able if _holds(view, ride, v))])
    for v, car in enumerate(view.vehicles):
        opens, closes = (round(SECONDS * m) for m in car.shift)
        clock.CumulVar(routing.Start(v)).SetRange(opens, closes)
        clock.CumulVar(routing.End(v)).SetRange(opens, closes)
        if car.break_ is not None:
            begin, end = (round(SECONDS * m) for m in car.break_.window)
            pause = round(SECONDS * car.break_.minutes)
            rest = routing.solver().FixedDurationIntervalVar(begin, end - pause, pause, False, f"break {v}")
            visits = [int(np.ceil(SECONDS * w)) for w in work]
            clock.SetBreakIntervalsOfVehicle([rest], v, visits)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = enums.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(round(1000 * seconds))
    found = routing.SolveWithParameters(parameters)
    placed: dict[int, list[Placed]] = {}
    for v in range(cars) if found is not None else ():
        node = found.Value(routing.NextVar(routing.Start(v)))
        while not routing.IsEnd(node):
            ride = rides[manager.IndexToNode(node)]
            placed.setdefault(v, []).append(Placed(ride, found.Min(clock.CumulVar(node)) / SECONDS))
            node = found.Value(routing.NextVar(node))
    return placed


def _window(view: View, ride: Ride, waits: dict[int, float]) -> tuple[float, float]:
    """When a chosen ride may start, if every visit's spare wait is shared between its two rides."""
    spare = min(
        (
            (view.rules.wait_min - waits[t] - waits.get(view.partner[t], 0.0))
            / (2.0 if view.partner[t] in waits else 1.0)
            for t in ride.trips
        ),
        default=0.0,
    )
    spare = max(0.0, spare)
    if view.trips[ride.trips[0]].outbound:
        return max(ride.low, ride.high - spare), ride.high
    return ride.low, min(ride.high, ride.low + spare)
