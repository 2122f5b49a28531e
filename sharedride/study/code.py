"""Which code made a figure: results of one code are never taken for those of another."""

import hashlib
from functools import cache
from pathlib import Path

_DECIDES = (
    "api.py",
    "document.py",
    "day",
    "travel",
    "rules",
    "tariffs",
    "rides",
    "planning",
    "ledger",
    "report",
    "checking",
    "synth",
    "study/change.py",
    "study/chance.py",
    "study/days.py",
    "study/rows.py",
    "study/sample.py",
    "study/task.py",
    "data",
)
"""What a plan's figures depend on; pages, charts and commands only show them."""


@cache
def code_version() -> str:
    """Version of the package and a digest of the modules and data that decide a figure."""
    from importlib.metadata import version

    package = Path(__file__).parents[1]
    hashed = hashlib.sha256()
    for part in _DECIDES:
        root = package / part
        files = [root] if root.is_file() else sorted(root.rglob("*"))
        for file in files:
            if file.suffix in {".py", ".toml", ".csv", ".gz", ".json", ".npz"} and file.is_file():
                hashed.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes())
    return f"{version('sharedride')}+{hashed.hexdigest()[:12]}"
