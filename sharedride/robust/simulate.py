"""Drive a plan through many disturbed days at once.

*Assumptions*: a vehicle never leaves before its planned time while empty, drives on at once with a patient
aboard, and waits for a patient who is not ready. It finds out at the door that a patient is not there, and
loses no service time on them. Nobody replans, and a delay may eat up a driver's break.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day
from sharedride.planning.solution import Route, Solution
from sharedride.robust.disturbance import Disturbance, Draws, draw
from sharedride.travel import TravelTable

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Outcomes:
    """What becomes of every trip, each array of shape ``(scenarios, trips)``; NaN for trips not made.

    Attributes
    ----------
    late
        Minutes an outbound patient is delivered after the appointment, or a return patient is picked up
        after both the promised time and being ready; 0 or more.
    wait
        Minutes at the place of care: from arrival to the appointment, or from being ready to the pick-up.
    """

    late: FloatArray
    wait: FloatArray


def simulate(
    day: Day,
    table: TravelTable,
    solution: Solution,
    disturbance: Disturbance,
    *,
    scenarios: int,
    seed: int,
) -> Outcomes:
    """Drive every route of a plan through ``scenarios`` days; the same seed gives the same days."""
    rng = np.random.default_rng(seed)
    draws = draw(day, disturbance, scenarios, rng)
    shape = (scenarios, len(day.trips))
    outcomes = Outcomes(np.full(shape, np.nan), np.full(shape, np.nan))
    for route in solution.routes:
        _drive(day, table, route, draws, disturbance.leg_sd, rng, outcomes)
    outcomes.late[~draws.present] = np.nan
    outcomes.wait[~draws.present] = np.nan
    return outcomes


def _drive(
    day: Day,
    table: TravelTable,
    route: Route,
    draws: Draws,
    leg_sd: float,
    rng: np.random.Generator,
    outcomes: Outcomes,
) -> None:
    scenarios = len(draws.day_factor)
    aboard = np.zeros(scenarios, dtype=np.int64)
    now = np.full(scenarios, route.stops[0].departure)
    here = route.stops[0].place
    for stop in route.stops[1:]:
        factor = draws.day_factor * np.exp(leg_sd * rng.standard_normal(scenarios))
        now = now + factor * float(table.minutes[here, stop.place])
        here = stop.place
        begin = np.where(aboard == 0, np.maximum(now, stop.service_start), now)
        work = np.zeros(scenarios)
        for trip in stop.board:
            there = draws.present[:, trip]
            begin = np.where(there, np.maximum(begin, draws.ready[:, trip]), begin)
            work += np.where(there, day.trips[trip].board_min, 0.0)
        for trip in stop.alight:
            work += np.where(draws.present[:, trip], day.trips[trip].alight_min, 0.0)
        now = begin + work
        for trip in stop.board:
            aboard += draws.present[:, trip]
            if day.trips[trip].ready is not None:
                ready = draws.ready[:, trip]
                outcomes.wait[:, trip] = begin - ready
                outcomes.late[:, trip] = begin - np.maximum(ready, stop.service_start)
                np.maximum(outcomes.late[:, trip], 0.0, out=outcomes.late[:, trip])
        for trip in stop.alight:
            aboard -= draws.present[:, trip]
            appointment = day.trips[trip].appointment
            if appointment is not None:
                outcomes.wait[:, trip] = np.maximum(appointment - begin, 0.0)
                outcomes.late[:, trip] = np.maximum(now - appointment, 0.0)
