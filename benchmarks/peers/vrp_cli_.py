"""vrp-cli (Rust): jobs with a pickup and a delivery; it knows neither detour, wait nor idling aboard."""

import datetime
import json
from typing import Any

from benchmarks.answer import Answer
from benchmarks.rides import Event
from benchmarks.view import View
from benchmarks.windows import ALONE, SECONDS, Windows, open_windows, tables, trimmed_windows

MIDNIGHT = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


class VrpCli:
    """Windows of half the 45 minutes at either end of a visit."""

    name = "vrp-cli"
    package = "vrp-cli"
    holds = "windows, half of the 45 minutes at either end of a visit, breaks, seats, consent"
    breaks = "no detour limit, may idle or take the break with a patient aboard"

    def windows(self, view: View, trip: int) -> Windows:
        """Windows of both ends of a trip."""
        return open_windows(view, trip, view.rules.wait_min / 2)

    def solve(self, view: View, seconds: float, seed: int, cores: int) -> Answer:
        """Search to the time limit."""
        import vrp_cli

        table = tables(view)
        used = sorted({*view.origin, *view.destination, *view.start, *view.end})
        index = {place: i for i, place in enumerate(used)}
        matrix = {
            "profile": "car",
            "travelTimes": [table.seconds[a][b] for a in used for b in used],
            "distances": [table.metres[a][b] for a in used for b in used],
        }
        problem = {"plan": {"jobs": self._jobs(view, index)}, "fleet": self._fleet(view, index)}
        config = {
            "termination": {"maxTime": max(1, int(seconds))},
            "environment": {"parallelism": _cores(cores)},
        }
        text = vrp_cli.solve_pragmatic(json.dumps(problem), [json.dumps(matrix)], json.dumps(config))
        routes: dict[int, list[Event]] = {}
        starts: dict[Event, float] = {}
        solution = json.loads(text)
        for tour in solution["tours"]:
            v = int(tour["vehicleId"])
            for stop in tour["stops"]:
                now = _seconds(stop["time"]["arrival"])
                for activity in stop["activities"]:
                    if activity["type"] not in ("pickup", "delivery"):
                        continue
                    t, boards = int(activity["jobId"]), activity["type"] == "pickup"
                    trip = view.trips[t]
                    if "time" in activity:
                        end = _seconds(activity["time"]["end"])
                    else:
                        end = _seconds(stop["time"]["departure"])
                    work = trip.board_min if boards else trip.alight_min
                    now = max(now, end - round(SECONDS * work))
                    routes.setdefault(v, []).append((t, boards))
                    starts[t, boards] = now / SECONDS
        return Answer(routes, starts)

    def _jobs(self, view: View, index: dict[int, int]) -> list[dict[str, Any]]:
        jobs = []
        for t, trip in enumerate(view.trips):
            window = self.windows(view, t)
            demand = [1, trip.seats_needed, int(trip.wheelchair), ALONE if trip.must_ride_alone else 1]
            ends = (
                ("pickups", view.origin[t], trip.board_min, window.pickup),
                ("deliveries", view.destination[t], trip.alight_min, window.delivery),
            )
            job: dict[str, Any] = {"id": str(t)}
            for key, place, work, when in ends:
                where = {"location": {"index": index[place]}, "duration": SECONDS * work}
                times = [[_iso(when[0]), _iso(when[1])]]
                job[key] = [{"places": [where | {"times": times}], "demand": demand}]
            if len(view.carriers[t]) < len(view.vehicles):
                job["skills"] = {"allOf": [_skill(view.carriers[t])]}
            jobs.append(job)
        return jobs

    def _fleet(self, view: View, index: dict[int, int]) -> dict[str, Any]:
        sets = {tuple(c) for c in view.carriers if len(c) < len(view.vehicles)}
        costs, vehicles = view.day.costs, []
        for v, car in enumerate(view.vehicles):
            opens, closes = (_iso(SECONDS * m) for m in car.shift)
            shift: dict[str, Any] = {
                "start": {"earliest": opens, "location": {"index": index[view.start[v]]}},
                "end": {"latest": closes, "location": {"index": index[view.end[v]]}},
            }
            if car.break_ is not None:
                first, last = car.break_.window
                pause = SECONDS * car.break_.minutes
                times = [_iso(SECONDS * first), _iso(SECONDS * last - pause)]
                shift["breaks"] = [{"time": times, "places": [{"duration": pause}]}]
            vehicles.append(
                {
                    "typeId": f"type{v}",
                    "vehicleIds": [str(v)],
                    "profile": {"matrix": "car"},
                    "costs": {
                        "fixed": costs.per_vehicle,
                        "distance": costs.per_km / 1000,
                        "time": costs.per_hour / 3600,
                    },
                    "shifts": [shift],
                    "capacity": [view.patients[v], car.seats, car.wheelchairs, ALONE],
                    "skills": [_skill(list(group)) for group in sorted(sets) if v in group],
                }
            )
        return {"vehicles": vehicles, "profiles": [{"name": "car"}]}


class VrpCliTrimmed(VrpCli):
    """Windows trimmed until whatever keeps them is lawful, but for idling aboard."""

    name = "vrp-cli-trimmed"
    holds = "windows so short that detour and wait hold, breaks, seats, consent"
    breaks = "may idle or take the break with a patient aboard"

    def windows(self, view: View, trip: int) -> Windows:
        """Windows of both ends of a trip."""
        return trimmed_windows(view, trip)


def _cores(cores: int) -> dict[str, int]:
    return {"numThreadPools": 1, "threadsPerPool": cores}


def _skill(carriers: list[int]) -> str:
    return "cars-" + "-".join(map(str, carriers))


def _iso(seconds: float) -> str:
    return (MIDNIGHT + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(text: str) -> float:
    return (datetime.datetime.fromisoformat(text.replace("Z", "+00:00")) - MIDNIGHT).total_seconds()
