"""OR-Tools routing, the rules written in as far as its dimensions carry them."""

import time
from typing import Any

from ortools.constraint_solver import pywrapcp
from ortools.constraint_solver import routing_enums_pb2 as routing_enums

from benchmarks.answer import Answer, Point
from benchmarks.rides import Event
from benchmarks.view import View
from benchmarks.windows import ALONE, CENTS, SECONDS, SPARE_MIN, open_windows, tables

LEFT_OUT = 1_000_000
"""Cents for a trip left out: more than any detour to serve it."""

DAY_S = 48 * 3600


class OrToolsRouting:
    """Pickups and deliveries with local cheapest insertion, then guided local search."""

    name = "or-tools"
    package = "ortools"
    holds = "windows, the 45 minutes coupled over a visit, no idling aboard, breaks, seats, consent"
    breaks = "a flat detour of 10 km (the limit for two), also for a patient aboard alone"

    def solve(self, view: View, seconds: float, seed: int, cores: int) -> Answer:
        """Search to the time limit; one core, as the library does."""
        return _Model(view).solve(seconds)


class _Model:
    def __init__(self, view: View) -> None:
        self.view, self.tables = view, tables(view)
        trips, cars = len(view.trips), len(view.vehicles)
        # Nodes: boarding of trip t at 2t, alighting at 2t + 1, then each car's start and end.
        self.place = [p for t in range(trips) for p in (view.origin[t], view.destination[t])]
        self.work = [round(SECONDS * m) for trip in view.trips for m in (trip.board_min, trip.alight_min)] + [
            0
        ] * (2 * cars)
        starts = [2 * trips + 2 * v for v in range(cars)]
        self.place += [p for v in range(cars) for p in (view.start[v], view.end[v])]
        self.manager = pywrapcp.RoutingIndexManager(
            len(self.place), cars, starts, [node + 1 for node in starts]
        )
        self.routing = pywrapcp.RoutingModel(self.manager)
        self.solver: pywrapcp.Solver = self.routing.solver()
        self._dimensions()
        self._pairs()
        self._waits()
        self._cars()

    def _matrix(self, table: list[list[int]], work: bool = False) -> int:
        place, extra = self.place, self.work if work else [0] * len(self.place)
        rows = [[table[a][b] + extra[i] for b in place] for i, a in enumerate(place)]
        return int(self.routing.RegisterTransitMatrix(rows))

    def _dimensions(self) -> None:
        routing, view, cars = self.routing, self.view, len(self.view.vehicles)
        routing.SetArcCostEvaluatorOfAllVehicles(self._matrix(self.tables.cents))
        routing.SetFixedCostOfAllVehicles(round(CENTS * view.day.costs.per_vehicle))
        routing.AddDimension(self._matrix(self.tables.seconds, True), DAY_S, DAY_S, False, "time")
        routing.AddDimension(self._matrix(self.tables.metres), 0, 10_000_000, True, "metres")
        self.time = routing.GetDimensionOrDie("time")
        self.metres = routing.GetDimensionOrDie("metres")
        demands = {
            "patients": ([1] * len(view.trips), view.patients),
            "seats": ([t.seats_needed for t in view.trips], [v.seats for v in view.vehicles]),
            "chairs": ([int(t.wheelchair) for t in view.trips], [v.wheelchairs for v in view.vehicles]),
            "company": ([ALONE if t.must_ride_alone else 1 for t in view.trips], [ALONE] * cars),
        }
        for name, (takes, room) in demands.items():
            loads = [x for take in takes for x in (take, -take)] + [0] * (2 * cars)
            evaluator = routing.RegisterUnaryTransitVector(loads)
            routing.AddDimensionWithVehicleCapacity(evaluator, 0, list(room), True, name)
        self.patients = routing.GetDimensionOrDie("patients")

    def _pairs(self) -> None:
        view, routing, solver = self.view, self.routing, self.solver
        flat = round(1000 * view.rules.detour_limit_km(2))
        for t in range(len(view.trips)):
            at, off = self.manager.NodeToIndex(2 * t), self.manager.NodeToIndex(2 * t + 1)
            routing.AddPickupAndDelivery(at, off)
            solver.Add(routing.VehicleVar(at) == routing.VehicleVar(off))
            solver.Add(self.time.CumulVar(at) <= self.time.CumulVar(off))
            routing.AddDisjunction([at], LEFT_OUT)
            routing.AddDisjunction([off], LEFT_OUT)
            window = open_windows(view, t, view.rules.wait_min)
            self.time.CumulVar(at).SetRange(*window.pickup)
            self.time.CumulVar(off).SetRange(*window.delivery)
            carriers = view.carriers[t]
            if len(carriers) < len(view.vehicles):
                # -1 stands for a trip left out; the wrapper of 9.15 has no SetAllowedVehiclesForIndex.
                routing.VehicleVar(at).SetValues([-1, *carriers])
                routing.VehicleVar(off).SetValues([-1, *carriers])
            limit = self.tables.metres[view.origin[t]][view.destination[t]] + flat
            # Pairs are numbered in the order they were added.
            self.metres.SetPickupToDeliveryLimitFunctionForPair(
                lambda _pickup, _delivery, most=limit: most, t
            )
            # Nobody waits aboard: not after boarding, and after alighting only in an empty car.
            self.time.SlackVar(at).SetMax(0)
            left = self.patients.CumulVar(off)
            solver.Add(self.time.SlackVar(off) <= DAY_S * (left == 1))

    def _waits(self) -> None:
        """The two waits of a visit, of seconds from midnight at which service at the place of care starts."""
        view, limit = self.view, round(SECONDS * self.view.rules.wait_min)
        for t, trip in enumerate(view.trips):
            other = view.partner[t]
            if trip.appointment is None or other < 0:
                continue
            arrives = self.time.CumulVar(self.manager.NodeToIndex(2 * t + 1))
            leaves = self.time.CumulVar(self.manager.NodeToIndex(2 * other))
            stay = round(SECONDS * (view.clock(other) - trip.appointment))
            self.solver.Add(leaves - arrives <= stay + limit - round(SECONDS * SPARE_MIN))

    def _cars(self) -> None:
        view, routing = self.view, self.routing
        for v, car in enumerate(view.vehicles):
            opens, closes = (round(SECONDS * m) for m in car.shift)
            self.time.CumulVar(routing.Start(v)).SetRange(opens, closes)
            self.time.CumulVar(routing.End(v)).SetRange(opens, closes)
            if car.break_ is not None:
                first, last = (round(SECONDS * m) for m in car.break_.window)
                pause = round(SECONDS * car.break_.minutes)
                rest = self.solver.FixedDurationIntervalVar(first, last - pause, pause, False, f"break {v}")
                self.time.SetBreakIntervalsOfVehicle([rest], v, self.work)

    def solve(self, seconds: float) -> Answer:
        """Run the search and read the routes."""
        parameters = pywrapcp.DefaultRoutingSearchParameters()
        strategy = routing_enums.FirstSolutionStrategy
        parameters.first_solution_strategy = strategy.LOCAL_CHEAPEST_INSERTION
        parameters.local_search_metaheuristic = routing_enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        parameters.time_limit.FromMilliseconds(round(1000 * seconds))
        curve: list[Point] = []
        began, work = time.perf_counter(), self._service_cost()

        def note() -> None:
            cost = self.routing.CostVar().Max()
            if not curve or cost < best[0]:
                best[0] = cost
                left = cost // (2 * LEFT_OUT)
                value = (cost - 2 * LEFT_OUT * left) / CENTS + work
                served = len(self.view.trips) - int(left)
                curve.append(Point(time.perf_counter() - began, served, value))

        best = [0]
        self.routing.AddAtSolutionCallback(note)
        found = self.routing.SolveWithParameters(parameters)
        if found is None:
            return Answer({}, {}, note="no plan within the time limit")
        return self._read(found, curve)

    def _service_cost(self) -> float:
        return sum(self.view.per_min * (t.board_min + t.alight_min) for t in self.view.trips)

    def _read(self, found: Any, curve: list[Point]) -> Answer:
        routes: dict[int, list[Event]] = {}
        starts: dict[Event, float] = {}
        for v in range(len(self.view.vehicles)):
            index = found.Value(self.routing.NextVar(self.routing.Start(v)))
            events: list[Event] = []
            while not self.routing.IsEnd(index):
                node = self.manager.IndexToNode(index)
                event = (node // 2, node % 2 == 0)
                events.append(event)
                starts[event] = found.Min(self.time.CumulVar(index)) / SECONDS
                index = found.Value(self.routing.NextVar(index))
            if events:
                routes[v] = events
        return Answer(routes, starts, curve=curve)
