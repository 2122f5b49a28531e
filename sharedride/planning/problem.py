"""The selection problem: which duties cover the trips, on which vehicles."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from sharedride.planning.fleet import VehicleGroup
from sharedride.planning.objective import Prices
from sharedride.planning.offers import Offers, within_waits
from sharedride.travel import TravelTable

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Duty:
    """One vehicle's rides in order, with the starts the search had in mind.

    Attributes
    ----------
    group
        Vehicle group.
    offers
        Offers of that group, in order.
    starts
        Start of each, minutes from midnight.
    trips
        Trips carried, sorted; a trip may repeat in a duty that serves only to bound.
    primary, secondary
        Objective and running cost, empty legs and vehicle included.
    waits
        Of a way through the ride network, which has no offers: trips, their least waits at the place of
        care, and -1 where those are before the care, 1 after it.
    aboard
        Of such a way, the patients of each ride.
    """

    group: int
    offers: tuple[int, ...]
    starts: tuple[float, ...]
    trips: tuple[int, ...]
    primary: float
    secondary: float
    waits: tuple[tuple[int, float, int], ...] = ()
    aboard: tuple[tuple[int, ...], ...] = ()

    @property
    def elementary(self) -> bool:
        """Whether no trip is carried twice."""
        return len(set(self.trips)) == len(self.trips)


@dataclass(frozen=True)
class Problem:
    """Everything the master and the pricing look at.

    Attributes
    ----------
    trips
        Trips to cover, ascending indices into ``day.trips``.
    counts
        Vehicles to use at most of each group.
    partner
        The other trip of each trip's visit, or -1, over all trips of the day.
    tie
        Weight of the running cost beside the objective, to break ties.
    penalty
        Weight of a trip not served, beyond what serving it can ever cost.
    places
        Places of the day that the problem's places stand for, ascending; ``None`` for all of them.
    least
        Vehicles to use at least of each group, where any are asked for; only the linear program heeds it.
    """

    groups: tuple[VehicleGroup, ...]
    counts: tuple[int, ...]
    offers: tuple[Offers, ...]
    trips: IntArray
    partner: IntArray
    wait_limit: float
    table: TravelTable
    prices: Prices
    tie: float
    penalty: float
    row: dict[int, int] = field(default_factory=dict)
    places: IntArray | None = None
    least: tuple[int, ...] = ()

    def place(self, place: int) -> int:
        """Number in the problem of a place of the day, or -1."""
        if self.places is None:
            return place
        k = int(np.searchsorted(self.places, place))
        return k if k < len(self.places) and self.places[k] == place else -1

    def rows(self, trips: npt.NDArray[np.int32]) -> IntArray:
        """Rows of many of the problem's trips, same shape."""
        rows: IntArray = np.searchsorted(self.trips, trips)
        return rows

    def cost(self, duty: Duty) -> float:
        """Objective of a duty with the tie-breaker in it."""
        return duty.primary + self.tie * duty.secondary

    def duty(self, group: int, sequence: Sequence[int], starts: Sequence[float]) -> Duty:
        """Price a sequence of offers as one vehicle's duty."""
        offer, where = self.offers[group], self.groups[group]
        order = list(sequence)
        stops = [where.start]
        for o in order:
            stops += [int(offer.first[o]), int(offer.last[o])]
        stops.append(where.end)
        legs = np.array(stops).reshape(-1, 2)
        primary = self.prices.primary_vehicle + float(offer.primary[order].sum())
        secondary = self.prices.secondary_vehicle + float(offer.secondary[order].sum())
        primary += float(self.prices.primary_dead[legs[:, 0], legs[:, 1]].sum())
        secondary += float(self.prices.secondary_dead[legs[:, 0], legs[:, 1]].sum())
        carried = sorted(int(t) for o in order for t in offer.members(o))
        return Duty(group, tuple(order), tuple(float(s) for s in starts), tuple(carried), primary, secondary)


def among_own_places(problem: Problem) -> Problem:
    """The same problem on the places it touches: tables of a whole région are too large to copy."""
    named = [
        place
        for group, offer, count in zip(problem.groups, problem.offers, problem.counts, strict=True)
        if count
        for place in (offer.first, offer.last, [group.start, group.end])
    ]
    places = np.unique(np.concatenate(named)).astype(np.int64) if named else np.zeros(1, np.int64)
    number = np.zeros(len(problem.table.km), np.int32)
    number[places] = np.arange(len(places))
    cut = np.ix_(places, places)

    def taken(matrix: FloatArray) -> FloatArray:
        return np.ascontiguousarray(matrix[cut])

    prices = problem.prices
    return replace(
        problem,
        groups=tuple(
            replace(group, start=int(number[group.start]), end=int(number[group.end]))
            for group in problem.groups
        ),
        offers=tuple(
            replace(offer, first=number[offer.first], last=number[offer.last]) for offer in problem.offers
        ),
        table=replace(
            problem.table, km=taken(problem.table.km), minutes=taken(problem.table.minutes), billed_km=None
        ),
        prices=replace(
            prices, primary_dead=taken(prices.primary_dead), secondary_dead=taken(prices.secondary_dead)
        ),
        places=places,
    )


def problem_of(
    groups: Sequence[VehicleGroup],
    counts: Sequence[int],
    offers: Sequence[Offers],
    trips: Sequence[int],
    *,
    partner: IntArray,
    wait_limit: float,
    table: TravelTable,
    prices: Prices,
    tie: float,
    penalty: float,
    longest_wait: FloatArray | None = None,
) -> tuple[Problem, list[IntArray]]:
    """Cut the full problem down to some trips and vehicles.

    Parameters
    ----------
    longest_wait
        Minutes each trip of the day may wait at the place of care, where that is decided already.

    Returns
    -------
    The problem, and per group the original index of each of its offers.
    """
    size = len(partner)
    wanted = np.zeros(size, np.bool_)
    wanted[list(trips)] = True
    kept_offers, kept_index = [], []
    for g, offer in enumerate(offers):
        if counts[g] == 0 or not len(offer):
            keep = np.empty(0, np.int64)
        else:
            keep = np.flatnonzero(np.logical_and.reduceat(wanted[offer.trip], offer.ptr[:-1]))
        part = offer.take(keep)
        if longest_wait is not None and len(keep):
            numbered = Offers(**{**part.__dict__, "ride": np.arange(len(part))})
            cut = within_waits(numbered, longest_wait)
            keep = keep[cut.ride]
            part = Offers(**{**cut.__dict__, "ride": part.ride[cut.ride]})
        kept_offers.append(part)
        kept_index.append(keep)
    ordered = np.array(sorted(trips), dtype=np.int64)
    inside = partner.copy()
    inside[~wanted] = -1
    inside[(inside >= 0) & ~wanted[np.maximum(inside, 0)]] = -1
    return (
        Problem(
            groups=tuple(groups),
            counts=tuple(counts),
            offers=tuple(kept_offers),
            trips=ordered,
            partner=inside,
            wait_limit=wait_limit,
            table=table,
            prices=prices,
            tie=tie,
            penalty=penalty,
            row={int(t): k for k, t in enumerate(ordered)},
        ),
        kept_index,
    )


def part_of(
    problem: Problem,
    *,
    trips: Sequence[int] | None = None,
    counts: Sequence[int] | None = None,
    longest_wait: FloatArray | None = None,
) -> tuple[Problem, list[IntArray]]:
    """Cut a problem down further, as :func:`problem_of` does."""
    part, kept = problem_of(
        problem.groups, problem.counts if counts is None else counts, problem.offers,
        problem.trips.tolist() if trips is None else trips, partner=problem.partner,
        wait_limit=problem.wait_limit, table=problem.table, prices=problem.prices, tie=problem.tie,
        penalty=problem.penalty, longest_wait=longest_wait,
    )  # fmt: skip
    return replace(part, places=problem.places), kept
