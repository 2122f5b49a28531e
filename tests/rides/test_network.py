"""Every lawful ride is a way through the ride network."""

from dataclasses import dataclass

import numpy as np
import pytest

from sharedride.rides.network import RideNetwork, ride_network
from sharedride.rides.pool import RidePool, lawful_rides
from sharedride.rules import rules_of
from sharedride.travel import travel_table
from tests.reference.random_days import UNHURRIED, random_day

SLACK = 1e-6


@dataclass(frozen=True)
class Step:
    """A stop of a ride: who alights, who boards, in this order, and when service begins, from the ride's
    start.
    """

    place: int
    alight: frozenset[int]
    board: tuple[int, ...]
    begin: float


def steps(pool: RidePool, ride: int, places: dict[int, tuple[int, int]]) -> list[Step]:
    """Stops of a ride in the order of its events; ``places`` are origin and destination of each trip."""
    members = range(int(pool.ptr[ride]), int(pool.ptr[ride + 1]))
    # Members are in boarding order; at one stop those who alight come first.
    events = sorted(
        [(float(pool.board_start[m]), 1, m) for m in members]
        + [(float(pool.alight_start[m]), 0, m) for m in members]
    )
    found: list[Step] = []
    for begin, boards, m in events:
        trip = int(pool.trip[m])
        place = places[trip][0 if boards else 1]
        if not found or found[-1].place != place:
            found.append(Step(place, frozenset(), (), begin))
        last = found[-1]
        alight = last.alight if boards else last.alight | {trip}
        board = (*last.board, trip) if boards else last.board
        found[-1] = Step(place, alight, board, begin)
    return found


@dataclass(frozen=True)
class Path:
    """A way as far as it was followed, with what it costs."""

    state: int
    km: float
    minutes: float
    waits: tuple[tuple[int, float], ...]


def followed(network: RideNetwork, ride: list[Step], start: float) -> list[Path]:
    """All ways through the network with a ride's stops that begin in the slot of a start."""
    row = {int(trip): k for k, trip in enumerate(network.trips)}
    slot = int((start - network.origin) / network.width + 1e-9)
    first = row[ride[0].board[0]]
    state = int(network.start[first, slot]) if slot < network.start.shape[1] else -1
    if state < 0:
        return []
    paths = [
        Path(state, 0.0, float(network.board[first]), ((first, float(network.start_wait[first, slot])),))
    ]
    for k, step in enumerate(ride):
        if step.alight:
            paths = moved(network, paths, step.place, -1)
        for trip in step.board[1 if k == 0 else 0 :]:
            paths = moved(network, paths, step.place, row[trip])
    return [path for path in paths if network.empty[path.state]]


def moved(network: RideNetwork, paths: list[Path], place: int, trip: int) -> list[Path]:
    """Each path one event further: the boarding of a trip, or alighting where ``trip`` is -1."""
    found = []
    for path in paths:
        for move in range(int(network.ptr[path.state]), int(network.ptr[path.state + 1])):
            to = int(network.to[move])
            if network.trip[move] == trip and network.place[to] == place:
                waits = tuple(
                    (int(network.wait_trip[x]), float(network.wait_least[x]))
                    for x in range(int(network.wait_ptr[move]), int(network.wait_ptr[move + 1]))
                )
                km, minutes = path.km + float(network.km[move]), path.minutes + float(network.minutes[move])
                found.append(Path(to, km, minutes, path.waits + waits))
    return found


@pytest.mark.parametrize("seed", range(24))
def test_every_lawful_ride_is_a_way_that_is_as_good(seed: int) -> None:
    """Whenever a ride starts there is a way with its stops: no longer, no later, with no longer a wait."""
    rng = np.random.default_rng(seed)
    day = random_day(rng, int(rng.integers(6, 16)), 6, rich=seed % 3 > 0, service=UNHURRIED)
    table, rules = travel_table(day), rules_of(day)
    pool = lawful_rides(day, table, rules, limit=20_000)
    network = ride_network(day, table, rules)
    assert network is not None
    index = {place.id: k for k, place in enumerate(day.places)}
    places = {k: (index[trip.origin], index[trip.destination]) for k, trip in enumerate(day.trips)}
    opens = min(vehicle.shift[0] for vehicle in day.vehicles)
    closes = max(vehicle.shift[1] for vehicle in day.vehicles)
    followed_rides = 0
    for ride in range(len(pool)):
        stops = steps(pool, ride, places)
        for start in {max(float(pool.earliest[ride]), opens), float(pool.latest[ride])}:
            end = start + float(pool.duration[ride])
            if start < opens or start > pool.latest[ride] or end > closes:
                continue
            followed_rides += 1
            waits = {}
            for m in range(int(pool.ptr[ride]), int(pool.ptr[ride + 1])):
                trip = day.trips[int(pool.trip[m])]
                care = trip.appointment if trip.outbound else trip.ready
                assert care is not None
                begin = pool.alight_start[m] if trip.outbound else pool.board_start[m]
                waits[int(np.searchsorted(network.trips, pool.trip[m]))] = abs(care - start - float(begin))
            assert any(
                path.km <= pool.km[ride] + SLACK
                and path.minutes <= pool.duration[ride] + SLACK
                and network.leave[path.state] <= end + SLACK
                and all(wait <= waits[row] + SLACK for row, wait in path.waits)
                for path in followed(network, stops, start)
            ), f"ride {ride} of {pool.members(ride)} at {start}"
    assert followed_rides > 10


def test_a_day_of_too_many_states_has_no_network() -> None:
    """Where there is no room for all of it, there is nothing, and nothing is proven by it."""
    day = random_day(np.random.default_rng(1), 12, 6, rich=False, service=UNHURRIED)
    table, rules = travel_table(day), rules_of(day)
    assert ride_network(day, table, rules) is not None
    assert ride_network(day, table, rules, states=20) is None
    assert ride_network(day, table, rules, stop=lambda: True) is None


def test_where_boarding_takes_no_time_there_is_no_network() -> None:
    """A sweep by slots of time needs that time passes with every event."""
    day = random_day(np.random.default_rng(1), 12, 6, rich=False, service=(0,))
    assert ride_network(day, travel_table(day), rules_of(day)) is None


def test_time_passes_with_each_move() -> None:
    """No way leads round in a circle: a move's state lies in a later slot, so that sweeping by slots is
    exact.
    """
    day = random_day(np.random.default_rng(2), 14, 6, service=UNHURRIED)
    network = ride_network(day, travel_table(day), rules_of(day))
    assert network is not None
    source = np.repeat(np.arange(len(network)), np.diff(network.ptr))
    assert (network.slot[network.to] > network.slot[source]).all()
    assert (np.diff(network.slot) >= 0).all()
