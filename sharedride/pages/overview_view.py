"""The day in a few figures, and what must be known before anything else."""

from dataclasses import dataclass

from sharedride.pages.facts import Facts
from sharedride.pages.timeline_view import TIGHT_MIN
from sharedride.report.proof import proof
from sharedride.report.text import count, date, euros, km, percent


@dataclass(frozen=True)
class Tile:
    """A key figure with what it is about."""

    name: str
    value: str
    about: str


@dataclass(frozen=True)
class OverviewView:
    """Head of the page."""

    title: str
    served: str
    proof: tuple[str, ...]
    tiles: tuple[Tile, ...]
    unserved: tuple[tuple[str, str], ...]
    violations: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    tariffs: str
    sha256: str


def overview_view(facts: Facts) -> OverviewView:
    """Return the day's figures."""
    document, kpis = facts.document, facts.ledger.kpis
    missed = f", {len(document.unserved)} not" if document.unserved else ""
    return OverviewView(
        title=date(document.day.date),
        served=f"{kpis.all.trips:,} of {count(kpis.trips, 'trip')} served{missed}",
        proof=proof(facts.solution, kpis.all.trips, kpis.trips),
        tiles=tuple(_tiles(facts)),
        unserved=tuple(
            (trip.id, trip.reason + (f": {trip.detail}" if trip.detail else "")) for trip in document.unserved
        ),
        violations=facts.violations,
        warnings=facts.warnings,
        notes=tuple(dict.fromkeys(facts.ledger.notes)),
        tariffs=str(facts.ledger.book.on),
        sha256=document.day.sha256,
    )


def _tiles(facts: Facts) -> list[Tile]:
    kpis = facts.ledger.kpis
    tight = sum(slack.minutes < TIGHT_MIN for slacks in facts.slacks for slack in slacks)
    rides = sum(map(len, facts.slacks))
    taxi = f" · taxi {percent(kpis.taxi.rate)}" if kpis.taxi.trips else ""
    vsl = f"VSL {percent(kpis.vsl.rate)}" if kpis.vsl.trips else "no VSL trip"
    saving = percent(kpis.payer.saving / kpis.payer.solo) if kpis.payer.solo else "-"
    empty = percent(kpis.empty_km / kpis.km, 0) if kpis.km else "-"
    return [
        Tile("Served", f"{kpis.all.trips:,} / {kpis.trips:,}", count(rides, "ride")),
        Tile("Shared trips", percent(kpis.all.rate), vsl + taxi),
        Tile("Payer saves", euros(kpis.payer.saving), f"{saving} of {euros(kpis.payer.solo)}"),
        Tile("Operators' margin", euros(kpis.margin), f"revenue {euros(kpis.revenue)}"),
        Tile("Driven", km(kpis.km), f"{empty} empty · {kpis.co2_kg:,.0f} kg CO2"),
        Tile(
            "Vehicles",
            f"{kpis.vehicles_used} / {len(facts.day.vehicles)}",
            f"{kpis.work_hours:.0f} h work · {kpis.duty_hours:.0f} h on duty",
        ),
        Tile("Tight rides", f"{tight:,}", f"under {TIGHT_MIN:g} min of slack"),
    ]
