"""Tables and calendars for other software, read back."""

import csv
import datetime
import io
import re
from pathlib import Path

import pytest
from icalendar import Calendar

from sharedride.clock import parse_clock
from sharedride.document import parse_plan
from sharedride.errors import InputError
from sharedride.pages import PlanReport
from sharedride.pages.csv_files import STOP_COLUMNS, TRIP_COLUMNS
from tests.pages.conftest import lawful_report
from tests.pages.plans import big_day

DOCS = Path(__file__).parents[2] / "docs" / "report.md"


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_a_row_per_trip_holds_the_plan(big_report: PlanReport) -> None:
    """Every trip of the day has its row, in order, with the plan's times, partners and fares."""
    rows = rows_of(big_report.csv())
    assert [row["trip"] for row in rows] == [trip.id for trip in big_report.facts.day.trips]
    for row, trip in zip(rows, big_report.facts.document.trips, strict=True):
        assert (row["status"], row["ride"], row["picked_up"]) == ("served", trip.ride, trip.picked_up)
        assert (float(row["fare"]), float(row["ridden_km"])) == (trip.fare, trip.ridden_km)
        assert [name for name in row["with"].split(",") if name] == list(trip.with_)
        assert row["alone_because"] == (trip.alone_because or "")


def test_a_row_per_stop_follows_the_routes(big_report: PlanReport) -> None:
    """Every stop has its row; who boards alights from the same ride, and the km add up to the routes'."""
    rows = rows_of(big_report.csv("stop"))
    routes = big_report.facts.document.routes
    assert len(rows) == sum(len(route.stops) for route in routes)
    assert sum(float(row["km"]) for row in rows) == pytest.approx(sum(route.km for route in routes), abs=1.0)
    boarded = {trip: row["ride"] for row in rows for trip in row["board"].split(",") if trip}
    assert boarded == {trip: row["ride"] for row in rows for trip in row["alight"].split(",") if trip}
    assert boarded == {trip.id: trip.ride for trip in big_report.facts.document.trips}


def test_decimal_commas_change_figures_alone(big_report: PlanReport) -> None:
    """With decimal commas the figures are the same, and the lists of trips too."""
    plain, comma = rows_of(big_report.csv()), rows_of(big_report.csv(decimal_comma=True))
    for one, other in zip(plain, comma, strict=True):
        assert other["fare"] == one["fare"].replace(".", ",")
        assert other["with"] == one["with"]
    assert any("," in row["fare"] for row in comma)


def test_the_documentation_names_every_column_in_order() -> None:
    """The page on the report lists the columns as they are written."""
    text = DOCS.read_text(encoding="utf-8")
    for columns in (TRIP_COLUMNS, STOP_COLUMNS):
        rows = [f"| `{name}` | {meaning} |" for name, meaning in columns.items()]
        assert "\n".join(rows) in text


def test_a_calendar_holds_the_rides(big_report: PlanReport) -> None:
    """Read back, each vehicle has an event per ride, from the first patient aboard to the last one out."""
    document = big_report.facts.document
    assert len(big_report.ics) == len(document.routes)
    for route in document.routes:
        calendar = Calendar.from_ical(big_report.ics[f"{route.vehicle}.ics"])
        events = calendar.walk("VEVENT")
        trips = [trip for trip in document.trips if trip.vehicle == route.vehicle]
        rides = sorted({trip.ride for trip in trips})
        assert len(events) == len(rides)
        for ride, event in zip(rides, events, strict=True):
            mine = [trip for trip in trips if trip.ride == ride]
            midnight = datetime.datetime(2026, 3, 17)
            start, end = event["dtstart"].dt - midnight, event["dtend"].dt - midnight
            assert start.total_seconds() == pytest.approx(
                60 * min(parse_clock(trip.picked_up) for trip in mine)
            )
            assert end.total_seconds() == pytest.approx(
                60 * max(parse_clock(trip.dropped_off) for trip in mine)
            )
            assert set(re.findall(r"\bt\d+\b", str(event["summary"]))) == {trip.id for trip in mine}


def test_files_are_written_together_or_not_at_all(big_report: PlanReport, tmp_path: Path) -> None:
    """One place that cannot be written to keeps every file from being written; all such places are told."""
    with pytest.raises(InputError) as refused:
        big_report.write(tmp_path / "page.html", csv=tmp_path / "none" / "t.csv", ics=tmp_path / "no" / "ics")
    assert len(refused.value.problems) == 2
    assert list(tmp_path.iterdir()) == []
    written = big_report.write(tmp_path / "page.html", csv=tmp_path / "t.csv", ics=tmp_path / "ics")
    assert len(written) == 2 + len(big_report.ics)
    assert sorted(path.name for path in (tmp_path / "ics").iterdir()) == sorted(big_report.ics)


def test_the_id_of_a_vehicle_never_leads_out_of_the_folder() -> None:
    """Ids are any text; their file names hold no separator, and differ where the ids do."""
    day, document = big_day(2)
    content = document.model_dump(mode="json", by_alias=True)
    renamed = day.model_copy(
        update={"vehicles": tuple(v.model_copy(update={"id": "../../v é"}) for v in day.vehicles)}
    )
    content["routes"][0]["vehicle"] = "../../v é"
    for trip in content["trips"]:
        trip |= {"vehicle": "../../v é", "ride": "../../v é/1"}
    report = lawful_report(renamed, parse_plan(content))
    assert list(report.ics) == ["..%2F..%2Fv%20%C3%A9.ics"]
