"""Words as people write them, brought to one form for comparison."""

import re
import unicodedata

_SIGNS = re.compile(r"[^a-z0-9]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})


def folded(text: str) -> str:
    """Return the text in small letters without accents, spaces trimmed."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def worded(text: str) -> str:
    """Return the folded text with every sign but letters and digits turned into one space."""
    return _SIGNS.sub(" ", folded(text)).strip()
