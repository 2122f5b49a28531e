"""The published instances: twenty days from 20 to 1,000 trips, and how to read them."""

import gzip
import json
from pathlib import Path

from benchmarks.generate import Spec, generate
from sharedride.day import parse_day
from sharedride.day.model import Day

FOLDER = Path(__file__).parent

PUBLISHED = tuple(
    Spec(trips, area, layout, 1)
    for trips in (20, 50, 100, 300, 1000)
    for area in ("dense", "rural")
    for layout in ("company", "pooled")
)
"""The public set, smallest first."""


def text(spec: Spec) -> bytes:
    """Return the bytes of a day's file, one object of a list per line."""
    blocks = []
    for key, value in generate(spec).items():
        if isinstance(value, list):
            rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in value)
            blocks.append(f"{json.dumps(key)}: [\n{rows}\n]")
        else:
            blocks.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return ("{\n" + ",\n".join(blocks) + "\n}\n").encode()


def file_of(spec: Spec) -> Path:
    """Where a published day lies."""
    return FOLDER / f"{spec.name}.json.gz"


def read(name: str) -> tuple[Day, bytes]:
    """Return a day and the bytes of its file: a published one from its file, any other made anew."""
    spec = Spec.of(name)
    file = file_of(spec)
    data = gzip.decompress(file.read_bytes()) if file.is_file() else text(spec)
    return parse_day(data), data


def write() -> list[Path]:
    """Write the published days, the same bytes each time."""
    written = []
    for spec in PUBLISHED:
        # Without a time in its header the archive is the same each time.
        file_of(spec).write_bytes(gzip.compress(text(spec), 9, mtime=0))
        written.append(file_of(spec))
    return written
