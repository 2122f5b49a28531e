"""Walk a route stop by stop: who was aboard with whom, how far, in which ride."""

from dataclasses import dataclass, field
from math import fsum

from sharedride.day.model import Day
from sharedride.ledger.accounts import RouteAccount
from sharedride.planning.solution import Route, Stop
from sharedride.travel.table import TravelTable


@dataclass(slots=True)
class Carriage:
    """How one trip was carried; fills up while its patient is aboard."""

    trip: int
    ride: int
    boarded: Stop
    alighted: Stop
    ridden_km: float = 0.0
    alone_km: float = 0.0
    billed_km: float = 0.0
    billed_alone_km: float = 0.0
    aboard: int = 1
    with_: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Walk:
    """A walked route: its account, its carriages in the order of boarding, loaded minutes by ride."""

    account: RouteAccount
    carriages: tuple[Carriage, ...]
    loaded: dict[int, tuple[float, float]]
    """km and driving minutes with somebody aboard, by ride number."""


def walk(day: Day, table: TravelTable, route: Route) -> Walk:
    """Follow one route.

    Those who alight at a stop leave before the others board, so they were not aboard together.

    Raises
    ------
    ValueError
        When a trip alights that is not aboard, boards twice, or never alights.
    """
    vehicle = day.vehicles[route.vehicle].id
    done: dict[int, Carriage] = {}
    aboard: dict[int, Carriage] = {}
    loaded: dict[int, tuple[float, float]] = {}
    leg_km = [0.0]
    ride, loaded_km, empty_km, work_min = 0, 0.0, 0.0, 0.0
    for number, stop in enumerate(route.stops):
        for trip in stop.alight:
            if trip not in aboard:
                raise ValueError(f"vehicle {vehicle}, stop {number}: {day.trips[trip].id} is not aboard")
            aboard.pop(trip).alighted = stop
            work_min += day.trips[trip].alight_min
        if stop.board and not aboard:
            ride += 1
        for trip in stop.board:
            if trip in done:
                raise ValueError(f"vehicle {vehicle}, stop {number}: {day.trips[trip].id} boards twice")
            done[trip] = aboard[trip] = Carriage(trip=trip, ride=ride, boarded=stop, alighted=stop)
            work_min += day.trips[trip].board_min
        for carriage in aboard.values():
            carriage.aboard = max(carriage.aboard, len(aboard))
            carriage.with_ |= aboard.keys()
        if number + 1 == len(route.stops):
            break
        after = route.stops[number + 1].place
        km, minutes = float(table.km[stop.place, after]), float(table.minutes[stop.place, after])
        billed = float(table.km_to_bill[stop.place, after])
        leg_km.append(km)
        work_min += minutes
        for carriage in aboard.values():
            carriage.ridden_km += km
            carriage.alone_km += km if len(aboard) == 1 else 0.0
            carriage.billed_km += billed
            carriage.billed_alone_km += billed if len(aboard) == 1 else 0.0
        if aboard:
            loaded_km += km
            ride_km, ride_min = loaded.get(ride, (0.0, 0.0))
            loaded[ride] = (ride_km + km, ride_min + minutes)
        else:
            empty_km += km
    if aboard:
        raise ValueError(f"vehicle {vehicle}: {day.trips[next(iter(aboard))].id} never alights")
    account = RouteAccount(
        vehicle=route.vehicle,
        leg_km=tuple(leg_km),
        km=fsum(leg_km),
        loaded_km=loaded_km,
        empty_km=empty_km,
        work_hours=work_min / 60.0,
        duty_hours=(route.stops[-1].arrival - route.stops[0].departure) / 60.0,
    )
    return Walk(account=account, carriages=tuple(done.values()), loaded=loaded)
