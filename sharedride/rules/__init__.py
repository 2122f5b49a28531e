"""Rules: the limits of a shared ride, as dated data."""

from sharedride.rules.limits import DEFAULT_RULES, Rules, rule_sets, rules_of

__all__ = ["DEFAULT_RULES", "Rules", "rule_sets", "rules_of"]
