"""Travel: how far and how long it is from place to place."""

from sharedride.travel.table import TravelProvider, TravelTable, travel_provider, travel_table

__all__ = ["TravelProvider", "TravelTable", "travel_provider", "travel_table"]
