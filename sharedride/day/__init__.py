"""The day: what the dispatcher has, validated.

Names are loaded when first asked for: the model alone must not cost the reader's imports.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sharedride.day.model import Day
    from sharedride.day.read import parse_day, read_day
    from sharedride.day.schema import day_schema
    from sharedride.day.warnings import day_warnings

__all__ = ["Day", "day_schema", "day_warnings", "parse_day", "read_day"]

_HOME = {
    "Day": "model",
    "day_schema": "schema",
    "day_warnings": "warnings",
    "parse_day": "read",
    "read_day": "read",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
