"""Vehicles, their shifts and breaks, and the operators that own them."""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources

from sharedride.clock import format_clock
from sharedride.day.draft import Draft
from sharedride.day.model import Break, VehicleType
from sharedride.day.words import did_you_mean, quoted
from sharedride.errors import Problem


@cache
def taxi_departments() -> frozenset[str]:
    """Return the départements the taxi convention has a rate for."""
    text = resources.files("sharedride").joinpath("data/tariffs.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)["taxi"]["per_km"])


def fleet_problems(draft: Draft) -> Iterator[Problem]:
    """Yield what contradicts itself in vehicles and operators."""
    for index, vehicle in draft.vehicles.valid():
        path = f"vehicles[{index}]"
        start, end = vehicle.shift
        if start >= end:
            yield Problem(
                f"{path}.shift",
                f"ends at {format_clock(end)}, not after its start at {format_clock(start)}; "
                'past midnight write for example "25:10"',
            )
        if vehicle.break_ is not None:
            yield from _break_problems(vehicle.break_, f"{path}.break")
        if vehicle.wheelchairs > vehicle.seats:
            yield Problem(
                f"{path}.wheelchairs",
                f"{vehicle.wheelchairs} of {vehicle.seats} seats cannot take a wheelchair, "
                f"write {vehicle.seats} or less",
            )
    yield from _operator_problems(draft)


def _break_problems(pause: Break, path: str) -> Iterator[Problem]:
    start, end = pause.window
    if start >= end:
        yield Problem(
            f"{path}.window", f"ends at {format_clock(end)}, not after its start at {format_clock(start)}"
        )
    elif end - start < pause.minutes - 1e-9:
        yield Problem(
            f"{path}.minutes",
            f"a break of {pause.minutes:g} min does not fit a window of {end - start:g} min, widen it",
        )


def _operator_problems(draft: Draft) -> Iterator[Problem]:
    owned: dict[str, set[VehicleType]] = {}
    for _, vehicle in draft.vehicles.valid():
        owned.setdefault(vehicle.operator, set()).add(vehicle.type)
    for index, operator in draft.operators.valid():
        path, types = f"operators[{index}]", owned.get(operator.id, set())
        if VehicleType.VSL in types and operator.vsl_flat is None:
            message = 'missing, the operator owns a VSL: add the zone "A" to "D" of its flat, or "pickup"'
            yield Problem(f"{path}.vsl_flat", message)
        if operator.taxi_department is None:
            if VehicleType.TAXI in types:
                message = 'missing, the operator owns a taxi: add the département of its licence, as "90"'
                yield Problem(f"{path}.taxi_department", message)
        elif operator.taxi_department not in taxi_departments():
            hint = did_you_mean(operator.taxi_department, taxi_departments())
            message = f"no taxi rate is known for the département {quoted(operator.taxi_department)}{hint}"
            yield Problem(f"{path}.taxi_department", message)
