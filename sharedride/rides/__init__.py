"""Rides: every lawful ride of the day, from empty to empty."""
