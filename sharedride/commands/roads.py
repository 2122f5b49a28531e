"""``sharedride roads``: distances on real roads, from a region's file to a server and a table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sharedride.day.model import Day

DEFAULT_PORT = 5000

roads = typer.Typer(
    name="roads",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="""Plan on real roads: prepare a region for OSRM, serve it, keep tables.

    \b
    Examples:
      sharedride roads install
      sharedride roads build franche-comte-latest.osm.pbf
      sharedride roads serve franche-comte-latest
      sharedride roads matrix day.json -o matrix.npz
    """,
)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(roads)


@roads.command()
def install(
    folder: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Put them here, not in your data folder.", show_default=False),
    ] = None,
) -> None:
    """Fetch OSRM's programs from the Python package index.

    \b
    Example:
      sharedride roads install

    They come in the package osrm-bindings and run beside any Python.
    """
    from sharedride.travel.osrm_build import install_programs
    from sharedride.travel.osrm_files import FOLDER_VARIABLE

    found = install_programs(folder)
    typer.echo(f"OSRM's programs are in {found}")
    if folder is not None:
        typer.echo(f"So that they are found there: export {FOLDER_VARIABLE}={found.absolute()}")


@roads.command()
def build(
    region: Annotated[
        Path,
        typer.Argument(metavar="REGION", help="A file of OpenStreetMap, region.osm.pbf.", show_default=False),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER",
            help="Where to put the data set; by default beside the file.",
            show_default=False,
        ),
    ] = None,
    profile: Annotated[str, typer.Option(help="OSRM's profile, or the path of a Lua file.")] = "car",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Prepare a region for OSRM.

    \b
    Examples:
      sharedride roads build franche-comte-latest.osm.pbf
      sharedride roads build alsace-latest.osm.pbf -o roads/alsace

    The folder is there whole in the end, or not at all.
    """
    from sharedride.travel.osrm_build import STEPS
    from sharedride.travel.osrm_build import build as build_region

    folder = output if output is not None else region.with_name(region.name.partition(".osm")[0])
    if quiet or not sys.stderr.isatty():
        said = -1

        def tell(step: int, words: str) -> None:
            nonlocal said
            if step > said and not quiet:
                said = step
                typer.echo(f"{STEPS[step]} ({step + 1} of {len(STEPS)})", err=True)

        base = build_region(region, folder, profile=profile, report=tell)
    else:
        from rich.console import Console

        with Console(stderr=True).status("looking at the region") as status:
            base = build_region(
                region,
                folder,
                profile=profile,
                report=lambda step, words: status.update(
                    f"{STEPS[step]} ({step + 1} of {len(STEPS)})  {words[:60]}"
                ),
            )
    if not quiet:
        megabytes = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
        typer.echo(f"{base} is ready, {megabytes:.0f} MB.")
        typer.echo(f'Name it in a day: "travel": {{"model": "osrm", "file": "{base.absolute()}"}}')
        typer.echo(f"Or serve it: sharedride roads serve {folder}")


@roads.command()
def serve(
    data: Annotated[
        Path,
        typer.Argument(
            metavar="DATA", help="The folder roads build made, or its region.osrm.", show_default=False
        ),
    ],
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = DEFAULT_PORT,
) -> None:
    """Serve a prepared region on this computer, until Ctrl-C.

    \b
    Example:
      sharedride roads serve franche-comte-latest

    Nobody else on the network can ask it, and it keeps no record of what is asked.
    """
    from sharedride.travel.osrm_files import serve as serve_data

    def ready(url: str) -> None:
        typer.echo(f"Serving {data} at {url}, Ctrl-C ends it.")
        typer.echo(f'Name it in a day: "travel": {{"model": "osrm", "url": "{url}"}}')

    serve_data(data, port, ready)


@roads.command()
def matrix(
    day: Annotated[Path, typer.Argument(metavar="DAY", help="The day, a day.json.", show_default=False)],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="NPZ", help="Where to write the table.", show_default=False),
    ],
) -> None:
    """Write the distances and driving times of a day, to plan without the engine.

    \b
    Example:
      sharedride roads matrix day.json -o matrix.npz

    The file has the arrays km and minutes in the order of the day's places: name it in the day as
    "travel": {"model": "matrix", "file": "matrix.npz"}.
    """
    import io

    import numpy as np

    from sharedride.day.read import read_day
    from sharedride.report.files import check_writable, write_whole
    from sharedride.travel import travel_table, travel_warnings

    check_writable(output)
    whole = read_day(day)
    table = travel_table(whole)
    data = io.BytesIO()
    np.savez(data, km=table.km, minutes=table.minutes)
    write_whole(output, data.getvalue())
    for warning in travel_warnings(whole, table):
        typer.echo(f"warning: {warning}", err=True)
    typer.echo("\n".join(_told(whole, table.data_version, table.snapped_m)))


def _told(day: Day, version: str | None, snapped: object) -> Iterator[str]:
    import numpy as np

    yield f"Table of {len(day.places)} places by {day.travel.model}" + (
        f", data {version}." if version else "."
    )
    if snapped is not None:
        metres = np.asarray(snapped, dtype=np.float64)
        yield f"Places are {np.median(metres):.0f} m from their road (median), {metres.max():.0f} m at most."


@roads.command()
def forget() -> None:
    """Delete the tables kept on this computer, so that engines are asked anew.

    \b
    Example:
      sharedride roads forget
    """
    from sharedride.travel.cache import cache_folder
    from sharedride.travel.cache import forget as forget_tables

    count = forget_tables()
    typer.echo(f"{count} table{'s' * (count != 1)} deleted from {cache_folder()}")
