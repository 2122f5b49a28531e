"""Per vehicle group, the arrays the compiled pricing asks for, and the duties it answers with."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from sharedride.planning.offers import Offers
from sharedride.planning.pricing import FRONT, cheapest_duties, scratch
from sharedride.planning.problem import Duty, Problem
from sharedride.planning.repeats import MOST_BITS, WIDEST_SLOT, Repeats, repeatable, starts_of

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

FEW = 2
"""Duties of one pricing that may carry a trip already carried this often."""

SHORT = 3
"""Patients of a ride that is looked at first."""

EPS = 1e-6


@dataclass(frozen=True)
class WaitCut:
    """Of a visit's two trips, at most one may use up its side of the wait limit.

    The outbound trip waiting over ``share`` and the return over ``limit - share`` break the rule
    together, whoever carries them: a clique of two families of duties.
    """

    outbound: int
    back: int
    share: float

    @property
    def trips(self) -> tuple[int, ...]:
        """The trips a duty must carry one of to count."""
        return self.outbound, self.back


@dataclass(frozen=True)
class SubsetCut:
    """Of the duties that carry at least two of three trips, a plan has at most one.

    The subset-row inequality (Jepsen et al. 2008, doi:10.1287/opre.1070.0449).
    """

    trips: tuple[int, ...]


Cut = WaitCut | SubsetCut


@dataclass(frozen=True)
class Prices:
    """Dual prices: of each trip (by row), each cut (never positive)."""

    trip: FloatArray
    cut: FloatArray


@dataclass(frozen=True)
class _Crossing:
    """Offers that count in a wait cut while they start before (or else after) a moment, by offer."""

    owner: IntArray
    at: FloatArray
    before: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Knots:
    """Starts at which wait cuts charge an offer more or less, sorted by offer and start."""

    cuts: int
    owner: IntArray
    at: FloatArray
    cut: IntArray
    before: npt.NDArray[np.bool_]
    ptr: IntArray


@dataclass(frozen=True)
class _Way:
    """The arrays the compiled search runs on that no price changes."""

    first: npt.NDArray[np.int32]
    last: npt.NDArray[np.int32]
    lo: FloatArray
    hi: FloatArray
    by_place: npt.NDArray[np.int32]
    place_ptr: IntArray
    place_wide: FloatArray
    place_until: FloatArray
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
    until = np.full(places, -np.inf)
    np.maximum.at(until, offer.first, offer.hi)
    return _Way(
        first=offer.first,
        last=offer.last,
        lo=offer.lo,
        hi=offer.hi,
        by_place=np.lexsort((offer.lo, offer.first)).astype(np.int32),
        place_ptr=np.concatenate(([0], np.cumsum(np.bincount(offer.first, minlength=places)))),
        place_wide=wide,
        place_until=until,
        by_slot=np.argsort(slot, kind="stable").astype(np.int32),
        slot_ptr=np.concatenate(([0], np.cumsum(count))),
        minutes=minutes,
        start=start,
        end=end,
        shift=shift,
    )


class DutyPricer(Protocol):
    """Prices the duties of one vehicle group, made of whatever rides it knows.

    Attributes
    ----------
    size
        How many things duties are made of; with none there are no duties.
    front
        Labels kept at a place: with more the least cost is nearer to that of a duty that can be driven.
    """

    group: int
    size: int
    front: int

    def price(
        self,
        duals: Prices,
        cuts: Sequence[Cut],
        forbidden: Repeats,
        most: int,
        *,
        primary_only: bool = False,
    ) -> tuple[float, list[tuple[float, Duty]]]:
        """Return the least reduced cost of any duty, and duties with theirs, cheapest first."""

    def times(self, cut: Cut, duty: Duty) -> int:
        """How often a duty counts in a cut."""

    def counts(self, cuts: Sequence[Cut], duty: Duty) -> dict[int, int]:
        """How often a duty counts in each cut, by the cut's number, where it counts at all."""


class DutySource(Protocol):
    """What a linear program over duties is generated from.

    Attributes
    ----------
    pricers
        One for each vehicle group.
    forbidden
        Trips that no duty may carry twice; there will be more.
    """

    pricers: Sequence[DutyPricer]
    forbidden: Repeats

    def narrow(self) -> Sequence[DutyPricer]:
        """Pricers to ask first, of fewer duties; none where that would save no time."""


class RideDuties:
    """Duties of the rides a problem lists."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.pricers: Sequence[DutyPricer] = [Pricer(problem, g) for g in range(len(problem.groups))]
        self.forbidden = Repeats(starts_of(problem), repeatable(problem))

    def narrow(self) -> Sequence[DutyPricer]:
        """Pricers of short rides, where those are few; longer ones come in as pricing finds them useful."""
        near = [np.diff(offer.ptr) <= SHORT for offer in self.problem.offers]
        if sum(int(some.sum()) for some in near) >= 0.4 * sum(len(some) for some in near):
            return []
        return [Pricer(self.problem, g, np.flatnonzero(some)) for g, some in enumerate(near)]


def few_of_each(
    found: Iterable[tuple[float, IntArray, int]], trips: int
) -> Iterator[tuple[float, IntArray, int]]:
    """Those of some duties that are worth keeping: one good trip would fill the master with near copies.

    Parameters
    ----------
    found
        Reduced costs, rows of the trips carried and numbers, cheapest first.
    """
    cover = np.zeros(trips, np.int64)
    kept = 0
    for cost, rows, number in found:
        if cost > -EPS and kept >= FEW:
            return
        if cover[rows].min() >= FEW:
            continue
        cover[rows] += 1
        kept += 1
        yield cost, rows, number


class Pricer:
    """Prices duties of one vehicle group over listed rides.

    Parameters
    ----------
    keep
        Offers of the group to look at, ascending; all by default.
    """

    def __init__(self, problem: Problem, group: int, keep: IntArray | None = None) -> None:
        self.problem = problem
        self.group = group
        self.keep = np.arange(len(problem.offers[group])) if keep is None else keep
        offer = self.offer = problem.offers[group] if keep is None else problem.offers[group].take(keep)
        where = problem.groups[group]
        self.size = len(offer)
        self.front = FRONT
        self.subset: dict[SubsetCut, IntArray] = {}
        self.crossings: dict[WaitCut, _Crossing] = {}
        self.knots: _Knots | None = None
        self.subsets: tuple[int, IntArray, npt.NDArray[np.int8]] | None = None
        if not self.size:
            return
        self.rows = problem.rows(offer.trip)
        self.owner = offer.owner()
        by_row = np.argsort(self.rows, kind="stable")
        edges = np.searchsorted(self.rows[by_row], np.arange(len(problem.trips) + 1))
        self.members = [by_row[edges[r] : edges[r + 1]] for r in range(len(problem.trips))]
        self.metric = problem.table.metric
        self.width = float(np.clip(offer.duration.min(), 1.0, WIDEST_SLOT))
        self.way = _way(offer, self.width, problem.table.minutes, where.start, where.end, where.shift)
        self.dead = problem.prices.primary_dead + problem.tie * problem.prices.secondary_dead
        self.fixed = problem.prices.primary_vehicle + problem.tie * problem.prices.secondary_vehicle
        self.cost = offer.primary + problem.tie * offer.secondary
        self.latest = np.full(len(problem.trips), -1.0)
        np.maximum.at(self.latest, self.rows, offer.hi[self.owner])

    def price(
        self,
        duals: Prices,
        cuts: Sequence[Cut],
        forbidden: Repeats,
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
        self._charge(cost, duals, cuts)
        dead = problem.prices.primary_dead if primary_only else self.dead
        fixed = problem.prices.primary_vehicle if primary_only else self.fixed
        penalties = self._penalties(duals, cuts)
        best, flat, when, ptr, costs = self._run(
            cost, dead, fixed, penalties, self._odd(duals, cuts), forbidden, most
        )
        sequences = [flat[ptr[k] : ptr[k + 1]] for k in range(len(costs))]
        found = ((float(costs[k]), self._carried(sequence), k) for k, sequence in enumerate(sequences))
        duties: list[tuple[float, Duty]] = []
        for reduced, _, k in few_of_each(found, len(problem.trips)):
            sequence = sequences[k].tolist()
            starts = self._late(sequence, when[ptr[k] : ptr[k + 1]].tolist())
            duties.append((reduced, problem.duty(self.group, self.keep[sequence].tolist(), starts)))
        return float(best), duties

    def _carried(self, sequence: npt.NDArray[np.int32]) -> IntArray:
        """Rows of the trips some offers carry."""
        offer = self.offer
        return np.concatenate([self.rows[offer.ptr[o] : offer.ptr[o + 1]] for o in sequence])

    def carried(self, cut: SubsetCut) -> IntArray:
        """How many trips of a subset cut each offer carries, shape ``(offers,)``."""
        known = self.subset.get(cut)
        if known is None:
            inside = np.isin(self.offer.trip, cut.trips)
            known = self.subset[cut] = np.add.reduceat(inside.astype(np.int64), self.offer.ptr[:-1])
        return known

    def _charge(self, cost: FloatArray, duals: Prices, cuts: Sequence[Cut]) -> None:
        """Take the trips' prices off the offers' costs, and add what subset cuts charge."""
        cost -= np.bincount(self.owner, weights=duals.trip[self.rows], minlength=self.size)
        for cut, dual in zip(cuts, duals.cut, strict=False):
            if isinstance(cut, SubsetCut) and dual < -1e-9:
                cost -= dual * (self.carried(cut) // 2)

    def _run(
        self,
        cost: FloatArray,
        dead: FloatArray,
        fixed: float,
        penalties: tuple[IntArray, FloatArray, FloatArray, npt.NDArray[np.bool_]],
        subsets: tuple[IntArray, FloatArray, IntArray],
        forbidden: Repeats,
        most: int,
    ) -> tuple[float, npt.NDArray[np.int32], FloatArray, IntArray, FloatArray]:
        way = self.way
        slots = len(way.slot_ptr) - 1
        bits = np.zeros(self.size, np.int64)
        for row, bit in forbidden.bit.items():
            np.bitwise_or.at(bits, self.owner[self.members[row]], np.int64(1) << np.int64(bit))
        odd, charge, last = subsets
        alive_odd = np.zeros(slots, np.int64)
        for bit, until in enumerate(last):
            alive_odd[: max(int(until), 0) + 1] |= np.int64(1) << np.int64(bit)
        rest = self.problem.groups[self.group].break_
        result: tuple[float, npt.NDArray[np.int32], FloatArray, IntArray, FloatArray]
        result = cheapest_duties(
            way.first, way.last, way.lo, way.hi, self.offer.duration, cost, bits, odd, charge, *penalties,
            way.by_place, way.place_ptr, way.place_wide, way.place_until, way.by_slot, way.slot_ptr,
            self.width, forbidden.changes(self.width, slots), alive_odd,
            way.minutes, dead, self.metric, way.start, way.end, way.shift[0], way.shift[1], fixed,
            rest.window[0] if rest else 0.0, rest.window[1] if rest else 0.0, rest.minutes if rest else 0.0,
            most, *scratch(len(way.place_ptr) - 1, slots, self.front),
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

    def _odd(self, duals: Prices, cuts: Sequence[Cut]) -> tuple[IntArray, FloatArray, IntArray]:
        """Subset cuts each offer carries oddly, their charges, and the slot each last matters in."""
        odd = np.zeros(self.size, np.int64)
        charges: list[float] = []
        last: list[int] = []
        for cut, dual in zip(cuts, duals.cut, strict=False):
            if not isinstance(cut, SubsetCut) or dual > -1e-9:
                continue
            if len(charges) == MOST_BITS:
                break
            odd |= (self.carried(cut) & 1) << np.int64(len(charges))
            charges.append(-dual)
            rows = [self.problem.row[t] for t in cut.trips if t in self.problem.row]
            latest = self.latest[rows].max(initial=-1.0)
            last.append(int(latest / self.width) + 1)
        return odd, np.array([*charges, 0.0]), np.array(last, dtype=np.int64)

    def _penalties(
        self, duals: Prices, cuts: Sequence[Cut]
    ) -> tuple[IntArray, FloatArray, FloatArray, npt.NDArray[np.bool_]]:
        """What the wait cuts charge an offer, by its start."""
        knots = self._known_knots(cuts)
        charged = np.flatnonzero(duals.cut[knots.cut] < -1e-9) if len(duals.cut) else np.empty(0, np.int64)
        count = np.bincount(knots.owner[charged], minlength=self.size + 1)
        ptr = np.concatenate(([0], np.cumsum(count[: self.size])))
        return ptr, knots.at[charged], -duals.cut[knots.cut[charged]], knots.before[charged]

    def crossing(self, cut: WaitCut) -> "_Crossing":
        """Offers that count in a wait cut, and from or up to which start they do."""
        known = self.crossings.get(cut)
        if known is not None:
            return known
        problem = self.problem
        sides = [(cut.outbound, cut.share), (cut.back, problem.wait_limit - cut.share)]
        members = [
            self.members[problem.row[t]] if t in problem.row else np.empty(0, np.int64) for t, _ in sides
        ]
        both = np.concatenate(members)
        limits = np.repeat([limit for _, limit in sides], [len(part) for part in members])
        owner = self.owner[both]
        # wait = at + sign * start crosses the limit at this start
        moment = (limits - self.offer.wait_at[both]) * self.offer.wait_sign[both]
        before = self.offer.wait_sign[both] < 0
        order = np.argsort(owner, kind="stable")
        known = self.crossings[cut] = _Crossing(owner[order], moment[order], before[order])
        return known

    def times(self, cut: Cut, duty: Duty) -> int:
        """How often a duty counts in a cut."""
        sequence, starts = duty.offers, duty.starts
        if isinstance(cut, SubsetCut):
            return int(self.carried(cut)[list(sequence)].sum() // 2)
        crossing = self.crossing(cut)
        total = 0
        for o, start in zip(sequence, starts, strict=True):
            k = int(np.searchsorted(crossing.owner, o))
            if k < len(crossing.owner) and crossing.owner[k] == o:
                moment = crossing.at[k]
                total += int(start < moment - EPS if crossing.before[k] else start > moment + EPS)
        return total

    def counts(self, cuts: Sequence[Cut], duty: Duty) -> dict[int, int]:
        """How often a duty counts in each cut, by the cut's number, where it counts at all."""
        sequence, starts = duty.offers, duty.starts
        found: dict[int, int] = {}
        if not cuts:
            return found
        knots = self._known_knots(cuts)
        for o, start in zip(sequence, starts, strict=True):
            near = slice(knots.ptr[o], knots.ptr[o + 1])
            at = knots.at[near]
            hit = np.where(knots.before[near], start < at - EPS, start > at + EPS)
            for number in knots.cut[near][hit].tolist():
                found[number] = found.get(number, 0) + 1
        numbers, carried = self._known_subsets(cuts)
        twice = carried[:, list(sequence)].sum(axis=1, dtype=np.int64) // 2
        for k in np.flatnonzero(twice).tolist():
            found[int(numbers[k])] = int(twice[k])
        return found

    def _known_subsets(self, cuts: Sequence[Cut]) -> tuple[IntArray, npt.NDArray[np.int8]]:
        """Numbers of the subset cuts, and how many trips of each every offer carries."""
        if self.subsets is None or self.subsets[0] != len(cuts):
            numbers = [n for n, cut in enumerate(cuts) if isinstance(cut, SubsetCut)]
            carried = [self.carried(cut) for cut in cuts if isinstance(cut, SubsetCut)]
            matrix = np.array(carried, dtype=np.int8).reshape(len(numbers), self.size)
            self.subsets = (len(cuts), np.array(numbers, dtype=np.int64), matrix)
        return self.subsets[1:]

    def _known_knots(self, cuts: Sequence[Cut]) -> "_Knots":
        if self.knots is None or self.knots.cuts != len(cuts):
            self.knots = self._knots(cuts)
        return self.knots

    def _knots(self, cuts: Sequence[Cut]) -> "_Knots":
        """Where the wait cuts divide the starts of each offer."""
        waits = [(number, cut) for number, cut in enumerate(cuts) if isinstance(cut, WaitCut)]
        crossings = [self.crossing(cut) for _, cut in waits]
        if not crossings:
            none = np.empty(0, np.int64)
            nowhere = np.zeros(self.size + 1, np.int64)
            return _Knots(len(cuts), none, np.empty(0), none, np.empty(0, np.bool_), nowhere)
        owner = np.concatenate([crossing.owner for crossing in crossings])
        at = np.concatenate([crossing.at for crossing in crossings])
        before = np.concatenate([crossing.before for crossing in crossings])
        number = np.repeat([n for n, _ in waits], [len(crossing.owner) for crossing in crossings])
        order = np.lexsort((~before, at, owner))
        ptr = np.searchsorted(owner[order], np.arange(self.size + 1))
        return _Knots(len(cuts), owner[order], at[order], number[order], before[order], ptr)
