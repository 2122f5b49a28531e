"""The dated data files, read by the checker for itself."""

import tomllib
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Any


@lru_cache(maxsize=8)
def data_file(name: str) -> dict[str, Any]:
    """Return a file of ``sharedride/data`` with every fraction as an exact decimal."""
    text = (resources.files("sharedride") / "data" / name).read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)
