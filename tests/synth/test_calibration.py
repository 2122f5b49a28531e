import pytest

from sharedride.day.model import Operator, VehicleType
from sharedride.synth import calibrate, default_assumptions, synth_day
from sharedride.synth.assumptions import described
from sharedride.synth.calendar import weekday_equivalents
from sharedride.synth.facts import facts
from sharedride.synth.measure import measure, ratios
from sharedride.synth.report import report_data, report_text
from sharedride.tariffs import tariff_book
from tests.synth.towns import TUESDAY, town


def test_bourgogne_franche_comte_meets_every_published_figure() -> None:
    """The région's eight départements, one seed each, lie within 10 % of every published figure."""
    codes = ["21", "25", "39", "58", "70", "71", "89", "90"]
    found = calibrate(codes, TUESDAY, [1], default_assumptions())
    missed = [(line.fact.name, line.got) for line in found.lines if line.verdict == "misses"]
    assert missed == []
    assert [line.fact.name for line in found.lines] == list(facts())


def test_the_unshared_price_is_that_of_the_tariff() -> None:
    """A day's mean taxi price is the tariff's own, trip by trip from its pick-up, km and needs."""
    place = town("39")
    made = synth_day(place, TUESDAY, trips=60)
    sums = measure(made, place)
    book = tariff_book(TUESDAY, empty_return=True)
    operator = Operator(id="any", taxi_department="39")
    patients = [visit.patient for visit in made.visits for _ in range(visit.trips)]
    total = 0.0
    for firm, chain in made.chains:
        if firm.type is VehicleType.TAXI:
            for ride, start in zip(chain.rides, chain.starts, strict=True):
                patient = patients[ride.trip]
                total += book.explain(
                    VehicleType.TAXI,
                    operator,
                    certified=firm.certified,
                    km=ride.km,
                    aboard=1,
                    alone_km=0.0,
                    rate=float(book.supplement_rate(VehicleType.TAXI, TUESDAY, start)),
                    wheelchair=patient.wheelchair,
                    big_city=False,
                    hospital_care=patient.motive != "consultation",
                ).total
    assert sums["taxi_fares"] == pytest.approx(total, abs=0.01)


def test_the_sums_of_a_day_are_consistent() -> None:
    """Trips divide into VSL and taxi, cars into carriers, and the ratios are the sums' quotients."""
    sums = measure(synth_day(town(), TUESDAY), town())
    assert sums["vsl_trips"] + sums["taxi_trips"] == sums["trips"]
    figures = ratios(sums)
    assert figures["vsl_trips_per_car"] == sums["vsl_trips"] / sums["vsl_cars"]
    assert 0 < figures["top_place"] <= figures["top_three_places"] < 1
    assert ratios(dict.fromkeys(sums, 0.0) | {"inhabitants": 1.0})["trips_average_department"] == 0.0


def test_the_report_names_its_command_and_every_assumption() -> None:
    """A reader finds the command that redoes it, each fact with its verdict, and all that is assumed."""
    assumed = default_assumptions().but({"wheelchair": 0.1})
    found = calibrate(["90"], TUESDAY, [4], assumed, trips=80)
    text = report_text(found)
    command = "sharedride synth --department 90 --date 2026-03-17 --seed 4 --report --seeds 1"
    assert f"{command} --assume wheelchair=0.1 --trips 80" in text
    for name, row in described().items():
        assert (f"| `{name}` |" in text) == (row["kind"] == "assumption")
    assert "misses" in text
    data = report_data(found)
    assert [fact["verdict"] for fact in data["facts"]] == [line.verdict for line in found.lines]


def test_a_year_holds_fewer_weekdays_worth_than_days() -> None:
    """2024 has 252 working days; Saturdays and Sundays add a little, dialysis Saturdays most."""
    assert 252 < weekday_equivalents(2024, default_assumptions()) < 280
