"""The timeline: each vehicle's hours, one bar per ride, the empty legs and waits between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor

from sharedride.pages.facts import TYPE_NAME, Facts
from sharedride.pages.words import duration, hhmm
from sharedride.planning.solution import Route
from sharedride.report.rest import Rest
from sharedride.report.slack import RideSlack
from sharedride.report.text import count

TIGHT_MIN = 5.0
"""*Assumption*: a ride that may not run this many minutes late is pointed out."""

_HOUR = 60.0


@dataclass(frozen=True)
class Segment:
    """A stretch of a vehicle's day: left edge and width in percent of the axis."""

    kind: str
    left: float
    width: float
    title: str


@dataclass(frozen=True)
class RideBar:
    """A ride: left, width and slack in percent of the axis, and what is written on and about it."""

    id: str
    left: float
    width: float
    slack: float
    shared: bool
    tight: bool
    label: str
    title: str
    trips: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A vehicle's day."""

    vehicle: str
    about: str
    segments: tuple[Segment, ...]
    bars: tuple[RideBar, ...]


@dataclass(frozen=True)
class TimelineView:
    """Rows and the axis: hours as text with their place in percent; the slack under which a ride is tight."""

    rows: tuple[Row, ...]
    hours: tuple[tuple[str, float], ...]
    tight_min: float = TIGHT_MIN


class _Axis:
    """From the hour before the first departure to the hour after the last arrival."""

    def __init__(self, routes: Sequence[Route]) -> None:
        first = min((route.stops[0].departure for route in routes), default=0.0)
        last = max((route.stops[-1].arrival for route in routes), default=24 * _HOUR)
        self.start = _HOUR * floor(first / _HOUR)
        self.end = max(_HOUR * ceil(last / _HOUR), self.start + _HOUR)

    def at(self, minutes: float) -> float:
        """Place of a clock time in percent."""
        return round(100.0 * (minutes - self.start) / (self.end - self.start), 3)

    def hours(self) -> tuple[tuple[str, float], ...]:
        """Every full hour."""
        marks = range(round(self.start), round(self.end) + 1, round(_HOUR))
        return tuple((f"{minutes // 60:02d}", self.at(minutes)) for minutes in marks)


def timeline_view(facts: Facts) -> TimelineView:
    """Lay out the used vehicles in the order of the plan."""
    axis = _Axis(facts.solution.routes)
    rows = []
    for number, route in enumerate(facts.solution.routes):
        vehicle = facts.vehicle(route.vehicle)
        trips = sum(len(stop.board) for stop in route.stops)
        rows.append(
            Row(
                vehicle=vehicle.id,
                about=f"{TYPE_NAME[vehicle.type]} · {count(trips, 'trip')}",
                segments=tuple(_segments(route, facts.rests[number], axis)),
                bars=tuple(_bars(facts, number, route, axis)),
            )
        )
    return TimelineView(rows=tuple(rows), hours=axis.hours())


def _segments(route: Route, rest: Rest | None, axis: _Axis) -> Iterator[Segment]:
    """Yield the empty legs and the waits, and the driver's break upon its wait."""
    aboard = 0
    for stop, after in pairwise(route.stops):
        aboard += len(stop.board) - len(stop.alight)
        if aboard:
            continue
        if after.arrival > stop.departure:
            yield _segment(axis, "empty", stop.departure, after.arrival, "empty")
        if after.service_start > after.arrival:
            yield _segment(axis, "wait", after.arrival, after.service_start, "standing")
    if rest is not None:
        yield _segment(axis, "rest", rest.start, rest.end, "driver’s break")


def _segment(axis: _Axis, kind: str, start: float, end: float, word: str) -> Segment:
    left = axis.at(start)
    title = f"{hhmm(start)}–{hhmm(end)} {word}, {duration(end - start)}"
    return Segment(kind, left, round(axis.at(end) - left, 3), title)


def _bars(facts: Facts, number: int, route: Route, axis: _Axis) -> Iterator[RideBar]:
    vehicle = facts.vehicle(route.vehicle).id
    stops = zip(facts.ride_stops[number], facts.slacks[number], strict=True)
    for ride, ((first, last), slack) in enumerate(stops, start=1):
        start, end = route.stops[first].service_start, route.stops[last].departure
        trips = tuple(facts.trip(i).id for stop in route.stops[first : last + 1] for i in stop.board)
        left = axis.at(start)
        # Beyond the axis nothing can be drawn.
        reach = min(axis.at(end + slack.minutes), 100.0) - axis.at(end)
        yield RideBar(
            id=f"{vehicle}/{ride}",
            left=left,
            width=round(axis.at(end) - left, 3),
            slack=round(max(reach, 0.0), 3),
            shared=len(trips) > 1,
            tight=slack.minutes < TIGHT_MIN,
            label=" ".join(trips) if len(trips) == 1 else f"{len(trips)}: {' '.join(trips)}",
            title=f"{hhmm(start)}–{hhmm(end)} {' + '.join(trips)}; {slack_words(slack)}",
            trips=trips,
        )


def slack_words(slack: RideSlack) -> str:
    """How late a ride may run, and what stands against more."""
    minutes = floor(slack.minutes + 1e-6)
    return (
        f"may run {minutes} min late ({slack.because})" if minutes else f"may not run late ({slack.because})"
    )
