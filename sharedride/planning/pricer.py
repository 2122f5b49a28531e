"""Per vehicle group, the arrays the compiled pricing asks for, and the duties it answers with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sharedride.planning.offers import Offers
from sharedride.planning.pricing import cheapest_duties
from sharedride.planning.problem import Duty, Problem

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MOST_BITS = 60
"""Trips whose repetition within a duty can be forbidden at once."""

FEW = 3
"""Duties of one pricing that may carry a trip already carried this often."""

EPS = 1e-6


@dataclass(frozen=True)
class WaitCut:
    """Of a visit's two trips, at most one may use up its side of the wait limit.

    The outbound trip waiting over ``share`` minutes and the return over ``limit - share`` break the rule
    together, whoever carries them: a clique of two families of duties.
    """

    outbound: int
    back: int
    share: float


@dataclass(frozen=True)
class Prices:
    """Dual prices: of each trip (by row), each wait cut (never positive)."""

    trip: FloatArray
    cut: FloatArray


@dataclass(frozen=True)
class _Way:
    """The arrays the compiled search runs on, for the day as it is or with its clock turned round."""

    first: npt.NDArray[np.int32]
    last: npt.NDArray[np.int32]
    lo: FloatArray
    hi: FloatArray
    by_place: npt.NDArray[np.int32]
    place_ptr: IntArray
    place_wide: FloatArray
    by_slot: npt.NDArray[np.int32]
    slot_ptr: IntArray
    minutes: FloatArray
    start: int
    end: int
    shift: tuple[float, float]


def _way(
    offer: Offers, width: float, minutes: FloatArray, start: int, end: int, shift: tuple[float, float]
) -> _Way:
    horizon = max(float(offer.hi.max()), shift[1]) + float((offer.hi - offer.lo).max()) + 2 * width
    slot = (offer.lo / width).astype(np.int64)
    count = np.bincount(slot, minlength=int(horizon / width) + 2)
    places = len(minutes)
    wide = np.zeros(places)
    np.maximum.at(wide, offer.first, offer.hi - offer.lo)
    return _Way(
        first=offer.first,
        last=offer.last,
        lo=offer.lo,
        hi=offer.hi,
        by_place=np.lexsort((offer.lo, offer.first)).astype(np.int32),
        place_ptr=np.concatenate(([0], np.cumsum(np.bincount(offer.first, minlength=places)))),
        place_wide=wide,
        by_slot=np.argsort(slot, kind="stable").astype(np.int32),
        slot_ptr=np.concatenate(([0], np.cumsum(count))),
        minutes=minutes,
        start=start,
        end=end,
        shift=shift,
    )


class Pricer:
    """Prices duties of one vehicle group."""

    def __init__(self, problem: Problem, group: int) -> None:
        self.problem = problem
        self.group = group
        offer = self.offer = problem.offers[group]
        where = problem.groups[group]
        self.size = len(offer)
        if not self.size:
            return
        self.rows = np.array([problem.row[int(t)] for t in offer.trip], dtype=np.int64)
        self.owner = offer.owner()
        self.width = float(np.clip(offer.duration.min(), 1.0, 4.0))
        self.way = _way(offer, self.width, problem.table.minutes, where.start, where.end, where.shift)
        self.dead = problem.prices.primary_dead + problem.tie * problem.prices.secondary_dead
        self.fixed = problem.prices.primary_vehicle + problem.tie * problem.prices.secondary_vehicle
        self.cost = offer.primary + problem.tie * offer.secondary
        self.latest_of_trip: dict[int, float] = {}
        for row, hi in zip(self.rows, offer.hi[self.owner], strict=True):
            self.latest_of_trip[int(row)] = max(self.latest_of_trip.get(int(row), -1.0), float(hi))

    def price(
        self,
        duals: Prices,
        cuts: Sequence[WaitCut],
        forbidden: Sequence[int],
        most: int,
        *,
        primary_only: bool = False,
    ) -> tuple[float, list[tuple[float, Duty]]]:
        """Cheapest duties at dual prices, the group's own price for a vehicle left out.

        Returns
        -------
        The least reduced cost of any duty, and duties with their reduced costs, cheapest first.
        """
        if not self.size:
            return np.inf, []
        offer, problem = self.offer, self.problem
        cost = offer.primary.copy() if primary_only else self.cost.copy()
        np.subtract.at(cost, self.owner, duals.trip[self.rows])
        dead = problem.prices.primary_dead if primary_only else self.dead
        fixed = problem.prices.primary_vehicle if primary_only else self.fixed
        penalties = self._penalties(duals, cuts)
        best, flat, when, ptr, costs, _ = self._run(
            self.way, cost, dead, fixed, penalties, forbidden, most, True
        )
        duties: list[tuple[float, Duty]] = []
        cover = np.zeros(len(problem.trips), np.int64)
        for k in range(len(costs)):
            if costs[k] > -EPS and len(duties) >= FEW:
                break
            rows = np.concatenate(
                [self.rows[offer.ptr[o] : offer.ptr[o + 1]] for o in flat[ptr[k] : ptr[k + 1]]]
            )
            # Few duties per trip, or one good trip fills the master with near copies.
            if cover[rows].min() >= FEW:
                continue
            cover[rows] += 1
            sequence = flat[ptr[k] : ptr[k + 1]].tolist()
            starts = self._late(sequence, when[ptr[k] : ptr[k + 1]].tolist())
            duties.append((float(costs[k]), problem.duty(self.group, sequence, starts)))
        return float(best), duties

    def through(self, duals: Prices, cuts: Sequence[WaitCut]) -> FloatArray:
        """Lower bound on the reduced cost of any duty through each offer, shape ``(offers,)``.

        The least cost of getting to an offer plus the least cost of going on from it, each over all starts;
        going on is the same search with the clock turned round, where breaks and wait cuts, which only
        add to the cost, are left out.
        """
        if not self.size:
            return np.empty(0)
        offer, table, where = self.offer, self.problem.table, self.problem.groups[self.group]
        cost = self.cost.copy()
        np.subtract.at(cost, self.owner, duals.trip[self.rows])
        there = self._run(self.way, cost, self.dead, self.fixed, self._penalties(duals, cuts), (), 1, True)[5]
        turn = max(float((offer.hi + offer.duration).max()), where.shift[1])
        mirrored = replace(
            offer, first=offer.last, last=offer.first,
            lo=turn - offer.hi - offer.duration, hi=turn - offer.lo - offer.duration,
        )  # fmt: skip
        shift = (turn - where.shift[1], turn - where.shift[0])
        way = _way(mirrored, self.width, np.ascontiguousarray(table.minutes.T), where.end, where.start, shift)
        dead = np.ascontiguousarray(self.dead.T)
        back = self._run(
            way, cost, dead, 0.0, self._penalties(Prices(duals.trip, np.empty(0)), ()), (), 1, False
        )[5]
        return np.asarray(there + back - cost)

    def _run(
        self,
        way: _Way,
        cost: FloatArray,
        dead: FloatArray,
        fixed: float,
        penalties: tuple[IntArray, FloatArray, FloatArray, npt.NDArray[np.bool_]],
        forbidden: Sequence[int],
        most: int,
        breaks: bool,
    ) -> tuple[float, npt.NDArray[np.int32], FloatArray, IntArray, FloatArray, FloatArray]:
        slots = len(way.slot_ptr) - 1
        bits = np.zeros(self.size, np.int64)
        alive = np.zeros(slots, np.int64)
        for bit, row in enumerate(forbidden):
            word = np.int64(1) << np.int64(bit)
            np.bitwise_or.at(bits, self.owner[self.rows == row], word)
            until = int(self.latest_of_trip.get(row, -1.0) / self.width) + 1
            alive[: max(until, 0) + 1] |= word
        rest = self.problem.groups[self.group].break_ if breaks else None
        result: tuple[float, npt.NDArray[np.int32], FloatArray, IntArray, FloatArray, FloatArray]
        result = cheapest_duties(
            way.first, way.last, way.lo, way.hi, self.offer.duration, cost, bits, *penalties,
            way.by_place, way.place_ptr, way.place_wide, way.by_slot, way.slot_ptr, self.width, alive,
            way.minutes, dead, way.start, way.end, way.shift[0], way.shift[1], fixed,
            rest.window[0] if rest else 0.0, rest.window[1] if rest else 0.0, rest.minutes if rest else 0.0,
            most,
        )  # fmt: skip
        return result

    def _late(self, sequence: list[int], starts: list[float]) -> list[float]:
        """Push rides without a return trip as late as their followers allow: patients wait less."""
        offer, minutes = self.offer, self.problem.table.minutes
        if self.problem.groups[self.group].break_ is not None:
            return starts
        latest = np.inf
        for k in range(len(sequence) - 1, -1, -1):
            o = sequence[k]
            if (offer.wait_sign[offer.ptr[o] : offer.ptr[o + 1]] < 0).all():
                starts[k] = max(starts[k], min(float(offer.hi[o]), latest - float(offer.duration[o])))
            if k:
                before = sequence[k - 1]
                latest = starts[k] - float(minutes[offer.last[before], offer.first[o]])
        return starts

    def _penalties(
        self, duals: Prices, cuts: Sequence[WaitCut]
    ) -> tuple[IntArray, FloatArray, FloatArray, npt.NDArray[np.bool_]]:
        """What the wait cuts charge an offer, by its start."""
        offer, problem = self.offer, self.problem
        owners: list[IntArray] = []
        moments: list[FloatArray] = []
        amounts: list[FloatArray] = []
        before: list[npt.NDArray[np.bool_]] = []
        for cut, dual in zip(cuts, duals.cut, strict=True):
            if dual > -1e-9:
                continue
            for trip, share, early in (
                (cut.outbound, cut.share, True),
                (cut.back, problem.wait_limit - cut.share, False),
            ):
                members = np.flatnonzero(self.rows == problem.row[trip])
                # wait = at + sign * start crosses the share at this start
                owners.append(self.owner[members])
                moments.append((share - offer.wait_at[members]) * offer.wait_sign[members])
                amounts.append(np.full(len(members), -dual))
                before.append(np.full(len(members), early))
        if not owners:
            return np.zeros(self.size + 1, np.int64), np.empty(0), np.empty(0), np.empty(0, np.bool_)
        owner = np.concatenate(owners)
        order = np.argsort(owner, kind="stable")
        ptr = np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=self.size))))
        return (
            ptr.astype(np.int64),
            np.concatenate(moments)[order],
            np.concatenate(amounts)[order],
            np.concatenate(before)[order],
        )
