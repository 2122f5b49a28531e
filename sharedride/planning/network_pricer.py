"""Prices ways through the ride network as :class:`sharedride.planning.pricer.Pricer` prices duties of listed
rides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt

from sharedride.planning.pricer import EPS, Cut, DutyPricer, Prices, SubsetCut, WaitCut, few_of_each
from sharedride.planning.pricing import FRONT
from sharedride.planning.problem import Duty, Problem
from sharedride.planning.repeats import MOST_BITS, Repeats
from sharedride.planning.sweep import Ways, room, sweep, to_go, wait_prices
from sharedride.rides.network import RideNetwork

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

WORTH = 0.5
"""How far below nothing the cheapest way may be, in mean prices of a trip, for it to be worth finding out
first what ways cost at least from each state on: where it is further, few of them are passed over."""


@dataclass(frozen=True)
class Due:
    """What a way costs and is charged, as :func:`sharedride.planning.sweep.sweep` asks for it."""

    move_cost: FloatArray
    move_price: FloatArray
    start_cost: FloatArray
    start_price: FloatArray
    odd: IntArray
    charge: FloatArray
    alive: IntArray


class Charges:
    """What moves and beginnings of rides cost at dual prices, the same for all vehicle groups."""

    def __init__(self, problem: Problem, network: RideNetwork) -> None:
        self.problem, self.network = problem, network
        self._costs: dict[bool, tuple[FloatArray, FloatArray]] = {}
        self._lock = Lock()
        self._last: tuple[Prices, int, bool, Due] | None = None

    def at(self, duals: Prices, cuts: Sequence[Cut], *, primary_only: bool) -> Due:
        """Costs and prices at duals: those asked for last are remembered, as every group asks."""
        with self._lock:
            last = self._last
            if last is None or last[0] is not duals or last[1:3] != (len(cuts), primary_only):
                last = self._last = (duals, len(cuts), primary_only, self._due(duals, cuts, primary_only))
            return last[3]

    def _due(self, duals: Prices, cuts: Sequence[Cut], primary_only: bool) -> Due:
        network = self.network
        move_price = np.where(network.trip >= 0, -duals.trip[network.trip], 0.0)
        start_price = np.repeat(-duals.trip[:, None], network.start.shape[1], axis=1)
        self._charge_waits(duals, cuts, move_price, start_price)
        if primary_only not in self._costs:
            self._costs[primary_only] = (
                self._cost(network.km, network.minutes, network.shares, primary_only),
                self._cost(0.0, network.board, 0, primary_only),
            )
        move_cost, start_cost = self._costs[primary_only]
        return Due(move_cost, move_price, start_cost, start_price, *self._odd(duals, cuts))

    def _cost(
        self, km: FloatArray | float, minutes: FloatArray, shares: npt.NDArray[np.int32] | int,
        primary_only: bool,
    ) -> FloatArray:  # fmt: skip
        prices, weights = self.problem.prices, self.problem.prices.weights
        running = prices.per_km * km + prices.per_minute * minutes
        tie = 0.0 if primary_only else self.problem.tie
        return (weights.running + tie) * running + weights.km * km - weights.shared * shares

    def _charge_waits(
        self, duals: Prices, cuts: Sequence[Cut], moves: FloatArray, starts: FloatArray
    ) -> None:
        """Add what wait cuts charge to the prices of moves and of beginnings."""
        network, problem = self.network, self.problem
        sides = [
            (problem.row[trip], share, -dual)
            for cut, dual in zip(cuts, duals.cut, strict=False)
            if isinstance(cut, WaitCut) and dual < -1e-9
            for trip, share in ((cut.outbound, cut.share), (cut.back, problem.wait_limit - cut.share))
            if trip in problem.row
        ]
        if not sides:
            return
        row, share, amount = (np.array(column) for column in zip(*sorted(sides), strict=True))
        ptr = np.searchsorted(row, np.arange(len(problem.trips) + 1))
        wait_prices(
            network.wait_ptr, network.wait_trip, network.wait_least, network.start_wait, ptr, share, amount,
            moves, starts,
        )  # fmt: skip

    def _odd(self, duals: Prices, cuts: Sequence[Cut]) -> tuple[IntArray, FloatArray, IntArray]:
        """Subset cuts each trip is in, a bit each, their charges, and by slot those that may still matter."""
        network, problem = self.network, self.problem
        odd = np.zeros(len(problem.trips), np.int64)
        alive = np.zeros(network.start.shape[1] + 1, np.int64)
        charges: list[float] = []
        for cut, dual in zip(cuts, duals.cut, strict=False):
            if not isinstance(cut, SubsetCut) or dual > -1e-9 or len(charges) == MOST_BITS:
                continue
            rows = [problem.row[trip] for trip in cut.trips]
            word = np.int64(1) << np.int64(len(charges))
            odd[rows] |= word
            latest = (network.span[rows, 1].max() - network.origin) / network.width
            alive[: int(latest) + 2] |= word
            charges.append(-dual)
        return odd, np.array([*charges, 0.0]), alive


class NetworkPricer:
    """Prices ways of one vehicle group; the problem must be on the day's own places.

    Attributes
    ----------
    front
        Labels kept at a state: with more the least cost is nearer to that of a way that can be driven.
    """

    def __init__(
        self, problem: Problem, network: RideNetwork, group: int, charges: Charges | None = None
    ) -> None:
        self.problem, self.network, self.group = problem, network, group
        self.charges = charges or Charges(problem, network)
        self.front = FRONT
        where = problem.groups[group]
        # Least cost of a way at the duals before.
        self._least = -np.inf
        self.size = len(network) if where.kind in network.kinds else 0
        if not self.size:
            return
        table, slots = problem.table, network.start.shape[1]
        places, place = np.unique(np.concatenate((network.place, network.org)), return_inverse=True)
        org = place[len(network) :]
        self.places = places
        dead, starting, home = self._legs(primary_only=False)
        kind = network.kinds.index(where.kind)
        rest = where.break_

        def slot_of(arrival: FloatArray) -> IntArray:
            late = (arrival > self.latest + EPS) | (network.fits >> kind & 1 == 0)
            since = np.where(late, 0.0, arrival - network.origin - EPS)
            slot = np.maximum(0.0, since / network.width).astype(np.int64)
            return np.where(late, slots, slot)

        way = table.minutes[where.start, network.org]
        rested = where.shift[0] + way
        if rest is not None:
            # After a break where the first ride begins, or leaving the depot when its time is over.
            there = np.maximum(rested, rest.window[0]) + rest.minutes
            rested = max(where.shift[0], rest.window[1]) + way
            rested = np.where(there <= rest.window[1] + EPS, np.minimum(there, rested), rested)
        begins, able = network.start >= 0, (network.able >> kind & 1).astype(np.bool_)
        last = np.where(begins.any(axis=1), slots - 1 - np.argmax(begins[:, ::-1], axis=1), -1)
        self.latest = network.origin + network.width * (last + 1)
        self.ways = Ways(
            place=place[: len(network)].astype(np.int32), slot=network.slot.astype(np.int32),
            leave=network.leave, able=network.empty | able,
            empty=network.empty, slot_ptr=network.slot_ptr, ptr=network.ptr, to=network.to,
            trip=network.trip,
            start=np.where(begins & able[network.start], network.start, -1).astype(np.int32),
            last=np.where(network.fits >> kind & 1, last, -1), board_to=self.latest, org=org,
            minutes=np.ascontiguousarray(table.minutes[np.ix_(places, places)]),
            dead=dead, starting=starting, home=home, home_minutes=table.minutes[places, where.end],
            arrive=slot_of(where.shift[0] + way), arrive_rested=slot_of(rested),
            shift_to=float(where.shift[1]), rest=(float(rest.window[0]), float(rest.window[1]),
            float(rest.minutes)) if rest else (0.0, 0.0, 0.0), origin=network.origin, width=network.width,
        )  # fmt: skip

    def price(
        self,
        duals: Prices,
        cuts: Sequence[Cut],
        forbidden: Repeats,
        most: int,
        *,
        primary_only: bool = False,
    ) -> tuple[float, list[tuple[float, Duty]]]:
        """Cheapest ways at dual prices, the group's own price for a vehicle left out.

        Returns
        -------
        The least reduced cost of any way, or 0 where it is above, and ways with their reduced costs, cheapest
        first; ``inf`` where the group has no ways.
        """
        if not self.size:
            return np.inf, []
        trips, prices = len(self.problem.trips), self.problem.prices
        slots = self.network.start.shape[1]
        due = self.charges.at(duals, cuts, primary_only=primary_only)
        bit = np.zeros(trips, np.int64)
        for row, number in forbidden.bit.items():
            bit[row] = np.int64(1) << np.int64(number)
        tie = 0.0 if primary_only else self.problem.tie
        ways = self.ways
        if primary_only:
            dead, starting, home = self._legs(primary_only=True)
            ways = ways._replace(dead=dead, starting=starting, home=home)
        fixed = prices.primary_vehicle + tie * prices.secondary_vehicle
        charged = (due.move_cost, due.move_price, due.start_cost, due.start_price)
        changes = forbidden.changes(self.network.width, slots)
        left, begin = np.full(len(self.network), -np.inf), np.full((trips, slots + 1), -np.inf)
        if self._least > -WORTH * float(np.abs(duals.trip).mean()):
            to_go(ways, *charged, left, begin)
        best, codes, ptr, costs, paids = sweep(
            ways, *charged, fixed, bit, changes, due.odd, due.charge, due.alive, most, left, begin,
            *room(len(self.network), len(self.places), trips, slots, self.front),
        )  # fmt: skip
        # Where there was no room for the labels, there is with fewer.
        self._least = float(best) if np.isfinite(best) else 0.0
        carried = np.where(codes >= 0, self.network.trip[np.maximum(codes, 0)], (-1 - codes) // slots)
        parts = (carried[ptr[k] : ptr[k + 1]] for k in range(len(costs)))
        found = ((float(costs[k]), part[part >= 0], k) for k, part in enumerate(parts))
        return float(best), [
            (reduced, self._duty(codes[ptr[k] : ptr[k + 1]], rows, float(paids[k])))
            for reduced, rows, k in few_of_each(found, trips)
        ]

    def times(self, cut: Cut, duty: Duty) -> int:
        """How often a duty counts in a cut."""
        if isinstance(cut, SubsetCut):
            return sum(duty.trips.count(trip) for trip in cut.trips) // 2
        sides = {cut.outbound: cut.share, cut.back: self.problem.wait_limit - cut.share}
        return sum(wait > sides.get(trip, np.inf) + EPS for trip, wait, _ in duty.waits)

    def counts(self, cuts: Sequence[Cut], duty: Duty) -> dict[int, int]:
        """How often a duty counts in each cut, by the cut's number, where it counts at all."""
        carried = set(duty.trips)
        near = ((k, cut) for k, cut in enumerate(cuts) if not carried.isdisjoint(cut.trips))
        return {k: times for k, cut in near if (times := self.times(cut, duty))}

    def _legs(self, *, primary_only: bool) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Cost of empty legs between the network's places, from the depot to each trip, and home."""
        where, prices = self.problem.groups[self.group], self.problem.prices
        dead = prices.primary_dead
        if not primary_only:
            dead = dead + self.problem.tie * prices.secondary_dead
        between = np.ascontiguousarray(dead[np.ix_(self.places, self.places)])
        return between, dead[where.start, self.network.org], dead[self.places, where.end]

    def _duty(self, codes: npt.NDArray[np.int32], rows: IntArray, paid: float) -> Duty:
        network, trips = self.network, self.problem.trips
        slots = network.start.shape[1]
        waits: list[tuple[int, float, int]] = []
        rides: list[list[int]] = []
        for code in codes[::-1].tolist():
            if code < 0:
                row, slot = divmod(-1 - code, slots)
                rides.append([int(trips[row])])
                waits.append((int(trips[row]), float(network.start_wait[row, slot]), 1))
            else:
                boards = int(network.trip[code])
                sign = 1 if boards >= 0 else -1
                if boards >= 0:
                    rides[-1].append(int(trips[boards]))
                waits += [
                    (int(trips[network.wait_trip[x]]), float(network.wait_least[x]), sign)
                    for x in range(network.wait_ptr[code], network.wait_ptr[code + 1])
                ]
        carried = tuple(sorted(trips[rows].tolist()))
        coupled = tuple(
            sorted(wait for wait in waits if self.problem.partner[wait[0]] >= 0 and wait[1] > 0.0)
        )
        aboard = tuple(tuple(sorted(ride)) for ride in rides)
        return Duty(self.group, (), (), carried, paid, 0.0, coupled, aboard)


class NetworkDuties:
    """What a linear program over ways through a ride network is generated from."""

    def __init__(self, problem: Problem, network: RideNetwork) -> None:
        charges = Charges(problem, network)
        self.pricers: Sequence[DutyPricer] = [
            NetworkPricer(problem, network, group, charges) for group in range(len(problem.groups))
        ]
        # Slots of the network count from its origin.
        self.forbidden = Repeats(network.span - network.origin)

    def narrow(self) -> Sequence[DutyPricer]:
        """There are no ways to look at first."""
        return []
