"""The two readings of the law meet: what the ledger prices and the report writes, the checker confirms."""

import datetime
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from sharedride.checking import check
from sharedride.checking.violation import Violation
from sharedride.day.model import Day, Trip, Vehicle, VehicleType
from sharedride.document import PlanDocument
from sharedride.errors import InputError
from sharedride.ledger import ledger
from sharedride.planning.solution import Objective, Route, Solution, Status, Stop
from sharedride.report.alone import alone_reasons
from sharedride.report.assemble import assemble
from sharedride.rules import rule_sets, rules_of
from sharedride.tariffs import tariff_book
from sharedride.travel import travel_table
from tests.reference.brute_force import Reference
from tests.reference.random_days import random_day

SEEDS = st.integers(0, 2**32 - 1)
RULES = st.sampled_from(sorted(rule_sets()))
OBJECTIVES = st.sampled_from(sorted(Objective))
DATES = st.dates(datetime.date(2021, 3, 8), datetime.date(2027, 12, 31))


def dated(day: Day, date: datetime.date) -> Day:
    """The same day on another date, with no flat the tariffs of some dates leave out."""
    operators = [
        operator.model_copy(update={"vsl_flat": {"C": "A", "pickup": "B"}.get(str(operator.vsl_flat), "D")})
        for operator in day.operators
    ]
    return day.model_copy(update={"date": date, "operators": operators})


class LonePlanner:
    """Each trip alone, as late to care and as early from it as can be, in the first vehicle that is free."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self.minutes = travel_table(day).minutes
        self.place = {place.id: index for index, place in enumerate(day.places)}
        self.wait_min = rules_of(day).wait_min

    def routes(self) -> tuple[Route, ...]:
        """The routes of the vehicles that owe nobody a break."""
        waits: dict[str | None, float] = defaultdict(float)
        starts = {index: self._start(trip) for index, trip in enumerate(self.day.trips)}
        stops: dict[int, list[Stop]] = {}
        for index in sorted(starts, key=lambda trip: starts[trip]):
            trip, start = self.day.trips[index], starts[index]
            wait = self._wait(trip, start)
            if waits[trip.visit] + wait > self.wait_min:
                continue
            for number, vehicle in enumerate(self.day.vehicles):
                ride = self._ride(vehicle, stops.get(number), index, start)
                if vehicle.break_ is None and self._suits(vehicle, trip) and ride is not None:
                    stops[number] = ride
                    if trip.visit is not None:
                        waits[trip.visit] += wait
                    break
        return tuple(
            Route(number, (*stops[number], self._last(self.day.vehicles[number], stops[number][-1])))
            for number in sorted(stops)
        )

    def _drive(self, origin: str, destination: str) -> float:
        return float(self.minutes[self.place[origin], self.place[destination]])

    def _start(self, trip: Trip) -> float:
        if trip.lock is not None and trip.lock.pickup is not None:
            return trip.lock.pickup
        if trip.ready is not None:
            return trip.ready
        assert trip.appointment is not None
        return (
            trip.appointment - trip.alight_min - self._drive(trip.origin, trip.destination) - trip.board_min
        )

    def _wait(self, trip: Trip, start: float) -> float:
        if trip.ready is not None:
            return start - trip.ready
        assert trip.appointment is not None
        return trip.appointment - (start + trip.board_min + self._drive(trip.origin, trip.destination))

    def _suits(self, vehicle: Vehicle, trip: Trip) -> bool:
        return (
            1 + trip.companions <= vehicle.seats
            and trip.wheelchair <= vehicle.wheelchairs
            and vehicle.type in trip.vehicle_types
            and trip.operator in (None, vehicle.operator)
            and (trip.lock is None or trip.lock.vehicle in (None, vehicle.id))
        )

    def _ride(
        self, vehicle: Vehicle, before: list[Stop] | None, index: int, start: float
    ) -> list[Stop] | None:
        """The vehicle's stops with the trip at their end, or nothing where the clock forbids it."""
        trip = self.day.trips[index]
        origin, destination = self.place[trip.origin], self.place[trip.destination]
        if before is None:
            leave = start - self._drive(vehicle.start, trip.origin)
            before = [Stop(self.place[vehicle.start], leave, leave, leave)]
        here = before[-1].departure + float(self.minutes[before[-1].place, origin])
        boarded = start + trip.board_min
        there = boarded + float(self.minutes[origin, destination])
        done = there + trip.alight_min
        home = done + self._drive(trip.destination, vehicle.end)
        if before[0].departure < vehicle.shift[0] or here > start or home > vehicle.shift[1]:
            return None
        return [
            *before,
            Stop(origin, here, start, boarded, board=(index,)),
            Stop(destination, there, there, done, alight=(index,)),
        ]

    def _last(self, vehicle: Vehicle, stop: Stop) -> Stop:
        end = self.place[vehicle.end]
        at = stop.departure + float(self.minutes[stop.place, end])
        return Stop(end, at, at, at)


def confirm(
    day: Day,
    routes: tuple[Route, ...],
    objective: Objective,
    *,
    rules: str = "decree",
    empty_return: bool = False,
) -> tuple[PlanDocument, list[Violation]]:
    """The routes' plan document by the first reading, and what the second finds wrong with it."""
    table, limits = travel_table(day), rules_of(day, rules)
    accounts = ledger(day, table, routes, book=tariff_book(day.date, empty_return=empty_return), rules=limits)
    kpis = accounts.kpis
    value = {
        Objective.COST: kpis.running_cost,
        Objective.SAVINGS: kpis.payer.plan,
        Objective.MARGIN: kpis.margin,
        Objective.KM: kpis.km,
        Objective.SHARED: float(kpis.all.shared),
    }[objective]
    solution = Solution(routes, objective, Status.FEASIBLE, value, None, None, 0.1, 0)
    served = {trip.trip for trip in accounts.trips}
    document = assemble(
        day,
        solution,
        accounts,
        sha256="0" * 64,
        unserved={
            trip: ("NO_VEHICLE", "no vehicle is free") for trip in range(len(day.trips)) if trip not in served
        },
        alone=alone_reasons(day, table, limits, solution),
    )
    return document, check(day, document, rules=rules, empty_return=empty_return, day_sha256="0" * 64)


@settings(deadline=None, max_examples=60)
@given(SEEDS, DATES, RULES, OBJECTIVES, st.booleans())
@example(1, datetime.date(2024, 5, 1), "decree", Objective.SAVINGS, False)  # a holiday, before certification
@example(2, datetime.date(2025, 10, 31), "avenant11", Objective.MARGIN, True)  # before the taxis' tariff
@example(3, datetime.date(2026, 3, 14), "decree", Objective.COST, True)  # a Saturday
@example(4, datetime.date(2026, 3, 15), "avenant11", Objective.KM, False)  # a Sunday
def test_trips_carried_alone_are_confirmed(
    seed: int, date: datetime.date, rules: str, objective: Objective, empty_return: bool
) -> None:
    """On any date, under both rule sets and with any option, the checker finds nothing to say."""
    rng = np.random.default_rng(seed)
    day = dated(random_day(rng, int(rng.integers(10, 40)), 8), date)
    routes = LonePlanner(day).routes()
    # On a few days every vehicle owes a break, or suits nobody: there is nothing to confirm.
    assume(routes)
    document, found = confirm(day, routes, objective, rules=rules, empty_return=empty_return)
    assert document.kpis.served > 0
    assert found == []


@settings(deadline=None, max_examples=25)
@given(SEEDS, DATES, OBJECTIVES, st.booleans())
def test_shared_plans_are_confirmed(
    seed: int, date: datetime.date, objective: Objective, empty_return: bool
) -> None:
    """The brute force's plans, shared or not, with breaks, locks and waits, pass on any date."""
    day = dated(random_day(np.random.default_rng(seed), 4, 2), date)
    best = Reference(day).optimum(objective)
    document, found = confirm(day, best.example, objective, empty_return=empty_return)
    assert document.kpis.served == best.served
    assert found == []


@pytest.mark.parametrize("option", ["tariff", "empty_return"])
def test_the_options_of_the_plan_are_those_of_the_check(option: str) -> None:
    """A plan priced with an option is found wrong without it: the agreement is no accident."""
    day = dated(random_day(np.random.default_rng(3), 30, 8, rich=False), datetime.date(2026, 3, 17))
    day = day.model_copy(
        update={
            "vehicles": [
                vehicle.model_copy(update={"type": kind})
                for vehicle, kind in zip(day.vehicles, 4 * list(VehicleType), strict=True)
            ],
            "trips": [trip.model_copy(update={"motive": "dialysis"}) for trip in day.trips],
        }
    )
    routes = LonePlanner(day).routes()
    if option == "tariff":
        document, _ = confirm(day, routes, Objective.COST)
        found = check(day, document, tariff_date=datetime.date(2024, 3, 17))
    else:
        document, _ = confirm(day, routes, Objective.COST, empty_return=True)
        found = check(day, document)
    assert "FARE" in {violation.rule for violation in found}


@pytest.mark.parametrize("flat", ["C", "pickup"])
def test_an_amount_no_source_gives_is_missed_by_both(flat: str) -> None:
    """Neither reading guesses the flats that are unknown between avenant 11 and October 2025."""
    day = random_day(np.random.default_rng(5), 20, 8)
    operators = [operator.model_copy(update={"vsl_flat": flat}) for operator in day.operators]
    day = day.model_copy(update={"operators": operators})
    document, found = confirm(day, LonePlanner(day).routes(), Objective.COST)
    assert found == []
    then = datetime.date(2025, 9, 1)
    with pytest.raises(InputError, match="not known"):
        tariff_book(then).check(day)
    with pytest.raises(InputError, match="not known"):
        check(day, document, tariff_date=then)
