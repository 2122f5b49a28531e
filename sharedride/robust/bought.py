"""What slack came to: what it cost, and what it bought on simulated days."""

from dataclasses import dataclass, field
from typing import Any

from sharedride.ledger import Ledger
from sharedride.planning.solution import Objective, Route
from sharedride.report.result import Result
from sharedride.report.text import objective_name, objective_value, percent
from sharedride.robust.stress import Stress


@dataclass(frozen=True)
class Wanted:
    """Slack that is asked for.

    Attributes
    ----------
    minutes
        In front of every appointment, between two rides of a vehicle, and before a visit waits too long.
    percent
        Percent of the objective that may be given up for it.
    """

    minutes: float
    percent: float


@dataclass(frozen=True)
class Version:
    """One plan of the day.

    Attributes
    ----------
    value
        Its objective, in its own unit.
    held
        Mean minutes of slack, at most those asked for, over the places where it is asked for, each counted by
        the patients it protects.
    full
        Share of these with all the slack asked for.
    """

    routes: tuple[Route, ...] = field(repr=False)
    accounts: Ledger = field(repr=False)
    stress: Stress = field(repr=False)
    value: float
    held: float
    full: float

    @property
    def served(self) -> frozenset[int]:
        """Trips it serves."""
        return frozenset(self.accounts.by_trip)


@dataclass(frozen=True)
class Bought:
    """The plan as the search found it, the same one re-timed, and the plan that was taken.

    Attributes
    ----------
    tried
        Minutes that plans were searched with, each until it was within the price.
    """

    wanted: Wanted
    objective: Objective
    found: Version
    free: Version
    taken: Version
    tried: tuple[float, ...]

    @property
    def given_up(self) -> float:
        """Share of the objective given up."""
        change = self.taken.value - self.found.value
        if self.objective in (Objective.MARGIN, Objective.SHARED):
            change = -change
        return change / abs(self.found.value) if self.found.value else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON."""
        plans = {"found": self.found, "retimed": self.free, "taken": self.taken}
        return {
            "minutes": self.wanted.minutes,
            "percent": self.wanted.percent,
            "searched_with_min": list(self.tried),
            "given_up": round(self.given_up, 6),
            "plans": {
                name: {
                    "value": round(plan.value, 2),
                    "slack_min": round(plan.held, 2),
                    "with_all": round(plan.full, 6),
                    "late_rate": round(plan.stress.late_rate, 6),
                    "wait_broken_rate": round(plan.stress.wait_rate, 6),
                }
                for name, plan in plans.items()
            },
        }

    def text(self) -> str:
        """Return the figures as a table, with what they are."""
        plans = (self.found, self.free, self.taken)
        minutes, stress = f"{self.wanted.minutes:g} min", self.found.stress
        rows: list[tuple[str, ...]] = [("", "as found", "re-timed", "taken")]
        for name, cells in (
            (objective_name(self.objective), [objective_value(self.objective, p.value) for p in plans]),
            ("mean slack", [f"{p.held:.1f} min" for p in plans]),
            (f"all of {minutes}", [percent(p.full) for p in plans]),
            (f"more than {stress.late_min:g} min late", [percent(p.stress.late_rate) for p in plans]),
            (f"visit waits over {stress.wait_min:g} min", [percent(p.stress.wait_rate) for p in plans]),
        ):
            rows.append((name, *cells))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            f"Slack of {minutes}: {percent(self.given_up)} of the {objective_name(self.objective)} given up"
        ]
        for first, *rest in rows:
            told = [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
            lines.append("  ".join([f"  {first.ljust(widths[0])}", *told]).rstrip())
        lines += [
            f"  Late, waiting: of the trips on {stress.scenarios} simulated days, their spreads assumptions.",
            "  The bound is proven without slack and holds with it; the gap includes what slack costs.",
        ]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class SlackResult(Result):
    """A plan with slack, and what the slack came to."""

    slack: Bought | None = field(default=None, repr=False)

    def __str__(self) -> str:
        told = "" if self.slack is None else f"\n\n{self.slack.text()}"
        return super().__str__() + told
