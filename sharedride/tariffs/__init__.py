"""Tariffs: what a trip costs the payer, as dated data."""

from sharedride.tariffs.book import TariffBook, tariff_book
from sharedride.tariffs.lines import FareLines
from sharedride.tariffs.published import Published, published
from sharedride.tariffs.terms import Malus, PatientTerms

__all__ = ["FareLines", "Malus", "PatientTerms", "Published", "TariffBook", "published", "tariff_book"]
