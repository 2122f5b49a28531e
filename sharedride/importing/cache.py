"""What geocoders answered, kept on disk for the user alone: addresses are private."""

import os
import sqlite3
from contextlib import closing
from dataclasses import astuple, dataclass
from pathlib import Path

from sharedride.errors import InputError, Problem

_TABLE = (
    "CREATE TABLE IF NOT EXISTS answers (service TEXT, query TEXT, lat REAL, lon REAL, score REAL, "
    "precision TEXT, town TEXT, PRIMARY KEY (service, query))"
)


@dataclass(frozen=True)
class Answer:
    """Where a geocoder sees an address.

    Attributes
    ----------
    lat, lon
        WGS 84 degrees.
    score
        How sure it is, 0 to 1, ``None`` where it does not say.
    precision
        ``housenumber``, ``street``, ``locality``, ``municipality``, empty where it does not say.
    town
        INSEE code of the commune, empty where it does not say.
    """

    lat: float
    lon: float
    score: float | None
    precision: str
    town: str


def default_cache() -> Path:
    """Return where answers are kept unless the user names a file."""
    root = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(root) if root else Path.home() / ".cache") / "sharedride" / "geocode.sqlite"


class Cache:
    """Answers by service and query; each is on disk once :meth:`put` returns.

    Raises
    ------
    InputError
        When the file cannot be made or is no cache.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Made private before anything is written to it.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            with closing(self._open()) as base, base:
                base.execute(_TABLE)
                base.execute("SELECT service, query, lat, lon, score, precision, town FROM answers LIMIT 1")
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise InputError([Problem(str(path), f"cannot be used: {reason}")]) from None
        except sqlite3.Error:
            raise InputError([Problem(str(path), "is no cache of addresses; name another file")]) from None

    def get(self, service: str, query: str) -> Answer | None:
        """Return the answer, ``None`` when the service was not asked yet or knew nothing."""
        sql = "SELECT lat, lon, score, precision, town FROM answers WHERE service = ? AND query = ?"
        with closing(self._open()) as base:
            row = base.execute(sql, (service, query)).fetchone()
        return Answer(*row) if row else None

    def put(self, service: str, query: str, answer: Answer) -> None:
        """Keep an answer."""
        with closing(self._open()) as base, base:
            base.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)",
                (service, query, *astuple(answer)),
            )

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path)
