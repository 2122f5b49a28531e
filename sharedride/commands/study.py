"""``study``: days under policies, on this machine or on a cluster."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sharedride.errors import InputError, Problem

if TYPE_CHECKING:
    from sharedride.study.run import Progress, Report
    from sharedride.study.spec import Study

FAILED = 1
INTERRUPTED = 130
_SHOWN = 10


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(study)


def study(
    file: Annotated[
        Path, typer.Argument(metavar="STUDY", help="The study, a study.toml.", show_default=False)
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FOLDER", help="Where plans, tables and the page of results go."
        ),
    ],
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, help="Plans at once on this machine; by default one per core.", show_default=False
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Use the workers of this Dask scheduler, such as tcp://127.0.0.1:8786. Days are sent there.",
            show_default=False,
        ),
    ] = None,
    trips: Annotated[
        float | None,
        typer.Option(min=1, help="Trips of a synthetic weekday, instead of the study's.", show_default=False),
    ] = None,
    seeds: Annotated[
        int | None,
        typer.Option(min=1, help="Only so many of the study's seeds.", show_default=False),
    ] = None,
    departments: Annotated[
        list[str] | None,
        typer.Option(
            "--department",
            "-d",
            help="Only this département of the study's; may be repeated.",
            show_default=False,
        ),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Only so many plans, drawn; to measure what a large study would take.",
            show_default=False,
        ),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", min=0.1, help="Per plan, instead of the study's.", show_default=False
        ),
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.md",
            help="Keep the page of results here as well, with its charts beside it and the command.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Plan nothing: tell how many plans are left and what they would take."
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Run a study: days under policies, compared.

    \b
    Examples:
      sharedride study scenarios/studies/detour.toml -o results/
      sharedride study scenarios/studies/detour.toml -o small/ --trips 12 --seeds 1 --time-limit 10
      sharedride study scenarios/studies/wait.toml -o results/ --scheduler tcp://127.0.0.1:8786
      sharedride study scenarios/studies/wait.toml -o results/ --page wait.md
      sharedride study scenarios/studies/planned/france.toml -o france/ --sample 24
      sharedride study scenarios/studies/planned/france.toml -o france/ --dry-run

    Every finished plan is kept at once: stopped by Ctrl-C or killed, the same command goes on where it was.
    The exit code is 1 when a day failed or a looser policy contradicts a tighter one.
    """
    from sharedride.study.read import read_study
    from sharedride.study.run import run_study

    asked = _reduced(read_study(file), trips, seeds, departments, time_limit)
    if output.exists() and not output.is_dir():
        raise InputError([Problem(str(output), "is a file, name a folder")])
    if page is not None:
        from sharedride.report.files import check_writable

        check_writable(page)
    if dry_run:
        from sharedride.study.size import size

        typer.echo(size(asked, output, folder=file.parent))
        return
    if scheduler is not None and workers is not None:
        raise InputError([Problem("--workers", "and --scheduler exclude each other: a cluster has its own")])
    with _Bar(quiet) as bar:
        report = run_study(
            asked,
            output,
            folder=file.parent,
            workers=workers,
            scheduler=scheduler,
            progress=bar.show,
            sample=sample,
        )
    if not quiet:
        sys.stdout.write(report.text)
    _tell(report, output, quiet=quiet)
    if page is not None:
        from sharedride.study.page import keep_page

        reduced = {"trips": trips, "seeds": seeds, "time-limit": time_limit, "sample": sample}
        words = [f"--{name} {value:g}" for name, value in reduced.items() if value is not None]
        words += [f"--department {code}" for code in departments or ()]
        keep_page(output, page, " ".join([f"sharedride study {file} -o {output}", *words, f"--page {page}"]))
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)
    if report.failures or report.checked.breaches:
        raise typer.Exit(FAILED)


def _reduced(
    asked: Study,
    trips: float | None,
    seeds: int | None,
    departments: list[str] | None,
    time_limit: float | None,
) -> Study:
    days = asked.days
    if departments:
        unknown = [code for code in departments if code not in days.departments]
        if unknown:
            message = f"not in the study, which has {', '.join(days.departments) or 'none'}"
            raise InputError([Problem(f"--department {code}", message) for code in unknown])
        days = days.model_copy(update={"departments": tuple(departments)})
    if trips is not None:
        days = days.model_copy(update={"trips": trips})
    if seeds is not None:
        days = days.model_copy(update={"seeds": days.seeds[:seeds]})
    plan = asked.plan
    if time_limit is not None:
        plan = plan.model_copy(update={"time_limit": time_limit})
    return asked.model_copy(update={"days": days, "plan": plan})


def _tell(report: Report, output: Path, *, quiet: bool) -> None:
    for day, policy, objective, reason in report.failures[:_SHOWN]:
        typer.echo(f"failed: {day}, {policy}, {objective}: {reason}", err=True)
    if len(report.failures) > _SHOWN:
        typer.echo(f"and {len(report.failures) - _SHOWN} more, see {output / 'failures.csv'}", err=True)
    for breach in report.checked.breaches[:_SHOWN]:
        typer.echo(f"contradiction: {breach}", err=True)
    if report.interrupted:
        typer.echo(
            f"stopped: {report.done} of {report.total} plans are finished, the same command goes on", err=True
        )
    elif not quiet:
        again = f", {report.before} of them before" if report.before else ""
        typer.echo(f"{report.done} of {report.total} plans finished{again}: {output}", err=True)


class _Bar:
    """Progress with the time left, on standard error where that is a terminal."""

    def __init__(self, quiet: bool) -> None:
        self._show = not quiet and sys.stderr.isatty()
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> _Bar:
        if self._show:
            from rich import progress
            from rich.console import Console

            self._bar = progress.Progress(
                progress.TextColumn("plans"),
                progress.BarColumn(),
                progress.MofNCompleteColumn(),
                progress.TextColumn("{task.description}"),
                progress.TextColumn("time left"),
                progress.TimeRemainingColumn(),
                console=Console(stderr=True),
                speed_estimate_period=600,
            )
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, progress: Progress) -> None:
        """Take how far it is."""
        if self._bar is None:
            return
        words = f"{progress.failed} failed" if progress.failed else ""
        now = progress.done + progress.failed
        if self._task is None:
            self._task = self._bar.add_task(words, total=progress.total, completed=now)
        else:
            self._bar.update(self._task, completed=now, description=words)
