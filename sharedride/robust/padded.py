"""A day with slack in it: what keeps its rules keeps those of the real day, and stands delays besides."""

from dataclasses import replace

from sharedride.day.model import Day, Trip
from sharedride.rides.pool import RidePool, effort_within, lawful_rides
from sharedride.rules import Rules
from sharedride.travel import TravelTable


def padded_day(day: Day, table: TravelTable, rules: Rules, minutes: float) -> tuple[Day, Rules]:
    """Return the day with every appointment so many minutes earlier, and the waits allowed that much shorter.

    A plan lawful there is lawful on the real day: patients wait at most ``minutes`` more before care, and
    ``wait_min`` was cut by them. Fixed pick-ups stay; where one leaves less than that before the appointment,
    or before the wait is over, its trip gets what there is.
    """
    place = {p.id: i for i, p in enumerate(day.places)}
    limit = max(0.0, rules.wait_min - minutes)

    def padded(trip: Trip) -> Trip:
        drive = float(table.minutes[place[trip.origin], place[trip.destination]])
        fixed = [] if trip.lock is None or trip.lock.pickup is None else [trip.lock.pickup]
        if trip.ready is not None:
            late = max((pickup - trip.ready - limit for pickup in fixed), default=0.0)
            return trip.model_copy(update={"ready": trip.ready + late}) if late > 0 else trip
        assert trip.appointment is not None
        soonest = max([*fixed, -1e9 if trip.earliest_pickup is None else trip.earliest_pickup])
        spare = trip.appointment - (soonest + trip.board_min + drive + trip.alight_min)
        return trip.model_copy(update={"appointment": trip.appointment - min(minutes, max(0.0, spare))})

    changed = day.model_copy(update={"trips": tuple(padded(trip) for trip in day.trips)})
    return changed, replace(rules, wait_min=limit)


def padded_rides(
    day: Day, table: TravelTable, rules: Rules, minutes: float, *, limit: int, seconds: float
) -> RidePool:
    """Return the lawful rides of a padded day, each keeping its vehicle so many minutes longer.

    Working time is priced by that length, so the search takes a minute held free for a paid one.

    Parameters
    ----------
    limit
        Rides to list at most.
    seconds
        Time limit of the search they are for, of which listing them may take a part.
    """
    pool = lawful_rides(day, table, rules, limit=limit, effort=effort_within(seconds))
    return replace(pool, duration=pool.duration + minutes)
