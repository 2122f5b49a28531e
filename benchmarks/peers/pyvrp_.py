"""PyVRP: shipments with time windows; it knows neither detour, wait, idling aboard nor breaks."""

from benchmarks.answer import Answer
from benchmarks.rides import Event
from benchmarks.view import View
from benchmarks.windows import ALONE, CENTS, SECONDS, Windows, open_windows, tables, trimmed_windows

PRIZE = 50_000
"""Cents earned by serving a trip: more than any way to serve it costs, not more than breaking a window."""

MANY = 1000


class PyVrp:
    """Windows of half the 45 minutes at either end of a visit; who may carry whom as units of load."""

    name = "pyvrp"
    package = "pyvrp"
    holds = "windows, half of the 45 minutes at either end of a visit, seats, consent"
    breaks = "no detour limit, no breaks, may idle with a patient aboard"

    def windows(self, view: View, trip: int) -> Windows:
        """Windows of both ends of a trip."""
        return open_windows(view, trip, view.rules.wait_min / 2)

    def solve(self, view: View, seconds: float, seed: int, cores: int) -> Answer:
        """Search to the time limit; one core, as the library does."""
        import pyvrp
        from pyvrp.stop import MaxRuntime

        table, model = tables(view), pyvrp.Model()
        places = [model.add_location(0, 0) for _ in view.day.places]
        used = sorted({*view.origin, *view.destination, *view.start, *view.end})
        for a in used:
            for b in used:
                if a != b:
                    # Prices by km and hour are not whole by metre and second: cents are driven instead.
                    model.add_edge(places[a], places[b], table.cents[a][b], table.seconds[a][b])
        depots = {p: model.add_depot(places[p]) for p in sorted({*view.start, *view.end})}
        # A trip confined to some vehicles takes a unit of a load that only these have room for.
        confined = sorted({tuple(c) for c in view.carriers if len(c) < len(view.vehicles)})
        for v, car in enumerate(view.vehicles):
            opens, closes = (round(SECONDS * m) for m in car.shift)
            room = [view.patients[v], car.seats, car.wheelchairs, ALONE]
            model.add_vehicle_type(
                1,
                [*room, *(MANY if v in group else 0 for group in confined)],
                depots[view.start[v]],
                depots[view.end[v]],
                fixed_cost=round(CENTS * view.day.costs.per_vehicle),
                tw_early=opens,
                tw_late=closes,
                name=str(v),
            )
        for t, trip in enumerate(view.trips):
            window = self.windows(view, t)
            takes = [1, trip.seats_needed, int(trip.wheelchair), ALONE if trip.must_ride_alone else 1]
            model.add_shipment(
                places[view.origin[t]],
                places[view.destination[t]],
                *window.pickup,
                round(SECONDS * trip.board_min),
                *window.delivery,
                round(SECONDS * trip.alight_min),
                [*takes, *(int(tuple(view.carriers[t]) == group) for group in confined)],
                prize=PRIZE,
                required=False,
            )
        result = model.solve(MaxRuntime(seconds), seed=seed, collect_stats=False, display=False)
        routes: dict[int, list[Event]] = {}
        starts: dict[Event, float] = {}
        for route in result.best.routes():
            for step in route.schedule():
                if step.is_shipment():
                    event = (step.idx, step.is_pickup())
                    routes.setdefault(route.vehicle_type(), []).append(event)
                    starts[event] = step.start_time / SECONDS
        note = "" if result.is_feasible() else "its best plan breaks its own model"
        return Answer(routes, starts, note=note)


class PyVrpTrimmed(PyVrp):
    """Windows trimmed until whatever keeps them is lawful, but for idling aboard and breaks."""

    name = "pyvrp-trimmed"
    holds = "windows so short that detour and wait hold, seats, consent"
    breaks = "no breaks, may idle with a patient aboard"

    def windows(self, view: View, trip: int) -> Windows:
        """Windows of both ends of a trip."""
        return trimmed_windows(view, trip)
