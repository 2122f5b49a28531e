"""Chains are held to a plain enumeration: every order of the rides, each as early as it can."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from sharedride.day.model import VehicleType
from sharedride.synth.chaining import Chain, LoneRide, Roads
from sharedride.synth.fleet import Car

ROADS = Roads(1.3, 50.0)
DEPOT = (47.0, 6.0)


def car(pause: tuple[int, int, int] | None) -> Car:
    return Car("c", VehicleType.VSL, 0, (420, 1140), pause)


points = st.tuples(st.floats(46.8, 47.2), st.floats(5.8, 6.2))


@st.composite
def rides(draw: st.DrawFn, count: int = 4) -> list[LoneRide]:
    made = []
    for trip in range(count):
        origin, destination = draw(points), draw(points)
        km = ROADS.km(origin, destination)
        first = draw(st.integers(450, 1050))
        made.append(
            LoneRide(
                trip,
                origin,
                destination,
                km,
                4.0 + ROADS.minutes(km),
                first,
                first + draw(st.integers(0, 30)),
            )
        )
    return made


def starts(order: tuple[LoneRide, ...], pause: tuple[int, int, int] | None) -> list[float] | None:
    """Earliest starts of rides in this order, or ``None`` where they cannot be driven so."""
    free, where, found, idle = 420.0, DEPOT, [], []
    for number, ride in enumerate(order):
        arrival = free + ROADS.minutes(ROADS.km(where, ride.origin))
        start = max(ride.first, arrival)
        if start > ride.last:
            return None
        if number:
            idle.append((arrival, start))
        found.append(start)
        free, where = start + ride.lasts, ride.destination
    if free + ROADS.minutes(ROADS.km(where, DEPOT)) > 1140:
        return None
    if pause is not None and order:
        opens, closes, lasts = pause
        back = free + ROADS.minutes(ROADS.km(where, DEPOT))
        leaves = found[0] - ROADS.minutes(ROADS.km(DEPOT, order[0].origin))
        stands = any(min(end, closes) - max(begin, opens) >= lasts for begin, end in idle)
        if not (stands or back <= opens or leaves >= closes):
            return None
    return found


@settings(max_examples=150, deadline=None)
@given(rides(), st.sampled_from([None, (690, 840, 30)]))
def test_what_a_chain_takes_can_be_driven(
    offered: list[LoneRide], pause: tuple[int, int, int] | None
) -> None:
    """Rides a chain took are drivable at its times; what it refused fits nowhere in its order."""
    chain = Chain(car(pause), DEPOT, ROADS)
    for ride in offered:
        place = chain.best_place(ride)
        ways = [(*chain.rides[:at], ride, *chain.rides[at:]) for at in range(len(chain.rides) + 1)]
        drivable = [at for at, way in enumerate(ways) if starts(way, pause) is not None]
        if place is None:
            assert not [at for at in drivable if _slack(ways[at], starts(ways[at], pause) or []) > 0.1]
        else:
            assert place[1] in drivable
            chain.put(ride, place[1])
    assert chain.starts == (starts(tuple(chain.rides), pause) or [])


def _slack(way: tuple[LoneRide, ...], times: list[float]) -> float:
    """Minutes by which the tightest of the last starts and the shift are kept."""
    over = times[-1] + way[-1].lasts + ROADS.minutes(ROADS.km(way[-1].destination, DEPOT))
    return min(1140 - over, *(ride.last - at for ride, at in zip(way, times, strict=True)))


@settings(max_examples=50, deadline=None)
@given(rides(3))
def test_the_first_ride_of_a_car_goes_where_it_costs_least(offered: list[LoneRide]) -> None:
    """Of all places a ride fits in, the one with the fewest empty km more is chosen."""
    chain = Chain(car(None), DEPOT, ROADS)
    for ride in offered:
        place = chain.best_place(ride)
        if place is not None:
            before = chain.empty_km
            ways = [[*chain.rides[:at], ride, *chain.rides[at:]] for at in range(len(chain.rides) + 1)]
            more = [
                _empty(way) - before
                for way in ways
                if (times := starts(tuple(way), None)) and _slack(tuple(way), times) > 0.1
            ]
            assert not more or place[0] <= min(more) + 1e-9
            chain.put(ride, place[1])
            assert abs(chain.empty_km - before - place[0]) < 1e-9


def _empty(way: list[LoneRide]) -> float:
    ends = [DEPOT] + [ride.destination for ride in way]
    begins = [ride.origin for ride in way] + [DEPOT]
    return sum(itertools.starmap(ROADS.km, zip(ends, begins, strict=True)))
