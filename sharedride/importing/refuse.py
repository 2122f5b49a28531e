"""Names and social security numbers in a file: refused by column, before anything else is read."""

from sharedride.errors import InputError, Problem
from sharedride.importing.header import Column, Sheet
from sharedride.importing.identity import HIDDEN, holds_nir, looks_like_name, names_somebody, reference
from sharedride.importing.outcome import Rejection
from sharedride.importing.values import several

_REMEDY = "sharedride pseudonymize FILE --key KEY -o OUT puts a pseudonym in their place"
_NUMBERS = (".lat", ".lon", ".gps", ".score")
"""Fields whose digits only look like a number of another kind."""


def refuse_identities(sheet: Sheet) -> None:
    """Refuse a file with a column of names or of social security numbers.

    Raises
    ------
    InputError
        Naming every such column, and nothing of what it holds.
    """
    problems = []
    for column in sheet.columns:
        what = _tells(column, [row[column.index] for row in sheet.rows if row[column.index]])
        if what:
            problems.append(Problem(f"{sheet.source} {column}", f"holds {what}, refused; {_REMEDY}"))
    if problems:
        raise InputError(problems)


def _tells(column: Column, cells: list[str]) -> str | None:
    if not cells:
        return None
    if column.field in ("identity.name", "identity.first_name"):
        return "names of persons"
    if column.field == "identity.nir":
        return "social security numbers"
    if (column.field or "").endswith(_NUMBERS):
        return None
    if sum(map(holds_nir, cells)) * 2 > len(cells):
        return "social security numbers"
    if column.field == "patient" and sum(map(looks_like_name, cells)) * 2 > len(cells):
        return "names of persons where pseudonyms should be"
    return None


def identities_in(sheet: Sheet) -> list[Rejection]:
    """Return a rejection for each single cell that holds a social security number or a name."""
    return [
        Rejection(sheet.source, row.number, str(column), HIDDEN, remedy, reference(sheet.cell(row, "id")))
        for row in sheet.rows
        for column in sheet.columns
        if (remedy := _slip(column, row[column.index]))
    ]


def _slip(column: Column, cell: str) -> str | None:
    field = column.field or ""
    if not cell or field.startswith("identity.") or field.endswith(_NUMBERS):
        return None
    if holds_nir(cell, strict=column.field is None):
        return f"holds a social security number, delete it; or {_REMEDY}"
    if field in ("patient", "not_with") and any(map(looks_like_name, several(cell))):
        return f"looks like a person's name, write a pseudonym such as p-7f3a; or {_REMEDY}"
    if field == "together_with" and names_somebody(cell):
        return "looks like a person's name, write the id of another row, or: row 12"
    return None
