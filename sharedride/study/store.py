"""Finished plans on disk: one file each, there whole or not at all."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sharedride.report.files import write_whole
from sharedride.study.task import Outcome

Rows = dict[str, list[dict[str, Any]]]


class Store:
    """Results by key in ``FOLDER/finished``; the program that runs the study alone writes there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "finished"

    def has(self, key: str) -> bool:
        """Whether that plan is finished."""
        return self._file(key).exists()

    def put(self, outcome: Outcome) -> None:
        """Keep a finished plan."""
        file = self._file(outcome.key)
        file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(outcome.rows, ensure_ascii=False, separators=(",", ":"))
        write_whole(file, gzip.compress(text.encode(), compresslevel=6, mtime=0))

    def get(self, key: str) -> Rows:
        """Return the rows of a finished plan."""
        rows: Rows = json.loads(gzip.decompress(self._file(key).read_bytes()))
        return rows

    def finished(self, keys: Iterable[str]) -> list[str]:
        """Return those of the keys that are finished, in their order, each once."""
        return [key for key in dict.fromkeys(keys) if self.has(key)]

    def _file(self, key: str) -> Path:
        # A folder with hundreds of thousands of files is slow on most file systems.
        return self._folder / key[:2] / f"{key}.json.gz"
