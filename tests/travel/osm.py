"""A small country of roads, written as a file of OpenStreetMap."""

from pathlib import Path

LAT, LON, STEP = 47.60, 6.80, 0.01
SIDE = 12
"""Crossroads on a side of the grid."""

ISLAND_LAT = 47.90
"""An island of two roads, from which no road leads to the grid."""


def crossing(row: int, column: int) -> tuple[float, float]:
    """Latitude and longitude of a crossroads of the grid."""
    return round(LAT + row * STEP, 6), round(LON + column * STEP, 6)


def write_osm(file: Path, side: int = SIDE) -> Path:
    """Write a grid of roads both ways, its southern road one-way to the east, and an island north of it."""
    nodes = {(row, column): 1 + row * side + column for row in range(side) for column in range(side)}
    ways = [[nodes[row, column] for column in range(side)] for row in range(side)]
    ways += [[nodes[row, column] for row in range(side)] for column in range(side)]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="tests">']
    places = [(node, crossing(*at)) for at, node in nodes.items()]
    island = [(10**6 + at, (ISLAND_LAT, round(LON + at * STEP, 6))) for at in range(side)]
    lines += [
        f'<node id="{node}" version="1" lat="{lat}" lon="{lon}"/>' for node, (lat, lon) in places + island
    ]
    for number, way in enumerate([*ways, [node for node, _ in island]], start=1):
        tags = '<tag k="highway" v="secondary"/><tag k="maxspeed" v="60"/>'
        tags += '<tag k="oneway" v="yes"/>' if number == 1 else ""
        refs = "".join(f'<nd ref="{node}"/>' for node in way)
        lines.append(f'<way id="{number}" version="1">{refs}{tags}</way>')
    file.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return file
