"""The cheapest duty against a plain enumeration: every order of a few offers, every way to start them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise, permutations, product

import numpy as np
import pytest

from sharedride.day.model import Break, VehicleType
from sharedride.planning.fleet import VehicleGroup
from sharedride.planning.objective import Prices as DayPrices
from sharedride.planning.offers import Offers
from sharedride.planning.pricer import Cut, Pricer, Prices, SubsetCut, WaitCut
from sharedride.planning.problem import Problem
from sharedride.planning.repeats import Repeats, starts_of
from sharedride.planning.solution import Objective
from sharedride.rides.constraints import VehicleKind
from sharedride.travel import TravelTable

TRIPS, PLACES, DEPOT, WAIT = 4, 4, 0, 45.0
SEEDS = 150
SLACK = 1e-6


@dataclass(frozen=True)
class Case:
    problem: Problem
    duals: Prices
    cuts: tuple[Cut, ...]


def drawn(seed: int) -> Case:
    """Draw up to 5 offers of 4 trips, times in quarters of a minute; trips 0 and 1 are one visit's.

    Half of the tables obey the triangle inequality, with places minutes apart, and say so.
    """
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 6))

    def quarters(low: float, high: float, shape: tuple[int, ...] | int = size) -> np.ndarray:
        return rng.integers(round(4 * low), round(4 * high) + 1, shape) / 4.0

    minutes = quarters(0.0, 12.0, (PLACES, PLACES))
    np.fill_diagonal(minutes, 0.0)
    members = [rng.choice(TRIPS, int(rng.integers(1, 4)), replace=False) for _ in range(size)]
    trip = np.concatenate(members).astype(np.int32)
    lo = quarters(60.0, 110.0)
    offers = Offers(
        ride=np.arange(size),
        lo=lo,
        hi=lo + quarters(0.0, 30.0) * rng.integers(0, 2, size),
        primary=rng.uniform(0.0, 10.0, size),
        secondary=np.zeros(size),
        duration=quarters(0.25, rng.choice([2.0, 25.0])),
        first=rng.integers(0, PLACES, size).astype(np.int32),
        last=rng.integers(0, PLACES, size).astype(np.int32),
        ptr=np.concatenate(([0], np.cumsum([len(m) for m in members]))),
        trip=trip,
        wait_at=np.where(trip == 0, quarters(90.0, 130.0, len(trip)), -quarters(50.0, 90.0, len(trip))),
        wait_sign=np.where(trip % 2 == 0, -1.0, 1.0),
    )
    begin = 60.0 + float(rng.integers(0, 60))
    rest = float(rng.integers(5, 25))
    pause = Break(window=("00:00", "00:00"), minutes=rest).model_copy(
        update={"window": (begin, begin + rest + float(rng.integers(0, 30)))}
    )
    group = VehicleGroup(
        kind=VehicleKind(VehicleType.TAXI, "op", 3, 4, 0, None),
        vehicles=(0,),
        start=DEPOT,
        end=DEPOT,
        shift=(float(rng.integers(40, 70)), float(rng.integers(110, 190))),
        break_=pause if rng.random() < 0.5 else None,
    )
    km = rng.uniform(0.0, 8.0, (PLACES, PLACES))
    metric = bool(rng.random() < 0.5)
    if metric:
        minutes, km = closed(np.round(minutes) / 4.0), closed(km)
    cuts: tuple[Cut, ...] = tuple(
        WaitCut(0, 1, float(share)) for share in quarters(0.0, WAIT, int(rng.integers(0, 4)))
    )
    triples = [trip for trip in combinations(range(TRIPS), 3) if rng.random() < 0.4]
    cuts += tuple(SubsetCut(trips) for trips in triples)
    problem = Problem(
        groups=(group,),
        counts=(1,),
        offers=(offers,),
        trips=np.arange(TRIPS),
        partner=np.array([1, 0, -1, -1]),
        wait_limit=WAIT,
        table=TravelTable(km, minutes, metric=metric),
        prices=DayPrices(Objective.COST, 0.3, 0.4, km, km, 5.0, 5.0),
        tie=0.0,
        penalty=1e3,
        row={t: t for t in range(TRIPS)},
    )
    duals = Prices(rng.uniform(-5.0, 30.0, TRIPS), -rng.uniform(0.0, 15.0, len(cuts)))
    return Case(problem, duals, cuts)


def hurried(seed: int) -> Case:
    """A case whose rides last longer than a slot of the search while drives between them do not."""
    case = drawn(seed)
    problem, offers = case.problem, case.problem.offers[0]
    rng = np.random.default_rng(seed + 10**6)
    lo = rng.integers(4 * 66, 4 * 84, len(offers)) / 4.0
    hi = lo + rng.integers(0, 9, len(offers)) / 4.0
    offers = replace(offers, lo=lo, hi=hi, duration=rng.integers(16, 24, len(offers)) / 4.0)
    group = replace(problem.groups[0], break_=None, shift=(50.0, 190.0))
    problem = replace(problem, groups=(group,), offers=(offers,))
    return Case(problem, Prices(case.duals.trip + 10.0, np.empty(0)), ())


def crowded(seed: int, trips: int) -> Case:
    """A case of rides that all begin and end at one place, where more cars wait than are kept apart."""
    rng = np.random.default_rng(seed)
    problem = drawn(0).problem
    lo = 60.0 + rng.integers(0, 24, trips) / 4.0
    offers = Offers(
        ride=np.arange(trips),
        lo=lo,
        hi=lo + rng.integers(0, 40, trips) / 4.0,
        primary=rng.uniform(0.0, 10.0, trips),
        secondary=np.zeros(trips),
        duration=rng.integers(4, 16, trips) / 4.0,
        first=np.ones(trips, np.int32),
        last=np.ones(trips, np.int32),
        ptr=np.arange(trips + 1),
        trip=np.arange(trips, dtype=np.int32),
        wait_at=np.zeros(trips),
        wait_sign=np.ones(trips),
    )
    nothing = np.zeros((PLACES, PLACES))
    problem = replace(
        problem,
        groups=(replace(problem.groups[0], break_=None, shift=(50.0, 190.0)),),
        offers=(offers,),
        trips=np.arange(trips),
        partner=np.full(trips, -1),
        table=TravelTable(nothing, nothing, metric=True),
        prices=replace(problem.prices, primary_dead=nothing, secondary_dead=nothing),
        row={t: t for t in range(trips)},
    )
    return Case(problem, Prices(rng.uniform(8.0, 20.0, trips), np.empty(0)), ())


def closed(table: np.ndarray) -> np.ndarray:
    """Return the shortest ways through a table, which obey the triangle inequality."""
    table = table.copy()
    np.fill_diagonal(table, 0.0)
    for via in range(len(table)):
        table = np.minimum(table, table[:, via, None] + table[None, via, :])
    return table


def elementary(offers: Offers) -> Iterator[tuple[int, ...]]:
    """Every order of offers that carries no trip twice."""
    for size in range(1, len(offers) + 1):
        for order in permutations(range(len(offers)), size):
            carried = [t for o in order for t in offers.members(o)]
            if len(set(carried)) == len(carried):
                yield order


def waits(case: Case) -> list[tuple[WaitCut, float]]:
    """Wait cuts and what they charge."""
    both = zip(case.cuts, case.duals.cut, strict=True)
    return [(cut, float(dual)) for cut, dual in both if isinstance(cut, WaitCut)]


def charges(case: Case, o: int, start: float) -> float:
    """What the cuts charge an offer for its start."""
    offers, total = case.problem.offers[0], 0.0
    for cut, dual in waits(case):
        for m in range(offers.ptr[o], offers.ptr[o + 1]):
            wait = offers.wait_at[m] + offers.wait_sign[m] * start
            share = {cut.outbound: cut.share, cut.back: WAIT - cut.share}.get(int(offers.trip[m]))
            if share is not None and wait > share + SLACK:
                total -= dual
    return total


def windows(case: Case, o: int) -> list[tuple[float, float, float]]:
    """An offer's window cut where a charge changes: first and last start, and the charge between."""
    offers = case.problem.offers[0]
    lo, hi = float(offers.lo[o]), float(offers.hi[o])
    marks = {lo, hi}
    for cut, _ in waits(case):
        for m in range(offers.ptr[o], offers.ptr[o + 1]):
            for share in (cut.share, WAIT - cut.share):
                at = float((share - offers.wait_at[m]) * offers.wait_sign[m])
                if lo < at < hi:
                    marks.add(at)
    edges = sorted(marks)
    pieces = [(mark, mark, charges(case, o, mark)) for mark in edges]
    # Between two marks a start may come as near to either as it likes.
    pieces += [(a, b, charges(case, o, (a + b) / 2)) for a, b in pairwise(edges)]
    return pieces


def drivable(case: Case, order: Sequence[int], window: Sequence[tuple[float, float, float]]) -> bool:
    """Whether starting each ride as early as it can keeps windows, shift and one way to take the break."""
    problem, offers, group = case.problem, case.problem.offers[0], case.problem.groups[0]
    minutes, pause = problem.table.minutes, problem.groups[0].break_
    # Before the k-th ride, after the window's end (-1) or home before its start (len): or no break at all.
    ways = [None] if pause is None else [*range(-1, len(order)), len(order)]
    for way in ways:
        free, here = group.shift[0], group.start
        if way == -1:
            free = max(free, pause.window[1])
        fits = True
        for k, o in enumerate(order):
            at = free + minutes[here, offers.first[o]]
            if way == k:
                at = max(at, pause.window[0]) + pause.minutes
                fits = fits and at <= pause.window[1] + SLACK
            at = max(at, window[k][0])
            fits = fits and at <= window[k][1] + SLACK
            free, here = at + offers.duration[o], int(offers.last[o])
        home = free + minutes[here, group.end]
        fits = fits and home <= group.shift[1] + SLACK
        if way == len(order):
            fits = fits and home <= pause.window[0] + SLACK
        if fits:
            return True
    return False


def least(case: Case, order: Sequence[int]) -> float:
    """Least reduced cost of an order of offers over every way to start them, infinite if there is none."""
    problem, offers = case.problem, case.problem.offers[0]
    stops = [DEPOT, *(int(p) for o in order for p in (offers.first[o], offers.last[o])), DEPOT]
    cost = problem.prices.primary_vehicle
    cost += sum(problem.prices.primary_dead[a, b] for a, b in zip(stops[::2], stops[1::2], strict=True))
    cost += sum(offers.primary[o] - sum(case.duals.trip[t] for t in offers.members(o)) for o in order)
    carried = [int(t) for o in order for t in offers.members(o)]
    for cut, dual in zip(case.cuts, case.duals.cut, strict=True):
        if isinstance(cut, SubsetCut):
            cost -= dual * (sum(t in cut.trips for t in carried) // 2)
    ways = [
        sum(piece[2] for piece in choice)
        for choice in product(*(windows(case, o) for o in order))
        if drivable(case, order, choice)
    ]
    return float(cost + min(ways)) if ways else np.inf


@pytest.mark.parametrize("chunk", range(4))
def test_the_cheapest_duty_is_that_of_plain_enumeration(chunk: int) -> None:
    """With repetition forbidden the least reduced cost is exact; where it is allowed it is never above."""
    found = 0
    for seed in range(SEEDS * chunk, SEEDS * chunk + SEEDS):
        case = drawn(seed)
        plain = {order: least(case, order) for order in elementary(case.problem.offers[0])}
        cheapest = min(plain.values())
        pricer = Pricer(case.problem, 0)
        best, duties = pricer.price(case.duals, case.cuts, Repeats(starts_of(case.problem), range(TRIPS)), 50)
        assert best == pytest.approx(cheapest, abs=SLACK), f"seed {seed}"
        loose, _ = pricer.price(case.duals, case.cuts, Repeats(starts_of(case.problem)), 50)
        assert loose <= cheapest + SLACK, f"seed {seed}"
        for cost, duty in duties:
            assert duty.elementary, f"seed {seed}"
            assert cost >= plain[duty.offers] - SLACK, f"seed {seed}"
            offers = case.problem.offers[0]
            assert all(
                offers.lo[o] - SLACK <= s <= offers.hi[o] + SLACK
                for o, s in zip(duty.offers, duty.starts, strict=True)
            ), f"seed {seed}"
        found += bool(duties)
    assert found > SEEDS / 4


@pytest.mark.parametrize("seed", [8775, *range(600)])
def test_a_car_beats_another_only_once_it_is_there(seed: int) -> None:
    """The least cost is exact where cars meet at a place within one slot of the search."""
    case = hurried(seed)
    cheapest = min(least(case, order) for order in elementary(case.problem.offers[0]))
    best, _ = Pricer(case.problem, 0).price(
        case.duals, case.cuts, Repeats(starts_of(case.problem), range(TRIPS)), 50
    )
    assert best == pytest.approx(cheapest, abs=SLACK)


@pytest.mark.parametrize("seed", range(100))
def test_more_cars_than_a_place_keeps_apart_never_raise_the_least_cost(seed: int) -> None:
    """Where cars are merged, the least cost said is at most the true one."""
    trips = 7
    case = crowded(seed, trips)
    offers = case.problem.offers[0]
    cost = offers.primary - case.duals.trip

    def onward(free: float, left: frozenset[int]) -> float:
        """Least cost of rides from those left, by a car free from a moment on."""
        starts = {o: max(free, float(offers.lo[o])) for o in left}
        ways = [
            cost[o] + onward(at + offers.duration[o], left - {o})
            for o, at in starts.items()
            if at <= offers.hi[o] + SLACK
        ]
        return float(min([0.0, *ways]))

    best, _ = Pricer(case.problem, 0).price(
        case.duals, (), Repeats(starts_of(case.problem), range(trips)), 50
    )
    assert best <= case.problem.prices.primary_vehicle + onward(0.0, frozenset(range(trips))) + SLACK


def test_no_offers_no_duty() -> None:
    """A group that can carry nothing has no duty, at an infinite cost."""
    case = drawn(0)
    nothing = case.problem.offers[0].take(np.empty(0, np.int64))
    pricer = Pricer(replace(case.problem, offers=(nothing,)), 0)
    assert pricer.price(case.duals, case.cuts, Repeats(starts_of(case.problem)), 50) == (np.inf, [])
