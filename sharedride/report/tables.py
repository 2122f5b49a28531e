"""Tables without lines, and lists that stay readable when a line is too long for the terminal."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_INDENT = 2


def plain_table(*columns: str) -> Table:
    """Return a table without lines: the first column text, the others figures."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for position, column in enumerate(columns):
        table.add_column(column, justify="right" if position else "left", no_wrap=True)
    return table


def titled_list(title: str, rows: Sequence[tuple[str, str]], most: int | None) -> list[RenderableType]:
    """Return a title and rows of name and text below it; beyond ``most``, how many more there are."""
    shown = rows if most is None or len(rows) <= most else rows[: most - 1]
    grid = Table.grid(padding=(0, 2))
    for name, text in shown:
        # Names are ids of the day and may hold brackets: they are no markup.
        grid.add_row(Text(name), Text(text))
    parts: list[RenderableType] = [title, Padding(grid, (0, 0, 0, _INDENT))]
    if len(shown) < len(rows):
        parts.append(" " * _INDENT + f"... and {len(rows) - len(shown)} more, shown with --all")
    return parts
