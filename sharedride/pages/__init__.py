"""What people look at: the dispatcher's page, the drivers' sheets, files for the carrier's software."""

from sharedride.pages.plan_report import PlanReport

__all__ = ["PlanReport"]
