"""The dispatcher's practice: partners found by hand within one company.

The model knows one number, the propensity: how often a dispatcher who plans a patient looks for a partner.
Whether there is one is the day's doing: same company, place of care and direction, about the same time,
neighbours, both allowed to share, a lawful detour, and a car of the company that can drive it.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sharedride.day.model import VehicleType
from sharedride.practice.group import GroupRide, group
from sharedride.rules import Rules
from sharedride.synth.chaining import Chain, LoneRide, Roads
from sharedride.synth.chance import digest
from sharedride.synth.fleet import Firm
from sharedride.synth.generate import SynthDay
from sharedride.synth.geography import KM_PER_DEGREE
from sharedride.synth.patients import Patient


@dataclass(frozen=True)
class Habits:
    """What a dispatcher takes for a partner (*assumptions*).

    Attributes
    ----------
    same_min
        Minutes appointments, or times patients are ready, may lie apart.
    near_km
        Great-circle km homes may lie apart.
    most
        Patients in one ride.
    """

    same_min: float = 15.0
    near_km: float = 20.0
    most: int = 3


@dataclass(frozen=True)
class Handmade:
    """The company's plan as made by hand: every car's rides, alone or in groups, and who shares."""

    chains: tuple[tuple[Firm, Chain], ...]
    shared: frozenset[int]
    vsl_trips: int
    vsl_shared: int

    @property
    def rate(self) -> float:
        """Shared VSL trips out of all VSL trips."""
        return self.vsl_shared / self.vsl_trips if self.vsl_trips else 0.0


@dataclass(frozen=True)
class _Trip:
    number: int
    patient: Patient
    firm: Firm
    outbound: bool
    at: int
    lone: LoneRide


def share_by_hand(
    made: SynthDay, propensity: float, *, rules: Rules, habits: Habits | None = None, seed: int = 1
) -> Handmade:
    """Plan a day as dispatchers do, company by company.

    The unshared plan comes first. Then each shareable trip, by the clock, is looked at with the probability
    ``propensity``; the nearest partner that makes a lawful ride is taken if one of the company's cars can
    drive it. A trip's luck is its own and the same for every propensity: a higher one looks at more trips.
    """
    habits = habits or Habits()
    chains = [(firm, _copy(chain)) for firm, chain in made.chains]
    by_firm: dict[str, list[Chain]] = defaultdict(list)
    for firm, chain in chains:
        by_firm[firm.id].append(chain)
    roads = chains[0][1].roads if chains else Roads(1.0, 1.0)
    trips = _trips(made)
    ride_of: dict[int, tuple[LoneRide, ...]] = {trip.number: (trip.lone,) for trip in trips}
    known = {trip.number: trip for trip in trips}
    for company in _companies(trips):
        for trip in company:
            luck = digest(seed, "looked", trip.patient.pseudonym, trip.outbound, made.content["date"]) / 2**64
            if luck < propensity and len(ride_of[trip.number]) == 1:
                _find_partner(trip, company, ride_of, known, by_firm[trip.firm.id], roads, rules, habits)
    shared = frozenset(number for number, members in ride_of.items() if len(members) > 1)
    vsl = [trip.number for trip in trips if trip.firm.type is VehicleType.VSL]
    return Handmade(tuple(chains), shared, len(vsl), sum(number in shared for number in vsl))


def _find_partner(
    trip: _Trip,
    company: Sequence[_Trip],
    ride_of: dict[int, tuple[LoneRide, ...]],
    known: dict[int, _Trip],
    chains: Sequence[Chain],
    roads: Roads,
    rules: Rules,
    habits: Habits,
) -> None:
    near = sorted(
        (away, other.number)
        for other in company
        if other.number != trip.number
        and abs(other.at - trip.at) <= habits.same_min
        and other.patient.pseudonym != trip.patient.pseudonym
        and (away := _apart_km(trip.patient, other.patient)) <= habits.near_km
    )
    for _, number in near:
        members = (*ride_of[number], trip.lone)
        if len(members) > habits.most:
            continue
        if any(abs(known[each.trip].at - trip.at) > habits.same_min for each in members):
            continue
        ride = group(members, outbound=trip.outbound, roads=roads, rules=rules)
        if ride is not None and _drive(ride, members, chains, known):
            for member in ride.members:
                ride_of[member.trip] = ride.members
            return


def _drive(
    ride: GroupRide, members: Sequence[LoneRide], chains: Sequence[Chain], known: dict[int, _Trip]
) -> bool:
    """Let one of the company's cars drive the group instead of its members apart, or leave all as it was."""
    numbers = {member.trip for member in members}
    before = [(chain, list(chain.rides)) for chain in chains]
    for chain in chains:
        for old in [old for old in chain.rides if _numbers(old) & numbers]:
            chain.drop(old)
    seats = sum(1 + known[number].patient.companion for number in numbers)
    chairs = sum(known[number].patient.wheelchair for number in numbers)
    best: tuple[float, int, Chain] | None = None
    for chain in chains:
        if seats > chain.car.seats or chairs > chain.car.wheelchairs:
            continue
        found = chain.best_place(ride)
        if found is not None and (best is None or found[0] < best[0]):
            best = (*found, chain)
    if best is not None:
        best[2].put(ride, best[1])
        # A route that became shorter may have lost the stop its driver rested at.
        if all(chain.keeps_break(chain.rides) for chain in chains):
            return True
    for chain, rides in before:
        chain.restore(rides)
    return False


def _numbers(ride: LoneRide) -> set[int]:
    return {member.trip for member in ride.members} if isinstance(ride, GroupRide) else {ride.trip}


def _companies(trips: Sequence[_Trip]) -> list[list[_Trip]]:
    """Shareable trips that could meet: one company, place of care and direction, by the clock."""
    found: dict[tuple[str, int, bool], list[_Trip]] = defaultdict(list)
    for trip in trips:
        if not (trip.patient.incompatible or trip.patient.refuses):
            found[trip.firm.id, trip.patient.place, trip.outbound].append(trip)
    return [sorted(each, key=lambda trip: (trip.at, trip.number)) for each in found.values() if len(each) > 1]


def _trips(made: SynthDay) -> list[_Trip]:
    lone = {ride.trip: ride for _, chain in made.chains for ride in chain.rides}
    trips: list[_Trip] = []
    for visit, firm in zip(made.visits, made.carriers, strict=True):
        for outbound, at in ((True, visit.appointment), (False, visit.ready)):
            if at is not None:
                number = len(trips)
                trips.append(_Trip(number, visit.patient, firm, outbound, at, lone[number]))
    return trips


def _apart_km(one: Patient, other: Patient) -> float:
    shrink = math.cos(math.radians(one.lat))
    return KM_PER_DEGREE * math.hypot(one.lat - other.lat, (one.lon - other.lon) * shrink)


def _copy(chain: Chain) -> Chain:
    return Chain(
        chain.car, chain.depot, chain.roads, list(chain.rides), list(chain.starts), list(chain.latest)
    )
