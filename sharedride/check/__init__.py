"""Check: a second, independent reading of the law and of every figure of a plan."""

from sharedride.check.checker import check
from sharedride.check.violation import Rule, Violation

__all__ = ["Rule", "Violation", "check"]
