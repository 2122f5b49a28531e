"""The ride of two trips in one order of stops, walked stop by stop."""

from collections.abc import Mapping
from dataclasses import dataclass

from sharedride.day.model import Day
from sharedride.travel import TravelTable


@dataclass(frozen=True)
class PairOrder:
    """Which of two trips (indices into ``day.trips``) boards first, and whether it alights first too."""

    first: int
    second: int
    first_leaves_first: bool


@dataclass(frozen=True)
class PairStop:
    """A stop: place (index), odometer in km, arrival and departure in minutes after the ride's start."""

    place: int
    km: float
    arrival: float
    departure: float


@dataclass(frozen=True)
class PairRide:
    """Both trips aboard together; nobody idles aboard, so the start of the ride decides every time."""

    order: PairOrder
    stops: tuple[PairStop, ...]
    board: dict[int, PairStop]
    alight: dict[int, PairStop]

    @property
    def km(self) -> float:
        """Km from the first stop to the last."""
        return self.stops[-1].km

    def ridden_km(self, trip: int) -> float:
        """Km from boarding to alighting."""
        return self.alight[trip].km - self.board[trip].km


def pair_ride(day: Day, table: TravelTable, place: Mapping[str, int], order: PairOrder) -> PairRide | None:
    """Walk the two trips' stops in that order; ``None`` where they are never aboard together.

    Consecutive work at one place is one stop, and who alights there leaves before the other boards.

    Parameters
    ----------
    place
        Index into ``day.places`` by id.
    """
    one, two = day.trips[order.first], day.trips[order.second]
    leaving = (order.first, order.second) if order.first_leaves_first else (order.second, order.first)
    if place[one.destination] == place[two.origin]:
        return None
    events = [(order.first, True), (order.second, True), (leaving[0], False), (leaving[1], False)]
    work: list[tuple[int, float, list[tuple[int, bool]]]] = []
    for trip, boards in events:
        asked = day.trips[trip]
        here = place[asked.origin if boards else asked.destination]
        minutes = asked.board_min if boards else asked.alight_min
        if work and work[-1][0] == here:
            work[-1] = (here, work[-1][1] + minutes, [*work[-1][2], (trip, boards)])
        else:
            work.append((here, minutes, [(trip, boards)]))
    stops: list[PairStop] = []
    board: dict[int, PairStop] = {}
    alight: dict[int, PairStop] = {}
    for here, minutes, done in work:
        km, arrival = 0.0, 0.0
        if stops:
            last = stops[-1]
            km = last.km + float(table.km[last.place, here])
            arrival = last.departure + float(table.minutes[last.place, here])
        stops.append(PairStop(here, km, arrival, arrival + minutes))
        for trip, boards in done:
            (board if boards else alight)[trip] = stops[-1]
    return PairRide(order, tuple(stops), board, alight)
