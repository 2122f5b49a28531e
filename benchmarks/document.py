"""Plan documents from a peer's routes, so that the checker counts what they break."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from benchmarks.rides import Event, settled, split
from benchmarks.schedule import Placed, Span, leaving
from benchmarks.view import View
from sharedride.document import PlanDocument
from sharedride.ledger import ledger
from sharedride.planning.solution import Objective, Route, Solution, Status, Stop
from sharedride.report.alone import AloneReason
from sharedride.report.assemble import assemble
from sharedride.tariffs import tariff_book

SECOND = 1 / 60 + 1e-6


def raw_routes(
    view: View, routes: Mapping[int, Sequence[Event]], starts: Mapping[Event, float]
) -> list[Route]:
    """Return the routes at the peer's own times, work at one place taken together at its end."""
    answer = []
    for v in sorted(routes):
        if routes[v]:
            events = settled(view, routes[v])
            answer.append(_route(view, v, split(events), _resettled(view, routes[v], events, starts)))
    return answer


def _resettled(
    view: View, before: Sequence[Event], after: Sequence[Event], starts: Mapping[Event, float]
) -> dict[Event, float]:
    """Times of events whose order at a stop has changed: one after the other from when the first began."""
    times = dict(starts)
    k = 0
    while k < len(after):
        end = k + 1
        while end < len(after) and _place(view, after[end]) == _place(view, after[k]):
            end += 1
        if list(before[k:end]) != list(after[k:end]):
            now = min(starts[event] for event in after[k:end])
            for t, boards in after[k:end]:
                times[t, boards] = now
                now += view.trips[t].board_min if boards else view.trips[t].alight_min
        k = end
    return times


def _place(view: View, event: Event) -> int:
    return view.origin[event[0]] if event[1] else view.destination[event[0]]


def schedule_routes(view: View, rides: Mapping[int, Sequence[Placed]]) -> list[Route]:
    """Return the routes of a lawful schedule."""
    answer = []
    for v, placed in sorted(rides.items()):
        starts: dict[Event, float] = {}
        for each in placed:
            # A ride is rigid: nothing after its first stop waits, whatever is asked for here.
            starts |= dict.fromkeys(each.ride.events, -1e9)
            first = view.origin[each.ride.trips[0]]
            for t, boards in each.ride.events:
                if not boards or view.origin[t] != first:
                    break
                starts[t, True] = each.start
        answer.append(_route(view, v, [list(each.ride.events) for each in placed], starts, placed))
    return answer


def _route(
    view: View,
    v: int,
    rides: Sequence[Sequence[Event]],
    starts: Mapping[Event, float],
    placed: Sequence[Placed] = (),
) -> Route:
    stops: list[Stop] = []
    spans: list[Span] = []
    here, now = view.start[v], view.vehicles[v].shift[0]
    for number, events in enumerate(rides):
        first = len(stops)
        for place, off, on in _work(view, events, {} if placed else starts):
            work = sum(view.trips[t].alight_min for t in off) + sum(view.trips[t].board_min for t in on)
            arrival = now + (view.minutes[here][place] if place != here else 0.0)
            ends = [starts[t, False] + view.trips[t].alight_min for t in off]
            ends += [starts[t, True] + view.trips[t].board_min for t in on]
            begin = max(arrival, max(ends) - work)
            if placed and len(stops) == first:
                begin = max(arrival, placed[number].start)
            stops.append(Stop(place, arrival, begin, begin + work, tuple(on), tuple(off)))
            here, now = place, begin + work
        spans.append(Span(stops[first].place, here, stops[first].service_start, now))
    away = view.minutes[view.start[v]][stops[0].place]
    leave = leaving(view, v, spans)
    if leave is None:
        leave = stops[0].service_start - away
    stops[0] = replace(stops[0], arrival=leave + away)
    home = now + view.minutes[here][view.end[v]]
    depot, end = view.start[v], view.end[v]
    return Route(v, (Stop(depot, leave, leave, leave), *stops, Stop(end, home, home, home)))


def _work(
    view: View, events: Sequence[Event], starts: Mapping[Event, float]
) -> list[tuple[int, list[int], list[int]]]:
    """Stops of a ride: place, who alights, who boards.

    Where the peer lets somebody wait aboard between two pieces of work at one place, these stay two stops, so
    that the wait counts as what it is. Boardings are taken together at the last one's time: who was there
    first waits at the door instead.
    """
    work: list[tuple[int, list[int], list[int]]] = []
    done = 0.0
    for event in events:
        t, boards = event
        place = _place(view, event)
        at = starts.get(event, 0.0)
        waited = bool(starts) and at > done + SECOND and not (boards and work and work[-1][2])
        if not work or work[-1][0] != place or waited:
            work.append((place, [], []))
        (work[-1][2] if boards else work[-1][1]).append(t)
        done = at + (view.trips[t].board_min if boards else view.trips[t].alight_min)
    return work


def document(view: View, routes: Sequence[Route], seconds: float, sha256: str) -> PlanDocument:
    """Return the plan document of any routes, lawful or not, its figures those of the routes."""
    day = view.day
    book = tariff_book(day.date)
    accounts = ledger(day, view.table, routes, book=book, rules=view.rules)
    cost = accounts.kpis.running_cost
    served = {account.trip for account in accounts.trips}
    solution = Solution(
        tuple(routes), Objective.COST, Status.FEASIBLE, cost, None, None, seconds=seconds, seed=0
    )
    left = {t: ("NO_VEHICLE", "left out") for t in range(len(day.trips)) if t not in served}
    alone = {
        a.trip: AloneReason("NOT_PROVEN", None, "no reasons are looked for here")
        for a in accounts.trips
        if not a.shared
    }
    return assemble(day, solution, accounts, sha256=sha256, unserved=left, alone=alone)
