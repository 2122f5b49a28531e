"""What stands on the page, without a browser."""

import datetime
import json
import re

import pytest

import sharedride
from sharedride.day import parse_day
from sharedride.document import parse_plan
from sharedride.errors import InputError
from sharedride.pages import PlanReport
from sharedride.pages.sheet_view import french_date, sheets_view
from sharedride.pages.timeline_view import timeline_view
from tests.pages.conftest import lawful_report
from tests.pages.plans import big_day, document_of
from tests.report.by_hand import ROUTE, tutorial
from tests.report.test_rest import resting


def test_the_same_plan_gives_the_same_bytes(tutorial_report: PlanReport) -> None:
    """Reported twice, page, tables and calendars are equal to the byte."""
    day = tutorial()
    again = sharedride.plan_report(day, document_of(day, [ROUTE]))
    assert again.html == tutorial_report.html
    assert again.csv() == tutorial_report.csv()
    assert again.ics == tutorial_report.ics


def test_nothing_on_it_names_a_patient(big_report: PlanReport) -> None:
    """No output holds a pseudonym, and no calendar the position of a home."""
    day = big_report.facts.day
    written = [big_report.html, big_report.csv().decode(), big_report.csv("stop").decode()]
    calendars = [data.decode() for data in big_report.ics.values()]
    for text in written + calendars:
        assert not [trip.patient for trip in day.trips if trip.patient in text]
    homes = [place for place in day.places if place.kind == "home"]
    assert not [home for home in homes for text in calendars if str(home.lat) in text]


def test_a_home_whose_id_is_a_pseudonym_is_told_by_a_trip() -> None:
    """Imported days name homes after patients: outputs put the commune or a trip's id in its place."""
    day, document = big_day(4)
    names = {trip.origin: f"home-{trip.patient}" for trip in day.trips}
    communes = {day.trips[0].origin: "90053"}
    content = json.loads(day.model_dump_json(by_alias=True, exclude_none=True))
    for place in content["places"]:
        place |= {"commune": communes[place["id"]]} if place["id"] in communes else {}
        place["id"] = names.get(place["id"], place["id"])
    for trip in content["trips"]:
        trip["from"] = names[trip["from"]]
    planned = json.loads(document.to_json())
    for stop in (stop for route in planned["routes"] for stop in route["stops"]):
        stop["place"] = names.get(stop["place"], stop["place"])
    report = lawful_report(parse_day(content), parse_plan(planned))
    calendars = b"".join(report.ics.values()).decode()
    written = [report.html, report.csv().decode(), report.csv("stop").decode(), calendars]
    assert not [trip.patient for trip in day.trips for text in written if trip.patient in text]
    (sheet,) = sheets_view(report.facts)
    assert [stop.place for stop in sheet.stops[:2]] == ["Grandvillars", "home-t1"]
    assert "home-t1" in calendars
    assert "Grandvillars" not in calendars


def test_the_page_loads_nothing(big_report: PlanReport) -> None:
    """No address and no source stands in it, and its policy lets the browser ask for none."""
    html = big_report.html
    assert not re.findall(
        r"""(?:src|href)=["'](?!#)|url\(|@import|https?://(?!www\.w3\.org/2000/svg)""", html
    )
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    assert policy[1].startswith("default-src &#39;none&#39;;")


def test_the_head_tells_what_the_plan_document_tells(tutorial_report: PlanReport) -> None:
    """Served trips, the proof, both bills and the margin are those of the plan derived by hand."""
    html = tutorial_report.html
    for told in ("6 of 6 trips served", "183.64 €", "175.10 €", "8.54 €", "128.0 km", "no violation"):
        assert told in html, told


def test_what_a_plan_violates_stands_at_its_head() -> None:
    """A plan of other software with a wrong fare is shown, with the rule it breaks."""
    day = tutorial()
    content = json.loads(document_of(day, [ROUTE]).to_json())
    content["trips"][0]["fare"] += 1.0
    report = sharedride.plan_report(day, parse_plan(content))
    assert {rule for rule, _ in report.violations} >= {"FARE"}
    assert "<code>FARE</code>" in report.html
    assert "no violation" not in report.html


def test_a_plan_of_another_day_is_refused_with_every_unknown_name() -> None:
    """Vehicles, places and trips the day does not have are told, all at once, with their path."""
    _, document = big_day(2)
    with pytest.raises(InputError) as refused:
        sharedride.plan_report(tutorial(), document)
    told = str(refused.value)
    assert 'routes[0].vehicle: the day has no vehicle "v000"' in told
    assert 'trips[1]: the day has no trip "t1"' in told


def test_trips_left_out_are_told_with_the_reason() -> None:
    """A trip no route serves stands at the head, in the table and in the table for other software."""
    day, document = big_day(4)
    routes = sharedride.plan_report(day, document).facts.solution.routes
    kept = [type(route)(route.vehicle, route.stops[:4] + route.stops[-1:]) for route in routes]
    whole = document_of(day, kept)
    report = sharedride.plan_report(day, whole)
    assert [trip.id for trip in whole.unserved] == ["t2", "t3"]
    assert report.html.count("NO_VEHICLE: none was free") == 4
    rows = report.csv().decode("utf-8-sig").splitlines()
    assert "t2;unserved;" in rows[3]
    assert rows[3].endswith("NO_VEHICLE;none was free")


def test_the_drivers_sheet_is_the_route_stop_by_stop(tutorial_report: PlanReport) -> None:
    """The sheet of the plan derived by hand, in French: hours, places, who moves, how many are aboard."""
    (sheet,) = sheets_view(tutorial_report.facts)
    assert (sheet.date, sheet.leaves, sheet.returns, sheet.km) == (
        "mardi 17 mars 2026",
        "08:49",
        "12:59",
        "128,0 km",
    )
    assert (sheet.trips, sheet.rides) == (6, 5)
    assert [stop.start for stop in sheet.stops[:5]] == ["09:05", "09:12", "09:26", "10:04", "10:16"]
    assert [stop.aboard for stop in sheet.stops[:5]] == [1, 2, 0, 1, 0]
    assert [stop.new_ride for stop in sheet.stops[:5]] == [1, None, None, 2, None]
    assert sheet.stops[3].wait == "sur place 09:40"
    assert sheet.stops[3].moves[0].remarks == ("RDV 10:30", "seul à bord")


def test_the_break_is_on_timeline_and_sheet() -> None:
    """The break stands where the car stands empty longest, and the sheet tells how late it may begin."""
    day = resting(540, 780, 30)
    report = lawful_report(day, document_of(day, [ROUTE]))
    (row,) = timeline_view(report.facts).rows
    (drawn,) = [segment for segment in row.segments if segment.kind == "rest"]
    standing = [segment for segment in row.segments if segment.kind == "wait"][1]
    assert drawn.title == "10:18–10:48 driver’s break, 30 min"
    assert (drawn.left, drawn.width) == (standing.left, pytest.approx(standing.width * 30 / 42, abs=0.01))
    (sheet,) = sheets_view(report.facts)
    assert sheet.pause == "10:18–10:48 (30 min entre 09:00 et 13:00)"
    assert [stop.pause for stop in sheet.stops if stop.pause] == [("10:18", "10:48", "au plus tard à 10:30")]
    assert sheet.stops[5].pause is not None
    assert report.html.count('class="rest"') == report.html.count('<tr class="pause">') == 1


def test_a_break_the_plan_leaves_no_time_for_is_told() -> None:
    """The checker names the rule at the head of the page, and the sheet says that no stop is long enough."""
    day = resting(540, 780, 43)
    report = sharedride.plan_report(day, document_of(day, [ROUTE]))
    assert {rule for rule, _ in report.violations} == {"BREAK"}
    (sheet,) = sheets_view(report.facts)
    assert sheet.pause == "43 min entre 09:00 et 13:00, aucun arrêt assez long"


def test_the_sheet_tells_wheelchairs_and_companions(big_report: PlanReport) -> None:
    """Who boards with a wheelchair or company is told to the driver, and no motive of care."""
    moves = {
        move.trip: move.remarks
        for sheet in sheets_view(big_report.facts)
        for stop in sheet.stops
        for move in stop.moves
        if move.boards
    }
    for trip in big_report.facts.day.trips:
        assert ("fauteuil roulant" in moves[trip.id]) == trip.wheelchair
        assert ("1 accompagnant" in moves[trip.id]) == (trip.companions == 1)


def test_a_french_date_is_written_out() -> None:
    """The first of a month is an ordinal."""
    assert french_date(datetime.date(2026, 5, 1)) == "vendredi 1er mai 2026"
    assert french_date(datetime.date(2026, 8, 31)) == "lundi 31 août 2026"
