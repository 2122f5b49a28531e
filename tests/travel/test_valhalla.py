import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from sharedride.day import parse_day
from sharedride.errors import InputError
from sharedride.travel import geometry, travel_table
from sharedride.travel.crowfly import crowfly_km
from tests.travel.days import PLACES, day_on_roads
from tests.travel.osm import crossing

NORTH = crossing(0, 0)[0]
"""South of it this Valhalla knows no road."""


def answer_to(service: str, asked: dict[str, Any]) -> Any:
    """What Valhalla 3.9 answers, in its own shapes, were roads a quarter longer than the straight line."""
    if service == "status":
        return {"version": "3.9.1", "tileset_last_modified": 1795323723}
    if service == "locate":
        edge = {"way_id": 1, "correlated_lon": 0.0, "side_of_street": "right", "percent_along": 0.5}
        return [
            {
                "edges": [edge | {"correlated_lat": at["lat"] + 0.001, "correlated_lon": at["lon"]}],
                "nodes": [],
            }
            if at["lat"] >= NORTH
            else {"edges": None, "nodes": None}
            for at in asked["locations"]
        ]
    if service == "route":
        # The example every description of encoded polylines gives, here read at six decimals.
        return {"trip": {"legs": [{"shape": "_p~iF~ps|U_ulLnnqC_mqNvxq`@"}] * (len(asked["locations"]) - 1)}}
    assert asked["verbose"] is False
    both = [asked["sources"], asked["targets"]]
    (lat, lon), (to_lat, to_lon) = ([[at[key] for at in part] for key in ("lat", "lon")] for part in both)
    assert min(lat + to_lat) >= NORTH, "a place off all roads makes the real one refuse the whole block"
    air = crowfly_km(np.array(lat + to_lat), np.array(lon + to_lon))[: len(lat), len(lat) :]
    km = (1.25 * air).round(3)
    return {"sources_to_targets": {"distances": km.tolist(), "durations": (72 * km).round().tolist()}}


class Valhalla(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        service = self.path.removeprefix("/").replace("sources_to_targets", "matrix")
        data = json.dumps(answer_to(service, asked)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Valhalla)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("block", [2, 50])
def test_a_table_has_km_minutes_and_the_way_to_the_road(url: str, block: int) -> None:
    """However it is cut into blocks, distances are km, times minutes, and the tiles' time is the version."""
    day = parse_day(day_on_roads({"model": "valhalla", "url": url, "block": block}))
    table = travel_table(day)
    lat, lon = np.array([(place.lat, place.lon) for place in day.places]).T
    assert table.km == pytest.approx(1.25 * crowfly_km(lat, lon), abs=0.001)
    assert table.minutes == pytest.approx(1.2 * table.km, abs=0.02)
    assert table.snapped_m == pytest.approx(np.full(6, 111.2), abs=0.1)
    assert table.data_version == "1795323723"


def test_a_place_off_all_roads_is_named(url: str) -> None:
    """It is left out of the question, so that the others' answer is not lost, and named."""
    raw = day_on_roads({"model": "valhalla", "url": url})
    raw["places"][3]["lat"] = NORTH - 0.5
    with pytest.raises(InputError) as caught:
        parse_day(raw)
    (problem,) = caught.value.problems
    assert problem.path == "places[3]"
    assert '"h2" is off every road valhalla knows' in problem.message


def test_ways_are_read_from_encoded_lines(url: str) -> None:
    """A line of six decimals has latitude before longitude; legs that go nowhere are not asked for."""
    day = parse_day(day_on_roads({"model": "valhalla", "url": url}))
    names = list(PLACES)
    lines = geometry(day, [[names.index(name) for name in ("depot", "h1", "h1", "care")]])
    assert lines is not None
    ((first, still, last),) = lines
    assert first == last == ((3.85, -12.02), (4.07, -12.095), (4.3252, -12.6453))
    assert still == (crossing(3, 2), crossing(3, 2))


def test_tiles_in_process_need_their_package(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pyvalhalla the error says how to install it; without tiles, what is missing."""
    travel = {"model": "valhalla", "file": str(tmp_path / "valhalla.json")}

    def message() -> str:
        with pytest.raises(InputError) as caught:
            parse_day(day_on_roads(travel))
        return str(caught.value)

    assert "cannot be read: no such file" in message()
    settings = {"mjolnir": {"tile_extract": "", "tile_dir": str(tmp_path / "tiles")}}
    (tmp_path / "valhalla.json").write_text(json.dumps(settings))
    assert "are not there" in message()
    (tmp_path / "tiles").mkdir()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert 'pip install "sharedride[valhalla]"' in message()
