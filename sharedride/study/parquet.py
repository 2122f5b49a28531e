"""The finished plans of a study as Parquet tables and a data dictionary."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharedride.errors import InputError, Problem
from sharedride.report.files import write_whole
from sharedride.study.days import SyntheticDay
from sharedride.study.dearer import dearer
from sharedride.study.tables import LABELS, TABLES, Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharedride.study.store import Store
    from sharedride.study.task import Task

Row = dict[str, Any]

_ROWS = 100_000
"""Rows written at once: a study need not fit into memory."""


def check_parquet() -> None:
    """Make sure tables can be written, before hours are spent on plans.

    Raises
    ------
    InputError
        When the library is missing.
    """
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        message = "writing tables needs pyarrow: pip install 'sharedride[study]'"
        raise InputError([Problem("study", message)]) from None


def write_tables(study: str, tasks: Sequence[Task], store: Store, folder: Path) -> list[Row]:
    """Write every table of the finished plans, in the order of the study, and return the rows of ``plans``.

    Those rows also have the columns of ``runs``, under ``notes`` what a reader of the figures must know, and
    under ``dearer`` where sharing cost the payer more.
    The same results give the same bytes, whoever planned them and in whatever order; ``runs`` aside.
    """
    writers = {name: _Writer(folder / f"{name}.parquet", (*LABELS, *table)) for name, table in TABLES.items()}
    plans: list[Row] = []
    try:
        for task in tasks:
            key = task.key
            if not store.has(key):
                continue
            rows = store.get(key)
            labels = _labels(study, task, key, rows["days"][0])
            for name, writer in writers.items():
                writer.add([labels | row for row in rows[name]])
            notes = [row["note"] for row in rows["notes"]]
            of_it = {"notes": notes, "dearer": dearer(rows["trips"])}
            plans.append(labels | rows["plans"][0] | rows["runs"][0] | of_it)
        for writer in writers.values():
            writer.finish()
    finally:
        for writer in writers.values():
            writer.forget()
    write_whole(folder / "dictionary.md", dictionary().encode())
    return plans


def dictionary() -> str:
    """Return the data dictionary as Markdown: every table, column, type and meaning."""
    lines = ["# Tables of a study", ""]
    lines += [
        "One row per plan, trip, ride or vehicle; `runs` has one row per plan with what it took to make.",
        "",
    ]
    tables: list[tuple[str, tuple[Column, ...]]] = [("In every table", LABELS)]
    tables += [(f"`{name}.parquet`", table) for name, table in TABLES.items()]
    for title, table in tables:
        lines += [f"## {title}", "", "| column | type | meaning |", "|---|---|---|"]
        lines += [f"| `{column.name}` | {column.kind} | {_cell(column.meaning)} |" for column in table]
        lines.append("")
    return "\n".join(lines)


def _labels(study: str, task: Task, key: str, day: Row) -> Row:
    synthetic = task.day if isinstance(task.day, SyntheticDay) else None
    return {
        "study": study,
        "plan": key,
        "day": task.day.label,
        "department": day["department"],
        "date": day["date"],
        "seed": synthetic.seed if synthetic is not None else None,
        "policy": task.policy.name,
        "objective": task.objective,
        "varied": task.varied or None,
    }


class _Writer:
    """Writes one table in pieces to a file beside it, which takes its name when all is there."""

    def __init__(self, path: Path, columns: tuple[Column, ...]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        types = {"text": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}
        self._schema = pa.schema(
            [
                pa.field(column.name, types[column.kind], metadata={"meaning": column.meaning})
                for column in columns
            ]
        )
        self._path = path
        self._draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
        self._rows: list[Row] = []
        self._file = pq.ParquetWriter(self._draft, self._schema, compression="zstd")

    def add(self, rows: list[Row]) -> None:
        self._rows += rows
        if len(self._rows) >= _ROWS:
            self._flush()

    def finish(self) -> None:
        self._flush()
        self._file.close()
        self._draft.replace(self._path)

    def forget(self) -> None:
        self._file.close()
        self._draft.unlink(missing_ok=True)

    def _flush(self) -> None:
        import pyarrow as pa

        self._file.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows = []


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
