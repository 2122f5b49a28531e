"""Check: a second, independent reading of the law and of every figure of a plan."""

from sharedride.checking.checker import check
from sharedride.checking.violation import Rule, Violation

__all__ = ["Rule", "Violation", "check"]
