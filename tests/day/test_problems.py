"""Each kind of error once: where it is, and the words a person can act on."""

import json
from collections.abc import Callable

import numpy as np
import pytest

from sharedride.day import parse_day
from sharedride.errors import InputError
from tests.day.days import Raw, broken, drop, put, tutorial


def lock(trip: int, **what: object) -> Callable[[Raw], None]:
    return put("trips", trip, "lock", value=what)


def several(*changes: Callable[[Raw], object]) -> Callable[[Raw], None]:
    def change(day: Raw) -> None:
        for one in changes:
            one(day)

    return change


# Trips: 0 a-out, 1 a-back, 2 b-out, 3 b-back, 4 c-out, 5 c-back; c is share_incompatible.
CASES: dict[str, tuple[Callable[[Raw], object], str, str]] = {
    "unknown key": (
        several(put("trips", 0, "apointment", value="09:30"), drop("trips", 0, "appointment")),
        "trips[0].apointment",
        'unknown key, did you mean "appointment"?',
    ),
    "unknown key of a nested object": (lock(0, vehicel="v1"), "trips[0].lock.vehicel", '"vehicle"'),
    "unknown key of the day": (put("trip", value=[]), "trip", 'did you mean "trips"?'),
    "missing key": (drop("trips", 0, "patient"), "trips[0].patient", "missing, add it (pseudonym)"),
    "missing list": (drop("operators"), "operators", "missing"),
    "other version": (put("schema", value="sharedride/day/2"), "schema", '"sharedride/day/1"'),
    "number for text": (put("trips", 0, "from", value=3), "trips[0].from", "not the number 3"),
    "text for number": (
        put("places", 0, "lat", value="47"),
        "places[0].lat",
        'must be a number, not the text "47"',
    ),
    "text for truth": (put("trips", 0, "wheelchair", value="yes"), "trips[0].wheelchair", "true or false"),
    "fraction for count": (put("trips", 0, "companions", value=1.5), "trips[0].companions", "whole number"),
    "object for list": (put("trips", value={}), "trips", "must be a list […], not an object"),
    "list for object": (put("trips", 0, value=[]), "trips[0]", "must be an object {…}, not a list"),
    "word not in the choice": (
        put("vehicles", 0, "type", value="vls"),
        "vehicles[0].type",
        'must be "vsl" or "taxi", not the text "vls", did you mean "vsl"?',
    ),
    "out of bounds": (
        put("vehicles", 0, "seats", value=0),
        "vehicles[0].seats",
        "at least 1, not the number 0",
    ),
    "empty id": (put("trips", 0, "id", value=""), "trips[0].id", "must not be empty"),
    "empty list of types": (
        put("trips", 0, "vehicle_types", value=[]),
        "trips[0].vehicle_types",
        "at least 1",
    ),
    "impossible clock": (
        put("trips", 0, "appointment", value="09:61"),
        "trips[0].appointment",
        "no clock time",
    ),
    "number for clock": (put("trips", 0, "appointment", value=930), "trips[0].appointment", '"07:35"'),
    "half a shift": (put("vehicles", 0, "shift", value=["07:00"]), "vehicles[0].shift", "two clock times"),
    "impossible date": (put("date", value="2026-02-30"), "date", "no day of the calendar"),
    "not a number": (put("costs", "per_km", value=float("nan")), "costs.per_km", "finite"),
    "infinite": (put("places", 0, "lon", value=float("inf")), "places[0].lon", "finite"),
    "unknown travel model": (
        put("travel", "model", value="road"),
        "travel.model",
        '"valhalla" or "distancier"',
    ),
    "no travel model": (drop("travel", "model"), "travel.model", "missing"),
    "repeated id": (put("trips", 3, "id", value="a-out"), "trips[3].id", "already that of trips[0]"),
    "no such place": (
        put("trips", 0, "from", value="home-x"),
        "trips[0].from",
        'no place has the id "home-x"',
    ),
    "misspelled operator": (put("vehicles", 1, "operator", value="op11"), "vehicles[1].operator", '"op1"'),
    "no such depot": (put("vehicles", 0, "end", value="depott"), "vehicles[0].end", '"depot"'),
    "no such locked vehicle": (lock(0, vehicle="v9"), "trips[0].lock.vehicle", 'no vehicle has the id "v9"'),
    "no such partner": (lock(0, **{"with": ["b-uot"]}), "trips[0].lock.with[0]", 'did you mean "b-out"?'),
    "swapped coordinates": (
        several(put("places", 2, "lat", value=6.87), put("places", 2, "lon", value=47.69)),
        "places[2].lat",
        'write "lat": 47.69, "lon": 6.87',
    ),
    "shift backwards": (
        put("vehicles", 0, "shift", value=["15:00", "07:00"]),
        "vehicles[0].shift",
        '"25:10"',
    ),
    "break window backwards": (
        put("vehicles", 0, "break", value={"window": ["14:00", "11:00"], "minutes": 30}),
        "vehicles[0].break.window",
        "not after its start",
    ),
    "break longer than its window": (
        put("vehicles", 0, "break", value={"window": ["12:00", "12:20"], "minutes": 30}),
        "vehicles[0].break.minutes",
        "does not fit a window of 20 min",
    ),
    "more wheelchairs than seats": (
        put("vehicles", 0, "wheelchairs", value=4),
        "vehicles[0].wheelchairs",
        "3 or less",
    ),
    "VSL without flat": (drop("operators", 0, "vsl_flat"), "operators[0].vsl_flat", "owns a VSL"),
    "taxi without licence": (
        put("vehicles", 0, "type", value="taxi"),
        "operators[0].taxi_department",
        "owns a taxi",
    ),
    "unknown licence": (
        put("operators", 0, "taxi_department", value="99"),
        "operators[0].taxi_department",
        'no taxi rate is known for the département "99"',
    ),
    "outbound without appointment": (drop("trips", 0, "appointment"), "trips[0].appointment", "missing"),
    "outbound with ready": (put("trips", 0, "ready", value="10:00"), "trips[0].ready", "belongs to a return"),
    "return without ready": (drop("trips", 1, "ready"), "trips[1].ready", "missing"),
    "return with appointment": (
        put("trips", 1, "appointment", value="10:00"),
        "trips[1].appointment",
        "belongs to an outbound trip",
    ),
    "ready before the appointment": (put("trips", 1, "ready", value="09:00"), "trips[1].ready", "09:30:00"),
    "two outbound trips": (
        several(put("trips", 2, "visit", value="s-a"), put("trips", 2, "patient", value="p-000a")),
        "trips[2].visit",
        "outbound trip in trips[0]",
    ),
    "two returns": (
        several(put("trips", 3, "visit", value="s-a"), put("trips", 3, "patient", value="p-000a")),
        "trips[3].visit",
        "return in trips[1]",
    ),
    "two patients": (put("trips", 1, "patient", value="p-x"), "trips[1].patient", "a visit has one patient"),
    "two places of care": (
        put("trips", 1, "from", value="home-b"),
        "trips[1].from",
        'is at "hnfc" in trips[0]',
    ),
    "trip to where it starts": (put("trips", 1, "to", value="hnfc"), "trips[1].to", "starts and ends"),
    "no seat": (put("trips", 0, "companions", value=3), "trips[0]", "none has 4 seats"),
    "no room for a wheelchair": (
        several(put("trips", 0, "wheelchair", value=True), put("trips", 0, "vehicle_types", value=["vsl"])),
        "trips[0]",
        'none that is of type "vsl" takes a wheelchair',
    ),
    "no such type": (put("trips", 0, "vehicle_types", value=["taxi"]), "trips[0]", 'none is of type "taxi"'),
    "operator without vehicle": (
        several(
            lambda day: day["operators"].append({"id": "op2"}),
            put("trips", 0, "operator", value="op2"),
        ),
        "trips[0]",
        'none belongs to "op2"',
    ),
    "locked to another operator": (
        several(
            lambda day: day["operators"].append({"id": "op2", "vsl_flat": "A"}),
            put("vehicles", 1, "operator", value="op2"),
            put("trips", 0, "operator", value="op2"),
            lock(0, vehicle="v1"),
        ),
        "trips[0]",
        'none that is the locked vehicle "v1" belongs to "op2"',
    ),
    "no vehicle at all": (put("vehicles", value=[]), "vehicles", "trips and no vehicle"),
    "alone with partners": (
        lock(0, alone=True, **{"with": ["b-out"]}),
        "trips[0].lock.with",
        "is locked alone; name no partners for it, or let it share",
    ),
    "partner who may not share": (
        lock(0, **{"with": ["c-out"]}),
        "trips[0].lock.with[0]",
        "share_incompatible and rides alone; name another partner, or let that trip share",
    ),
    "partner kept apart": (
        several(lock(0, **{"with": ["b-out"]}), put("trips", 2, "not_with", value=["p-000a"])),
        "trips[0].lock.with[0]",
        "not_with",
    ),
    "partner of the same patient": (lock(0, **{"with": ["a-back"]}), "trips[0].lock.with[0]", "same patient"),
    "lock with itself": (lock(0, **{"with": ["a-out"]}), "trips[0].lock.with[0]", "itself"),
    "partners in two vehicles": (
        several(lock(0, vehicle="v1", **{"with": ["b-out"]}), lock(2, vehicle="v2")),
        "trips[0].lock.with[0]",
        'is locked to vehicle "v2", this one to "v1"',
    ),
    "partners who fit no vehicle together": (
        several(lock(0, **{"with": ["b-out"]}), put("trips", 2, "companions", value=2)),
        "trips[0].lock.with[0]",
        "4 seats",
    ),
    "pick-up too late for the appointment": (
        put("trips", 0, "earliest_pickup", value="09:12"),
        "trips[0].earliest_pickup",
        "at 09:11:00 or before",
    ),
    "home too early": (
        put("trips", 1, "latest_dropoff", value="11:18"),
        "trips[1].latest_dropoff",
        "11:19:00",
    ),
    "ride shorter than direct": (
        put("trips", 0, "max_ride_min", value=14.5),
        "trips[0].max_ride_min",
        "15.0 min",
    ),
    "locked pick-up too late for the appointment": (
        lock(0, pickup="09:12"),
        "trips[0].lock.pickup",
        "09:11:00",
    ),
    "locked pick-up before ready": (lock(1, pickup="10:59"), "trips[1].lock.pickup", "ready at 11:00:00"),
    "locked pick-up after the lawful wait": (lock(1, pickup="11:46"), "trips[1].lock.pickup", "45 min"),
    "matrix given twice": (put("travel", "file", value="m.npz"), "travel.file", "not both"),
    "matrix not given": (put("travel", value={"model": "matrix"}), "travel", "needs"),
    "half a matrix": (drop("travel", "minutes"), "travel.minutes", "missing"),
    "too few rows": (lambda day: day["travel"]["km"].pop(), "travel.km", "4 rows for 5 places"),
    "ragged row": (lambda day: day["travel"]["km"][3].pop(), "travel.km[3]", "4 entries for 5 places"),
    "negative distance": (put("travel", "km", 0, 1, value=-2), "travel.km[0][1]", "negative, not -2"),
    "infinite minutes": (
        put("travel", "minutes", 0, 1, value=float("inf")),
        "travel.minutes[0][1]",
        "finite",
    ),
    "distance to itself": (put("travel", "km", 2, 2, value=1), "travel.km[2][2]", "must be 0"),
}


@pytest.mark.parametrize("case", CASES)
def test_one_slip_is_one_problem(case: str) -> None:
    """A single slip is told once, at its path, with what would be right."""
    change, path, words = CASES[case]
    with pytest.raises(InputError) as caught:
        parse_day(broken(change))
    assert [problem.path for problem in caught.value.problems] == [path]
    assert words in caught.value.problems[0].message


def test_all_slips_are_told_at_once() -> None:
    """A day with many slips of different kinds names every one of them, in the order of the file."""
    changes = [
        drop("operators", 0, "vsl_flat"),
        put("vehicles", 1, "shift", value=["15:00", "07:00"]),
        put("trips", 1, "from", value="hnfcc"),
        put("trips", 3, "ready", value="9h"),
        put("trips", 5, "max_ride_min", value=1),
        put("rules", value={"wait": 30}),
    ]
    with pytest.raises(InputError) as caught:
        parse_day(broken(several(*changes)))
    assert [problem.path for problem in caught.value.problems] == [
        "operators[0].vsl_flat",
        "vehicles[1].shift",
        "trips[1].from",
        "trips[3].ready",
        "trips[5].max_ride_min",
        "rules.wait",
    ]


def test_order_is_by_number_not_by_spelling() -> None:
    """Problems of trips[2] come before those of trips[10]."""
    day = tutorial()
    day["trips"] += [{**day["trips"][0], "id": f"x{index}", "visit": None} for index in range(6)]
    for index in (10, 2):
        day["trips"][index]["to"] = "nowhere"
    with pytest.raises(InputError) as caught:
        parse_day(day)
    assert [problem.path for problem in caught.value.problems] == ["trips[2].to", "trips[10].to"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b'{"schema": "sharedride/day/1",\n "places": [}', "line 2, column 13"),
        (b'{"places": ["\xe9"]}', "not UTF-8"),
        (b"[]", "not a list"),
        (b"[" * 100_000, "nested"),
        (b"1" * 5_000, "digits"),
        (b"", "line 1, column 1"),
    ],
)
def test_what_is_no_day_at_all(text: bytes, words: str) -> None:
    """Bytes that hold no JSON object are refused with the place where reading stopped."""
    with pytest.raises(InputError, match=words):
        parse_day(text)


def test_a_key_that_stands_twice() -> None:
    """A key that stands twice in the text is told with its path, though JSON readers keep the last."""
    text = json.dumps(tutorial()).replace('"id": "b-out"', '"id": "b", "id": "b-out"')
    with pytest.raises(InputError) as caught:
        parse_day(text)
    assert [problem.path for problem in caught.value.problems] == ["trips[2].id"]
    assert "twice" in caught.value.problems[0].message


def test_not_a_number_in_the_text() -> None:
    """NaN and Infinity, which JSON does not have, are refused where they stand."""
    text = json.dumps(tutorial()).replace("0.4", "NaN").replace("40.0", "-Infinity")
    with pytest.raises(InputError) as caught:
        parse_day(text)
    assert [problem.path for problem in caught.value.problems] == ["costs.per_km", "costs.per_vehicle"]


@pytest.mark.parametrize(
    "table",
    [(np.eye(5) - 1).tolist(), [["a" if row != column else 0 for row in range(5)] for column in range(5)]],
)
def test_a_table_wrong_everywhere_is_told_briefly(table: list[list[object]]) -> None:
    """A table with many wrong entries names the first few and counts the others."""
    with pytest.raises(InputError) as caught:
        parse_day(broken(put("travel", "km", value=table)))
    assert len(caught.value.problems) == 6
    assert "15 more entries are wrong alike" in min(caught.value.problems).message
