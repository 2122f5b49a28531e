"""A synthetic day: patients, operators and the proof that its cars can serve it unshared."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sharedride.day.model import VehicleType
from sharedride.synth.attach import Attached, NewChain, attach
from sharedride.synth.care import Care
from sharedride.synth.chaining import Chain, LoneRide, Roads
from sharedride.synth.fleet import Firm, firms
from sharedride.synth.layout import clock, day_text
from sharedride.synth.patients import Patients
from sharedride.synth.series import Agenda, Visit
from sharedride.synth.territory import Territory
from sharedride.synth.volumes import volume

SERVICE_MIN = 2
"""Minutes to board and to alight, the day format's default."""

_PRIORITY = (
    "dialysis",
    "radiotherapy",
    "rehabilitation",
    "chemotherapy",
    "day_hospital",
    "admission",
    "discharge",
    "consultation",
)


@dataclass(frozen=True)
class SynthDay:
    """A synthetic day.

    Attributes
    ----------
    content
        The day document, ``sharedride/day/1``.
    visits, carriers
        The patients' visits, and the firm that carries each today.
    chains
        Every car on duty with its lone rides in order: the unshared plan that serves every trip.
    trip_ids
        Id of each trip, by the number its lone ride has.
    cars_added
        Cars beyond the sector's numbers, because no company had one free.
    """

    content: dict[str, Any]
    visits: tuple[Visit, ...]
    carriers: tuple[Firm, ...]
    chains: tuple[tuple[Firm, Chain], ...]
    trip_ids: tuple[str, ...]
    cars_added: int

    @property
    def text(self) -> str:
        """The text of ``day.json``: the same bytes for the same arguments."""
        return day_text(self.content)


def synth_day(
    territory: Territory,
    date: datetime.date,
    *,
    seed: int = 1,
    trips: float | None = None,
    vsl_share: float | None = None,
    vsl_flat: str = "A",
    pooled: bool = False,
) -> SynthDay:
    """Make a day of a département.

    Parameters
    ----------
    seed
        Seed of every choice. Two dates of one seed have the same companies and the same patients in series.
    trips
        Trips of a weekday; by default what the département has.
    vsl_share
        Fraction of them in a VSL; by default what the assumptions say.
    vsl_flat
        Zone of the forfait départemental of all carriers, or ``pickup`` (*assumption*: zones are not public).
    pooled
        Leave every trip free to any company with the type of vehicle that carries it today.
    """
    usual = volume(territory.code, territory.assumed)
    total = usual.trips if trips is None else float(trips)
    share = usual.vsl_share if vsl_share is None else vsl_share
    visits = Agenda(Patients(territory, seed, share), total).visits(date)
    roads = Roads(territory.assumed.road_factor, territory.speed_kmh)
    rides = _lone_rides(visits, territory, roads)
    owners = firms(territory, seed, total * share, total * (1.0 - share))
    chains = {firm.id: [Chain(car, (firm.lat, firm.lon), roads) for car in firm.cars] for firm in owners}
    attached = attach(
        territory,
        seed,
        owners,
        visits,
        rides,
        _order(visits),
        chains,
        NewChain(chains, roads),
    )
    return _assemble(territory, date, visits, attached, vsl_flat, pooled)


def _lone_rides(visits: Sequence[Visit], territory: Territory, roads: Roads) -> list[list[LoneRide]]:
    slack = territory.assumed.slack_min
    rides: list[list[LoneRide]] = []
    number = 0
    for visit in visits:
        home = visit.patient.lat, visit.patient.lon
        place = territory.care[visit.patient.place]
        care = place.lat, place.lon
        km = roads.km(home, care)
        lasts = 2 * SERVICE_MIN + roads.minutes(km)
        mine = []
        if visit.appointment is not None:
            last = visit.appointment - lasts
            mine.append(LoneRide(number, home, care, km, lasts, last - slack, last))
            number += 1
        if visit.ready is not None:
            mine.append(LoneRide(number, care, home, km, lasts, visit.ready, visit.ready + slack))
            number += 1
        rides.append(mine)
    return rides


def _order(visits: Sequence[Visit]) -> list[int]:
    """Patients in series are promised a car first; then by the clock."""

    def key(index: int) -> tuple[int, int, int]:
        visit = visits[index]
        at = visit.appointment if visit.appointment is not None else visit.ready
        return _PRIORITY.index(visit.patient.motive), at or 0, index

    return sorted(range(len(visits)), key=key)


def _assemble(
    territory: Territory,
    date: datetime.date,
    visits: Sequence[Visit],
    attached: Attached,
    vsl_flat: str,
    pooled: bool,
) -> SynthDay:
    on_duty = [(firm, chain) for firm, chain in attached.chains if chain.rides]
    used = {firm.id: firm for firm, _ in on_duty}
    care = sorted({visit.patient.place for visit in visits})
    places = [_care_place(territory.care[index]) for index in care]
    places += [
        {"id": f"depot-{firm.id}", "lat": firm.lat, "lon": firm.lon, "kind": "depot", "commune": firm.commune}
        for firm in used.values()
    ]
    places += [
        {
            "id": f"h-{visit.patient.pseudonym[2:]}",
            "lat": visit.patient.lat,
            "lon": visit.patient.lon,
            "kind": "home",
            "commune": territory.towns.insee[visit.patient.town],
        }
        for visit in visits
    ]
    trips = _trips(territory, visits, attached.firm_of, pooled)
    ids = [""] * len(trips)
    for identifier, (number, _) in enumerate(trips, start=1):
        ids[number] = f"t{identifier:0{len(str(len(trips)))}d}"
    content = {
        "schema": "sharedride/day/1",
        "date": date.isoformat(),
        "department": territory.code,
        "places": places,
        "operators": [_operator(firm, territory.code, vsl_flat) for firm in used.values()],
        "vehicles": [_vehicle(firm, chain) for firm, chain in on_duty],
        "trips": [{"id": ids[number]} | trip for number, trip in trips],
        "travel": {
            "model": "crowfly",
            "road_factor": territory.assumed.road_factor,
            "speed_kmh": territory.speed_kmh,
        },
    }
    return SynthDay(
        content, tuple(visits), tuple(attached.firm_of), tuple(on_duty), tuple(ids), attached.added
    )


def _care_place(care: Care) -> dict[str, Any]:
    place: dict[str, Any] = {
        "id": care.id,
        "lat": care.lat,
        "lon": care.lon,
        "kind": "care",
        "name": care.name,
    }
    return place | ({"commune": care.commune} if care.commune is not None else {})


def _operator(firm: Firm, department: str, vsl_flat: str) -> dict[str, Any]:
    billing = {"vsl_flat": vsl_flat} if firm.type is VehicleType.VSL else {"taxi_department": department}
    return {"id": firm.id, "certified": firm.certified} | billing


def _vehicle(firm: Firm, chain: Chain) -> dict[str, Any]:
    car = chain.car
    vehicle: dict[str, Any] = {"id": car.id, "operator": firm.id, "type": car.type.value, "seats": car.seats}
    if car.wheelchairs:
        vehicle["wheelchairs"] = car.wheelchairs
    depot = f"depot-{firm.id}"
    vehicle |= {"start": depot, "end": depot, "shift": [clock(minute) for minute in car.shift]}
    if car.pause is not None:
        opens, closes, lasts = car.pause
        vehicle["break"] = {"window": [clock(opens), clock(closes)], "minutes": lasts}
    return vehicle


def _trips(
    territory: Territory, visits: Sequence[Visit], carriers: Sequence[Firm], pooled: bool
) -> list[tuple[int, dict[str, Any]]]:
    """Trips with the number of their lone ride, by the clock."""
    trips: list[tuple[int, int, dict[str, Any]]] = []
    for visit, firm in zip(visits, carriers, strict=True):
        patient = visit.patient
        common: dict[str, Any] = {"patient": patient.pseudonym}
        if visit.trips == 2:
            common["visit"] = f"s-{patient.pseudonym[2:]}"
        rest: dict[str, Any] = {"motive": patient.motive}
        rest |= {"companions": 1} if patient.companion else {}
        rest |= {"wheelchair": True} if patient.wheelchair else {}
        rest |= {"vehicle_types": [firm.type.value]} if pooled else {"operator": firm.id}
        rest |= {"share_incompatible": True} if patient.incompatible else {}
        rest |= {"refuses_sharing": True} if patient.refuses else {}
        home, care = f"h-{patient.pseudonym[2:]}", territory.care[patient.place].id
        if visit.appointment is not None:
            ends = {"direction": "outbound", "from": home, "to": care}
            when = {"appointment": clock(visit.appointment)}
            trips.append((visit.appointment, len(trips), common | ends | when | rest))
        if visit.ready is not None:
            ends = {"direction": "return", "from": care, "to": home}
            trips.append((visit.ready, len(trips), common | ends | {"ready": clock(visit.ready)} | rest))
    return [(number, trip) for _, number, trip in sorted(trips, key=lambda item: item[:2])]
