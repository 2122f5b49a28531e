"""What the plan stage hands on: who rides when in which vehicle, and what is proven about it."""

from dataclasses import dataclass
from enum import StrEnum


class Objective(StrEnum):
    """What a plan is best at, once it serves as many trips as possible."""

    COST = "cost"
    SAVINGS = "savings"
    MARGIN = "margin"
    KM = "km"
    SHARED = "shared"


class Status(StrEnum):
    """How the search ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Stop:
    """One stop of a route; times in minutes from midnight, places and trips as indices into the day.

    ``board`` and ``alight`` are empty at the first stop (``start``) and the last (``end``). A vehicle
    waits between ``arrival`` and ``service_start``, only when empty.
    """

    place: int
    arrival: float
    service_start: float
    departure: float
    board: tuple[int, ...] = ()
    alight: tuple[int, ...] = ()


@dataclass(frozen=True)
class Route:
    """The stops of one used vehicle (index into ``day.vehicles``), from ``start`` to ``end``."""

    vehicle: int
    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class Solution:
    """A plan and its proof.

    Attributes
    ----------
    routes
        One per used vehicle, in the order of ``day.vehicles``.
    value, bound
        The plan's objective and a proven limit no plan serving at least as many trips can beat, in the
        objective's own unit; ``bound`` is ``None`` where nothing is proven.
    served_bound
        Proven largest number of trips any plan can serve, or ``None``.
    seconds
        Wall time of the search.
    notes
        What the user must know about the search, such as a ride limit that was reached.
    """

    routes: tuple[Route, ...]
    objective: Objective
    status: Status
    value: float
    bound: float | None
    served_bound: int | None
    seconds: float
    seed: int
    notes: tuple[str, ...] = ()

    @property
    def gap(self) -> float | None:
        """``|value - bound| / |value|``; 0 where both are 0, ``None`` where nothing is proven."""
        if self.bound is None:
            return None
        distance = abs(self.value - self.bound)
        if distance == 0.0:
            return 0.0
        return distance / abs(self.value) if self.value else None
