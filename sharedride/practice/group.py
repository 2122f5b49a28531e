"""A ride of patients with one place of care, in the order that drives least, if the law allows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

from sharedride.rules import Rules
from sharedride.synth.chaining import LoneRide, Point, Roads
from sharedride.synth.generate import SERVICE_MIN


@dataclass(frozen=True)
class GroupRide(LoneRide):
    """Several trips in one ride: ``members`` in the order of their homes along the way."""

    outbound: bool
    members: tuple[LoneRide, ...]


def group(members: Sequence[LoneRide], *, outbound: bool, roads: Roads, rules: Rules) -> GroupRide | None:
    """Return the lawful ride of least km, or ``None`` if there is none.

    Every member keeps the window of its lone ride at the place of care: on the way there all are at the
    place when the earliest of them must be, none earlier than a lone patient may be; on the way back none
    boards before the last is ready, and none waits longer than a lone patient may.

    Parameters
    ----------
    members
        Lone rides with the same place of care and direction.
    """
    best: GroupRide | None = None
    for order in permutations(members):
        made = _in_order(order, outbound, roads, rules)
        if made is not None and (best is None or made.km < best.km):
            best = made
    return best


def _in_order(order: tuple[LoneRide, ...], outbound: bool, roads: Roads, rules: Rules) -> GroupRide | None:
    care = order[0].destination if outbound else order[0].origin
    homes = [ride.origin if outbound else ride.destination for ride in order]
    points: list[Point] = [*homes, care] if outbound else [care, *homes]
    legs = [roads.km(start, end) for start, end in pairwise(points)]
    limit = rules.detour_limit_km(len(order))
    for index, ride in enumerate(order):
        ridden = sum(legs[index:]) if outbound else sum(legs[: index + 1])
        if ridden - ride.km > limit:
            return None
    km = sum(legs)
    lasts = 2 * SERVICE_MIN * len(order) + roads.minutes(km)
    if outbound:
        # A lone ride is over when its patient has alighted; here all alight together, at the end.
        due = min(ride.last + ride.lasts for ride in order)
        soonest = max(ride.first + ride.lasts for ride in order) + SERVICE_MIN * (len(order) - 1)
        first, last = soonest - lasts, due - lasts
    else:
        first, last = max(ride.first for ride in order), min(ride.last for ride in order)
    if first > last:
        return None
    return GroupRide(order[0].trip, points[0], points[-1], km, lasts, first, last, outbound, order)
