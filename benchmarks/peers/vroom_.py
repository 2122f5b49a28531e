"""VROOM: shipments with time windows; it knows neither detour nor wait nor idling aboard."""

import datetime

from benchmarks.answer import Answer
from benchmarks.rides import Event
from benchmarks.view import View
from benchmarks.windows import ALONE, CENTS, SECONDS, Windows, open_windows, tables, trimmed_windows

EXPLORATION = 5
"""VROOM's own most thorough setting; the time limit ends it earlier on large days."""


class Vroom:
    """Windows of half the 45 minutes at either end of a visit, since VROOM cannot couple them."""

    name = "vroom"
    package = "pyvroom"
    holds = "windows, half of the 45 minutes at either end of a visit, breaks while empty, seats, consent"
    breaks = "no detour limit, may idle with a patient aboard"

    def windows(self, view: View, trip: int) -> Windows:
        """Windows of both ends of a trip."""
        return open_windows(view, trip, view.rules.wait_min / 2)

    def solve(self, view: View, seconds: float, seed: int, cores: int) -> Answer:
        """Search to the time limit or the end of the exploration; VROOM has no seed."""
        import numpy as np
        import vroom

        table = tables(view)
        problem = vroom.Input()
        problem.set_durations_matrix("car", np.array(table.seconds, dtype=np.uint32))
        problem.set_distances_matrix("car", np.array(table.metres, dtype=np.uint32))
        groups, needs = _skills(view)
        for v, car in enumerate(view.vehicles):
            breaks = []
            if car.break_ is not None:
                first, last = (round(SECONDS * m) for m in car.break_.window)
                pause = round(SECONDS * car.break_.minutes)
                window = vroom.TimeWindow(first, last - pause)
                breaks = [vroom.Break(v, [window], service=pause, max_load=[0, 0, 0, 0])]
            costs = view.day.costs
            problem.add_vehicle(
                vroom.Vehicle(
                    v,
                    start=view.start[v],
                    end=view.end[v],
                    capacity=[view.patients[v], car.seats, car.wheelchairs, ALONE],
                    skills={k for k, group in enumerate(groups) if v in group},
                    time_window=vroom.TimeWindow(*(round(SECONDS * m) for m in car.shift)),
                    breaks=breaks,
                    costs=vroom.VehicleCosts(
                        fixed=round(CENTS * costs.per_vehicle),
                        per_hour=round(CENTS * costs.per_hour),
                        per_km=round(CENTS * costs.per_km),
                    ),
                )
            )
        for t, trip in enumerate(view.trips):
            window = self.windows(view, t)
            ends = (
                (view.origin[t], trip.board_min, window.pickup),
                (view.destination[t], trip.alight_min, window.delivery),
            )
            pickup, delivery = (
                vroom.ShipmentStep(
                    t, place, default_service=round(SECONDS * work), time_windows=[vroom.TimeWindow(*when)]
                )
                for place, work, when in ends
            )
            alone = ALONE if trip.must_ride_alone else 1
            amount = vroom.Amount([1, trip.seats_needed, int(trip.wheelchair), alone])
            skills = {needs[t]} if needs[t] is not None else set()
            problem.add_shipment(pickup, delivery, amount=amount, skills=skills)
        limit = datetime.timedelta(seconds=seconds)
        found = problem.solve(exploration_level=EXPLORATION, nb_threads=cores, timeout=limit)
        routes: dict[int, list[Event]] = {}
        starts: dict[Event, float] = {}
        for step in found.routes.to_dict("records"):
            if step["type"] in ("pickup", "delivery"):
                event = (int(step["id"]), step["type"] == "pickup")
                routes.setdefault(int(step["vehicle_id"]), []).append(event)
                starts[event] = (step["arrival"] + step.get("waiting_time", 0)) / SECONDS
        return Answer(routes, starts)


class VroomTrimmed(Vroom):
    """Windows trimmed until whatever keeps them is lawful, but for idling aboard."""

    name = "vroom-trimmed"
    holds = "windows so short that detour and wait hold, breaks while empty, seats, consent"
    breaks = "may idle with a patient aboard"

    def windows(self, view: View, trip: int) -> Windows:
        """Windows of both ends of a trip."""
        return trimmed_windows(view, trip)


def _skills(view: View) -> tuple[list[frozenset[int]], list[int | None]]:
    """Sets of vehicles some trip is confined to, and the set of each trip, ``None`` if any will do."""
    groups: dict[frozenset[int], int] = {}
    needs: list[int | None] = []
    for carriers in view.carriers:
        if len(carriers) == len(view.vehicles):
            needs.append(None)
        else:
            needs.append(groups.setdefault(frozenset(carriers), len(groups)))
    return list(groups), needs
