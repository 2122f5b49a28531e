"""Trips that no vehicle and no visit can bring together: their rides are listed apart."""

import networkx as nx
import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day
from sharedride.rides.constraints import VehicleKind, may_carry, vehicle_kinds
from sharedride.rides.pool import DEFAULT_RIDE_LIMIT, EFFORT, RidePool, joined, lawful_rides
from sharedride.rules import Rules
from sharedride.travel import TravelTable

MOST_RIDES = 4
"""Rides kept of all parts together, in limits of one part."""


def independent_trips(day: Day) -> list[list[int]]:
    """Trips of the day in parts that share no vehicle kind and no visit, the smallest part first."""
    graph = nx.Graph()
    kinds = vehicle_kinds(day)
    visits: dict[tuple[str, str], int] = {}
    known: dict[tuple[object, ...], list[VehicleKind]] = {}
    for index, trip in enumerate(day.trips):
        graph.add_node(index)
        lock = trip.lock.vehicle if trip.lock is not None else None
        needs = (trip.vehicle_types, trip.operator, lock, trip.seats_needed, trip.wheelchair)
        if needs not in known:
            known[needs] = [kind for kind in kinds if may_carry(kind, trip)]
        graph.add_edges_from((index, kind) for kind in known[needs])
        if trip.visit is not None:
            graph.add_edge(index, visits.setdefault((trip.patient, trip.visit), index))
    parts = [
        sorted(node for node in nodes if isinstance(node, int)) for nodes in nx.connected_components(graph)
    ]
    return sorted((part for part in parts if part), key=lambda part: (len(part), part))


def rides_by_part(
    day: Day,
    table: TravelTable,
    rules: Rules,
    *,
    limit: int = DEFAULT_RIDE_LIMIT,
    effort: int = EFFORT,
) -> tuple[RidePool, npt.NDArray[np.bool_]]:
    """Lawful rides of each independent part of the day, as one pool.

    Parameters
    ----------
    limit
        Rides of one part to keep at most; all parts together keep four times as many.
    effort
        Steps for the whole day; parts get theirs by their trips, and what small ones leave.

    Returns
    -------
    The pool, and whether every lawful ride with a trip is in it, shape ``(trips,)``.
    """
    whole = np.zeros(len(day.trips), np.bool_)
    pools: list[RidePool] = []
    left, room, steps = len(day.trips), MOST_RIDES * limit, effort
    for part in independent_trips(day):
        share = len(part) / left
        pool = lawful_rides(
            day,
            table,
            rules,
            trips=part,
            limit=max(1, min(limit, int(room * share))),
            effort=int(steps * share),
        )
        pools.append(pool)
        whole[part] = pool.complete
        left, room, steps = left - len(part), room - len(pool), steps - pool.steps
    if not pools:
        return lawful_rides(day, table, rules, trips=[]), whole
    return joined(pools), whole
