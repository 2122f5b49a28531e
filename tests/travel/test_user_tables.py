from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sharedride
from sharedride.day import parse_day
from sharedride.errors import InputError
from sharedride.rides.along import member_km
from sharedride.rides.pool import lawful_rides
from sharedride.rules import rules_of
from sharedride.travel import travel_table
from tests.travel.days import PLACES, Raw, day_on_roads

COMMUNES = {"depot": "90010", "care": "25388", "h1": "90022", "h2": "90022", "h3": "90065", "h4": "68297"}
CROWFLY = {"model": "crowfly"}


def with_communes(travel: Raw, **more: Any) -> Raw:
    day = day_on_roads(travel, **more)
    for place in day["places"]:
        place["commune"] = COMMUNES[place["id"]]
    return day


def distancier(folder: Path, *, without: str = "", head: str = "from_insee,to_insee,km,minutes") -> Path:
    """Every pair of communes once, km by their place in the list, one pair with minutes of its own."""
    names = sorted(set(COMMUNES.values()))
    rows = [
        f"{one},{other},{10 * (at + 1) + to + 0.5},{33 if (at, to) == (0, 1) else ''}"
        for at, one in enumerate(names)
        for to, other in enumerate(names)
        if at < to
    ]
    file = folder / "distancier.csv"
    file.write_text("\n".join([head, *(row for row in rows if not without or without not in row)]))
    return file


def problems_of(day: Raw, folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse_day(day, folder)
    return [str(problem) for problem in caught.value.problems]


def test_communes_are_looked_up(tmp_path: Path) -> None:
    """Km are the table's in either direction, minutes its own or by the speed, a commune is 0 from itself."""
    file = distancier(tmp_path)
    travel = {"model": "distancier", "file": file.name, "speed_kmh": 30}
    table = travel_table(parse_day(with_communes(travel), tmp_path))
    names = list(PLACES)
    care, home, near = names.index("care"), names.index("h4"), names.index("h1")
    assert table.km[care, home] == table.km[home, care] == 11.5
    assert table.minutes[care, home] == 33
    assert table.minutes[care, near] == pytest.approx(2 * table.km[care, near])
    assert table.km[near, names.index("h2")] == 0.0
    assert not table.km.diagonal().any()


def test_what_a_distancier_lacks_is_named(tmp_path: Path) -> None:
    """Places without commune, pairs that are not there and lines that cannot be read are told at once."""
    file = distancier(tmp_path, without="68297")
    travel = {"model": "distancier", "file": file.name}
    day = with_communes(travel)
    del day["places"][0]["commune"]
    found = problems_of(day, tmp_path)
    assert found[0].startswith("places[0].commune: missing")
    assert "travel.file: no row between the communes 25388 and 68297, add one" in found
    file.write_text("from_insee;to_insee;km\n90010;25388;8,5\n90010;;3\n90010;90022;far\n")
    found = problems_of(day, tmp_path)
    assert len(found) == 2
    assert "line 3: from_insee and to_insee are INSEE codes" in found[0]
    assert 'line 4: km is a number, 0 or more, not "far"' in found[1]
    file.write_text("from;to;km\n")
    assert "the first line lacks from_insee, to_insee" in problems_of(day, tmp_path)[0]
    travel["file"] = "nothing.csv"
    assert "cannot be read: no such file" in problems_of(with_communes(travel), tmp_path)[0]


@pytest.mark.parametrize("objective", ["savings", "margin"])
def test_bills_may_be_made_on_other_km(tmp_path: Path, objective: str) -> None:
    """Fares follow billed_travel, detours follow travel, the plan names both, and the checker agrees."""
    distancier(tmp_path)
    travel = {"model": "roadlike"}
    day = with_communes(travel, billed_travel={"model": "distancier", "file": "distancier.csv"})
    billed, plain = parse_day(day, tmp_path), parse_day(with_communes(travel))
    result = sharedride.plan(billed, objective=objective, time_limit=20)
    assert sharedride.check(billed, result) == []
    document = result.document
    assert document.travel is not None
    assert (document.travel.model, document.travel.billed_model) == ("roadlike", "distancier")
    table = travel_table(billed)
    at = {place.id: index for index, place in enumerate(billed.places)}
    for account in result.ledger.trips:
        trip = billed.trips[account.trip]
        assert table.billed_km is not None
        assert account.billed_solo_km == table.billed_km[at[trip.origin], at[trip.destination]]
        assert account.direct_km == table.km[at[trip.origin], at[trip.destination]]
        lines = result.ledger.explain(account.trip)
        assert float(lines.total) == account.fare
    broken = document.model_copy(
        update={"trips": (document.trips[0].model_copy(update={"billed_km": 1.0}), *document.trips[1:])}
    )
    assert {item.path for item in sharedride.check(billed, broken)} >= {"trips[0].billed_km"}
    assert {item.path for item in sharedride.check(plain, result)} >= {"travel.billed_model"}


def test_km_along_rides_are_those_of_the_rides() -> None:
    """By the rides' own table every member's km, with company and without, come out as enumerated."""
    day = parse_day(day_on_roads(CROWFLY))
    table = travel_table(day)
    pool = lawful_rides(day, table, rules_of(day))
    assert (np.diff(pool.ptr) > 2).any()
    ridden, alone = member_km(day, pool, table.km)
    assert ridden == pytest.approx(pool.ridden_km)
    assert alone == pytest.approx(pool.alone_km)


RUSH = "department,from,to,factor\n90,07:00,09:00,1.5\n90,12:00,12:30,1.2\n25,06:00,20:00,2\n"


def test_rush_hours_lengthen_the_drives_they_can_meet(tmp_path: Path) -> None:
    """Minutes grow by the largest factor over the times at which both ends are visited, km do not."""
    (tmp_path / "rush.csv").write_text(RUSH)
    names = list(PLACES)
    usual = day_on_roads({"model": "roadlike"}, department="90")
    raw = day_on_roads({"model": "roadlike", "rush_hours": "rush.csv"}, department="90")
    raw["trips"] = [trip for trip in raw["trips"] if trip["id"] in ("h1-there", "h2-back", "h4-back")]
    raw["trips"][2]["ready"] = "16:00"
    raw["places"][names.index("h3")]["commune"] = "25388"
    slow, fast = (travel_table(parse_day(day, tmp_path)) for day in (raw, usual))
    assert np.array_equal(slow.km, fast.km)
    assert not slow.metric
    with np.errstate(invalid="ignore"):
        factor = slow.minutes / fast.minutes
    between = {
        ("h1", "care"): 1.5,
        ("h2", "care"): 1.2,
        ("h4", "care"): 1.0,
        ("depot", "h1"): 1.5,
        ("h1", "h4"): 1.5,
        ("h2", "h4"): 1.2,
        ("h3", "h4"): 2.0,
    }
    for (one, other), expected in between.items():
        assert factor[names.index(one), names.index(other)] == pytest.approx(expected), (one, other)
        assert factor[names.index(other), names.index(one)] == pytest.approx(expected), (other, one)


def test_rush_hours_that_make_no_sense_are_told(tmp_path: Path) -> None:
    """Each line that cannot be used is named with what would be right."""
    (tmp_path / "rush.csv").write_text(
        "department,from,to,factor\n90,9,10:00,1\n,07:00,08:00,1\n90,08:00,07:00,0\n"
    )
    found = problems_of(day_on_roads({"model": "roadlike", "rush_hours": "rush.csv"}), tmp_path)
    assert ["line 2" in found[0], "line 3: department" in found[1], "line 4" in found[2]] == [True] * 3
    assert all(problem.startswith("travel.rush_hours: ") for problem in found)
