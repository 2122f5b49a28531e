"""Who carries whom today: patients choose a company near home, and get one that still has a car free."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sharedride.day.model import VehicleType
from sharedride.synth.chaining import Chain, LoneRide, Roads
from sharedride.synth.chance import generator
from sharedride.synth.fleet import ALL_DAY, Firm, nearness
from sharedride.synth.geography import KM_PER_DEGREE
from sharedride.synth.patients import Patient
from sharedride.synth.series import Visit
from sharedride.synth.territory import Territory

_FIRST_CHOICES = 12
_SPARE_MIN = 15
_SAME_MIN, _NEAR_KM = 15, 10.0


@dataclass
class Attached:
    """Which firm carries each visit, the cars' days that prove it can, and how many cars had to be added."""

    firm_of: list[Firm]
    chains: list[tuple[Firm, Chain]]
    added: int


def attach(
    territory: Territory,
    seed: int,
    owners: list[Firm],
    visits: Sequence[Visit],
    rides: Sequence[Sequence[LoneRide]],
    order: Sequence[int],
    chains: dict[str, list[Chain]],
    new_chain: "NewChain",
) -> Attached:
    """Give every patient's rides to the first firm, in the order the patient asks, that can drive them.

    The chance in a patient's order is the same each day. Companies that already have a neighbour for the same
    place and time come first, as ``custom`` says. Where no firm has a car free, the first gets one more.
    """
    by_type = {kind: [firm for firm in owners if firm.type is kind] for kind in VehicleType}
    custom = {kind: _Custom() for kind in VehicleType}
    firm_of: list[Firm | None] = [None] * len(visits)
    added = 0
    for index in order:
        visit, patient = visits[index], visits[index].patient
        kind = VehicleType.VSL if patient.vsl else VehicleType.TAXI
        asked = _preference(territory, seed, by_type[kind], patient, custom[kind].fitting(visit))
        for choice in asked:
            firm = by_type[kind][choice]
            if _take_all(chains[firm.id], rides[index], patient.wheelchair):
                firm_of[index] = firm
                custom[kind].add(choice, visit)
                break
        else:
            firm = by_type[kind][asked[0]]
            for ride in rides[index]:
                if not _take_all(chains[firm.id], [ride], patient.wheelchair):
                    new_chain(firm, patient.wheelchair, ride)
                    added += 1
            firm_of[index] = firm
    found = [(firm, chain) for firm in owners for chain in chains[firm.id]]
    return Attached([firm for firm in firm_of if firm is not None], found, added)


class NewChain:
    """Adds a car to a firm for a ride no other car of the département can drive."""

    def __init__(self, chains: dict[str, list[Chain]], roads: Roads) -> None:
        self._chains, self._roads = chains, roads

    def __call__(self, firm: Firm, accessible: bool, ride: LoneRide) -> None:
        """Put the ride into one more car, out all day, or longer where the ride asks for it."""
        depot = (firm.lat, firm.lon)
        leaves = ride.last - self._roads.minutes(self._roads.km(depot, ride.origin))
        back = ride.first + ride.lasts + self._roads.minutes(self._roads.km(ride.destination, depot))
        shift = min(ALL_DAY[0], int(leaves) - _SPARE_MIN), max(ALL_DAY[1], int(back) + _SPARE_MIN)
        chain = Chain(firm.one_more(accessible, shift), depot, self._roads)
        chain.put(ride, 0)
        self._chains[firm.id].append(chain)


class _Custom:
    """Which firms already have whom, by place of care."""

    def __init__(self) -> None:
        self._at: dict[int, list[tuple[int, Visit]]] = defaultdict(list)

    def add(self, firm: int, visit: Visit) -> None:
        self._at[visit.patient.place].append((firm, visit))

    def fitting(self, visit: Visit) -> set[int]:
        """Firms with a patient of the neighbourhood for the same place and quarter of an hour."""
        return {
            firm
            for firm, other in self._at[visit.patient.place]
            if _same_hour(visit, other) and _near(visit, other)
        }


def _same_hour(one: Visit, other: Visit) -> bool:
    pairs = ((one.appointment, other.appointment), (one.ready, other.ready))
    return any(a is not None and b is not None and abs(a - b) <= _SAME_MIN for a, b in pairs)


def _near(one: Visit, other: Visit) -> bool:
    shrink = math.cos(math.radians(one.patient.lat))
    north, east = one.patient.lat - other.patient.lat, (one.patient.lon - other.patient.lon) * shrink
    return KM_PER_DEGREE * math.hypot(north, east) <= _NEAR_KM


def _preference(
    territory: Territory, seed: int, owners: list[Firm], patient: Patient, fitting: set[int]
) -> list[int]:
    """Firms, by index, in the order a patient asks: by chance, nearness, size, custom, then nearness."""
    weight = nearness(territory, owners, patient.lat, patient.lon)
    luck = weight + generator(seed, territory.code, "choice", patient.key).gumbel(size=len(owners))
    luck[list(fitting)] += territory.assumed.custom
    first = [int(index) for index in np.argsort(-luck, kind="stable")[:_FIRST_CHOICES]]
    rest = [int(index) for index in np.argsort(-weight, kind="stable") if int(index) not in set(first)]
    return first + rest


def _take_all(chains: Sequence[Chain], rides: Sequence[LoneRide], wheelchair: bool) -> bool:
    """Put all rides into a firm's cars, or none: the work goes round evenly, then by least empty km."""
    taken: list[tuple[Chain, LoneRide]] = []
    for ride in rides:
        best: tuple[int, float, int, Chain] | None = None
        for chain in chains:
            if wheelchair and not chain.car.wheelchairs:
                continue
            found = chain.best_place(ride)
            if found is not None and (best is None or (len(chain.rides), found[0]) < best[:2]):
                best = len(chain.rides), *found, chain
        if best is None:
            for chain, done in taken:
                chain.drop(done)
            return False
        _, _, at, chosen = best
        chosen.put(ride, at)
        taken.append((chosen, ride))
    return True
