"""Travel: how far and how long it is from place to place."""

from sharedride.travel.geometry import geometry
from sharedride.travel.table import TravelProvider, TravelTable, travel_provider, travel_table
from sharedride.travel.warnings import travel_warnings

__all__ = [
    "TravelProvider",
    "TravelTable",
    "geometry",
    "travel_provider",
    "travel_table",
    "travel_warnings",
]
