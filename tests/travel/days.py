"""A day on the grid of roads."""

from typing import Any

from tests.travel.osm import crossing

PLACES = {"depot": (0, 0), "care": (11, 11), "h1": (3, 2), "h2": (3, 3), "h3": (6, 2), "h4": (7, 7)}
Raw = dict[str, Any]


def day_on_roads(travel: Raw, **more: Any) -> Raw:
    """Four patients to the far corner of the grid and back, two cars."""
    kinds = {"depot": "depot", "care": "care"}
    trips = []
    for number, home in enumerate(("h1", "h2", "h3", "h4")):
        both = {"patient": f"p{number}", "visit": f"s{number}"}
        trips += [
            {"id": f"{home}-there", "direction": "outbound", "from": home, "to": "care"}
            | both
            | {"appointment": f"09:{10 * number:02d}"},
            {"id": f"{home}-back", "direction": "return", "from": "care", "to": home}
            | both
            | {"ready": f"12:{5 * number:02d}"},
        ]
    car = {"operator": "op", "type": "vsl", "seats": 3, "start": "depot", "end": "depot"}
    return {
        "schema": "sharedride/day/1",
        "date": "2026-03-17",
        "places": [
            {"id": name, "lat": crossing(*at)[0], "lon": crossing(*at)[1], "kind": kinds.get(name, "home")}
            for name, at in PLACES.items()
        ],
        "operators": [{"id": "op", "certified": True, "vsl_flat": "A"}],
        "vehicles": [{"id": f"v{number}", "shift": ["06:00", "18:00"]} | car for number in (1, 2)],
        "trips": trips,
        "travel": travel,
        **more,
    }
