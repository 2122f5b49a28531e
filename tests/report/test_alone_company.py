"""Which vehicle could take two trips together, told from few kinds where a région has thousands."""

from collections.abc import Sequence

import numpy as np

from sharedride.day.model import Day, Trip, VehicleType
from sharedride.planning.fleet import VehicleGroup
from sharedride.report.alone_company import KindsNear, company_breaches
from sharedride.rides.constraints import VehicleKind
from tests.reference.random_days import random_day


class AllKinds(KindsNear):
    """Every kind there is, looked at for every pair."""

    def __init__(self, groups: Sequence[VehicleGroup]) -> None:
        self.kinds = list(dict.fromkeys(group.kind for group in groups))

    def of(self, a: Trip, b: Trip) -> list[VehicleKind]:
        """Return all kinds."""
        return self.kinds


def fleet(rng: np.random.Generator, day: Day, operators: int) -> list[VehicleGroup]:
    """Return groups of many operators, some alike, some fixed to a trip."""
    locks = [trip.lock.vehicle for trip in day.trips if trip.lock is not None and trip.lock.vehicle]
    names = [operator.id for operator in day.operators] + [f"far-{k}" for k in range(operators)]
    found = []
    for name in names:
        for _ in range(int(rng.integers(1, 3))):
            type_ = VehicleType.VSL if rng.random() < 0.5 else VehicleType.TAXI
            seats = int(rng.integers(1, 5))
            fixed = str(rng.choice(locks)) if locks and rng.random() < 0.2 else None
            kind = VehicleKind(type_, name, min(3, seats), seats, int(rng.integers(0, 2)), fixed)
            found.append(VehicleGroup(kind, (len(found),), 0, 0, (0.0, 1440.0), None))
    return found


def test_a_few_kinds_tell_what_all_kinds_tell() -> None:
    """For any two trips the breach, its measure and its words are those found by asking every kind."""
    told = set()
    for seed in range(40):
        rng = np.random.default_rng(seed)
        day = random_day(rng, 10, 5)
        groups = fleet(rng, day, int(rng.integers(0, 12)))
        few, every = KindsNear(groups), AllKinds(groups)
        for one in range(len(day.trips)):
            for other in range(one):
                found = company_breaches(day, one, other, few)
                assert found == company_breaches(day, one, other, every), f"seed {seed}, {one} and {other}"
                told |= {breach.code for breach in found}
    assert {"OPERATOR", "VEHICLE_TYPE", "SEATS", "LOCKED", "EXCLUDED"} <= told
