"""What a reader of any amount must be told about the tariffs behind it."""

import datetime
from collections.abc import Mapping
from typing import Any

from sharedride.tariffs.vsl import VslTariff


def tariff_notes(
    data: Mapping[str, Any],
    on: datetime.date,
    certified: VslTariff,
    non_certified: VslTariff,
    *,
    empty_return: bool,
) -> tuple[str, ...]:
    """Return one sentence for every amount that is not the payer's own figure for the date."""
    vsl, taxi = data["vsl"], data["taxi"]
    notes = []
    if certified.name == "certified_2025":
        notes.append(
            "The VSL tariff of certified operators rests on one third party "
            f"({certified.confidence} confidence): replace it by the convention's table."
        )
    else:
        notes.append(f"No VSL tariff of certified operators is known on {on}: they are priced as the others.")
    if non_certified.confidence != "high":
        notes.append(
            f"The VSL tariff of non-certified operators on {on} is computed back from later ones "
            f"({non_certified.confidence} confidence)."
        )
    notes.append(
        "The shared VSL reductions of non-certified operators come from third parties "
        f"({vsl['shared_reduction']['non_certified']['confidence']} confidence)."
    )
    notes.append(
        "The night, Sunday and holiday supplements of VSL rest on one third party "
        f"({vsl['supplements']['confidence']} confidence)."
    )
    notes.append(f"The taxi tariff comes from third parties that agree ({taxi['confidence']} confidence).")
    if on < datetime.date.fromisoformat(taxi["effective_from"]):
        notes.append(
            f"Taxi trips are priced by the tariff of {taxi['effective_from']}, not yet in force on {on}."
        )
    if empty_return:
        notes.append("Taxi fares include the empty return after hospital care, except in shared rides.")
    return tuple(notes)
