"""How far each patient rides by another table than the one the rides were enumerated on."""

import numpy as np
import numpy.typing as npt

from sharedride.day.model import Day
from sharedride.rides.pool import RidePool

FloatArray = npt.NDArray[np.float64]


def member_km(day: Day, pool: RidePool, km: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Km each member rides, and rides as the only patient aboard, along the stops of its ride.

    Parameters
    ----------
    km
        Distances between the day's places, shape ``(places, places)``.

    Returns
    -------
    Two arrays over the pool's members, shape ``(m,)`` each.
    """
    if not len(pool):
        return np.zeros(0), np.zeros(0)
    place = {item.id: index for index, item in enumerate(day.places)}
    origin = np.array([place[trip.origin] for trip in day.trips])
    destination = np.array([place[trip.destination] for trip in day.trips])
    boards = pool.events >= 0
    trip = np.where(boards, pool.events, ~pool.events)
    at = np.where(boards, origin[trip], destination[trip])
    legs = np.concatenate([[0.0], km[at[:-1], at[1:]]])
    # No patient rides from one ride to the next.
    legs[2 * pool.ptr[:-1]] = 0.0
    aboard = np.cumsum(np.where(boards, 1, -1))
    alone = np.where(np.concatenate([[0], aboard[:-1]]) == 1, legs, 0.0)
    ride = np.repeat(np.arange(len(pool)), 2 * np.diff(pool.ptr))
    who = ride * len(day.trips) + trip
    leave = np.flatnonzero(~boards)
    leave = leave[np.argsort(who[leave], kind="stable")]
    # Members stand in the order in which they board, and each boards once in a ride.
    enter = np.flatnonzero(boards)
    end = leave[np.searchsorted(who[leave], who[enter])]
    odometer, alone_odometer = np.cumsum(legs), np.cumsum(alone)
    return odometer[end] - odometer[enter], alone_odometer[end] - alone_odometer[enter]
