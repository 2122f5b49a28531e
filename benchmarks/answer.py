"""What every peer answers: who boards and alights where in the order of each vehicle, and when."""

from dataclasses import dataclass, field
from typing import Protocol

from benchmarks.rides import Event
from benchmarks.view import View
from sharedride.document import PlanDocument


@dataclass(frozen=True)
class Point:
    """A plan the search had after some seconds; ``cost`` is its running cost in euros."""

    seconds: float
    served: int
    cost: float | None
    bound: float | None = None


@dataclass(frozen=True)
class Answer:
    """Routes of a peer.

    Attributes
    ----------
    routes
        Events of each used vehicle, in order.
    starts
        When each event's own service starts, in minutes from midnight, as the peer has it.
    document
        The plan itself, where the program writes our format (ours).
    curve
        How the search went on, where the program tells.
    seconds
        Wall time of the plan alone, where more than that was done; else the whole call is timed.
    note
        What the reader of the figures should know.
    """

    routes: dict[int, list[Event]]
    starts: dict[Event, float]
    document: PlanDocument | None = None
    curve: list[Point] = field(default_factory=list)
    seconds: float | None = None
    note: str = ""


class Peer(Protocol):
    """One solver: ``solve`` gets the seconds it may take and the cores it may use."""

    name: str
    package: str | None
    holds: str
    breaks: str

    def solve(self, view: View, seconds: float, seed: int, cores: int) -> Answer:
        """Return the best routes found in time."""
        ...
