import json
import os
import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest

from sharedride.errors import InputError
from sharedride.importing.build import import_day, open_sheet
from sharedride.importing.cache import Cache
from sharedride.importing.geocode import Geocoded, geocode
from sharedride.importing.mapping import ColumnMapping
from sharedride.importing.service import BAN_DOMAIN, asker

EXPORT = """N°;Patient;Date;Sens;RDV;Adresse départ;CP départ;Ville départ;Arrivée;Adr. arrivée;Ville arrivée
1;P1;17/03/2026;Aller;8h30;chez Mme DUPONT, 3 rue des Lilas;90000;Belfort;HNFC;100 route de Moval;Trévenans
2;P2;17/03/2026;Aller;9h;7 rue Floue;90200;Giromagny;HNFC;100 route de Moval;Trévenans
3;P3;17/03/2026;Aller;9h;9 rue Ailleurs;90200;Giromagny;HNFC;100 route de Moval;Trévenans
4;P4;17/03/2026;Aller;9h;1 rue Inconnue;90200;Giromagny;HNFC;;Trévenans
Total;4
"""
KNOWN = {
    "3 rue des Lilas 90000 Belfort": (47.64, 6.86, 0.97, "housenumber", "90010"),
    "100 route de Moval Trévenans": (47.5765, 6.8725, 0.9, "housenumber", "90097"),
    "7 rue Floue 90200 Giromagny": (47.74, 6.82, 0.41, "street", "90052"),
    "9 rue Ailleurs 90200 Giromagny": (48.85, 2.35, 0.8, "housenumber", "75104"),
}


@pytest.fixture
def server() -> Iterator[Any]:
    """A national address base of four addresses on this machine; ``asked`` is what it was sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlparse(self.path)
            here.asked.append(self.path)
            if here.broken:
                self.send_error(503)
                return
            query = parse_qs(asked.query)["q"][0]
            features = []
            if query in KNOWN:
                lat, lon, score, kind, town = KNOWN[query]
                properties = {"label": query, "score": score, "type": kind, "citycode": town}
                geometry = {"type": "Point", "coordinates": [lon, lat]}
                features = [{"type": "Feature", "geometry": geometry, "properties": properties}]
            body = json.dumps({"type": "FeatureCollection", "features": features}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    here: Any = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.asked, here.broken = [], False
    thread = threading.Thread(target=here.serve_forever, daemon=True)
    thread.start()
    yield here
    here.shutdown()
    here.server_close()
    thread.join()


def located(folder: Path, server: Any, *, offline: bool = False, text: str = EXPORT) -> Geocoded:
    file = folder / "m.csv"
    file.write_text(text, encoding="utf-8")
    options = {"domain": f"127.0.0.1:{server.server_port}/geocodage", "scheme": "http"}
    ask = None if offline else asker("banfrance", options, 1000, pause=0.01)[0]
    sheet = open_sheet(file, "missions", ColumnMapping())
    return geocode(sheet, Cache(folder / "cache" / "a.sqlite"), "banfrance", ask, least_score=0.6)


def test_addresses_are_asked_once_and_doubts_are_listed(tmp_path: Path, server: Any) -> None:
    """An address is one question without person or time; unsure, far and unknown ones are listed."""
    done = located(tmp_path, server)
    assert (done.found, done.asked, done.from_cache, done.down) == (6, 5, 0, None)
    assert [(item.row, item.end, item.why.split(":")[0]) for item in done.look_at] == [
        (3, "from", "the geocoder is not sure, score 0.41"),
        (4, "from", "found in commune 75104, the postcode is elsewhere"),
        (5, "from", "not found"),
    ]
    assert len(server.asked) == 5
    assert all(path.startswith("/geocodage/search?") for path in server.asked)
    assert not [path for path in server.asked if "DUPONT" in path or "Mme" in path or "P1" in path]
    again = located(tmp_path, server)
    assert (again.found, again.asked, again.from_cache) == (6, 1, 4)
    assert again.text == done.text


def test_located_files_import_with_the_commune_where_nothing_was_found(tmp_path: Path, server: Any) -> None:
    """Coordinates of the geocoder reach the day; an unknown address stands at its commune's centre."""
    file = tmp_path / "located.csv"
    file.write_text(located(tmp_path, server).text, encoding="utf-8")
    imported = import_day(file)
    places = {place["id"]: place for place in imported.day["places"]}
    homes = {trip["patient"]: places[trip["from"]] for trip in imported.day["trips"]}
    assert (homes["P1"]["lat"], homes["P1"]["lon"]) == (47.64, 6.86)
    assert homes["P4"]["commune"] == "90052"
    assert any("at their commune's centre" in note for note in imported.notes)
    assert not imported.rejected
    assert not [text for text in ("Lilas", "Inconnue", "DUPONT") if text in str(imported.day)]


def test_offline_asks_nobody(tmp_path: Path, server: Any) -> None:
    """Without a geocoder only kept answers are used."""
    done = located(tmp_path, server, offline=True)
    assert (done.found, done.asked, server.asked) == (0, 0, [])
    located(tmp_path, server)
    before = len(server.asked)
    assert located(tmp_path, server, offline=True).found == 6
    assert len(server.asked) == before


def test_a_server_that_is_down_is_given_up(
    tmp_path: Path, server: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """After three failures nobody asks on; what is missing is listed, and no log holds an address."""
    server.broken = True
    done = located(tmp_path, server)
    assert done.found == 0
    assert done.down is not None
    assert "rue" not in done.down
    assert len(done.look_at) == 7
    assert len(server.asked) == 9
    assert "rue" not in caplog.text


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX")
def test_the_cache_is_private(tmp_path: Path) -> None:
    """Only its owner can read what was asked; a file that is no cache is refused."""
    Cache(tmp_path / "cache" / "a.sqlite")
    assert stat.S_IMODE((tmp_path / "cache" / "a.sqlite").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700
    other = tmp_path / "text"
    other.write_text("no database " * 100)
    with pytest.raises(InputError, match="no cache of addresses"):
        Cache(other)


def test_geocoders_are_named_and_the_national_base_is_where_it_moved() -> None:
    """The default asks the present address of the base; an unknown name gets the nearest known one."""
    assert asker("banfrance", {}, 5)[1] == BAN_DOMAIN
    assert asker("nominatim", {"domain": "localhost:8080"}, 1)[1] == "localhost:8080"
    with pytest.raises(InputError, match='did you mean "nominatim"'):
        asker("nominatin", {}, 1)
    with pytest.raises(InputError, match="--option"):
        asker("nominatim", {"colour": "blue"}, 1)
