"""Where the header stands, in one row or two, and what its columns are."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sharedride.errors import InputError, Problem
from sharedride.importing.grid import Grid, Row, letter
from sharedride.importing.vocabulary import Vocabulary, unit

_SEARCHED = 30
_FEWEST = 2
"""Headers that must be known in a row before it is taken for the header."""


@dataclass(frozen=True)
class Column:
    """One column: its place, the header as written, the field it holds and the unit of its numbers."""

    index: int
    header: str
    field: str | None
    unit: str | None = None

    def __str__(self) -> str:
        return f'column {letter(self.index)} "{self.header}"'


@dataclass(frozen=True)
class Sheet:
    """A sheet whose columns are known.

    Attributes
    ----------
    source
        The file's name, with that of the sheet.
    columns
        Every column with a header.
    rows
        The rows below the header; repeated headers are left out.
    """

    source: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def column(self, field: str) -> Column | None:
        """Return the column of a field."""
        return next((column for column in self.columns if column.field == field), None)

    def cell(self, row: Row, field: str) -> str:
        """Return the cell of a field, empty when there is no such column."""
        column = self.column(field)
        return "" if column is None else row[column.index]

    @property
    def fields(self) -> frozenset[str]:
        """The fields the columns hold."""
        return frozenset(column.field for column in self.columns if column.field)


def lettered(index: int) -> str:
    """Return what a mapping file calls a column whose header does not tell it apart: ``column K``."""
    return f"column {letter(index)}"


def sheet_of(grids: list[Grid], source: str, words: Vocabulary, mapped: Mapping[str, str | None]) -> Sheet:
    """Return the sheet whose header says most, with its columns recognised.

    Parameters
    ----------
    mapped
        Field by header, from the user; ``None`` for a column that is to be passed over.

    Raises
    ------
    InputError
        When no row looks like a header, two columns claim one field, or ``mapped`` names a column
        that is not there.
    """
    found = [(*_header(grid, words, mapped), grid) for grid in grids]
    score, above, headers, grid = max(found, key=lambda item: item[0])
    where = f"{source} sheet {grid.name}" if grid.name and len(grids) > 1 else source
    if score < _FEWEST:
        message = (
            "no row of headers is recognised among the first "
            f"{_SEARCHED} rows; it must name columns such as Patient, Sens, Heure RDV, Ville départ; "
            "name unknown ones in a mapping file (--suggest-mapping writes one)"
        )
        raise InputError([Problem(where, message)])
    rows = tuple(row for row in grid.rows if row.number > above[-1].number and not _repeats(row, above))
    columns = _columns(headers, words, mapped)
    columns, problems = _settled(columns, rows, where)
    known = {column.header for column in columns} | {lettered(column.index) for column in columns}
    for header in mapped:
        if header not in known:
            problems.append(Problem(where, f'has no column "{header}" of the mapping, correct it there'))
    if problems:
        raise InputError(problems)
    return Sheet(where, tuple(columns), rows)


def _header(
    grid: Grid, words: Vocabulary, mapped: Mapping[str, str | None]
) -> tuple[int, list[Row], list[str]]:
    """Return how many fields the best header names, the rows it stands in, and its texts."""
    best: tuple[int, list[Row], list[str]] = (0, [], [])
    rows = grid.rows[:_SEARCHED]
    for row, below in zip(rows, [*rows[1:], None], strict=True):
        single = list(row.cells)
        candidates = [([row], single)]
        if below is not None:
            candidates.append(([row, below], _joined(row, below, words, mapped)))
        for above, headers in candidates:
            score = len({column.field for column in _columns(headers, words, mapped) if column.field})
            if score > best[0]:
                best = (score, above, headers)
    return best


def _joined(row: Row, below: Row, words: Vocabulary, mapped: Mapping[str, str | None]) -> list[str]:
    """Return the headers of two rows: a group such as Départ above the parts it spans."""
    headers, group = [], ""
    for index in range(max(len(row.cells), len(below.cells))):
        group = row[index] or group
        both = f"{group} {below[index]}".strip()
        choices = [both, below[index], row[index]] if below[index] else [row[index]]
        known = (choice for choice in choices if choice in mapped or _complete(words.field(choice)))
        part = (choice for choice in choices if words.field(choice))
        headers.append(next(known, None) or next(part, None) or choices[0])
    return headers


def _complete(field: str | None) -> bool:
    return field is not None and not field.startswith(".")


def _columns(headers: list[str], words: Vocabulary, mapped: Mapping[str, str | None]) -> list[Column]:
    fields = []
    for index, header in enumerate(headers):
        # Where two columns share a header, a mapping names them by their letters.
        name = lettered(index) if lettered(index) in mapped else header
        fields.append(mapped[name] if name in mapped else words.field(header))
    return [
        Column(index, header, field, unit(header))
        for index, (header, field) in enumerate(
            zip(headers, _grouped(fields, fleet="depot" in words.ends.values()), strict=True)
        )
        if header
    ]


def _grouped(fields: list[str | None], *, fleet: bool) -> list[str | None]:
    """Give parts of a place without an end, such as a bare Ville, to the end on their left.

    Before any end they are the patient's home, or origin and destination where they come twice; in a
    fleet they are the depot's.
    """
    bare = Counter(field for field in fields if field and field.startswith("."))
    named = any(field.split(".")[0] in ("from", "to", "care") for field in fields if field and "." in field)
    twice = not named and any(count == 2 for count in bare.values())
    taken: set[str] = {field for field in fields if field}
    end, grouped = "depot" if fleet else "from" if twice else "home", list[str | None]()
    for field in fields:
        if field and field.startswith("."):
            if field == ".name":
                # A name that is not that of a place is a person's.
                grouped.append("identity.name" if end == "home" else f"{end}{field}")
                continue
            if f"{end}{field}" in taken and twice:
                end = "to"
            field = f"{end}{field}"
            taken.add(field)
        elif field and "." in field and not field.startswith("identity."):
            end = field.split(".")[0]
        elif field == "patient":
            end = "home"
        grouped.append(field)
    return grouped


def _settled(columns: list[Column], rows: tuple[Row, ...], where: str) -> tuple[list[Column], list[Problem]]:
    """Let an empty or equal column give way to its double; two that differ are a problem."""
    problems: list[Problem] = []
    kept: dict[str, Column] = {}
    settled = []
    for column in columns:
        other = kept.get(column.field or "")
        if column.field is None or column.field.startswith("identity."):
            settled.append(column)
            continue
        if other is None:
            kept[column.field] = column
            settled.append(column)
            continue
        if all(row[column.index] in ("", row[other.index]) for row in rows):
            settled.append(Column(column.index, column.header, None))
        elif all(row[other.index] in ("", row[column.index]) for row in rows):
            settled[settled.index(other)] = Column(other.index, other.header, None)
            settled.append(column)
            kept[column.field] = column
        else:
            message = f'both look like "{column.field}"; say in a mapping file which one is'
            problems.append(Problem(f"{where} {other} and {column}", message))
            settled.append(Column(column.index, column.header, None))
    return settled, problems


def _repeats(row: Row, above: list[Row]) -> bool:
    """Whether a row prints a row of the header again, as at the top of each printed page."""
    for header in above:
        same = sum(cell == text for cell, text in zip(row.cells, header.cells, strict=False) if cell)
        if same >= _FEWEST and same * 2 > len(row.filled):
            return True
    return False
