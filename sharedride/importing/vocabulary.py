"""The words of headers and cells, from ``data/import_columns.toml``."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from sharedride.importing.words import folded, worded

IDENTITY = ("nir", "name", "first_name", "birth", "private")
"""What must not enter a day; the first two make import refuse a file."""

_ENDS = {"missions": ("from", "to", "home", "care"), "fleet": ("depot",)}
_UNIT = re.compile(r"\(\s*(h|heures?|hours?|min|mn|minutes?)\s*\)|\b(?:en|in) (heures?|hours?|min|minutes?)$")
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")


@dataclass(frozen=True)
class Vocabulary:
    """The headers of one kind of file, worded, and what they stand for.

    Attributes
    ----------
    exact
        Field of a whole header.
    ends, parts
        Phrases that together make the field of a place, such as ``from.city``; the longest first.
    drop
        Words that say nothing.
    fields
        Every field a mapping file may name.
    """

    exact: Mapping[str, str]
    ends: Mapping[str, str]
    parts: Mapping[str, str]
    drop: frozenset[str]
    fields: tuple[str, ...]

    def words(self, header: str) -> str:
        """Return the words of a header that say something."""
        plain = _BRACKETS.sub(" ", folded(header))
        return " ".join(self._said(plain)) or worded(plain)

    def _said(self, text: str) -> list[str]:
        return [word for word in worded(text).split() if word not in self.drop]

    def field(self, header: str) -> str | None:
        """Return the field of a header by itself, ``.city`` for a place's part without its end."""
        # A field may be named outright, as exports of this program do.
        named = header.strip().replace("_", ".", 1) if "_" in header else header.strip()
        if named in self.fields or header.strip() in self.fields:
            return header.strip() if header.strip() in self.fields else named
        # What stands in brackets may be the end it is about, "CP (départ)", or a remark, "Fauteuil (O/N)".
        return self._phrase(" ".join(self._said(header))) or self._phrase(self.words(header))

    def _phrase(self, words: str) -> str | None:
        if words in self.exact:
            return self.exact[words]
        if words in self.ends:
            return f"{self.ends[words]}.place"
        if words in self.parts:
            return f".{self.parts[words]}"
        for phrase, end in self.ends.items():
            rest = _without(words, phrase)
            if rest is not None and rest in self.parts:
                return f"{end}.{self.parts[rest]}"
        return None


def _without(words: str, phrase: str) -> str | None:
    padded = f" {words} "
    found = padded.find(f" {phrase} ")
    if found < 0:
        return None
    return " ".join((padded[:found] + " " + padded[found + len(phrase) + 1 :]).split())


def unit(header: str) -> str | None:
    """Return ``"h"`` or ``"min"`` where a header says so."""
    found = _UNIT.search(folded(header))
    return None if found is None else "h" if (found[1] or found[2]).startswith("h") else "min"


@cache
def _tables() -> dict[str, Any]:
    text = resources.files("sharedride").joinpath("data/import_columns.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def vocabulary(kind: str) -> Vocabulary:
    """Return the vocabulary of ``"missions"`` or ``"fleet"``."""
    tables = _tables()
    own = tables[kind]
    identity = tables["identity"] if kind == "missions" else {}
    exact = {phrase: f"identity.{name}" for name, phrases in identity.items() for phrase in phrases}
    exact |= {phrase: name for name, phrases in own.items() for phrase in phrases}
    ends = {phrase: end for end in _ENDS[kind] for phrase in tables["ends"][end]}
    parts = {phrase: part for part, phrases in tables["parts"].items() for phrase in phrases}
    placed = (f"{end}.{part}" for end in _ENDS[kind] for part in ("place", *tables["parts"]))
    named = (f"identity.{name}" for name in identity)
    return Vocabulary(
        exact,
        dict(sorted(ends.items(), key=lambda item: -len(item[0]))),
        parts,
        frozenset(tables["drop"]),
        (*own, *placed, *named),
    )


@cache
def cell_words(field: str) -> Mapping[str, str]:
    """Return what the cells of a field may say, worded, and the value each stands for."""
    meanings = _tables()["words"].get(field, {})
    return {phrase: value for value, phrases in meanings.items() for phrase in phrases}


def values_of(field: str) -> tuple[str, ...]:
    """Return the values the words of a field stand for."""
    return tuple(_tables()["words"].get(field, {}))
