"""``import``, ``pseudonymize`` and ``geocode``: from an export to a day."""

from __future__ import annotations

import textwrap
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sharedride.errors import InputError, Problem

if TYPE_CHECKING:
    import datetime
    import threading
    from collections.abc import Callable, Iterable, Iterator

    from sharedride.importing.mapping import ColumnMapping
    from sharedride.importing.outcome import Imported, LeftOut, Rejection

BAD_INPUT = 2

_MOST_LEFT_OUT = 10
_WIDTH = 100

Missions = Annotated[
    Path,
    typer.Argument(metavar="MISSIONS", help="The export, .csv or .xlsx.", show_default=False),
]
MappingFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Say what columns and words mean, see --suggest-mapping.", show_default=False
    ),
]
SkipRejected = Annotated[
    bool,
    typer.Option(
        "--skip-rejected", help="Go on with the other rows; those rejected are listed all the same."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("import")(import_)
    app.command()(pseudonymize)
    app.command()(geocode)


def import_(
    missions: Missions,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DAY", help="Where to write the day.", show_default=False),
    ] = None,
    vehicles: Annotated[
        Path | None,
        typer.Option(metavar="FLEET", help="The fleet, .csv or .xlsx.", show_default=False),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD",
            help="The day to import, where the file does not tell one.",
            show_default=False,
        ),
    ] = None,
    care_minutes: Annotated[
        float | None,
        typer.Option(
            metavar="MINUTES", help="Length of care where a round trip tells none.", show_default=False
        ),
    ] = None,
    department: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="The day's département; settles towns that several have.",
            show_default=False,
        ),
    ] = None,
    mapping: MappingFile = None,
    fleet_mapping: MappingFile = None,
    suggest_mapping: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write a mapping file to complete, and no day.", show_default=False
        ),
    ] = None,
    skip_rejected: SkipRejected = False,
) -> None:
    """Turn the export of your software into a day.

    \b
    Examples:
      sharedride import missions.csv --vehicles fleet.csv -o day.json
      sharedride import missions.xlsx --vehicles fleet.csv --date 2026-03-17 --care-minutes 60 -o day.json
      sharedride import missions.csv --suggest-mapping mapping.toml
      sharedride import missions.csv --mapping mapping.toml --skip-rejected -o day.json

    Columns are known by their headers, in French or English. Files with names or social security numbers
    are refused: sharedride pseudonymize takes them out. Nothing is asked of any server. If a row is
    rejected, no day is written and the exit code is 2, unless --skip-rejected is given.
    """
    from sharedride.importing.build import day_text, import_day
    from sharedride.importing.missions import Options
    from sharedride.report.files import check_writable, write_whole

    on = _date(date)
    if care_minutes is not None and not 0 <= care_minutes <= 1440:
        raise InputError([Problem("--care-minutes", f"{care_minutes:g} is no length of care within a day")])
    columns = _mapping(mapping, "missions")
    if suggest_mapping is not None:
        _suggest(missions, columns, suggest_mapping)
        return
    fleet_columns = _mapping(fleet_mapping, "fleet")
    _refuse_inputs(output, missions, vehicles, mapping, fleet_mapping)
    if output is not None:
        check_writable(output)
    options = Options(on, care_minutes, department, columns.words)
    imported = import_day(missions, vehicles, options=options, mapping=columns, fleet_mapping=fleet_columns)
    _tell(imported.rejected, imported.left_out)
    if imported.rejected and not skip_rejected:
        _count(imported)
        raise typer.Exit(BAD_INPUT)
    if output is not None:
        write_whole(output, day_text(dict(imported.day)).encode())
    _summary(imported)
    if output is None:
        typer.echo("The day was not written: give -o day.json to keep it.", err=True)


def pseudonymize(
    missions: Annotated[
        Path | None,
        typer.Argument(metavar="[MISSIONS]", help="The export, .csv or .xlsx.", show_default=False),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="CSV", help="Where to write it.", show_default=False),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Your key file; keep it private and safe.", show_default=False),
    ] = None,
    new_key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Make a key file, once, and nothing else.", show_default=False),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="patient|nir|name",
            help="What pseudonyms are made from; by default the first of these that all rows have.",
            show_default=False,
        ),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(metavar="HEADER", help="Keep an unknown column; may be repeated.", show_default=False),
    ] = None,
    mapping: MappingFile = None,
    skip_rejected: SkipRejected = False,
) -> None:
    """Put pseudonyms in the place of names and social security numbers.

    \b
    Examples:
      sharedride pseudonymize --new-key patients.key
      sharedride pseudonymize missions.csv --key patients.key -o missions-pseudonyms.csv

    A pseudonym is a keyed hash (HMAC-SHA256): the same patient has the same one every day as long as you
    use the same key, and without the key nobody can find out who it is. Only columns whose meaning is
    known are kept, because free text may name anybody.
    """
    from sharedride.importing.build import open_sheet
    from sharedride.importing.pseudonymize import BASES, read_key
    from sharedride.importing.pseudonymize import new_key as make_key
    from sharedride.importing.pseudonymize import pseudonymize as replace
    from sharedride.report.files import check_writable, write_whole

    if new_key is not None:
        make_key(new_key)
        typer.echo(
            f"A new key is in {new_key}. Keep it private, and keep a copy: without it pseudonyms change."
        )
        return
    lacking = [
        name for name, given in (("MISSIONS", missions), ("--key", key), ("-o", output)) if given is None
    ]
    if by is not None and by not in BASES:
        raise InputError([Problem("--by", f'"{by}" is none of {", ".join(BASES)}')])
    if missions is None or key is None or output is None:
        message = (
            f"give {', '.join(lacking)}: sharedride pseudonymize missions.csv --key patients.key -o out.csv"
        )
        raise InputError([Problem("", message)])
    _refuse_inputs(output, missions, key, mapping)
    check_writable(output)
    sheet = open_sheet(missions, "missions", _mapping(mapping, "missions"))
    done = replace(sheet, read_key(key), by, tuple(keep or ()))
    _tell(done.rejected, done.left_out)
    if done.rejected and not skip_rejected:
        typer.echo(f"{len(done.rejected)} rows rejected, nothing written.", err=True)
        raise typer.Exit(BAD_INPUT)
    write_whole(output, done.text.encode("utf-8-sig"))
    typer.echo(f"{done.patients} patients by {done.basis}, in {output}.")
    if done.dropped:
        typer.echo(f"Columns left out: {', '.join(done.dropped)}.")


def geocode(
    missions: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Missions or fleet, .csv or .xlsx.", show_default=False),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="CSV", help="Where to write it.", show_default=False)
    ],
    geocoder: Annotated[
        str, typer.Option(metavar="NAME", help="A geocoder of geopy: banfrance, nominatim, photon, …")
    ] = "banfrance",
    option: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="An option of that geocoder, such as domain=localhost:7878; may be repeated.",
            show_default=False,
        ),
    ] = None,
    rate: Annotated[float, typer.Option(metavar="N", help="Questions a second, at most.")] = 5.0,
    min_score: Annotated[float, typer.Option(metavar="0..1", help="List answers less sure than this.")] = 0.6,
    cache: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where answers are kept; by default your cache folder."),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody: use the answers kept from before.")
    ] = False,
    fleet: Annotated[bool, typer.Option("--fleet", help="The file is a fleet, not missions.")] = False,
    mapping: MappingFile = None,
) -> None:
    """Find the coordinates of a file's addresses.

    \b
    Examples:
      sharedride geocode missions-pseudonyms.csv -o missions-located.csv
      sharedride geocode missions-pseudonyms.csv -o missions-located.csv --offline
      sharedride geocode fleet.csv --fleet -o fleet-located.csv
      sharedride geocode missions.csv -o located.csv --geocoder nominatim --option domain=localhost:8080

    This is the one command that asks a server by default: the French national address base (BAN) at
    data.geopf.fr, or the one you name. It is sent streets, postcodes and towns, nothing else. Answers are
    kept in a file only you can read. Addresses that are not found stay without coordinates, and import
    takes their commune's centre.
    """
    import threading

    from sharedride.importing.build import open_sheet
    from sharedride.importing.cache import Cache, default_cache
    from sharedride.importing.geocode import addresses
    from sharedride.importing.geocode import geocode as locate
    from sharedride.importing.refuse import refuse_identities
    from sharedride.importing.service import asker
    from sharedride.report.files import check_writable, write_whole

    if not 0 < rate <= 50:
        raise InputError([Problem("--rate", f"{rate:g} is not above 0 and at most 50 questions a second")])
    kind = "fleet" if fleet else "missions"
    _refuse_inputs(output, missions, mapping)
    check_writable(output)
    sheet = open_sheet(missions, kind, _mapping(mapping, kind))
    refuse_identities(sheet)
    ask, server = (None, "") if offline else asker(geocoder, _options(option or []), rate)
    wanted = addresses(sheet)
    if ask is not None and wanted:
        typer.echo(
            f"Asking {server} for {len(wanted)} addresses that are not in the cache yet: streets, postcodes "
            "and towns, nothing else.",
            err=True,
        )
    stop = threading.Event()
    with _interruptible(stop), _progress(len(wanted)) as report:
        done = locate(
            sheet,
            Cache(cache or default_cache()),
            geocoder,
            ask,
            least_score=min_score,
            progress=report,
            stop=stop,
        )
    write_whole(output, done.text.encode("utf-8-sig"))
    doubts: dict[tuple[str, str], list[int]] = {}
    for item in done.look_at:
        doubts.setdefault((item.end, item.why), []).append(item.row)
    for (end, why), rows in doubts.items():
        typer.echo(f"look at: row {', '.join(map(str, rows))}, {end}: {why}", err=True)
    if done.down:
        typer.echo(f"warning: {server} was given up ({done.down}); run again later", err=True)
    typer.echo(
        f"{done.found} places found ({done.from_cache} addresses from the cache, {done.asked} asked), "
        f"{len(done.look_at)} to look at, in {output}."
    )
    if stop.is_set():
        raise typer.Exit(130)


@contextmanager
def _interruptible(stop: threading.Event) -> Iterator[None]:
    """Turn Ctrl-C into a request to ask no further, so that what was found is written."""
    import signal

    before = signal.signal(signal.SIGINT, lambda _number, _frame: stop.set())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar on standard error where that is a terminal."""
    import sys

    if not sys.stderr.isatty() or not total:
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("addresses", total=total)
        yield lambda done, _total: bar.update(task, completed=done)


def _date(text: str | None) -> datetime.date | None:
    from sharedride.importing.values import date

    if text is None:
        return None
    try:
        return date(text)
    except ValueError as error:
        raise InputError([Problem("--date", f'"{text}" {error}')]) from None


def _options(pairs: list[str]) -> dict[str, str]:
    problems = [
        Problem("--option", f'"{pair}" is no NAME=VALUE, write for example domain=localhost:7878')
        for pair in pairs
        if "=" not in pair
    ]
    if problems:
        raise InputError(problems)
    return {name.strip(): value.strip() for name, _, value in (pair.partition("=") for pair in pairs)}


def _mapping(path: Path | None, kind: str) -> ColumnMapping:
    from sharedride.importing.mapping import ColumnMapping, read_mapping
    from sharedride.importing.vocabulary import vocabulary

    return ColumnMapping() if path is None else read_mapping(path, vocabulary(kind))


def _suggest(missions: Path, columns: ColumnMapping, target: Path) -> None:
    from sharedride.importing.build import open_sheet
    from sharedride.importing.mapping import suggested
    from sharedride.importing.vocabulary import vocabulary
    from sharedride.report.files import check_writable, write_whole

    _refuse_inputs(target, missions)
    check_writable(target)
    sheet = open_sheet(missions, "missions", columns)
    write_whole(target, suggested(sheet, vocabulary("missions")).encode())
    unknown = [column.header for column in sheet.columns if column.field is None]
    typer.echo(
        f"{len(sheet.columns)} columns, {len(unknown)} unknown: complete {target}, then import with it."
    )


def _refuse_inputs(output: Path | None, *inputs: Path | None) -> None:
    if output is None or not output.exists():
        return
    if any(file is not None and file.exists() and output.samefile(file) for file in inputs):
        raise InputError([Problem(str(output), "is one of the inputs, name another file")])


def _tell(rejected: Iterable[Rejection], left_out: Iterable[LeftOut]) -> None:
    for item in rejected:
        typer.echo(f"error: {item.problem()}", err=True)
    whys: dict[tuple[str, str], list[int]] = {}
    for other in left_out:
        whys.setdefault((other.source, other.why), []).append(other.row)
    for (source, why), rows in whys.items():
        numbers = ", ".join(map(str, rows[:_MOST_LEFT_OUT]))
        more = f" and {len(rows) - _MOST_LEFT_OUT} more" if len(rows) > _MOST_LEFT_OUT else ""
        typer.echo(f"left out: {source} row {numbers}{more}: {why}", err=True)


def _count(imported: Imported) -> None:
    rows = len({(item.source, item.row) for item in imported.rejected})
    typer.echo(
        f"{rows} row{'s' * (rows != 1)} rejected, {imported.rows} good, nothing written: correct the file, "
        "or go on without them by --skip-rejected.",
        err=True,
    )


def _summary(imported: Imported) -> None:
    day = imported.day
    typer.echo(
        f"{day['date']}: {len(day['trips'])} trips from {imported.rows} rows, "
        f"{len(day['vehicles'])} vehicles, {len(day['places'])} places."
    )
    if imported.ignored:
        typer.echo(f"Columns not read: {', '.join(imported.ignored)}.")
    for note in imported.notes:
        typer.echo(textwrap.fill(f"Note: {note}.", _WIDTH, subsequent_indent="      "))
