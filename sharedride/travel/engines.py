"""The road engine a travel model names."""

from sharedride.day.model import Osrm, Valhalla
from sharedride.travel.engine import Engine
from sharedride.travel.osrm import OsrmEngine
from sharedride.travel.valhalla import ValhallaEngine


def engine_of(travel: Osrm | Valhalla, path: str) -> Engine:
    """Return the engine of a travel model; ``path`` is where in the day it stands, for messages."""
    return OsrmEngine(travel, path) if isinstance(travel, Osrm) else ValhallaEngine(travel, path)
