"""From the export of a dispatcher's software to a day; of the stages it imports the day alone.

Names are loaded when first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sharedride.importing.build import day_text, import_day, load_sheet
    from sharedride.importing.mapping import read_mapping, suggested
    from sharedride.importing.missions import Options
    from sharedride.importing.outcome import Imported, Rejection
    from sharedride.importing.pseudonymize import pseudonym, pseudonymize

_HOME = {
    "Imported": "outcome",
    "Options": "missions",
    "Rejection": "outcome",
    "day_text": "build",
    "import_day": "build",
    "load_sheet": "build",
    "pseudonym": "pseudonymize",
    "pseudonymize": "pseudonymize",
    "read_mapping": "mapping",
    "suggested": "mapping",
}

__all__ = [
    "Imported",
    "Options",
    "Rejection",
    "day_text",
    "import_day",
    "load_sheet",
    "pseudonym",
    "pseudonymize",
    "read_mapping",
    "suggested",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
