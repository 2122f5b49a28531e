"""What a plan costs: the objective itself first, the running cost to break ties."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day
from sharedride.planning.solution import Objective
from sharedride.travel import TravelTable

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Prices:
    """Prices of everything but the rides, to be minimised.

    Attributes
    ----------
    primary_dead, secondary_dead
        Objective and running cost of an empty leg between two places, shape ``(places, places)``.
    primary_vehicle, secondary_vehicle
        The same for using a vehicle at all.
    billed_km
        Km to bill between places, same shape, where they are not those driven.
    """

    objective: Objective
    per_km: float
    per_minute: float
    primary_dead: FloatArray
    secondary_dead: FloatArray
    primary_vehicle: float
    secondary_vehicle: float
    billed_km: FloatArray | None = None

    def ride_primary(
        self, km: FloatArray, secondary: FloatArray, shared: FloatArray, bill: FloatArray
    ) -> FloatArray:
        """Objective of rides, given their km, running cost, shared trips and fares, each shape ``(r,)``."""
        match self.objective:
            case Objective.COST:
                return secondary
            case Objective.KM:
                return km
            case Objective.SHARED:
                return -shared
            case Objective.SAVINGS:
                return bill
            case Objective.MARGIN:
                return secondary - bill

    @property
    def needs_fares(self) -> bool:
        """Whether the objective depends on what the payer is billed."""
        return self.objective in (Objective.SAVINGS, Objective.MARGIN)

    def value(self, primary: float) -> float:
        """Turn a minimised total into the objective as the user reads it."""
        if self.objective in (Objective.MARGIN, Objective.SHARED):
            return -primary
        return primary


def prices(day: Day, table: TravelTable, objective: Objective) -> Prices:
    """Prices of a day under an objective."""
    costs = day.costs
    running = costs.per_km * table.km + costs.per_hour / 60.0 * table.minutes
    nothing = np.zeros_like(running)
    with_cost = objective in (Objective.COST, Objective.MARGIN)
    primary = running if with_cost else table.km if objective is Objective.KM else nothing
    return Prices(
        objective=objective,
        per_km=costs.per_km,
        per_minute=costs.per_hour / 60.0,
        primary_dead=primary,
        secondary_dead=running,
        primary_vehicle=costs.per_vehicle if with_cost else 0.0,
        secondary_vehicle=costs.per_vehicle,
        billed_km=table.billed_km,
    )
