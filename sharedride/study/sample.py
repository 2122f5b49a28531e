"""Some companies of a day, with all their trips.

Where trips are bound to their company, companies are planned apart: a drawn company has the same plan alone
as in the whole day, so that rates per trip of a draw are those of the day but for chance.
"""

from sharedride.day.model import Day
from sharedride.study.chance import draw


def some_companies(day: Day, companies: int, salt: str, *, neighbours: bool = False) -> Day:
    """Return a day with so many of its companies, or all if there are no more.

    Parameters
    ----------
    companies
        How many, each as likely as any other by a hash of its id.
    salt
        What the draw depends on beside ids.
    neighbours
        Take the first one drawn and those whose cars start nearest to it: for what companies do together.
    """
    drawn = sorted((each.id for each in day.operators), key=lambda name: (draw(salt, "company", name), name))
    if neighbours:
        at = _garages(day)
        lat, lon = at[drawn[0]]
        # One degree of longitude is two thirds of one of latitude in France: near enough to rank by.
        drawn.sort(key=lambda name: (at[name][0] - lat) ** 2 + ((at[name][1] - lon) / 1.5) ** 2)
    kept = set(drawn[:companies])
    trips = tuple(trip for trip in day.trips if trip.operator in kept)
    vehicles = tuple(vehicle for vehicle in day.vehicles if vehicle.operator in kept)
    places = {place for trip in trips for place in (trip.origin, trip.destination)}
    places |= {place for vehicle in vehicles for place in (vehicle.start, vehicle.end)}
    return day.model_copy(
        update={
            "operators": tuple(each for each in day.operators if each.id in kept),
            "vehicles": vehicles,
            "trips": trips,
            "places": tuple(place for place in day.places if place.id in places),
        }
    )


def _garages(day: Day) -> dict[str, tuple[float, float]]:
    places = {place.id: place for place in day.places}
    return {
        vehicle.operator: (places[vehicle.start].lat, places[vehicle.start].lon) for vehicle in day.vehicles
    }
