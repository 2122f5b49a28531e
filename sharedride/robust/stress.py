"""What the simulated days say of a plan: trips that run late, visits that wait too long, fragile rides."""

import json
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day
from sharedride.planning.solution import Solution
from sharedride.report.files import write_whole
from sharedride.report.slack import ride_slacks, rides_of
from sharedride.report.text import percent
from sharedride.robust.disturbance import Disturbance
from sharedride.robust.simulate import Outcomes, simulate
from sharedride.rules import Rules
from sharedride.travel import TravelTable

STRESS_SCHEMA = "sharedride/stress/1"

ROUNDING_MIN = 0.05
"""Minutes a plan's clock, told to the second, may add up to along a ride; no delay."""


@dataclass(frozen=True)
class TripRisk:
    """Chances of one served trip; the wait is that of its whole visit."""

    trip: str
    late: float
    mean_late_min: float
    wait_broken: float


@dataclass(frozen=True)
class RideRisk:
    """Chance that any trip of a ride is late or waits too long; ``slack_min`` is what the plan leaves it."""

    vehicle: str
    ride: int
    trips: tuple[str, ...]
    chance: float
    slack_min: float
    because: str


@dataclass(frozen=True)
class Stress:
    """A plan under many simulated days. Prints as a summary with the most fragile rides.

    Attributes
    ----------
    late_min
        Minutes beyond which a trip counts as late.
    trips
        Served trips, in the day's order.
    rides
        Every ride, the most fragile first.
    """

    scenarios: int
    seed: int
    late_min: float
    wait_min: float
    disturbance: Disturbance
    trips: tuple[TripRisk, ...]
    rides: tuple[RideRisk, ...]

    @property
    def late_rate(self) -> float:
        """Mean chance of a served trip to be late."""
        return float(np.mean([t.late for t in self.trips])) if self.trips else 0.0

    @property
    def wait_rate(self) -> float:
        """Mean chance of a served trip's visit to wait too long."""
        return float(np.mean([t.wait_broken for t in self.trips])) if self.trips else 0.0

    def to_json(self) -> str:
        """Return the JSON document, ending in a newline."""
        content: dict[str, Any] = {
            "schema": STRESS_SCHEMA,
            "scenarios": self.scenarios,
            "seed": self.seed,
            "late_min": self.late_min,
            "wait_min": self.wait_min,
            "assumptions": {
                "readiness_sd_min": dict(self.disturbance.readiness_sd_min),
                "travel_day_sd": self.disturbance.day_sd,
                "travel_leg_sd": self.disturbance.leg_sd,
                "no_show": self.disturbance.no_show,
            },
            "late_rate": round(self.late_rate, 6),
            "wait_broken_rate": round(self.wait_rate, 6),
            "trips": [
                {
                    "id": t.trip,
                    "late": round(t.late, 6),
                    "mean_late_min": round(t.mean_late_min, 2),
                    "wait_broken": round(t.wait_broken, 6),
                }
                for t in self.trips
            ],
            "rides": [
                {
                    "ride": f"{r.vehicle}/{r.ride}",
                    "trips": list(r.trips),
                    "chance": round(r.chance, 6),
                    "slack_min": round(r.slack_min, 2),
                    "because": r.because,
                }
                for r in self.rides
            ],
        }
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"

    def write(self, path: str | Path) -> None:
        """Write the JSON document, whole or not at all."""
        write_whole(Path(path), self.to_json().encode("utf-8"))

    def text(self, most: int | None = 10) -> str:
        """Return the summary with at most so many rides, all if ``None``."""
        error = 1.96 * sqrt(0.25 / self.scenarios)
        lines = [
            f"{self.scenarios} simulated days: {percent(self.late_rate)} of the trips are more than "
            f"{self.late_min:g} min late, {percent(self.wait_rate)} belong to a visit that waits more than "
            f"{self.wait_min:g} min.",
            f"A single trip's chance is known to {percent(error)} or better.",
            "",
            "The most fragile rides (any trip late, or any visit waiting too long):",
        ]
        rows = [("ride", "chance", "slack", "what breaks first in the plan", "trips")]
        rows += [
            (
                f"{r.vehicle}/{r.ride}",
                percent(r.chance),
                f"{r.slack_min:.1f} min",
                r.because,
                ", ".join(r.trips),
            )
            for r in self.rides[:most]
        ]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines += [
            "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows
        ]
        lines += ["", "The spreads behind this are assumptions: see sharedride/data/stress.toml."]
        return "\n".join(lines) + "\n"

    def __str__(self) -> str:
        return self.text()


def stress_plan(
    day: Day,
    table: TravelTable,
    rules: Rules,
    solution: Solution,
    disturbance: Disturbance,
    *,
    scenarios: int,
    late_min: float,
    seed: int,
) -> Stress:
    """Simulate a plan and count; see :func:`sharedride.stress`."""
    outcomes = simulate(day, table, solution, disturbance, scenarios=scenarios, seed=seed)
    made = ~np.isnan(outcomes.late)
    late = made & (np.nan_to_num(outcomes.late) > late_min + ROUNDING_MIN)
    broken = made & (_visit_waits(day, outcomes) > rules.wait_min + ROUNDING_MIN)
    count = np.maximum(made.sum(axis=0), 1)
    served = sorted({trip for route in solution.routes for stop in route.stops for trip in stop.board})
    total = np.nansum(outcomes.late, axis=0)
    trips = tuple(
        TripRisk(
            trip=day.trips[i].id,
            late=float(late[:, i].sum() / count[i]),
            mean_late_min=float(total[i] / count[i]),
            wait_broken=float(broken[:, i].sum() / count[i]),
        )
        for i in served
    )
    rides = []
    for route, slacks in zip(solution.routes, ride_slacks(day, rules, solution), strict=True):
        for (first, last), slack in zip(rides_of(route), slacks, strict=True):
            members = [trip for stop in route.stops[first : last + 1] for trip in stop.board]
            chance = float((late | broken)[:, members].any(axis=1).mean())
            rides.append(
                RideRisk(
                    vehicle=day.vehicles[route.vehicle].id,
                    ride=slack.ride,
                    trips=tuple(day.trips[i].id for i in members),
                    chance=chance,
                    slack_min=slack.minutes,
                    because=slack.because,
                )
            )
    rides.sort(key=lambda r: (-r.chance, r.vehicle, r.ride))
    return Stress(scenarios, seed, late_min, rules.wait_min, disturbance, trips, tuple(rides))


def _visit_waits(day: Day, outcomes: Outcomes) -> npt.NDArray[np.float64]:
    """Minutes both trips of each trip's visit wait together, shape ``(scenarios, trips)``."""
    own = np.nan_to_num(outcomes.wait)
    total = own.copy()
    legs: dict[tuple[str, str], list[int]] = {}
    for index, trip in enumerate(day.trips):
        if trip.visit is not None:
            legs.setdefault((trip.patient, trip.visit), []).append(index)
    for pair in legs.values():
        total[:, pair] = own[:, pair].sum(axis=1, keepdims=True)
    return total
