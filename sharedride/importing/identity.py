"""What tells who a patient is: social security numbers and names. Found, refused, never shown.

The social security number (NIR) has 13 digits and a key of two: 97 minus the number modulo 97, with
2A and 2B of Corsica read as 19 and 18 (code of the répertoire national d'identification, INSEE).
"""

import re

from sharedride.importing.words import folded, worded

HIDDEN = "(not shown)"
"""What stands for a value that would tell who a patient is."""

CIVILITIES = frozenset(["m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle", "mrs", "ms", "miss"])

_NIR = re.compile(
    r"(?<![0-9A-Za-z])([1-478])[ .\-]?([0-9]{2})[ .\-]?([0-9]{2})[ .\-]?([0-9]{2}|2[ABab])"
    r"[ .\-]?([0-9]{3})[ .\-]?([0-9]{3})(?:[ .\-/]?([0-9]{2}))?(?![0-9A-Za-z])"
)
_SHORTENED_NIR = re.compile(r"[1-478][.,][0-9]{2,}E\+?1[24]", re.IGNORECASE)
_CIVILITY = re.compile(r"(?:^|\b)(m\.|mr|mme|mlle|monsieur|madame|mademoiselle|mrs|ms|miss)(?=[ .]|$)")
_PREFIX = re.compile(
    r"^(p|pat|patient|pts|anon|anonyme|usager|client|id|dossier|dos|num|no|n)[ _.:#°-]*(?=[0-9])"
)
_LETTERS = re.compile(r"[^\W\d_]+")
_PSEUDONYM = re.compile(r"p-[0-9a-f]{8,}")
_HEX = re.compile(r"[0-9a-f]+")
_MOST_INITIALS = 3


def holds_nir(text: str, *, strict: bool = False) -> bool:
    """Whether a cell holds a social security number, alone or within other text.

    Parameters
    ----------
    strict
        Take only 15 digits whose key is right for one; otherwise 13 digits of its structure, or 15 with
        a wrong key, are one as well.
    """
    if _SHORTENED_NIR.fullmatch(text.replace(" ", "")):
        return not strict
    return any(_is_nir(found, strict) for found in _NIR.finditer(text))


def _is_nir(found: re.Match[str], strict: bool) -> bool:
    key = found[7]
    if key is not None and key == nir_key("".join(found.groups()[:6])):
        return True
    # Months over 12 stand for incomplete records; 20 to 42 and 50 to 99 are in use.
    month = int(found[3])
    in_use = 1 <= month <= 12 or 20 <= month <= 42 or month >= 50
    return in_use and found[4] != "00" and not strict


def nir_key(number: str) -> str:
    """Return the two digits of the key of a 13 character number."""
    department = number[5:7].upper()
    digits = number[:5] + {"2A": "19", "2B": "18"}.get(department, department) + number[7:]
    return f"{97 - int(digits) % 97:02d}"


def nir_digits(text: str) -> str | None:
    """Return the 13 characters of the number in a cell that holds nothing else, ``None`` if it is none."""
    found = _NIR.fullmatch(text.strip())
    return "".join(found.groups()[:6]).upper() if found and _is_nir(found, strict=False) else None


def looks_like_name(text: str) -> bool:
    """Whether a pseudonym looks like somebody's name.

    A pseudonym is a number, a hash, a few initials or a word such as ``patient`` before a number; whatever
    else is written in letters is taken for a name, because a wrong yes costs one more command and a wrong
    no a patient's secret.
    """
    plain = folded(text)
    if _CIVILITY.search(plain):
        return True
    if _PSEUDONYM.fullmatch(plain):
        return False
    plain = _PREFIX.sub("", plain)
    if _HEX.fullmatch(plain.replace("-", "").removeprefix("p")) and any(sign.isdigit() for sign in plain):
        return False
    return any(len(word) > _MOST_INITIALS for word in _LETTERS.findall(plain)) or (
        len(_LETTERS.findall(plain)) > 1 and len(plain) > _MOST_INITIALS and not re.search(r"[0-9]", plain)
    )


def names_somebody(text: str) -> bool:
    """Whether an id or a place's name carries a civility, as in ``Domicile Mme Dupont``."""
    return bool(_CIVILITY.search(folded(text)))


def reference(text: str) -> str:
    """Return what a file calls a row, empty where that may tell who a patient is."""
    return "" if looks_like_name(text) or names_somebody(text) or holds_nir(text) else text


def without_names(text: str, names: list[str]) -> str:
    """Return an address without ``chez Mme Dupont`` and the like; empty if only the given names are left."""
    words = "|".join(re.escape(worded(name)) for name in names if len(worded(name)) > 1)
    cut = re.sub(
        r"\b(chez|c/o)\s+[^,0-9]*,?|\b(m\.|mr|mme|mlle|monsieur|madame|mademoiselle)\s+[^,0-9]*,?",
        " ",
        text,
        flags=re.IGNORECASE,
    )
    if words and re.fullmatch(rf"(?:{words}|\s|,|-)+", worded(cut)):
        return ""
    return " ".join(cut.split()).strip(" ,")
