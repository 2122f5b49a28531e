"""From the bytes of an export to text, whatever software wrote it."""

import codecs
import re

from sharedride.errors import InputError, Problem

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ONE_BYTE = ("cp1252", "cp850", "mac_roman")
"""Windows, the DOS software still in use, and old Macs; the first wins a draw."""

_FRENCH = frozenset("éèêëàâçîïôùûœÉÈÊÀÂÇÎÔÛ")
_FRENCH_SIGNS = frozenset("°’‘“”«»–—…€²\xa0")
_TWICE_ENCODED = re.compile("[ÃÂ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text of an export and the name of its encoding.

    A byte order mark decides, then zero bytes (UTF-16), then whether it is valid UTF-8; of the one-byte
    encodings the one that yields the most French letters. Text that was encoded twice is undone.

    Raises
    ------
    InputError
        When the bytes are no text in any of these.
    """
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        message = f"is no {encoding} text at byte {error.start}; export it again as CSV UTF-8"
        raise InputError([Problem("", message)]) from None
    return _undone(text), encoding.removesuffix("-sig")


def _encoding(data: bytes) -> str:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    head = data[:4096]
    if head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return max(_ONE_BYTE, key=lambda name: _frenchness(data, name))
    return "utf-8"


def _frenchness(data: bytes, encoding: str) -> float:
    try:
        text = bytes(byte for byte in data if byte > 127).decode(encoding)
    except UnicodeDecodeError:
        return float("-inf")
    french = sum(letter in _FRENCH for letter in text)
    return french - sum(letter not in _FRENCH and letter not in _FRENCH_SIGNS for letter in text)


def _undone(text: str) -> str:
    if not _TWICE_ENCODED.search(text):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
