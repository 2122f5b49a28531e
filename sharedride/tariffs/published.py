"""What is published about the national bill and the savings the protocol of 2025 aims at."""

import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True)
class Published:
    """National figures of ``stats.national`` in the tariff data, euros a year; press on the protocol, medium.

    Attributes
    ----------
    spend_ambulance_vsl, spend_taxi
        What was paid in 2024; VSL alone are not told apart.
    target_ambulance_vsl
        What the protocol of 24 September 2025 aims to save on ambulances and VSL by 2027.
    from_relevance, from_tariffs
        What of it is to come from fewer transports and from the tariffs; sharing has no figure of its own.
    """

    spend_ambulance_vsl: float
    spend_taxi: float
    target_ambulance_vsl: float
    from_relevance: float
    from_tariffs: float


def published() -> Published:
    """Return the published figures."""
    text = resources.files("sharedride").joinpath("data/tariffs.toml").read_text(encoding="utf-8")
    national = tomllib.loads(text)["stats"]["national"]
    return Published(
        spend_ambulance_vsl=national["spend_2024_ambulance_vsl_eur"],
        spend_taxi=national["spend_2024_taxi_eur"],
        target_ambulance_vsl=national["savings_target_2025_2027_ambulance_vsl_eur"],
        from_relevance=national["protocol_share_from_pertinence_eur"],
        from_tariffs=national["protocol_share_from_tariffs_eur"],
    )
