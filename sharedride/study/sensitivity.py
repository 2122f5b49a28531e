"""What the difference between two policies rests on: each assumption at either end of its range."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, Any, NamedTuple

from sharedride.study.pairs import pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharedride.study.spec import Study

Row = dict[str, Any]


class Headline(NamedTuple):
    """A policy against the first one: change per served trip, euros."""

    payer: float
    margin: float


@dataclass(frozen=True)
class Swing:
    """What one assumption does to the headline; ``None`` where no day could be compared.

    ``ends`` are the assumption's values, ``at`` the headline there.
    """

    assumption: str
    ends: tuple[float, float]
    at: tuple[Headline | None, Headline | None]

    def width(self) -> float:
        """How far the payer's figure moves between the ends, euros per trip."""
        known = [each.payer for each in self.at if each is not None]
        return max(known) - min(known) if known else 0.0


@dataclass(frozen=True)
class Tornado:
    """The headline and every swing, the widest first; ``days`` are those it was computed on."""

    policy: str
    base: str
    objective: str
    days: tuple[str, ...]
    headline: Headline
    swings: tuple[Swing, ...]


def tornado(study: Study, plans: Sequence[Row], varied: Sequence[Row]) -> Tornado | None:
    """Compare the two policies of the sensitivity as they are, and with each assumption at its ends.

    Parameters
    ----------
    plans, varied
        Rows of the table of plans: those of the study proper, and those of the sensitivity.

    Returns
    -------
    ``None`` where none was asked for, or too few plans are finished.
    """
    from sharedride.synth.assumptions import described

    asked = study.sensitivity
    if asked is None:
        return None
    base, objective = study.policies[0].name, study.objectives[0]
    days = tuple(dict.fromkeys(plan["day"] for plan in varied))
    mine = [plan for plan in plans if plan["day"] in days and plan["objective"] == objective]
    headline = _headline(mine, base, asked.policy)
    if headline is None:
        return None
    swings = []
    for name in asked.assumptions:
        ends = float(described()[name]["low"]), float(described()[name]["high"])
        low, high = (
            _headline([plan for plan in varied if plan["varied"] == f"{name}={end:g}"], base, asked.policy)
            for end in ends
        )
        swings.append(Swing(name, ends, (low, high)))
    swings.sort(key=Swing.width, reverse=True)
    return Tornado(asked.policy, base, objective, days, headline, tuple(swings))


def tornado_table(found: Tornado) -> list[str]:
    """Return the tornado as lines of a Markdown table."""
    from sharedride.synth.assumptions import described

    lines = [
        "| assumption | from | to | payer's bill, € a trip | operators' margin, € a trip |",
        "|---|---:|---:|---|---|",
        f"| as in the study | | | {found.headline.payer:+.2f} | {found.headline.margin:+.2f} |",
    ]
    for swing in found.swings:
        payer, margin = (
            " … ".join("-" if at is None else f"{getattr(at, name):+.2f}" for at in swing.at)
            for name in ("payer", "margin")
        )
        meaning = described()[swing.assumption]["what"]
        low, high = swing.ends
        lines.append(f"| `{swing.assumption}`: {meaning} | {low:g} | {high:g} | {payer} | {margin} |")
    return lines


def _headline(plans: Sequence[Row], base: str, policy: str) -> Headline | None:
    compared = pairs(plans, base, policy)
    served = sum(new["served"] for _, new in compared)
    if not served:
        return None
    return Headline(
        fsum(new["payer_plan"] - old["payer_plan"] for old, new in compared) / served,
        fsum(new["margin"] - old["margin"] for old, new in compared) / served,
    )
