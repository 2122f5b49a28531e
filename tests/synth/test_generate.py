import datetime
import itertools
import json
from collections import Counter

import pytest

import sharedride
from sharedride.day import day_warnings
from sharedride.day.model import Day, VehicleType
from sharedride.day.read import parse_day
from sharedride.synth import SynthDay, synth_day
from sharedride.travel import travel_table
from tests.synth.towns import TUESDAY, town

WEEK = [TUESDAY + datetime.timedelta(days=day) for day in range(-1, 6)]


def read(made: SynthDay) -> Day:
    return parse_day(made.text.encode())


@pytest.mark.parametrize("code", ["90", "2A", "75", "48"])
def test_a_day_is_valid_and_clean(code: str) -> None:
    """Mountain, island, capital: the day reads without a problem or a warning, its homes have no names."""
    made = synth_day(town(code), TUESDAY, trips=150)
    day = read(made)
    assert day_warnings(day) == []
    assert len(day.trips) == 150
    assert not [place for place in day.places if place.kind == "home" and place.name is not None]


def test_the_same_arguments_give_the_same_bytes() -> None:
    """Seed and date decide everything; another seed gives another day."""
    made = [synth_day(town(), TUESDAY, seed=seed).text for seed in (3, 3, 4)]
    assert made[0] == made[1] != made[2]


@pytest.mark.parametrize("trips", [1, 2, 7, 30])
def test_the_number_of_trips_is_the_one_asked_for(trips: int) -> None:
    """A weekday has exactly as many trips as the user wants."""
    assert len(read(synth_day(town("39"), TUESDAY, trips=trips)).trips) == trips


@pytest.mark.parametrize(("code", "seed"), [("90", 1), ("58", 2), ("2B", 3)])
def test_the_unshared_day_can_be_served(code: str, seed: int) -> None:
    """Every car drives its lone rides one after the other, in time, in its shift, with its break.

    Times come from the travel table of the day that was written, not from the generator's own.
    """
    made = synth_day(town(code), TUESDAY, seed=seed)
    day = read(made)
    minutes = travel_table(day).minutes
    at = {place.id: index for index, place in enumerate(day.places)}
    trips = {trip.id: trip for trip in day.trips}
    vehicles = {vehicle.id: vehicle for vehicle in day.vehicles}
    carried: list[str] = []
    waits: Counter[str | None] = Counter()
    for firm, chain in made.chains:
        car = vehicles[chain.car.id]
        free, where = car.shift[0], at[car.start]
        idle: list[tuple[float, float]] = []
        leaves = 0.0
        for number, (ride, start) in enumerate(zip(chain.rides, chain.starts, strict=True)):
            trip = trips[made.trip_ids[ride.trip]]
            origin, destination = at[trip.origin], at[trip.destination]
            arrival = free + minutes[where, origin]
            assert arrival <= start + 1e-6
            if number:
                idle.append((arrival, start))
            else:
                leaves = start - minutes[where, origin]
            assert trip.operator == firm.id == car.operator
            assert not trip.wheelchair or car.wheelchairs
            assert trip.seats_needed <= car.seats
            over = start + trip.board_min + minutes[origin, destination] + trip.alight_min
            if trip.appointment is not None:
                assert over <= trip.appointment + 1e-6
                waits[trip.visit or trip.id] += trip.appointment - over + trip.alight_min
            if trip.ready is not None:
                assert start >= trip.ready - 1e-6
                waits[trip.visit or trip.id] += start - trip.ready
            carried.append(trip.id)
            free, where = over, destination
        back = free + minutes[where, at[car.end]]
        assert back <= car.shift[1] + 1e-6
        if car.break_ is not None:
            opens, closes = car.break_.window
            longest = max((min(end, closes) - max(begin, opens) for begin, end in idle), default=0.0)
            assert back <= opens or leaves >= closes or longest >= car.break_.minutes
    assert sorted(carried) == sorted(trips)
    assert max(waits.values()) <= 45.0


def test_the_planner_serves_a_small_day() -> None:
    """Every trip of a small day is served, shared where that is cheaper, and the checker agrees."""
    day = read(synth_day(town(), TUESDAY, seed=5, trips=24))
    result = sharedride.plan(day, time_limit=20.0)
    assert result.document.unserved == ()
    assert sharedride.check(day, result) == []


def test_patients_in_series_come_back() -> None:
    """Dialysis is on Monday, Wednesday and Friday or the days between, radiotherapy daily."""
    made = {date: synth_day(town(), date) for date in WEEK}
    seen = {
        motive: [
            {visit.patient.pseudonym for visit in day.visits if visit.patient.motive == motive}
            for day in made.values()
        ]
        for motive in ("dialysis", "radiotherapy", "consultation")
    }
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = seen["dialysis"]
    assert monday == wednesday == friday
    assert tuesday == thursday == saturday
    assert monday
    assert tuesday
    assert not monday & tuesday
    assert not sunday
    daily = seen["radiotherapy"]
    assert len(daily[0] & daily[4]) > 0.7 * len(daily[0])
    assert not daily[5]
    assert all(not first & second for first, second in itertools.combinations(seen["consultation"], 2))


def test_a_patient_in_series_keeps_home_care_and_car() -> None:
    """The same patient has the same home, place of care, type of vehicle and needs on every day."""
    days = [synth_day(town(), WEEK[day]) for day in (0, 2)]
    first, second = ({visit.patient.pseudonym: visit.patient for visit in day.visits} for day in days)
    both = first.keys() & second.keys()
    assert len(both) > 30
    assert [first[name] for name in both] == [second[name] for name in both]


def test_a_pooled_day_is_the_same_day_without_companies_patients() -> None:
    """Pooling changes nothing but whom a trip is bound to: its company, or only the type of its vehicle."""
    bound, free = (json.loads(synth_day(town(), TUESDAY, pooled=pooled).text) for pooled in (False, True))
    types = {vehicle["operator"]: vehicle["type"] for vehicle in bound["vehicles"]}
    for trip in bound["trips"]:
        trip["vehicle_types"] = [types[trip.pop("operator")]]
    key = lambda trip: sorted(trip.items(), key=str)  # noqa: E731
    assert [key(trip) for trip in bound.pop("trips")] == [key(trip) for trip in free.pop("trips")]
    assert bound == free


def test_dialysis_comes_in_waves() -> None:
    """At a centre, patients start around 06:30, 12:30 or 17:30, four to a quarter of an hour and unit."""
    visits = [visit for visit in synth_day(town("71"), TUESDAY).visits if visit.patient.motive == "dialysis"]
    starts = [visit.appointment for visit in visits]
    quarters = {start + 15 * wave for start in (390, 750, 1050) for wave in range(4)}
    assert set(starts) <= quarters
    largest = Counter(visit.patient.place for visit in visits).most_common(1)[0][0]
    waves = Counter(visit.appointment for visit in visits if visit.patient.place == largest)
    full = [count for count in waves.values() if count % 4 == 0]
    assert len(full) >= len(waves) - 3


def test_assumptions_steer_the_day() -> None:
    """Shares asked for are the shares got, within what chance allows on a day of 1,500 trips."""
    from dataclasses import replace

    place = town("21")
    assumed = place.assumed.but({"incompatible": 0.3, "refusal": 0.1, "wheelchair": 0.0, "companion": 0.5})
    made = synth_day(replace(place, assumed=assumed), TUESDAY, trips=1500, vsl_share=0.6)
    patients = [visit.patient for visit in made.visits]
    vsl = sum(
        visit.trips
        for visit, firm in zip(made.visits, made.carriers, strict=True)
        if firm.type is VehicleType.VSL
    )
    assert abs(vsl / 1500 - 0.6) < 0.08
    assert abs(sum(patient.incompatible for patient in patients) / len(patients) - 0.3) < 0.08
    assert abs(sum(patient.refuses for patient in patients) / len(patients) - 0.1) < 0.05
    assert abs(sum(patient.companion for patient in patients) / len(patients) - 0.5) < 0.08
    assert not any(patient.wheelchair for patient in patients)
    assert not any(patient.incompatible and patient.refuses for patient in patients)
