"""Which kinds may carry which rides, kept as few sets."""

import numpy as np
import pytest

from sharedride.day.model import VehicleType
from sharedride.rides.carriers import Carriers, joined_carriers
from sharedride.rides.constraints import VehicleKind, fleet_of, may_carry, vehicle_kinds
from tests.reference.random_days import random_day


def matrix(carriers: Carriers) -> np.ndarray:
    """Whether each kind may carry each ride, shape ``(rides, kinds)``."""
    return np.column_stack([carriers.can(kind) for kind in carriers.kinds])


def kinds_of(number: int) -> tuple[VehicleKind, ...]:
    """Return so many kinds that differ in their operator."""
    return tuple(VehicleKind(VehicleType.VSL, f"op{k}", 3, 3, 0, None) for k in range(number))


@pytest.mark.parametrize("number", [0, 1, 7, 8, 9, 70])
def test_every_way_to_ask_gives_the_matrix_they_were_made_of(number: int) -> None:
    """By ride, by kind, taken in part or joined, who may carry what is what was said."""
    rng = np.random.default_rng(number)
    kinds = kinds_of(number + 2)
    used = np.sort(rng.permutation(number + 2)[:number])
    blocks = [rng.random((rides, number)) < 0.3 for rides in (40, 0, 25)]
    whole = np.zeros((65, number + 2), np.bool_)
    whole[:, used] = np.concatenate(blocks)
    carriers = joined_carriers([Carriers.of(kinds, used, block) for block in blocks])
    assert (matrix(carriers) == whole).all()
    for ride in range(65):
        assert carriers.of_ride(ride) == {kind for kind, can in zip(kinds, whole[ride], strict=True) if can}
    keep = rng.permutation(65)[:30]
    assert (matrix(carriers.take(keep)) == whole[keep]).all()


def test_a_fleet_says_of_every_trip_what_asking_each_kind_says() -> None:
    """Which kinds may carry a trip is told for all trips at once as it is one by one."""
    for seed in range(30):
        day = random_day(np.random.default_rng(seed), 12, 8)
        fleet = fleet_of(day)
        assert fleet.kinds == vehicle_kinds(day)
        one_by_one = [[may_carry(kind, trip) for kind in fleet.kinds] for trip in day.trips]
        assert fleet.able.tolist() == one_by_one
