"""A looser limit never lowers the optimum: what every study must satisfy, held to proven bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharedride.study.spec import Policy

_MOST_IS_BEST = ("margin", "shared")
_PROOF = 1e-4
"""A gap up to which a plan counts as optimal, relative; the plan's own tolerance."""
_CENT = 0.01


@dataclass(frozen=True)
class Monotonicity:
    """Every pair of a looser and a tighter policy on one day.

    Attributes
    ----------
    pairs
        How many were compared.
    unproven
        How many of them lack a bound for the looser one, so that nothing can be contradicted.
    within_gap
        In how many the looser plan came out worse, by less than its gap leaves open: the search fell short.
    breaches
        In words, where the looser policy's proven bound is worse than a plan that exists: a mistake in the
        program, or a policy that does not contain the other.
    """

    pairs: int
    unproven: int
    within_gap: int
    breaches: tuple[str, ...]


def monotonicity(plans: Sequence[dict[str, Any]], policies: Sequence[Policy]) -> Monotonicity:
    """Hold each policy against those it says it contains.

    Every plan of the tighter policy is lawful under the looser one, so it bounds the looser one's optimum.
    """
    found = {(plan["day"], plan["objective"], plan["policy"]): plan for plan in plans}
    pairs = unproven = within = 0
    breaches = []
    for (day, objective, name), loose in found.items():
        for tighter in next(policy.contains for policy in policies if policy.name == name):
            tight = found.get((day, objective, tighter))
            if tight is None:
                continue
            pairs += 1
            where = f'{day}, {objective}: "{name}" contains "{tighter}"'
            if loose["served_bound"] is not None and loose["served_bound"] < tight["served"]:
                breaches.append(f"{where}, can serve {loose['served_bound']} trips, serves {tight['served']}")
                continue
            if loose["bound"] is None:
                unproven += 1
            if loose["served"] != tight["served"]:
                within += loose["served"] < tight["served"]
                continue
            sign = -1.0 if objective in _MOST_IS_BEST else 1.0
            slack = _PROOF * abs(tight["value"]) + _CENT
            if loose["bound"] is not None and sign * (loose["bound"] - tight["value"]) > slack:
                breaches.append(f"{where}, bound {loose['bound']:.2f}, value {tight['value']:.2f}")
            elif sign * (loose["value"] - tight["value"]) > slack:
                within += 1
    return Monotonicity(pairs, unproven, within, tuple(breaches))
