"""A day that changes: events in, the least changed plan out, and who is to be told what."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sharedride.changing.apply import Changes, apply_events
from sharedride.changing.calls import Call, calls_of
from sharedride.changing.events import Event
from sharedride.changing.planned import Setting, attempt, cut_note
from sharedride.changing.rest import Terms
from sharedride.changing.standing import standing
from sharedride.clock import format_clock
from sharedride.day.model import Day
from sharedride.day.read import parse_day
from sharedride.document import PlanDocument
from sharedride.report.files import write_whole

SECONDS = 3.0
"""Seconds the search may take at most; it ends by its rounds long before, except on a busy machine."""


@dataclass(frozen=True)
class Replan:
    """A changed plan.

    Attributes
    ----------
    day
        The changed day.
    day_json
        The bytes of its file, which the plan's SHA-256 is of.
    document
        The changed plan.
    calls
        What changed, in the order to phone it.
    changed
        Promises that changed: pick-ups moved or given to another vehicle.
    notes
        What the dispatcher must know beyond the plan.
    """

    now: float
    window: float
    day: Day = field(repr=False)
    day_json: bytes = field(repr=False)
    before: PlanDocument = field(repr=False)
    document: PlanDocument = field(repr=False)
    calls: tuple[Call, ...]
    changed: int
    notes: tuple[str, ...]

    def write(self, plan: str | Path, day: str | Path) -> None:
        """Write the changed plan and the changed day it answers, each whole or not at all.

        Raises
        ------
        InputError
            When a file cannot be written.
        """
        write_whole(Path(day), self.day_json)
        write_whole(Path(plan), self.document.to_json().encode("utf-8"))

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as JSON."""
        return {
            "now": format_clock(self.now),
            "window_min": self.window,
            "promises_changed": self.changed,
            "calls": [call.as_dict() for call in self.calls],
            "unserved": [item.id for item in self.document.unserved],
            "value": {"was": self.before.solver.value, "is": self.document.solver.value},
            "notes": list(self.notes),
        }


def replan_day(
    day: Day, folder: Path, document: PlanDocument, events: Sequence[Event], setting: Setting,
    setting_of: Callable[[Day], Setting], *, now: float, window: float, percent: float, time_limit: float,
    seed: int, stop: Callable[[], bool],
) -> Replan:  # fmt: skip
    """Bring events into a day and its plan.

    Parameters
    ----------
    setting, setting_of
        Distances, limits and prices of the day, and how to get those of the changed one.
    now
        Minutes from midnight.
    window
        Minutes by which a promised pick-up may move.

    Raises
    ------
    InputError
        With everything that is wrong with the events, or with the day they lead to.
    """
    plan = standing(document, now)
    made = apply_events(day, setting.table, plan, events)
    after = parse_day(made.content, folder)
    same = len(after.places) == len(day.places)
    known = frozenset(plan.promises)
    touched = frozenset(made.touched)
    terms = Terms(
        window=window,
        free=touched,
        closed=frozenset(made.down),
        delays=made.delays,
        gone=frozenset(made.gone),
    )
    affected = set(touched) | {trip.id for trip in after.trips if trip.id not in known}
    for rides in plan.rides.values():
        for ride in rides:
            if ride.trips & (touched | made.gone.keys()) or ride.vehicle in made.troubled:
                affected |= ride.trips
    affected -= {name for name in affected if plan.has_begun(name)}
    settled: dict[str, bytes] = {}

    def sha256(final: Day) -> str:
        settled["bytes"] = _bytes(made, final)
        return hashlib.sha256(settled["bytes"]).hexdigest()

    tried = attempt(
        after, setting if same else setting_of(after), plan, terms, affected, percent=percent,
        local=False, time_limit=time_limit, seed=seed, stop=stop, sha256=sha256,
    )  # fmt: skip
    notes = list(made.notes)
    notes += [
        f"{name} has no ride left after which its driver's break would count: the car goes home, its break "
        "is taken out of the day"
        for name in tried.rested
    ]
    left = [item.id for item in tried.document.unserved]
    if left:
        notes.append(
            f"{len(left)} of {len(after.trips)} trips without a place ({', '.join(left)}), promises kept "
            f"within {window:g} min: a wider --window, another carrier, or a call"
        )
    if tried.repaired.cut:
        notes.append(cut_note(time_limit))
    calls = calls_of(document, tried.document, gone=made.gone, touched=made.touched, troubled=made.troubled)
    return Replan(
        now, window, tried.rest.day, settled["bytes"], document, tried.document, calls,
        sum(call.what in ("moved", "vehicle") and call.trip not in touched for call in calls), tuple(notes),
    )  # fmt: skip


def _bytes(made: Changes, final: Day) -> bytes:
    resting = {vehicle.id for vehicle in final.vehicles if vehicle.break_ is None}
    for vehicle in made.content["vehicles"]:
        if vehicle["id"] in resting:
            vehicle.pop("break", None)
    return (json.dumps(made.content, indent=1, ensure_ascii=False) + "\n").encode("utf-8")
