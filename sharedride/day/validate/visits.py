"""Visits: one patient, one place of care, at most one trip there and one back."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sharedride.clock import format_clock
from sharedride.day.draft import Draft
from sharedride.day.model import Trip
from sharedride.day.words import quoted
from sharedride.errors import Problem

Member = tuple[int, Trip]


def visit_problems(draft: Draft) -> Iterator[Problem]:
    """Yield what keeps the trips of one visit from being one stay."""
    visits: defaultdict[str, list[Member]] = defaultdict(list)
    for index, trip in draft.trips.valid():
        if trip.visit is not None:
            visits[trip.visit].append((index, trip))
    for name, members in visits.items():
        yield from _one_visit(name, members, draft.places.ids)


def _one_visit(name: str, members: list[Member], known: Mapping[str, int]) -> Iterator[Problem]:
    first_index, first = members[0]
    for index, trip in members[1:]:
        if trip.patient != first.patient:
            message = (
                f"visit {quoted(name)} is that of patient {quoted(first.patient)} in "
                f"trips[{first_index}]; a visit has one patient, give this one a visit of its own"
            )
            yield Problem(f"trips[{index}].patient", message)
    outbound = [member for member in members if member[1].outbound]
    returns = [member for member in members if not member[1].outbound]
    for same, word in ((outbound, "outbound trip"), (returns, "return")):
        for index, _ in same[1:]:
            message = f"visit {quoted(name)} has its {word} in trips[{same[0][0]}], use another visit id"
            yield Problem(f"trips[{index}].visit", message)
    if outbound and returns:
        yield from _stay(name, outbound[0], returns[0], known)


def _stay(name: str, there: Member, back: Member, known: Mapping[str, int]) -> Iterator[Problem]:
    (out_index, out), (back_index, home) = there, back
    if out.destination != home.origin and {out.destination, home.origin} <= known.keys():
        message = (
            f"visit {quoted(name)} is at {quoted(out.destination)} in trips[{out_index}], "
            f"not at {quoted(home.origin)}; start the return there or use another visit id"
        )
        yield Problem(f"trips[{back_index}].from", message)
    if out.appointment is not None and home.ready is not None and home.ready < out.appointment:
        message = (
            f"{format_clock(home.ready)} is before the appointment at {format_clock(out.appointment)} "
            f"in trips[{out_index}], the outbound trip of the same visit"
        )
        yield Problem(f"trips[{back_index}].ready", message)
