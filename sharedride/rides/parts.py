"""Trips that no vehicle and no visit can bring together: their rides are listed apart."""

from collections.abc import Sequence

import networkx as nx
import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day
from sharedride.rides.constraints import Fleet, fleet_of
from sharedride.rides.pool import DEFAULT_RIDE_LIMIT, EFFORT, RidePool, joined, lawful_rides
from sharedride.rules import Rules
from sharedride.travel import TravelTable

MOST_RIDES = 4
"""Rides kept of all parts together, in limits of one part."""


def independent_trips(day: Day, fleet: Fleet | None = None) -> list[list[int]]:
    """Trips of the day in parts that share no vehicle kind and no visit, the smallest part first.

    Parameters
    ----------
    fleet
        The day's vehicles, where they are known already.
    """
    able = (fleet or fleet_of(day)).able
    graph = nx.Graph()
    visits: dict[tuple[str, str], int] = {}
    for index, trip in enumerate(day.trips):
        graph.add_node(index)
        graph.add_edges_from((index, ("kind", kind)) for kind in np.flatnonzero(able[index]).tolist())
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
    fleet: Fleet | None = None,
    parts: Sequence[Sequence[int]] | None = None,
) -> tuple[RidePool, npt.NDArray[np.bool_]]:
    """Lawful rides of each independent part of the day, as one pool.

    Parameters
    ----------
    limit
        Rides of one part to keep at most; all parts together keep four times as many.
    effort
        Steps for the whole day; parts get theirs by their trips, and what small ones leave, up to what one
        count may take at most.
    fleet, parts
        The day's vehicles and its independent trips, where they are known already.

    Returns
    -------
    The pool, and whether every lawful ride with a trip is in it, shape ``(trips,)``.
    """
    fleet = fleet or fleet_of(day)
    whole = np.zeros(len(day.trips), np.bool_)
    pools: list[RidePool] = []
    left, room, steps = len(day.trips), MOST_RIDES * limit, effort
    for part in independent_trips(day, fleet) if parts is None else parts:
        share = len(part) / left
        pool = lawful_rides(
            day,
            table,
            rules,
            trips=part,
            limit=max(1, min(limit, int(room * share))),
            effort=max(0, min(EFFORT, int(steps * share))),
            fleet=fleet,
        )
        pools.append(pool)
        whole[part] = pool.complete
        left, room, steps = left - len(part), room - len(pool), steps - pool.steps
    if not pools:
        return lawful_rides(day, table, rules, trips=[]), whole
    return joined(pools), whole
