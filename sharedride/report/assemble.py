"""The plan document from the plan and its accounts: ``plan.json`` version 1, key for key."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sharedride.clock import format_clock
from sharedride.day.model import Day
from sharedride.document import PLAN_SCHEMA, PlanDocument
from sharedride.ledger import Ledger, OperatorAccount, RouteAccount, TripAccount
from sharedride.planning.solution import Objective, Route, Solution

if TYPE_CHECKING:
    from sharedride.report.alone import AloneReason

_METRE = 3
_CENT = 2
_MINUTE = 2
_FRACTION = 6


def assemble(
    day: Day,
    solution: Solution,
    accounts: Ledger,
    *,
    sha256: str,
    data_version: str | None = None,
    unserved: Mapping[int, tuple[str, str]],
    alone: Mapping[int, "AloneReason"],
) -> PlanDocument:
    """Return the plan document.

    Times are rounded to the second, distances to the metre, euros to the cent, waits to a hundredth of a
    minute, rates and gap to six decimals. Only ``solver.seconds`` depends on the machine.

    Parameters
    ----------
    accounts
        Ledger of ``solution.routes``, in the same order.
    sha256
        SHA-256 of the day, in hex.
    data_version
        What a road engine calls the data the distances are from.
    unserved
        Code and detail by index of the trips no route serves.
    alone
        Why a served trip is not shared, by index.
    """
    content = {
        "schema": PLAN_SCHEMA,
        "day": {"date": day.date, "sha256": sha256},
        "solver": _solver(solution),
        "routes": [
            _route(day, route, account)
            for route, account in zip(solution.routes, accounts.routes, strict=True)
        ],
        "trips": [_trip(day, account, alone.get(account.trip)) for account in accounts.trips],
        "unserved": [
            {"id": day.trips[trip].id, "reason": reason, "detail": detail}
            for trip, (reason, detail) in sorted(unserved.items())
        ],
        "kpis": _kpis(accounts),
        "travel": {
            "model": day.travel.model,
            "data_version": data_version,
            "billed_model": None if day.billed_travel is None else day.billed_travel.model,
        },
    }
    return PlanDocument.model_validate(content)


def _solver(solution: Solution) -> dict[str, Any]:
    digits = {Objective.KM: _METRE, Objective.SHARED: _FRACTION}.get(solution.objective, _CENT)
    return {
        "status": solution.status.value,
        "objective": solution.objective.value,
        "value": _rounded(solution.value, digits),
        # Rounding is monotone: what no plan's value can beat, no plan's printed value can either.
        "bound": None if solution.bound is None else _rounded(solution.bound, digits),
        "gap": None if solution.gap is None else _rounded(solution.gap, _FRACTION),
        "served_bound": solution.served_bound,
        "seconds": round(solution.seconds, 3),
        "seed": solution.seed,
    }


def _route(day: Day, route: Route, account: RouteAccount) -> dict[str, Any]:
    return {
        "vehicle": day.vehicles[route.vehicle].id,
        "km": _rounded(account.km, _METRE),
        "loaded_km": _rounded(account.loaded_km, _METRE),
        "empty_km": _rounded(account.empty_km, _METRE),
        "stops": [
            {
                "place": day.places[stop.place].id,
                "arrival": format_clock(stop.arrival),
                "service_start": format_clock(stop.service_start),
                "departure": format_clock(stop.departure),
                "km": _rounded(leg_km, _METRE),
                "board": [day.trips[trip].id for trip in stop.board],
                "alight": [day.trips[trip].id for trip in stop.alight],
            }
            for stop, leg_km in zip(route.stops, account.leg_km, strict=True)
        ],
    }


def _trip(day: Day, account: TripAccount, alone: "AloneReason | None") -> dict[str, Any]:
    vehicle = day.vehicles[account.vehicle].id
    return {
        "id": day.trips[account.trip].id,
        "vehicle": vehicle,
        "ride": f"{vehicle}/{account.ride}",
        "picked_up": format_clock(account.picked_up),
        "dropped_off": format_clock(account.dropped_off),
        "direct_km": _rounded(account.direct_km, _METRE),
        "ridden_km": _rounded(account.ridden_km, _METRE),
        "detour_km": _rounded(account.detour_km, _METRE),
        "detour_limit_km": _rounded(account.detour_limit_km, _METRE),
        "aboard": account.aboard,
        "shared": account.shared,
        "with": [day.trips[trip].id for trip in account.with_],
        "wait_min": _rounded(max(account.wait_min, 0.0), _MINUTE),
        "fare": _rounded(account.fare, _CENT),
        "solo_fare": _rounded(account.solo_fare, _CENT),
        "alone_because": None if alone is None else alone.code,
        "alone_partner": None if alone is None else alone.partner,
        "alone_detail": None if alone is None else alone.detail,
        "billed_km": None if day.billed_travel is None else _rounded(account.billed_km, _METRE),
        "billed_solo_km": None if day.billed_travel is None else _rounded(account.billed_solo_km, _METRE),
    }


def _kpis(accounts: Ledger) -> dict[str, Any]:
    kpis = accounts.kpis
    content = kpis.as_dict()
    for share, account in zip(content["by_operator"], kpis.by_operator, strict=True):
        share |= {"shared_rate": _rate(account.all.rate)} | _rates(account)
    rates = {
        "shared_rate": _rate(kpis.all.rate),
        "shared_rate_vsl": _rate(kpis.vsl.rate),
        "shared_rate_taxi": _rate(kpis.taxi.rate),
        "shared_rate_amount": _rate(kpis.all.rate_amount),
        "shared_rate_amount_vsl": _rate(kpis.vsl.rate_amount),
        "shared_rate_amount_taxi": _rate(kpis.taxi.rate_amount),
    }
    return content | rates


def _rates(account: OperatorAccount) -> dict[str, float | None]:
    return {
        "shared_rate_vsl": _rate(account.vsl.rate),
        "shared_rate_taxi": _rate(account.taxi.rate),
        "shared_rate_amount": _rate(account.all.rate_amount),
        "shared_rate_amount_vsl": _rate(account.vsl.rate_amount),
        "shared_rate_amount_taxi": _rate(account.taxi.rate_amount),
    }


def _rate(rate: float | None) -> float | None:
    return None if rate is None else _rounded(rate, _FRACTION)


def _rounded(value: float, digits: int) -> float:
    return round(value, digits) + 0.0  # a negative zero would print as such
