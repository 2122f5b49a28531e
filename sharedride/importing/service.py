"""A geocoder of geopy by name, asked no faster than it likes."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from sharedride.day.words import did_you_mean
from sharedride.errors import InputError, Problem
from sharedride.importing.cache import Answer

DEFAULT_SERVICE = "banfrance"
BAN_DOMAIN = "data.geopf.fr/geocodage"
"""The national address base moved here; geopy's own default was switched off on 31 January 2026."""

_RETRIES = 2
_SECONDS = 10

Asker = Callable[[str], Answer | None]


class ServiceDown(Exception):
    """The geocoder does not answer, or refuses to."""


def asker(
    service: str, options: Mapping[str, str], per_second: float, *, pause: float = 3.0
) -> tuple[Asker, str]:
    """Return a function that looks an address up, and the server it asks.

    Parameters
    ----------
    service
        Name of a geocoder in geopy, such as ``banfrance``, ``nominatim`` or ``photon``.
    options
        What its constructor takes: ``domain``, ``scheme``, ``user_agent``, ``api_key``.
    per_second
        Most questions a second; the French base allows 50, Nominatim's public server 1.
    pause
        Seconds before a question is asked again after a failure.

    Raises
    ------
    InputError
        When geopy is not installed, knows no such geocoder, or that one misses an option.
    """
    try:
        from geopy.exc import GeopyError
        from geopy.extra.rate_limiter import RateLimiter
        from geopy.geocoders import SERVICE_TO_GEOCODER, get_geocoder_for_service
    except ImportError:
        message = 'needs geopy: pip install "sharedride[geocode]", or --offline for cached answers alone'
        raise InputError([Problem("sharedride geocode", message)]) from None
    try:
        kind = get_geocoder_for_service(service)
    except GeopyError:
        hint = did_you_mean(service, SERVICE_TO_GEOCODER)
        raise InputError([Problem("--geocoder", f'geopy has no "{service}"{hint}')]) from None
    given: dict[str, Any] = {"user_agent": "sharedride", "timeout": _SECONDS, **options}
    if kind.__name__ == "BANFrance":
        given = {"domain": BAN_DOMAIN, **given}
    try:
        geocoder = kind(**given)
    # Each geocoder has options of its own and its own way to refuse them.
    except Exception as error:
        message = f"{kind.__name__} cannot be used so: {error}; give what it needs with --option NAME=VALUE"
        raise InputError([Problem("--geocoder", message)]) from None
    # Its warnings quote the address, and addresses belong in no log.
    logging.getLogger("geopy").setLevel(logging.CRITICAL + 1)
    limited = RateLimiter(
        geocoder.geocode,
        min_delay_seconds=1 / per_second,
        max_retries=_RETRIES,
        error_wait_seconds=max(pause, 1 / per_second),
        swallow_exceptions=False,
    )

    def ask(query: str) -> Answer | None:
        try:
            found = limited(query)
        except GeopyError as error:
            # geopy's message quotes the address.
            raise ServiceDown(type(error).__name__) from None
        return None if found is None else _answer(found)

    return ask, str(getattr(geocoder, "domain", "") or kind.__name__)


def _answer(found: Any) -> Answer | None:
    raw: dict[str, Any] = found.raw if isinstance(found.raw, dict) else {}
    properties = raw.get("properties")
    said = properties if isinstance(properties, dict) else raw
    score = said.get("score")
    lat, lon = float(found.latitude), float(found.longitude)
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    return Answer(
        lat,
        lon,
        float(score) if isinstance(score, int | float) else None,
        str(said.get("type") or said.get("addresstype") or ""),
        str(said.get("citycode") or ""),
    )
