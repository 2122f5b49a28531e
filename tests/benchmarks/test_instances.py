"""The published days, and the generator they come from."""

import gzip

import pytest

from benchmarks.best import merged
from benchmarks.generate import Spec
from benchmarks.instances import PUBLISHED, file_of, read, text
from benchmarks.schedule import Schedule
from benchmarks.view import View


def test_the_published_files_are_what_the_generator_writes() -> None:
    """Twenty days from 20 to 1,000 trips, byte for byte, each of the size its name says."""
    assert len(PUBLISHED) == 20
    for spec in PUBLISHED:
        data = gzip.decompress(file_of(spec).read_bytes())
        assert data == text(spec), f"{spec.name}: run python -m benchmarks instances"
        day, _ = read(spec.name)
        assert len(day.trips) == spec.trips
        assert Spec.of(spec.name) == spec


@pytest.mark.parametrize("name", ["dense-company-50-1", "rural-pooled-100-1", "growing-borders-60-2"])
def test_each_trip_of_a_day_could_be_served_alone(name: str) -> None:
    """The fleet is such that no trip is out of every car's reach."""
    day, _ = read(name)
    schedule = Schedule(View(day))
    assert all(schedule.best(t, reserve=0.0, share=False) is not None for t in range(len(day.trips)))


def test_layouts_differ_in_who_may_carry_whom() -> None:
    """One company has one operator; patients of a pool are free, those within borders are not."""
    company, pooled, borders = (
        read(f"dense-{layout}-120-1")[0] for layout in ("company", "pooled", "borders")
    )
    assert len(company.operators) == 1
    assert len(pooled.operators) > 1
    assert {trip.operator for trip in pooled.trips} == {None}
    assert {trip.operator for trip in borders.trips} <= {operator.id for operator in borders.operators}


def test_within_borders_fleets_go_by_their_own_patients() -> None:
    """Every operator has more cars than its patients need, and early and late ones for wheelchairs."""
    day, _ = read("growing-borders-300-1")
    for operator in day.operators:
        cars = [car for car in day.vehicles if car.operator == operator.id]
        assert len(cars) > sum(trip.operator == operator.id for trip in day.trips) / 5
        wheelchair = [car for car in cars if car.wheelchairs]
        assert min(car.shift[0] for car in wheelchair) < 240
        assert max(car.shift[1] for car in wheelchair) > 1440


def test_a_better_plan_keeps_the_better_bound() -> None:
    """More trips come first, then cost; a bound is kept from whichever plan has the higher one."""
    old = {"served": 50, "cost": 100.0, "bound": 90.0, "by": "a"}
    cheaper = merged(old, {"served": 50, "cost": 95.0, "bound": None, "by": "b"}, 50)
    assert cheaper == {"served": 50, "cost": 95.0, "bound": 90.0, "by": "b"}
    proven = merged(old, {"served": 50, "cost": 101.0, "bound": 99.0, "by": "b"}, 50)
    assert proven == {"served": 50, "cost": 100.0, "bound": 99.0, "by": "a"}
    fewer = merged(old, {"served": 49, "cost": 10.0, "bound": 95.0, "by": "b"}, 50)
    assert fewer == old
