"""The page of a study kept apart from its tables, where the next reader looks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharedride.report.files import write_whole
from sharedride.study.summary import CHART, TORNADO

if TYPE_CHECKING:
    from pathlib import Path


def keep_page(folder: Path, page: Path, command: str) -> None:
    """Copy a study's page and its charts, the charts named after the page, and say how it was made.

    Parameters
    ----------
    folder
        Where the study has left ``summary.md``.
    page
        The page to write; its charts go beside it.
    command
        What makes it again.

    Raises
    ------
    InputError
        When the system refuses to write there.
    """
    text = (folder / "summary.md").read_text(encoding="utf-8")
    for name, ending in ((CHART, ".svg"), (TORNADO, "_tornado.svg")):
        if f"]({name})" in text:
            kept = page.with_name(page.stem + ending)
            write_whole(kept, (folder / name).read_bytes())
            text = text.replace(f"]({name})", f"]({kept.name})")
    title, _, rest = text.partition("\n")
    write_whole(page, f"{title}\n\nMade by `{command}`.\n{rest}".encode())
