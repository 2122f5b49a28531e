"""The vehicles' day, stop by stop, as a driver reads it."""

from collections.abc import Iterator

from rich.console import RenderableType

from sharedride.day.model import VehicleType
from sharedride.document import PlanDocument, RouteDocument
from sharedride.ledger import Ledger
from sharedride.report.tables import plain_table
from sharedride.report.text import count, km

_TYPE = {VehicleType.VSL: "VSL", VehicleType.TAXI: "taxi"}


def sheets(document: PlanDocument, accounts: Ledger) -> Iterator[RenderableType]:
    """Yield one sheet per used vehicle: every stop with who gets on and off."""
    vehicles = {vehicle.id: vehicle for vehicle in accounts.day.vehicles}
    names = {place.id: place.name or place.id for place in accounts.day.places}
    for route in document.routes:
        vehicle = vehicles[route.vehicle]
        trips = sum(len(stop.board) for stop in route.stops)
        yield (
            f"{route.vehicle}  {_TYPE[vehicle.type]} of {vehicle.operator}: {count(trips, 'trip')}, "
            f"{km(route.km)}, {km(route.empty_km)} empty"
        )
        yield _sheet(route, names)
        yield ""


def _sheet(route: RouteDocument, names: dict[str, str]) -> RenderableType:
    table = plain_table("  from", "to", "place", "off", "on")
    for column in table.columns[2:]:
        column.justify, column.no_wrap = "left", False
    for stop in route.stops:
        clocks = (f"  {stop.service_start[:-3]}", stop.departure[:-3])
        table.add_row(*clocks, names[stop.place], ", ".join(stop.alight), ", ".join(stop.board))
    return table
