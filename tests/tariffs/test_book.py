"""What the book says about a day before any fare is asked for."""

import datetime

import pytest

from sharedride.day.model import Day
from sharedride.errors import InputError
from sharedride.tariffs import tariff_book
from tests.tariffs.pricing import TODAY


def day_of(communes: list[str | None]) -> Day:
    places = [
        {"id": f"p{index}", "lat": 47.6, "lon": 6.9, "kind": "home", "commune": commune}
        for index, commune in enumerate(communes)
    ]
    operators = [{"id": "none"}, {"id": "c", "vsl_flat": "C", "taxi_department": "90"}, {"id": "idle"}]
    vehicles = [
        {"id": f"v{index}", "operator": owner, "type": kind, "seats": 3, "start": "p0", "end": "p0"}
        | {"shift": ["06:00", "18:00"]}
        for index, (owner, kind) in enumerate(
            [("none", "vsl"), ("none", "taxi"), ("c", "vsl"), ("c", "taxi")]
        )
    ]
    return Day.model_validate(
        {"schema": "sharedride/day/1", "date": "2026-03-17", "places": places}
        | {"operators": operators, "vehicles": vehicles, "trips": []}
    )


def test_big_cities_by_commune() -> None:
    """Paris and Lyon count with their arrondissements, the inner suburbs whole, others not at all."""
    communes = [
        "75056",
        "75113",
        "69123",
        "69388",
        "13201",
        "93066",
        "31555",
        "69266",
        "13001",
        "90010",
        None,
    ]
    expected = [True] * 7 + [False] * 4
    assert tariff_book(TODAY).big_city(day_of(communes)).tolist() == expected


def test_check_lists_all_that_is_missing() -> None:
    """Every operator with a vehicle that cannot be priced is named by its path, idle ones are not."""
    with pytest.raises(InputError) as error:
        tariff_book(datetime.date(2025, 9, 30)).check(day_of([None]))
    paths = [problem.path for problem in error.value.problems]
    assert paths == ["operators[0].vsl_flat", "operators[0].taxi_department", "operators[1].vsl_flat"]
    assert "socle_before_2025_10.flat_zone_c" in str(error.value)


def test_notes_name_what_is_not_the_payers() -> None:
    """Today's book warns of the certified table and the VSL supplements, an older one of the taxi date."""
    today, older = (tariff_book(on).notes for on in (TODAY, datetime.date(2025, 9, 30)))
    assert any("certified" in note and "medium confidence" in note for note in today)
    assert any("supplements" in note and "low confidence" in note for note in today)
    assert not any("2025-11-01" in note for note in today)
    assert any("2025-11-01" in note for note in older)
    assert any("computed back" in note for note in older)
