"""Which patients share a ride to care in France, and in which vehicle.

Names are loaded when first asked for: ``import sharedride`` and ``sharedride --help`` stay quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sharedride.api import check, frontier, plan, plan_report, stress
    from sharedride.changing.replan import Replan
    from sharedride.changing.whatif import WhatIf
    from sharedride.checking.violation import Violation
    from sharedride.day.model import Day
    from sharedride.day.read import read_day
    from sharedride.document import PlanDocument, read_plan
    from sharedride.errors import InputError
    from sharedride.pages.plan_report import PlanReport
    from sharedride.report.result import Result

    __version__: str

__all__ = [
    "Day",
    "InputError",
    "PlanDocument",
    "PlanReport",
    "Replan",
    "Result",
    "Violation",
    "WhatIf",
    "__version__",
    "check",
    "frontier",
    "plan",
    "plan_report",
    "read_day",
    "read_plan",
    "replan",
    "stress",
    "whatif",
]

_HOME = {
    "Day": "day.model",
    "InputError": "errors",
    "PlanDocument": "document",
    "PlanReport": "pages.plan_report",
    "Replan": "changing.replan",
    "Result": "report.result",
    "WhatIf": "changing.whatif",
    "Violation": "checking.violation",
    "check": "api",
    "frontier": "api",
    "plan": "api",
    "plan_report": "api",
    "read_day": "day.read",
    "read_plan": "document",
    "stress": "api",
    "replan": "api",
    "whatif": "api",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version(__name__)
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
