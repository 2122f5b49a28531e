"""A plan as table rows: one for the plan, one per trip, ride and vehicle."""

import datetime
from math import fsum
from typing import Any

from sharedride.clock import parse_clock
from sharedride.day.model import Day, Vehicle
from sharedride.document import PlanDocument, TripDocument
from sharedride.tariffs import tariff_book
from sharedride.tariffs.terms import Malus

Row = dict[str, Any]


def rows_of(day: Day, plan: PlanDocument, *, on: datetime.date) -> dict[str, list[Row]]:
    """Return the rows of a plan by table; ``TABLES`` tells their columns, ``days`` holds what labels them.

    Parameters
    ----------
    on
        Date of the tariffs, for the malus.
    """
    vehicles = {vehicle.id: vehicle for vehicle in day.vehicles}
    certified = {operator.id: operator.certified for operator in day.operators}

    def of_car(vehicle: Vehicle) -> Row:
        return {
            "vehicle": vehicle.id,
            "vehicle_type": vehicle.type.value,
            "operator": vehicle.operator,
            "certified": certified[vehicle.operator],
        }

    cars = {name: of_car(vehicle) for name, vehicle in vehicles.items()}
    return {
        "days": [{"department": day.department, "date": day.date.isoformat()}],
        "plans": [_plan(day, plan, cars, tariff_book(on).malus)],
        "trips": _trips(day, plan, cars),
        "rides": _rides(plan, cars),
        "vehicles": _vehicles(day, plan, cars),
    }


def _plan(day: Day, plan: PlanDocument, cars: dict[str, Row], malus: Malus) -> Row:
    solver, kpis = plan.solver, plan.kpis
    by_vsl = [trip for trip in plan.trips if cars[trip.vehicle]["vehicle_type"] == "vsl"]
    dearer = [trip.fare - trip.solo_fare for trip in plan.trips if trip.shared and trip.fare > trip.solo_fare]
    rates = {
        each.operator: each.shared_rate_vsl for each in kpis.by_operator if each.shared_rate_vsl is not None
    }
    few = {operator for operator, rate in rates.items() if rate < malus.shared_share}
    lost = malus.rate * fsum(trip.fare for trip in by_vsl if cars[trip.vehicle]["operator"] in few)
    return {
        "status": solver.status,
        "value": solver.value,
        "bound": solver.bound,
        "gap": solver.gap,
        "served_bound": solver.served_bound,
        "trips": len(day.trips),
        "served": kpis.served,
        "shared": kpis.shared,
        "vsl_trips": len(by_vsl),
        "vsl_shared": sum(trip.shared for trip in by_vsl),
        "vsl_amount": _euros([trip.fare for trip in by_vsl]),
        "vsl_shared_amount": _euros([trip.fare for trip in by_vsl if trip.shared]),
        "shared_amount": _euros([trip.fare for trip in plan.trips if trip.shared]),
        "payer_solo": kpis.payer.solo,
        "payer_plan": kpis.payer.plan,
        "payer_saving": kpis.payer.saving,
        "dearer_trips": len(dearer),
        "dearer_euros": _euros(dearer),
        "revenue": kpis.operator.revenue,
        "running_cost": kpis.operator.running_cost,
        "margin": kpis.operator.margin,
        "km": kpis.km,
        "loaded_km": kpis.loaded_km,
        "empty_km": kpis.empty_km,
        "vehicles_used": kpis.vehicles_used,
        "work_hours": kpis.work_hours,
        "duty_hours": kpis.duty_hours,
        "co2_kg": kpis.co2_kg,
        "vsl_operators": len(rates),
        "vsl_operators_malus": len(few),
        "malus_euros": round(lost, 2),
    }


def _trips(day: Day, plan: PlanDocument, cars: dict[str, Row]) -> list[Row]:
    served = {trip.id: trip for trip in plan.trips}
    reasons = {trip.id: trip.reason for trip in plan.unserved}
    rows = []
    for trip in day.trips:
        row: Row = {"trip": trip.id, "direction": trip.direction.value, "motive": trip.motive}
        row |= {"served": trip.id in served, "unserved_because": reasons.get(trip.id)}
        found = served.get(trip.id)
        if found is not None:
            row |= cars[found.vehicle]
            row |= {
                "ride": found.ride,
                "picked_up_min": parse_clock(found.picked_up),
                "dropped_off_min": parse_clock(found.dropped_off),
                "direct_km": found.direct_km,
                "ridden_km": found.ridden_km,
                "detour_km": found.detour_km,
                "detour_limit_km": found.detour_limit_km,
                "aboard": found.aboard,
                "shared": found.shared,
                "wait_min": found.wait_min,
                "fare": found.fare,
                "solo_fare": found.solo_fare,
                "alone_because": found.alone_because,
            }
        rows.append(row)
    return rows


def _rides(plan: PlanDocument, cars: dict[str, Row]) -> list[Row]:
    members: dict[str, list[TripDocument]] = {}
    for trip in plan.trips:
        members.setdefault(trip.ride, []).append(trip)
    km = _ride_km(plan)
    return [
        cars[trips[0].vehicle]
        | {
            "ride": ride,
            "trips": len(trips),
            "aboard": max(trip.aboard for trip in trips),
            "begins_min": min(parse_clock(trip.picked_up) for trip in trips),
            "ends_min": max(parse_clock(trip.dropped_off) for trip in trips),
            "km": km[ride],
            "direct_km": round(fsum(trip.direct_km for trip in trips), 3),
            "fare": _euros([trip.fare for trip in trips]),
            "solo_fare": _euros([trip.solo_fare for trip in trips]),
        }
        for ride, trips in sorted(members.items())
    ]


def _ride_km(plan: PlanDocument) -> dict[str, float]:
    ride_of = {trip.id: trip.ride for trip in plan.trips}
    legs: dict[str, list[float]] = {}
    for route in plan.routes:
        aboard: set[str] = set()
        for stop in route.stops:
            if aboard:
                legs.setdefault(ride_of[min(aboard)], []).append(stop.km)
            aboard = (aboard - set(stop.alight)) | set(stop.board)
    return {ride: round(fsum(km), 3) for ride, km in legs.items()}


def _vehicles(day: Day, plan: PlanDocument, cars: dict[str, Row]) -> list[Row]:
    routes = {route.vehicle: route for route in plan.routes}
    rows = []
    for vehicle in day.vehicles:
        trips = [trip for trip in plan.trips if trip.vehicle == vehicle.id]
        route = routes.get(vehicle.id)
        used = route is not None and bool(trips)
        rows.append(
            cars[vehicle.id]
            | {
                "seats": vehicle.seats,
                "used": used,
                "rides": len({trip.ride for trip in trips}),
                "trips": len(trips),
                "shared": sum(trip.shared for trip in trips),
                "km": route.km if route is not None and used else 0.0,
                "loaded_km": route.loaded_km if route is not None and used else 0.0,
                "empty_km": route.empty_km if route is not None and used else 0.0,
                "fare": _euros([trip.fare for trip in trips]),
            }
        )
    return rows


def _euros(amounts: list[float]) -> float:
    return round(fsum(amounts), 2)
