import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import urllib3
from typer.testing import CliRunner

import sharedride
from sharedride.cli import app
from sharedride.day import parse_day
from sharedride.errors import InputError
from sharedride.travel import geometry, travel_table, travel_warnings
from sharedride.travel.crowfly import crowfly_km
from sharedride.travel.osrm_files import serving
from tests.travel.days import PLACES, Raw, day_on_roads
from tests.travel.osm import ISLAND_LAT, crossing


def written(folder: Path, name: str, day: Raw) -> Path:
    file = folder / name
    file.write_text(json.dumps(day), encoding="utf-8")
    return file


def plan_of(day: Path) -> dict[str, Any]:
    """The plan of a day, checked, without what tells one day's file or machine from another."""
    result = sharedride.plan(day, time_limit=20)
    assert sharedride.check(day, result) == []
    document = json.loads(result.document.to_json())
    del document["day"], document["solver"]["seconds"]
    document.pop("travel", None)
    return document


def problems_of(day: Raw) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        parse_day(day)
    return {problem.path: problem.message for problem in caught.value.problems}


def test_a_day_on_real_roads_is_planned_and_checked(server: str, data: Path, tmp_path: Path) -> None:
    """By server, by prepared file and by a table written from them, a day has one and the same plan."""
    by_server = written(tmp_path, "server.json", day_on_roads({"model": "osrm", "url": server, "block": 4}))
    by_file = written(tmp_path, "file.json", day_on_roads({"model": "osrm", "file": str(data)}))
    written_table = CliRunner().invoke(
        app, ["roads", "matrix", str(by_server), "-o", str(tmp_path / "matrix.npz")]
    )
    assert written_table.exit_code == 0, written_table.output
    assert "0 m from their road (median)" in written_table.output
    by_table = written(tmp_path, "table.json", day_on_roads({"model": "matrix", "file": "matrix.npz"}))
    plan = plan_of(by_server)
    assert plan == plan_of(by_file) == plan_of(by_table)
    assert plan["kpis"]["served"] == 8
    assert plan["kpis"]["shared"] > 0


def test_distances_follow_the_roads(server: str) -> None:
    """Between crossroads the way goes along the grid's lines, and round the one-way road."""
    day = parse_day(day_on_roads({"model": "osrm", "url": server}))
    table = travel_table(day)
    home, care = list(PLACES).index("h1"), list(PLACES).index("care")
    corner = (crossing(*PLACES["care"])[0], crossing(*PLACES["h1"])[1])
    (lat, lon) = np.array([crossing(*PLACES["h1"]), corner, crossing(*PLACES["care"])]).T
    legs = crowfly_km(lat, lon)
    assert table.km[home, care] == pytest.approx(legs[0, 1] + legs[1, 2], rel=0.005)
    assert table.minutes[home, care] > 60 * table.km[home, care] / 60
    places = [(0, 2), (0, 5)]
    raw = day_on_roads({"model": "osrm", "url": server})
    for index, at in zip((0, 2), places, strict=True):
        raw["places"][index] |= dict(zip(("lat", "lon"), crossing(*at), strict=True))
    one_way = travel_table(parse_day(raw)).km
    assert one_way[2, 0] > one_way[0, 2] + 1.5
    assert table.data_version


def test_a_second_plan_asks_nothing(data: Path, own_cache: Path, tmp_path: Path) -> None:
    """A table is kept for its owner alone and without coordinates; the server may be gone by then."""
    with serving(str(data), "data") as url:
        file = written(tmp_path, "day.json", day_on_roads({"model": "osrm", "url": url}))
        first = plan_of(file)
    from sharedride.travel import cache

    cache._recent.clear()
    assert plan_of(file) == first
    (kept,) = own_cache.iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    assert own_cache.stat().st_mode & 0o077 == 0
    with np.load(kept) as arrays:
        assert sorted(arrays.files) == ["decimetres", "deciseconds", "snapped_m", "version"]
    forgotten = CliRunner().invoke(app, ["roads", "forget"])
    assert forgotten.output.startswith("1 table deleted")
    assert "does not answer" in problems_of(json.loads(file.read_text()))["travel.url"]


def test_a_table_belongs_to_its_engine_data_and_points(server: str, data: Path) -> None:
    """Another profile, version or place is another table."""
    from sharedride.travel.cache import key_of
    from sharedride.travel.engines import engine_of
    from sharedride.travel.points import points_of

    def key(**more: Any) -> str:
        raw = day_on_roads({"model": "osrm", "url": server, "cache": False} | more.pop("travel", {}))
        raw["places"][0] |= more
        day = parse_day(raw)
        return key_of(engine_of(day.travel, "travel").identity, points_of(day))  # type: ignore[arg-type]

    version = travel_table(parse_day(day_on_roads({"model": "osrm", "url": server}))).data_version
    keys = [
        key(),
        key(travel={"profile": "car"}),
        key(travel={"data_version": version}),
        key(lat=47.6012),
        key(travel={"url": None, "file": str(data)}),
    ]
    assert len(set(keys)) == len(keys)
    assert key(travel={"block": 3}) == keys[0]


def test_places_off_the_road_and_cut_off_are_named(server: str) -> None:
    """A place in a field, one on an island and data of another version are told, each with its remedy."""
    travel = {"model": "osrm", "url": server}
    raw = day_on_roads(travel)
    raw["places"][2]["lat"] = 47.55
    assert "m from the nearest road osrm knows, 1000 m are allowed" in problems_of(raw)["places[2]"]
    raw = day_on_roads(travel)
    raw["places"][3] |= {"lat": ISLAND_LAT, "lon": crossing(0, 3)[1]}
    assert problems_of(raw).keys() == {"places[3]"}
    assert 'no road leads from or to "h2"' in problems_of(raw)["places[3]"]
    other = day_on_roads(travel | {"data_version": "2020-01"})
    assert 'asks for "2020-01"' in problems_of(other)["travel.data_version"]


def test_a_place_far_from_the_road_is_reported(server: str) -> None:
    """Up to the limit a place is moved to its road, and its distance is told."""
    raw = day_on_roads({"model": "osrm", "url": server})
    raw["places"][2] |= {"lat": crossing(11, 2)[0] + 0.004}
    day = parse_day(raw)
    (warning,) = travel_warnings(day, travel_table(day))
    assert warning.path == "places[2]"
    assert warning.message.startswith("is 445 m from the nearest road")


def test_ways_are_drawn_along_the_roads(server: str, data: Path) -> None:
    """A route has a line per leg, from stop to stop by the crossroads; without engine there is none."""
    names = list(PLACES)
    route = [names.index(name) for name in ("depot", "h1", "h1", "care")]
    day = parse_day(day_on_roads({"model": "osrm", "url": server}))
    lines = geometry(day, [route])
    assert lines is not None
    ((first, still, last),) = lines
    assert first[0] == crossing(0, 0)
    assert first[-1] == crossing(3, 2) == last[0]
    assert last[-1] == crossing(11, 11)
    assert len(set(still)) == 1
    lat, lon = np.array(last).T
    along = crowfly_km(lat, lon)
    table = travel_table(day)
    assert np.diagonal(along, 1).sum() == pytest.approx(table.km[route[1], route[3]], rel=0.005)
    by_file = parse_day(day_on_roads({"model": "osrm", "file": str(data)}))
    assert geometry(by_file, [route]) == lines
    assert geometry(parse_day(day_on_roads({"model": "crowfly"})), [route]) is None


class Between:
    """A stranger between program and server, who passes on what it pleases."""

    def __init__(self, answer: Callable[[int], tuple[int, bytes] | None]) -> None:
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                answered = answer(len(outer.asked))
                if answered is None:
                    self.connection.close()
                    return
                self.send_response(answered[0])
                self.send_header("Content-Length", str(len(answered[1])))
                self.end_headers()
                self.wfile.write(answered[1])

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> "Between":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((400, b'{"code": "TooBig", "message": "Too many table coordinates"}'), "Too many table coordinates"),
        ((200, b"<html>Welcome</html>"), "is no road engine"),
        ((200, b'{"code": "Ok", "durations": [[0]]}'), "answers no table"),
        ((302, b"{}"), "answers no table"),
    ],
)
def test_a_strange_answer_is_told(answer: tuple[int, bytes], words: str) -> None:
    """What a server says instead of a table is told, with its address and without coordinates."""
    with Between(lambda _: answer) as server:
        message = problems_of(day_on_roads({"model": "osrm", "url": server.url}))["travel.url"]
    assert words in message
    assert server.url in message
    assert str(crossing(0, 0)[0]) not in message


def test_a_busy_server_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is busy twice is asked a third time, and one that stays away counts as away."""
    far = np.full((6, 6), 20_000.0).tolist()
    ok = {
        "code": "Ok",
        "distances": far,
        "durations": far,
        "sources": [{"distance": 1.0}] * 6,
    }
    with Between(lambda turn: (503, b"") if turn < 3 else (200, json.dumps(ok).encode())) as server:
        table = travel_table(parse_day(day_on_roads({"model": "osrm", "url": server.url})))
        assert len(server.asked) == 3
    assert table.km[0, 1] == 20.0
    with Between(lambda turn: None) as server:
        message = problems_of(day_on_roads({"model": "osrm", "url": server.url}))["travel.url"]
        assert "does not answer (connection broken off, asked 4 times)" in message


def test_a_pair_without_a_way_is_named() -> None:
    """Where only some ways are missing, each is told by the places' names, up to five."""
    distances = np.full((6, 6), 20_000.0).tolist()
    distances[0][5] = None
    answer = {"distances": distances, "durations": distances, "sources": [{"distance": 1.0}] * 6}
    with Between(lambda _: (200, json.dumps(answer).encode())) as server:
        found = problems_of(day_on_roads({"model": "osrm", "url": server.url}))
    assert found == {"travel": 'osrm knows no way from "depot" to "care"'}


def test_a_distance_that_cannot_be_is_asked_again_as_a_route() -> None:
    """A negative distance, or one shorter than the straight line, is replaced by the route's."""
    raw = day_on_roads({"model": "osrm", "url": ""})
    lat, lon = np.array([(place["lat"], place["lon"]) for place in raw["places"]]).T
    order = np.lexsort((lon, lat))
    metres = 1300.0 * crowfly_km(lat[order], lon[order])
    metres[0, 3], metres[4, 1] = -86.8, 0.4 * metres[4, 1]
    table = {"distances": metres.tolist(), "durations": (metres / 10).clip(0).tolist()}
    table["sources"] = [{"distance": 1.0}] * 6
    route = {"routes": [{"distance": 4321.0, "duration": 300.0}]}
    with Between(
        lambda _: (200, json.dumps(route if "/route/" in server.asked[-1] else table).encode())
    ) as server:
        raw["travel"]["url"] = server.url
        km = travel_table(parse_day(raw)).km
    assert sum("/route/" in path for path in server.asked) == 2
    assert km[order[0], order[3]] == km[order[4], order[1]] == 4.321


def test_a_server_that_takes_little_at_once_is_asked_in_small_blocks(data: Path) -> None:
    """Where a table of 1,000 is refused, blocks of 100 make the same table."""
    random = np.random.default_rng(0)
    raw = day_on_roads({"model": "osrm", "url": "", "cache": False})
    raw["places"] += [
        {"id": f"x{at}", "lat": lat, "lon": lon, "kind": "home"}
        for at, (lat, lon) in enumerate((crossing(0, 0) + 0.1 * random.random((120, 2))).tolist())
    ]
    with serving(str(data), "data") as behind:
        pool = urllib3.PoolManager()

        def pass_on(turn: int) -> tuple[int, bytes]:
            path = between.asked[turn - 1]
            if path.partition("&sources=")[2].partition("&")[0].count(";") >= 100:
                return 400, b'{"code": "TooBig", "message": "Too many table coordinates"}'
            return 200, pool.request("GET", behind + path).data

        with Between(pass_on) as between:
            small = travel_table(parse_day(raw | {"travel": raw["travel"] | {"url": between.url}}))
        whole = travel_table(parse_day(raw | {"travel": raw["travel"] | {"url": behind}}))
    assert len(between.asked) >= 5
    assert np.array_equal(small.km, whole.km)


@pytest.fixture
def dying(data: Path) -> Iterator[tuple[str, list[str]]]:
    """A real server that is stopped after its first answers."""
    with serving(str(data), "data") as behind:
        pool = urllib3.PoolManager()
        asked: list[str] = []

        def pass_on(turn: int) -> tuple[int, bytes] | None:
            if turn > 2:
                return None
            return 200, pool.request("GET", behind + between.asked[-1]).data

        with Between(pass_on) as between:
            asked = between.asked
            yield between.url, asked


def test_a_server_that_stops_in_the_middle_leaves_no_file(
    dying: tuple[str, list[str]], own_cache: Path, tmp_path: Path
) -> None:
    """The error says so, nothing is kept, and neither plan nor table is there, not even in part."""
    url, asked = dying
    day = written(tmp_path, "day.json", day_on_roads({"model": "osrm", "url": url, "block": 2}))
    before = sorted(tmp_path.iterdir())
    for command in (["plan", str(day), "-o"], ["roads", "matrix", str(day), "-o"]):
        done = CliRunner().invoke(app, [*command, str(tmp_path / "out")])
        assert isinstance(done.exception, InputError)
        assert "does not answer" in str(done.exception)
        assert str(done.exception).startswith("travel.url")
    assert len(asked) > 2
    assert sorted(tmp_path.iterdir()) == before
    assert not own_cache.exists()


def test_a_matrix_of_many_blocks_is_that_of_one(server: str) -> None:
    """How a table is cut into blocks changes nothing in it."""
    tables = [
        travel_table(parse_day(day_on_roads({"model": "osrm", "url": server, "cache": False, "block": size})))
        for size in (1, 4, 100)
    ]
    assert np.array_equal(tables[0].km, tables[2].km)
    assert np.array_equal(tables[1].minutes, tables[2].minutes)
