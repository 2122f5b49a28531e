"""Exact optimum of a tiny day over all assignments, stop orders and continuous timings.

An independent reading of the law: for every vehicle and set of trips, every sequence of lawful rides; the
clock is a system of difference constraints with one variable per ride, so a plan is feasible when the
system has no negative cycle. Made for up to 5 trips and 2 vehicles.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product

from sharedride.checking.fares import fare as invoice
from sharedride.checking.fares import in_big_city
from sharedride.day.model import Day, Vehicle
from sharedride.planning.solution import Objective, Route, Stop
from sharedride.travel import travel_table

from .lawful_rides import Carried, Ride, RideFinder
from .limits import limits_of
from .timing import EPS, ORIGIN, Closure, Edge, closure, earliest

TIE = 1e-6
"""Objectives closer than this are equal, and the running cost decides."""

SECOND = 1.0 / 60.0
"""Plans are printed to the second: the last pick-up before a tariff change is one second before it."""

TARIFF_HOURS = (0, 8, 12, 20, 24, 32, 36, 44, 48)
"""Clock hours at which a supplement may begin or end, on the day and on the next."""

Fare = Callable[[Day, int, Vehicle, Carried, float], float]
"""Fare in euros of a trip (index into the day) in a vehicle, carried so, picked up at that minute."""


def checker_fare(day: Day, trip: int, vehicle: Vehicle, carried: Carried, pickup: float) -> float:
    """Fare in euros as the checker reads the tariffs, with none of their options taken."""
    operator = next(operator for operator in day.operators if operator.id == vehicle.operator)
    ends = (day.trips[trip].origin, day.trips[trip].destination)
    return float(
        invoice(
            vehicle.type,
            operator,
            operator.certified,
            carried.ridden_km,
            carried.aboard,
            carried.alone_km,
            pickup,
            day.date,
            wheelchair=day.trips[trip].wheelchair,
            big_city=any(in_big_city(place.commune) for place in day.places if place.id in ends),
        )
    )


@dataclass(frozen=True)
class Optimum:
    """The best plan of a day.

    ``value`` is the objective itself (margin and shared trips are largest, the others least), the
    ``running_cost`` the least among the plans of that value, in euros; ``example`` is one such plan.
    """

    served: int
    value: float
    running_cost: float
    example: tuple[Route, ...]


@dataclass(frozen=True)
class _Option:
    """A ride confined to starts between ``low`` and ``high``, within which its bill (euros) is constant."""

    ride: Ride
    low: float
    high: float
    bill: float


@dataclass(frozen=True)
class _RouteOption:
    """An order of rides of one vehicle; ``loss`` is the objective, signed so that less is better."""

    loss: float
    cost: float
    rides: tuple[_Option, ...]


@dataclass(frozen=True)
class _Timed:
    """A route with a place for the break: feasible alone.

    ``freedom`` holds, for the visits whose other trip is not in the route, how late the patient can be
    brought, how early fetched, and how far apart: larger is freer, and nothing else matters outside.
    """

    route: _RouteOption
    edges: tuple[Edge, ...]
    departs: bool
    freedom: tuple[float, ...]

    def makes_useless(self, other: "_Timed") -> bool:
        """Whether the other can be replaced by this one in every plan without loss."""
        surely_less = self.route.loss < other.route.loss - TIE
        no_more = self.route.loss <= other.route.loss + 1e-9 and self.route.cost <= other.route.cost + 1e-9
        return (surely_less or no_more) and all(
            mine >= theirs - 1e-9 for mine, theirs in zip(self.freedom, other.freedom, strict=True)
        )


UNUSED = _Timed(_RouteOption(0.0, 0.0, ()), (), False, ())


class Reference:
    """The brute force on one day; rides are enumerated once and serve all objectives.

    ``fare`` prices the trips for the objectives ``savings`` and ``margin``.
    """

    def __init__(self, day: Day, fare: Fare = checker_fare) -> None:
        self.day = day
        self.fare = fare
        self.wait_min = limits_of(day).wait_min
        self.finder = RideFinder(day, travel_table(day), limits_of(day))
        self.place = {place.id: i for i, place in enumerate(day.places)}
        outbound = {t.visit: i for i, t in enumerate(day.trips) if t.visit is not None and t.outbound}
        back = {t.visit: i for i, t in enumerate(day.trips) if t.visit is not None and not t.outbound}
        self.visits = [(outbound[visit], back[visit]) for visit in sorted(outbound.keys() & back.keys())]
        self._rides = cache(self._find_rides)

    def optimum(self, objective: Objective) -> Optimum:
        """Return the plan that serves most trips, then is best at the objective, then runs cheapest."""
        routes = [self._routes(v, objective) for v in range(len(self.day.vehicles))]
        fronts = cache(lambda v, mask: self._front(v, routes[v][mask]))
        nowhere = len(self.day.vehicles)
        assignments: dict[int, list[tuple[float, tuple[int, ...]]]] = {}
        for choice in product(range(nowhere + 1), repeat=len(self.day.trips)):
            masks = tuple(
                sum(1 << t for t, vehicle in enumerate(choice) if vehicle == v) for v in range(nowhere)
            )
            if all(mask == 0 or mask in routes[v] for v, mask in enumerate(masks)):
                hope = sum(routes[v][mask][0].loss for v, mask in enumerate(masks) if mask)
                assignments.setdefault(sum(map(int.bit_count, masks)), []).append((hope, masks))
        for served in sorted(assignments, reverse=True):
            best = self._best(sorted(assignments[served]), fronts)
            if best is not None:
                loss, cost, plan = best
                sign = -1.0 if objective in (Objective.MARGIN, Objective.SHARED) else 1.0
                return Optimum(served, sign * loss + 0.0, cost, self._example(plan))
        raise AssertionError("the empty plan is always feasible")

    def _best(
        self,
        assignments: list[tuple[float, tuple[int, ...]]],
        fronts: Callable[[int, int], list[_Timed]],
    ) -> tuple[float, float, tuple[_Timed, ...]] | None:
        best: tuple[float, float, tuple[_Timed, ...]] | None = None
        for hope, masks in assignments:
            if best is not None and hope > best[0] + TIE:
                break
            for plan in product(*(fronts(v, mask) if mask else [UNUSED] for v, mask in enumerate(masks))):
                loss = sum(timed.route.loss for timed in plan)
                cost = sum(timed.route.cost for timed in plan)
                if best is not None and (
                    loss > best[0] + TIE or (loss > best[0] - TIE and cost >= best[1] - 1e-9)
                ):
                    continue
                if self._starts(plan) is not None:
                    best = (loss, cost, plan)
        return best

    def _find_rides(self, v: int) -> list[Ride]:
        return self.finder.rides(self.day.vehicles[v])

    def _options(self, v: int, priced: bool) -> list[_Option]:
        rides = self._rides(v)
        if not priced:
            return [_Option(ride, ride.low, ride.high, 0.0) for ride in rides]
        return [option for ride in rides for option in self._priced(v, ride)]

    def _priced(self, v: int, ride: Ride) -> list[_Option]:
        """Cut the starts of a ride where a pick-up changes its tariff."""
        cuts = {60.0 * hour - carried.pickup for hour in TARIFF_HOURS for carried in ride.carried}
        edges = [ride.low, *sorted(cut for cut in cuts if ride.low + EPS < cut <= ride.high + EPS)]
        options: list[_Option] = []
        for i, low in enumerate(edges):
            high = max(low, edges[i + 1] - SECOND) if i + 1 < len(edges) else max(low, ride.high)
            inside = (low + high) / 2.0
            bill = sum(
                self.fare(
                    self.day, carried.trip, self.day.vehicles[v], carried, round(inside + carried.pickup, 6)
                )
                for carried in ride.carried
            )
            if options and abs(options[-1].bill - bill) < TIE:
                options[-1] = _Option(ride, options[-1].low, high, bill)
            else:
                options.append(_Option(ride, low, high, bill))
        return options

    def _routes(self, v: int, objective: Objective) -> dict[int, list[_RouteOption]]:
        """Return the orders of rides that the clock allows at first sight, best first, by set of trips."""
        vehicle, costs = self.day.vehicles[v], self.day.costs
        options = self._options(v, objective in (Objective.SAVINGS, Objective.MARGIN))
        km, minutes = self.finder.km, self.finder.minutes
        start, end = self.place[vehicle.start], self.place[vehicle.end]
        routes: dict[int, list[_RouteOption]] = {}

        def loss(rides: tuple[_Option, ...], cost: float, driven: float) -> float:
            bill = sum(option.bill for option in rides)
            match objective:
                case Objective.COST:
                    return cost
                case Objective.KM:
                    return driven
                case Objective.SAVINGS:
                    return bill
                case Objective.MARGIN:
                    return cost - bill
                case Objective.SHARED:
                    return -float(sum(option.ride.shared for option in rides))

        def extend(
            rides: tuple[_Option, ...], mask: int, place: int, free: float, driven: float, busy: float
        ) -> None:
            for option in options:
                ride = option.ride
                at = max(option.low, free + minutes[place][ride.first])
                if ride.mask & mask or at > option.high + EPS:
                    continue
                grown = (*rides, option)
                far = driven + km[place][ride.first] + ride.km
                long = busy + minutes[place][ride.first] + ride.duration
                done = at + ride.duration
                if done + minutes[ride.last][end] <= vehicle.shift[1] + EPS:
                    total_km = far + km[ride.last][end]
                    hours = (long + minutes[ride.last][end]) / 60.0
                    cost = costs.per_km * total_km + costs.per_hour * hours + costs.per_vehicle
                    routes.setdefault(mask | ride.mask, []).append(
                        _RouteOption(loss(grown, cost, total_km), cost, grown)
                    )
                extend(grown, mask | ride.mask, ride.last, done, far, long)

        extend((), 0, start, vehicle.shift[0], 0.0, 0.0)
        for some in routes.values():
            some.sort(key=lambda route: (route.loss, route.cost))
        return routes

    def _front(self, v: int, routes: list[_RouteOption]) -> list[_Timed]:
        """Keep the feasible routes none of which makes another useless."""
        mask = sum(option.ride.mask for option in routes[0].rides)
        lone_outbound = [o for o, r in self.visits if mask >> o & 1 and not mask >> r & 1]
        lone_return = [r for o, r in self.visits if mask >> r & 1 and not mask >> o & 1]
        front: list[_Timed] = []
        for route in routes:
            if front and not lone_outbound and not lone_return and route.loss > front[0].route.loss + TIE:
                break
            node, offset = self._service(route)
            for departs, edges in self._systems(v, route):
                bounds = closure(len(route.rides) + 1, edges)
                if bounds is None:
                    continue
                late = [bounds[ORIGIN][node[o]] + offset[o] for o in lone_outbound]
                early = [bounds[node[r]][ORIGIN] - offset[r] for r in lone_return]
                between = [
                    bounds[node[r]][node[o]] + offset[o] - offset[r]
                    for o in lone_outbound
                    for r in lone_return
                ]
                timed = _Timed(route, tuple(edges), departs, (*late, *early, *between))
                if not any(kept.makes_useless(timed) for kept in front):
                    front.append(timed)
        return front

    def _systems(self, v: int, route: _RouteOption) -> list[tuple[bool, list[Edge]]]:
        """Return the route's constraints, once for each place of the break.

        The flag says that the vehicle leaves ``start`` as early as it may, to stand before the first stop.
        """
        vehicle = self.day.vehicles[v]
        minutes = self.finder.minutes
        rides = route.rides
        first = minutes[self.place[vehicle.start]][rides[0].ride.first]
        back = rides[-1].ride.duration + minutes[rides[-1].ride.last][self.place[vehicle.end]]
        gaps = [one.ride.duration + minutes[one.ride.last][then.ride.first] for one, then in pairwise(rides)]
        edges: list[Edge] = [(1, ORIGIN, -vehicle.shift[0] - first)]
        edges.append((ORIGIN, len(rides), vehicle.shift[1] - back))
        for k, option in enumerate(rides, 1):
            edges += [(ORIGIN, k, option.high), (k, ORIGIN, -option.low)]
        edges += [(k + 1, k, -gap) for k, gap in enumerate(gaps, 1)]
        node, offset = self._service(route)
        edges += [self._wait(o, r, node, offset) for o, r in self.visits if o in node and r in node]
        if vehicle.break_ is None:
            return [(False, edges)]

        opens, closes = vehicle.break_.window
        pause = vehicle.break_.minutes
        systems = [
            (False, [*edges, (ORIGIN, len(rides), opens - back)]),
            (False, [*edges, (1, ORIGIN, -closes - first)]),
        ]
        if vehicle.shift[0] + first + pause <= closes + EPS and opens + pause <= closes + EPS:
            stand = max(vehicle.shift[0] + first, opens) + pause
            systems.append((True, [*edges, (1, ORIGIN, -stand)]))
        if opens + pause <= closes + EPS:
            for k, gap in enumerate(gaps, 1):
                stand_here: list[Edge] = [
                    (k + 1, k, -gap - pause),
                    (k + 1, ORIGIN, -opens - pause),
                    (ORIGIN, k, closes - pause - gap),
                ]
                systems.append((False, [*edges, *stand_here]))
        return systems

    def _service(self, route: _RouteOption) -> tuple[dict[int, int], dict[int, float]]:
        """Return each trip's ride as a node, and its service at the place of care after the ride's start."""
        node: dict[int, int] = {}
        offset: dict[int, float] = {}
        for k, option in enumerate(route.rides, 1):
            for carried in option.ride.carried:
                node[carried.trip] = k
                outbound = self.day.trips[carried.trip].outbound
                offset[carried.trip] = carried.dropoff if outbound else carried.pickup
        return node, offset

    def _wait(self, o: int, r: int, node: dict[int, int], offset: dict[int, float]) -> Edge:
        """Return the limit on the wait of a visit, before care and after it, as an edge."""
        appointment, ready = self.day.trips[o].appointment, self.day.trips[r].ready
        assert appointment is not None
        assert ready is not None
        return node[o], node[r], self.wait_min - appointment + ready + offset[o] - offset[r]

    def _starts(self, plan: tuple[_Timed, ...]) -> Closure | None:
        """Solve the clock of all vehicles together; ``None`` when there is no solution."""
        edges: list[Edge] = []
        node: dict[int, int] = {}
        offset: dict[int, float] = {}
        size = 1
        for timed in plan:
            shift = size - 1
            edges += [(u + shift if u else u, v + shift if v else v, w) for u, v, w in timed.edges]
            own_node, own_offset = self._service(timed.route)
            node |= {trip: k + shift for trip, k in own_node.items()}
            offset |= own_offset
            size += len(timed.route.rides)
        edges += [self._wait(o, r, node, offset) for o, r in self.visits if o in node and r in node]
        return closure(size, edges)

    def _example(self, plan: tuple[_Timed, ...]) -> tuple[Route, ...]:
        bounds = self._starts(plan)
        assert bounds is not None
        starts = earliest(bounds)[1:]
        routes = []
        for v, timed in enumerate(plan):
            if timed.route.rides:
                own, starts = starts[: len(timed.route.rides)], starts[len(timed.route.rides) :]
                routes.append(Route(v, self._stops(v, timed, own)))
        return tuple(routes)

    def _stops(self, v: int, timed: _Timed, starts: list[float]) -> tuple[Stop, ...]:
        vehicle, minutes = self.day.vehicles[v], self.finder.minutes
        place = self.place[vehicle.start]
        leave = starts[0] - minutes[place][timed.route.rides[0].ride.first]
        leave = vehicle.shift[0] if timed.departs else leave
        stops = [Stop(place, leave, leave, leave)]
        for option, begin in zip(timed.route.rides, starts, strict=True):
            for stop in option.ride.stops:
                drive = minutes[stops[-1].place][stop.place]
                at = begin + stop.arrival
                arrival = stops[-1].departure + drive if stop is option.ride.stops[0] else at
                stops.append(Stop(stop.place, arrival, at, begin + stop.departure, stop.board, stop.alight))
        end = self.place[vehicle.end]
        arrival = stops[-1].departure + minutes[stops[-1].place][end]
        return (*stops, Stop(end, arrival, arrival, arrival))


def optimum(day: Day, objective: Objective, fare: Fare = checker_fare) -> Optimum:
    """Return the exact optimum of a tiny day."""
    return Reference(day, fare).optimum(objective)
