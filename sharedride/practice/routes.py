"""The plan made by hand as routes, with the same accounts and in the same format as any other plan."""

from dataclasses import dataclass

from sharedride.day.digest import day_sha256
from sharedride.day.model import Day
from sharedride.document import PlanDocument
from sharedride.ledger import Ledger, ledger
from sharedride.planning.solution import Objective, Route, Solution, Status, Stop
from sharedride.practice.by_hand import Handmade
from sharedride.practice.group import GroupRide
from sharedride.report.assemble import assemble
from sharedride.rules import rules_of
from sharedride.synth.chaining import Chain, LoneRide
from sharedride.synth.generate import SERVICE_MIN, SynthDay
from sharedride.tariffs import tariff_book
from sharedride.travel import travel_table


@dataclass(frozen=True)
class HandmadePlan:
    """The day, the plan made by hand, its routes and its accounts."""

    day: Day
    routes: tuple[Route, ...]
    document: PlanDocument
    ledger: Ledger


def plan_by_hand(made: SynthDay, handmade: Handmade, *, rules: str = "decree") -> HandmadePlan:
    """Return the routes of a plan made by hand, priced and accounted for like a plan of the optimizer.

    Nothing is proven about it: ``bound`` is ``None``.
    """
    day = Day.model_validate(made.content)
    limits, book, table = rules_of(day, rules), tariff_book(day.date), travel_table(day)
    at = {place.id: index for index, place in enumerate(day.places)}
    trips = {trip.id: index for index, trip in enumerate(day.trips)}
    vehicles = {vehicle.id: index for index, vehicle in enumerate(day.vehicles)}
    writer = _Writer(day, made, at, trips, table.minutes)
    routes = [writer.route(vehicles[chain.car.id], chain) for _, chain in handmade.chains if chain.rides]
    routes.sort(key=lambda route: route.vehicle)
    accounts = ledger(day, table, routes, book=book, rules=limits)
    solution = Solution(
        routes=tuple(routes),
        objective=Objective.COST,
        status=Status.FEASIBLE,
        value=accounts.kpis.running_cost,
        bound=None,
        served_bound=None,
        seconds=0.0,
        seed=0,
        notes=("Made by hand: partners found within one company.",),
    )
    return HandmadePlan(
        day,
        solution.routes,
        assemble(day, solution, accounts, sha256=day_sha256(day), unserved={}, alone={}),
        accounts,
    )


class _Writer:
    """Turns chains of rides into stops."""

    def __init__(self, day: Day, made: SynthDay, at: dict[str, int], trips: dict[str, int], minutes) -> None:  # type: ignore[no-untyped-def]
        self._day, self._made, self._at, self._trips, self._minutes = day, made, at, trips, minutes

    def route(self, vehicle: int, chain: Chain) -> Route:
        """The stops of one car's day."""
        start, end = self._at[self._day.vehicles[vehicle].start], self._at[self._day.vehicles[vehicle].end]
        stops: list[Stop] = []
        for ride, begins in zip(chain.rides, chain.starts, strict=True):
            entries = self._entries(ride)
            first = entries[0][0]
            if not stops:
                leaves = begins - float(self._minutes[start, first])
                stops.append(Stop(start, leaves, leaves, leaves))
            clock = begins
            for number, (place, board, alight) in enumerate(entries):
                arrival = stops[-1].departure + float(self._minutes[stops[-1].place, place])
                clock = max(begins, arrival) if number == 0 else arrival
                leaves = clock + SERVICE_MIN * (len(board) + len(alight))
                stops.append(Stop(place, arrival, clock, leaves, board, alight))
        back = stops[-1].departure + float(self._minutes[stops[-1].place, end])
        return Route(vehicle, (*stops, Stop(end, back, back, back)))

    def _entries(self, ride: LoneRide) -> list[tuple[int, tuple[int, ...], tuple[int, ...]]]:
        """Places of a ride in order, with who boards and who alights there."""
        members = ride.members if isinstance(ride, GroupRide) else (ride,)
        numbers = [self._trips[self._made.trip_ids[member.trip]] for member in members]
        trips = [self._day.trips[number] for number in numbers]
        if not isinstance(ride, GroupRide):
            (number,), (trip,) = numbers, trips
            return [
                (self._at[trip.origin], (number,), ()),
                (self._at[trip.destination], (), (number,)),
            ]
        if ride.outbound:
            boarding = [
                (self._at[trip.origin], (number,), ()) for number, trip in zip(numbers, trips, strict=True)
            ]
            return [*boarding, (self._at[trips[0].destination], (), tuple(numbers))]
        boards = (self._at[trips[0].origin], tuple(numbers), ())
        homes = [
            (self._at[trip.destination], (), (number,)) for number, trip in zip(numbers, trips, strict=True)
        ]
        return [boards, *homes]
