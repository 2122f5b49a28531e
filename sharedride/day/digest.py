"""What identifies a day that is no file."""

import hashlib
import json

from sharedride.day.model import Day


def day_sha256(day: Day) -> str:
    """SHA-256 in hex of the day's JSON: sorted keys, no spaces, no ``null``, UTF-8 (formats.md)."""
    content = day.model_dump(mode="json", by_alias=True, exclude_none=True)
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
