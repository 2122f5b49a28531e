"""What a plan costs: the objective itself first, the running cost to break ties."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day
from sharedride.planning.solution import Objective
from sharedride.travel import TravelTable

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Weights:
    """A weighted sum to be minimised: the objectives are special cases, mixtures lie between them.

    Attributes
    ----------
    running, bill
        Weight of a euro of running cost and of a euro the payer is billed.
    km
        Weight of a km driven.
    shared
        What a shared trip takes off the sum.
    """

    running: float = 0.0
    bill: float = 0.0
    km: float = 0.0
    shared: float = 0.0


_WEIGHTS = {
    Objective.COST: Weights(running=1.0),
    Objective.SAVINGS: Weights(bill=1.0),
    Objective.MARGIN: Weights(running=1.0, bill=-1.0),
    Objective.KM: Weights(km=1.0),
    Objective.SHARED: Weights(shared=1.0),
}


@dataclass(frozen=True)
class Prices:
    """Prices of everything but the rides, to be minimised.

    Attributes
    ----------
    objective
        One of the five objectives, or a mixture of them.
    primary_dead, secondary_dead
        Objective and running cost of an empty leg between two places, shape ``(places, places)``.
    primary_vehicle, secondary_vehicle
        The same for using a vehicle at all.
    billed_km
        Km to bill between places, same shape, where they are not those driven.
    """

    objective: Objective | Weights
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
        weights = self.weights
        return weights.running * secondary + weights.bill * bill + weights.km * km - weights.shared * shared

    @property
    def weights(self) -> Weights:
        """The weighted sum that is minimised."""
        return self.objective if isinstance(self.objective, Weights) else _WEIGHTS[self.objective]

    @property
    def needs_fares(self) -> bool:
        """Whether the objective depends on what the payer is billed."""
        return self.weights.bill != 0.0

    def value(self, primary: float) -> float:
        """Turn a minimised total into the objective as the user reads it; a mixture stays as it is."""
        if self.objective in (Objective.MARGIN, Objective.SHARED):
            return -primary
        return primary


def prices(day: Day, table: TravelTable, objective: Objective | Weights) -> Prices:
    """Prices of a day under an objective or a mixture of them."""
    costs = day.costs
    running = costs.per_km * table.km + costs.per_hour / 60.0 * table.minutes
    weights = objective if isinstance(objective, Weights) else _WEIGHTS[objective]
    dead = np.zeros_like(running)
    # A place out of reach is infinitely far, and no times infinity is no number.
    for weight, legs in ((weights.running, running), (weights.km, table.km)):
        if weight:
            dead = dead + weight * legs
    return Prices(
        objective=objective,
        per_km=costs.per_km,
        per_minute=costs.per_hour / 60.0,
        primary_dead=dead,
        secondary_dead=running,
        primary_vehicle=weights.running * costs.per_vehicle,
        secondary_vehicle=costs.per_vehicle,
        billed_km=table.billed_km,
    )
