"""What changed, for whom, why, in the order to phone it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sharedride.changing.rest import STEADY_MIN
from sharedride.clock import parse_clock
from sharedride.document import PlanDocument, TripDocument


@dataclass(frozen=True)
class Call:
    """One thing to tell.

    Attributes
    ----------
    at
        Minutes from midnight at which it matters: the sooner of the old pick-up and the new one.
    trip
        Id of the trip.
    what
        ``new``, ``moved``, ``vehicle``, ``company`` (only who rides along), ``cancelled``, ``unserved``.
    why
        The event it comes from, or that of the rides around it.
    """

    at: float
    trip: str
    what: str
    was: TripDocument | None
    now: TripDocument | None
    why: str

    def as_dict(self) -> dict[str, object]:
        """Return the call as JSON."""
        return {
            "trip": self.trip,
            "what": self.what,
            "pickup_was": None if self.was is None else self.was.picked_up,
            "pickup_is": None if self.now is None else self.now.picked_up,
            "vehicle_was": None if self.was is None else self.was.vehicle,
            "vehicle_is": None if self.now is None else self.now.vehicle,
            "with_was": [] if self.was is None else list(self.was.with_),
            "with_is": [] if self.now is None else list(self.now.with_),
            "why": self.why,
        }


def calls_of(
    before: PlanDocument,
    after: PlanDocument,
    *,
    gone: Mapping[str, str],
    touched: Mapping[str, str],
    troubled: Mapping[str, str],
) -> tuple[Call, ...]:
    """Compare two plans trip by trip, the most urgent call first.

    Parameters
    ----------
    gone, touched, troubled
        What happened, by trip, by trip and by vehicle.
    """
    was = {trip.id: trip for trip in before.trips}
    now = {trip.id: trip for trip in after.trips}
    missed = {item.id: item for item in after.unserved}
    found = []
    for name in {*was, *now, *missed, *gone}:
        old, new = was.get(name), now.get(name)
        what = _what(old, new)
        if what is None or (old is None and new is None and name not in {*touched, *gone}):
            continue
        if name in gone and new is None:
            what = "cancelled"
        why = gone.get(name) or touched.get(name) or _why(old, new, gone, touched, troubled)
        if what == "unserved" and missed.get(name) is not None:
            why = f"{why}; {missed[name].detail}" if missed[name].detail else why
        times = [parse_clock(item.picked_up) for item in (old, new) if item is not None]
        found.append(Call(min(times, default=0.0), name, what, old, new, why))
    return tuple(sorted(found, key=lambda call: (call.at, call.trip)))


def _what(old: TripDocument | None, new: TripDocument | None) -> str | None:
    if new is None:
        return "unserved"
    if old is None:
        return "new"
    if abs(parse_clock(old.picked_up) - parse_clock(new.picked_up)) > STEADY_MIN + 1.5 / 60.0:
        return "moved"
    if old.vehicle != new.vehicle:
        return "vehicle"
    return "company" if set(old.with_) != set(new.with_) else None


def _why(
    old: TripDocument | None,
    new: TripDocument | None,
    gone: Mapping[str, str],
    touched: Mapping[str, str],
    troubled: Mapping[str, str],
) -> str:
    for item in (old, new):
        if item is not None and item.vehicle in troubled:
            return troubled[item.vehicle]
    around = [name for item in (old, new) if item is not None for name in item.with_]
    for name in around:
        for known in (gone, touched):
            if name in known:
                return known[name]
    return "makes room, or saves what the change is worth"
