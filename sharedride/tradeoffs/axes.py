"""The pairs of figures whose trade-off is asked for."""

from dataclasses import dataclass

from sharedride.ledger import Ledger
from sharedride.planning.objective import Weights
from sharedride.planning.solution import Objective


@dataclass(frozen=True)
class Figures:
    """What a plan comes to: euros, km, trips; ``saving`` is against the trips alone in the same vehicles."""

    served: int
    running_cost: float
    bill: float
    saving: float
    km: float
    shared: int

    @property
    def shared_rate(self) -> float:
        """Shared trips by served trips; 0 where none is served."""
        return self.shared / self.served if self.served else 0.0


def figures_of(accounts: Ledger) -> Figures:
    """Read a plan's figures out of its accounts."""
    kpis = accounts.kpis
    return Figures(
        served=kpis.all.trips,
        running_cost=kpis.running_cost,
        bill=kpis.payer.plan,
        saving=kpis.payer.saving,
        km=kpis.km,
        shared=kpis.all.shared,
    )


@dataclass(frozen=True)
class Axes:
    """Two figures, both taken so that less is better; ``shared`` counts below zero.

    Attributes
    ----------
    ends
        The objective that is best at ``x``, and the one best at ``y``.
    tolerance
        Difference below which two plans count as equal, in euros or km.
    """

    name: str
    x: str
    y: str
    ends: tuple[Objective, Objective]
    tolerance: float

    def xy(self, figures: Figures) -> tuple[float, float]:
        """A plan as a point."""
        if self.y == "shared":
            return figures.km, -float(figures.shared)
        return figures.running_cost, figures.bill

    def weights(self, x_weight: float, y_weight: float) -> Weights:
        """The weighted sum of both as the search takes it."""
        if self.y == "shared":
            return Weights(km=x_weight, shared=y_weight)
        return Weights(running=x_weight, bill=y_weight)


SAVING = Axes("saving", "running_cost", "payer_bill", (Objective.COST, Objective.SAVINGS), 0.005)
SHARING = Axes("sharing", "km", "shared", (Objective.KM, Objective.SHARED), 0.0005)
