"""The page: one HTML file with its style and script inside, that asks nothing of any network."""

import base64
import hashlib
import json
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from sharedride.pages.alone_view import alone_view
from sharedride.pages.facts import Facts
from sharedride.pages.ledger_view import ledger_view
from sharedride.pages.map_view import map_view
from sharedride.pages.overview_view import overview_view
from sharedride.pages.panel_view import panel_data
from sharedride.pages.sheet_view import sheets_view
from sharedride.pages.timeline_view import timeline_view
from sharedride.pages.trips_view import trips_view

STYLES = ("page.css", "map.css", "tables.css", "sheet.css", "print.css")
SCRIPTS = ("choose.js", "map.js", "timeline.js", "trips.js", "sheets.js")
"""In this order: the first defines what the others listen to."""


def render(facts: Facts) -> str:
    """Return the page. The same facts give the same text.

    A policy in the page itself lets the browser load nothing and run no script but the page's own.
    """
    env = Environment(
        loader=PackageLoader("sharedride.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = _static(SCRIPTS)
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src '{_hash(script)}'; base-uri 'none'"
    return env.get_template("page.html").render(
        policy=policy,
        style=_static(STYLES),
        script=script,
        data=_embedded(panel_data(facts)),
        overview=overview_view(facts),
        map=map_view(facts),
        timeline=timeline_view(facts),
        trips=trips_view(facts),
        alone=alone_view(facts),
        ledger=ledger_view(facts),
        sheets=sheets_view(facts),
    )


def _static(names: tuple[str, ...]) -> str:
    folder = files("sharedride.pages") / "static"
    return "".join((folder / name).read_text(encoding="utf-8") for name in names)


def _embedded(content: object) -> str:
    """JSON that no text in it can end early: ids of the day may hold anything."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _hash(script: str) -> str:
    # The browser hashes what it parsed: the text between the tags, to the byte.
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
