"""The public functions: plan a day, check a plan, report on it.

Libraries that take long to load are imported where they are used: importing this module costs little.
"""

from __future__ import annotations

import datetime
import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sharedride.errors import InputError, Problem

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from sharedride.changing.events import Event
    from sharedride.changing.planned import Setting
    from sharedride.changing.replan import Replan
    from sharedride.changing.whatif import WhatIf
    from sharedride.checking import Violation
    from sharedride.day.model import Day
    from sharedride.document import PlanDocument
    from sharedride.pages.plan_report import PlanReport
    from sharedride.planning.optimize import Progress
    from sharedride.report.result import Result
    from sharedride.robust.disturbance import Disturbance
    from sharedride.robust.stress import Stress
    from sharedride.tradeoffs.axes import Figures
    from sharedride.tradeoffs.frontier import Frontier


MOST_SLACK = 30.0
"""Minutes of slack that may be asked for: more leaves little of the time patients may wait."""


@dataclass(frozen=True)
class _Source:
    """A day and the SHA-256 of where it came from; ``from_file`` when that was a file's bytes."""

    day: Day
    sha256: str
    from_file: bool


def plan(
    day: Day | str | Path,
    *,
    objective: str = "cost",
    time_limit: float = 60.0,
    gap_percent: float = 0.0,
    seed: int = 0,
    tariff_date: datetime.date | str | None = None,
    rules: str = "decree",
    empty_return: bool = False,
    ride_limit: int | None = None,
    start: PlanDocument | Result | str | Path | None = None,
    slack: float = 0.0,
    slack_percent: float = 5.0,
    progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
) -> Result:
    """Plan a day: who shares a ride with whom, in which vehicle, when, and what it costs.

    Parameters
    ----------
    day
        A day, or the path of a ``day.json``.
    objective
        ``cost`` (least running cost), ``savings`` (least payer's bill), ``margin`` (most operators' margin),
        ``km`` (least) or ``shared`` (most shared trips), once as many trips as possible are served.
    time_limit
        Seconds the search may take at most; it ends earlier once the plan is proven best.
    gap_percent
        Percent of the plan's value within which it need be proven best: the search ends there.
    seed
        Seed of the search's random choices.
    tariff_date
        Date whose tariffs price the trips, the day's own if ``None``.
    rules
        Name of the rule set: ``decree``, or ``avenant11``, which is stricter.
    empty_return
        Whether taxis bill the empty way back after hospital care; never in shared rides.
    ride_limit
        Lawful rides of one company to search among, at most; longer ones are left out.
    start
        A plan of the day to start from, or its path; what of it is not lawful is passed over.
    slack
        Minutes of slack to have in front of appointments and between rides, where that is cheap. The result
        then is a :class:`sharedride.robust.bought.SlackResult`, whose ``slack`` says what it cost and bought.
    slack_percent
        Percent of the objective that may be given up for slack.
    progress
        Called now and then during the search, in the thread of the search.
    stop
        Set it from another thread to end the search with the best plan so far.

    Returns
    -------
    The plan with its proof and accounts. ``document.day.sha256`` is that of the file's bytes; for a day
    that is no file, that of its JSON with sorted keys, no spaces and no ``null``, in UTF-8.

    Raises
    ------
    InputError
        With everything that is wrong with the day or the options.
    """
    from sharedride._numba_cache import ensure_numba_cache
    from sharedride.planning.solution import Objective

    on = _options(objective, time_limit, seed, tariff_date, ride_limit, (slack, slack_percent), gap_percent)
    if slack and start is not None:
        raise InputError([Problem("start", "a plan with slack starts from one of its own, leave one out")])
    source = _source(day)
    ensure_numba_cache()

    from sharedride.day.warnings import day_warnings
    from sharedride.ledger import ledger
    from sharedride.planning.optimize import optimize
    from sharedride.report.alone import alone_reasons
    from sharedride.report.assemble import assemble
    from sharedride.report.reading import solution_of
    from sharedride.report.result import Result
    from sharedride.rides.pool import DEFAULT_RIDE_LIMIT
    from sharedride.rules import rules_of
    from sharedride.tariffs import tariff_book
    from sharedride.travel import travel_table, travel_warnings

    whole = source.day
    limits = rules_of(whole, rules)
    book = tariff_book(on or whole.date, empty_return=empty_return)
    book.check(whole)
    table = travel_table(whole)
    bought = None
    if slack:
        from sharedride.robust.bought import SlackResult, Wanted
        from sharedride.robust.slack import with_slack

        outcome, bought = with_slack(
            whole, table, limits, book, Wanted(slack, slack_percent), objective=Objective(objective),
            time_limit=time_limit, gap=gap_percent / 100.0, seed=seed, progress=progress,
            ride_limit=ride_limit or DEFAULT_RIDE_LIMIT, stop=stop,
        )  # fmt: skip
    else:
        outcome = optimize(
            whole, table, limits, book, objective=Objective(objective), time_limit=time_limit,
            gap=gap_percent / 100.0, seed=seed, progress=progress,
            ride_limit=ride_limit or DEFAULT_RIDE_LIMIT, stop=stop,
            given=() if start is None else solution_of(whole, _document(start)).routes,
        )  # fmt: skip
    accounts = ledger(whole, table, outcome.solution.routes, book=book, rules=limits)
    document = assemble(
        whole,
        outcome.solution,
        accounts,
        sha256=source.sha256,
        data_version=table.data_version,
        unserved=outcome.unserved,
        alone=alone_reasons(whole, table, limits, outcome.solution, outcome.pool),
    )
    warnings = (*day_warnings(whole), *travel_warnings(whole, table))
    if bought is not None:
        return SlackResult(document, outcome.solution, accounts, warnings, bought)
    return Result(document, outcome.solution, accounts, warnings)


def check(
    day: Day | str | Path,
    plan: PlanDocument | Result | str | Path,
    *,
    rules: str = "decree",
    tariff_date: datetime.date | str | None = None,
    empty_return: bool = False,
) -> list[Violation]:
    """Hold a plan against every rule and every figure; nothing of the optimizer is used.

    Parameters
    ----------
    day
        A day, or the path of a ``day.json``. Of a file, the plan must also carry the SHA-256.
    plan
        A plan document, the result of :func:`plan`, or the path of a ``plan.json``, from whatever software.
    rules, tariff_date, empty_return
        As for :func:`plan`, and the same as there.

    Returns
    -------
    Every violation, empty for a lawful plan with correct figures.

    Raises
    ------
    InputError
        With everything that is wrong with the day, or with the form of the plan.
    """
    from sharedride.checking import check as check_document

    on = _date(tariff_date)
    source = _source(day)
    document = _document(plan)
    sha256 = source.sha256 if source.from_file else None
    return check_document(
        source.day, document, rules=rules, tariff_date=on, empty_return=empty_return, day_sha256=sha256
    )


def frontier(
    day: Day | str | Path,
    *,
    points: int = 7,
    time_limit: float = 180.0,
    seed: int = 0,
    tariff_date: datetime.date | str | None = None,
    rules: str = "decree",
    empty_return: bool = False,
    ride_limit: int | None = None,
    progress: Callable[[Figures, float], None] | None = None,
    stop: threading.Event | None = None,
) -> Frontier:
    """Find what can be had together: payer's bill against running cost, shared trips against km.

    Parameters
    ----------
    points
        Searches for each trade-off at most, its two ends included, so at least 2.
    time_limit
        Seconds all searches together may take at most.
    day, seed, tariff_date, rules, empty_return, ride_limit
        As for :func:`plan`.
    progress
        Called after each search with the figures of its plan and its seconds.
    stop
        Set it from another thread to end with the plans found so far.

    Returns
    -------
    Both fronts, the proven limits beside them, and every plan on them. It prints as tables, and
    ``write("frontier.json")`` or ``write("frontier.svg")`` keeps them.

    Raises
    ------
    InputError
        With everything that is wrong with the day or the options.
    """
    from sharedride._numba_cache import ensure_numba_cache

    problems = [] if points >= 2 else [Problem("points", f"{points} is less than the two ends of a front")]
    on = None
    try:
        on = _options("cost", time_limit, seed, tariff_date, ride_limit)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    source = _source(day)
    ensure_numba_cache()

    from sharedride.rides.pool import DEFAULT_RIDE_LIMIT
    from sharedride.rules import rules_of
    from sharedride.tariffs import tariff_book
    from sharedride.tradeoffs.run import trade_offs

    book = tariff_book(on or source.day.date, empty_return=empty_return)
    book.check(source.day)
    return trade_offs(
        source.day,
        sha256=source.sha256,
        rules=rules_of(source.day, rules),
        book=book,
        points=points,
        time_limit=time_limit,
        seed=seed,
        ride_limit=ride_limit or DEFAULT_RIDE_LIMIT,
        progress=progress,
        stop=stop,
    )


def plan_report(
    day: Day | str | Path,
    plan: PlanDocument | Result | str | Path,
    *,
    rules: str = "decree",
    tariff_date: datetime.date | str | None = None,
    empty_return: bool = False,
    roads: bool = True,
) -> PlanReport:
    """Make a plan into something to look at: a page, drivers' sheets, tables, calendars.

    The plan may be of any origin. It is checked first, and the page names every violation.

    Parameters
    ----------
    day, plan
        As for :func:`check`.
    rules, tariff_date, empty_return
        As for :func:`plan`, and the same as there.
    roads
        Whether the map follows the roads where the day's ``travel`` is a road engine, which is asked for
        them: it learns the order of each vehicle's stops. Where it does not answer, the map is drawn straight
        and says why.

    Returns
    -------
    The report. ``report.write("report.html")`` keeps the page; ``html``, ``csv()`` and ``ics`` hold the same
    in memory. The same day, plan and roads give the same bytes.

    Raises
    ------
    InputError
        With everything that is wrong with the day or the form of the plan, or when the plan is of another
        day, so that it cannot be drawn.
    """
    from sharedride.checking import check as check_document
    from sharedride.day.warnings import day_warnings
    from sharedride.pages.facts import facts
    from sharedride.pages.plan_report import PlanReport
    from sharedride.rules import rules_of
    from sharedride.tariffs import tariff_book
    from sharedride.travel import travel_table

    on = _date(tariff_date)
    source = _source(day)
    document = _document(plan)
    whole = source.day
    book = tariff_book(on or whole.date, empty_return=empty_return)
    book.check(whole)
    sha256 = source.sha256 if source.from_file else None
    found = check_document(
        whole, document, rules=rules, tariff_date=on, empty_return=empty_return, day_sha256=sha256
    )
    return PlanReport(
        facts(
            whole,
            document,
            table=travel_table(whole),
            rules=rules_of(whole, rules),
            book=book,
            violations=[(item.rule.value, f"{item.path}: {item.message}") for item in found],
            warnings=[str(warning) for warning in day_warnings(whole)],
            roads=roads,
        )
    )


def whatif(
    day: Day | str | Path,
    plan: PlanDocument | Result | str | Path,
    wishes: Sequence[str],
    *,
    rules: str = "decree",
    tariff_date: datetime.date | str | None = None,
    empty_return: bool = False,
    change_weight: float = 1.0,
    time_limit: float = 10.0,
    seed: int = 0,
) -> WhatIf:
    """Tell what wishes would cost a plan, or which rule forbids them, with the figure.

    The plan is kept and repaired around what the wishes move; it is not planned anew.

    Parameters
    ----------
    day, plan, rules, tariff_date, empty_return
        As for :func:`check`.
    wishes
        Such as ``"t12:with=t40"``, ``"t12:vehicle=v3,pickup=07:35"``, ``"t12:alone"`` and
        ``"t12:not_with=t40"``.
    change_weight
        Percent of the objective given up for fewer changes.
    time_limit
        Seconds the search may take at most; it ends by its rounds, usually long before.

    Raises
    ------
    InputError
        With everything that is wrong with the day, the plan's form or the wishes.
    """
    from sharedride._numba_cache import ensure_numba_cache

    on = _date(tariff_date)
    _change_options(0.0, change_weight, time_limit)
    source, folder = _source(day), _folder(day)
    document = _document(plan)
    ensure_numba_cache()

    from sharedride.changing.whatif import whatif_day
    from sharedride.changing.wishes import parse_wishes

    asked = parse_wishes(source.day, wishes)
    return whatif_day(
        source.day,
        folder,
        document,
        asked,
        _setting(source.day, rules, on, empty_return),
        percent=change_weight,
        time_limit=time_limit,
        seed=seed,
    )


def replan(
    day: Day | str | Path,
    plan: PlanDocument | Result | str | Path,
    events: Sequence[Event] | str | Path,
    *,
    now: float | str,
    window: float = 10.0,
    change_weight: float = 1.0,
    rules: str = "decree",
    tariff_date: datetime.date | str | None = None,
    empty_return: bool = False,
    time_limit: float = 10.0,
    seed: int = 0,
    stop: threading.Event | None = None,
) -> Replan:
    """Bring what happened into a plan that is being driven, and tell who is to be told what.

    Rides that have begun stay exactly as they are. Of the plans within ``change_weight`` percent of the least
    cost met, the one that changes the fewest promises is taken.

    Parameters
    ----------
    day, plan, rules, tariff_date, empty_return
        As for :func:`check`.
    events
        Events, or the path of an ``events.json``.
    now
        The time, ``"07:40"`` or minutes from midnight.
    window
        Minutes by which a promised pick-up may move; trips an event is about are not bound by it.
    time_limit
        Seconds the search may take at most; it ends by its rounds, usually long before.
    stop
        Set it from another thread to end the search with the best plan so far.

    Returns
    -------
    The changed plan and day, and the calls to make. ``write(plan, day)`` keeps both.

    Raises
    ------
    InputError
        With everything that is wrong with the day, the plan's form, the events or the options.
    """
    from sharedride._numba_cache import ensure_numba_cache
    from sharedride.clock import parse_clock

    on = _date(tariff_date)
    _change_options(window, change_weight, time_limit)
    try:
        moment = parse_clock(now) if isinstance(now, str) else float(now)
    except ValueError as error:
        raise InputError([Problem("now", str(error))]) from None
    source, folder = _source(day), _folder(day)
    document = _document(plan)
    ensure_numba_cache()

    from sharedride.changing.events import read_events
    from sharedride.changing.replan import replan_day
    from sharedride.report.reading import solution_of

    happened = read_events(events) if isinstance(events, (str, Path)) else tuple(events)
    solution_of(source.day, document)

    def setting_of(whole: Day) -> Setting:
        return _setting(whole, rules, on, empty_return)

    return replan_day(
        source.day,
        folder,
        document,
        happened,
        setting_of(source.day),
        setting_of,
        now=moment,
        window=window,
        percent=change_weight,
        time_limit=time_limit,
        seed=seed,
        stop=(lambda: False) if stop is None else stop.is_set,
    )


def _setting(day: Day, rules: str, on: datetime.date | None, empty_return: bool) -> Setting:
    from sharedride.changing.planned import Setting
    from sharedride.rules import rules_of
    from sharedride.tariffs import tariff_book
    from sharedride.travel import travel_table

    book = tariff_book(on or day.date, empty_return=empty_return)
    book.check(day)
    return Setting(travel_table(day), rules_of(day, rules), book)


def _folder(day: Day | str | Path) -> Path:
    return Path(day).parent if isinstance(day, (str, Path)) else Path()


def _change_options(window: float, change_weight: float, time_limit: float) -> None:
    problems = []
    if not (math.isfinite(window) and window >= 0):
        problems.append(Problem("window", f"{window:g} is no number of minutes from 0"))
    if not (math.isfinite(change_weight) and change_weight >= 0):
        problems.append(Problem("change_weight", f"{change_weight:g} is no percentage from 0"))
    if not (math.isfinite(time_limit) and time_limit > 0):
        problems.append(Problem("time_limit", f"{time_limit:g} is no number of seconds above 0"))
    if problems:
        raise InputError(problems)


def stress(
    day: Day | str | Path,
    plan: PlanDocument | Result | str | Path,
    *,
    scenarios: int = 1000,
    late_min: float = 5.0,
    seed: int = 0,
    rules: str = "decree",
    disturbance: Disturbance | None = None,
) -> Stress:
    """Simulate a plan on days that do not go as planned: slow roads, late patients, no-shows.

    Parameters
    ----------
    day, plan, rules
        As for :func:`check`.
    scenarios
        Days to simulate.
    late_min
        Minutes beyond which a trip counts as late.
    seed
        Seed of the simulated days: the same seed gives the same days.
    disturbance
        Spreads of readiness and driving times and the share of no-shows; the package's own, which are
        assumptions, if ``None``.

    Returns
    -------
    The chances of every trip and ride. It prints as a summary, and ``write("stress.json")`` keeps it.

    Raises
    ------
    InputError
        With everything that is wrong with the day, the options or the form of the plan, or when the plan is
        of another day.
    """
    from sharedride.report.reading import solution_of
    from sharedride.robust.disturbance import default_disturbance
    from sharedride.robust.stress import stress_plan
    from sharedride.rules import rules_of
    from sharedride.travel import travel_table

    problems = []
    if scenarios < 1:
        problems.append(Problem("scenarios", f"{scenarios} is no number of days above 0"))
    if not (math.isfinite(late_min) and late_min >= 0):
        problems.append(Problem("late_min", f"{late_min:g} is no number of minutes of 0 or more"))
    if seed < 0:
        problems.append(Problem("seed", f"{seed} is below 0"))
    if problems:
        raise InputError(problems)
    whole = _source(day).day
    return stress_plan(
        whole,
        travel_table(whole),
        rules_of(whole, rules),
        solution_of(whole, _document(plan)),
        disturbance or default_disturbance(),
        scenarios=scenarios,
        late_min=late_min,
        seed=seed,
    )


def _document(plan: PlanDocument | Result | str | Path) -> PlanDocument:
    from sharedride.document import PlanDocument, read_plan

    if isinstance(plan, (str, Path)):
        return read_plan(plan)
    return plan if isinstance(plan, PlanDocument) else plan.document


def _source(day: Day | str | Path) -> _Source:
    from sharedride.day.digest import day_sha256
    from sharedride.day.model import Day
    from sharedride.day.read import parse_day

    if isinstance(day, Day):
        return _Source(day, day_sha256(day), from_file=False)
    # The bytes that are hashed must be those that are read: one reading serves both.
    try:
        data = Path(day).read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise InputError([Problem(str(day), f"cannot be read: {reason}")]) from None
    return _Source(parse_day(data, Path(day).parent), hashlib.sha256(data).hexdigest(), from_file=True)


def _options(
    objective: str,
    time_limit: float,
    seed: int,
    tariff_date: datetime.date | str | None,
    ride_limit: int | None,
    slack: tuple[float, float] = (0.0, 0.0),
    gap_percent: float = 0.0,
) -> datetime.date | None:
    """Return the tariff date, once every option has been looked at."""
    from sharedride.planning.solution import Objective

    problems = []
    known = ", ".join(item.value for item in Objective)
    if objective not in list(Objective):
        problems.append(Problem("objective", f'there is no "{objective}", choose one of {known}'))
    if not (math.isfinite(time_limit) and time_limit > 0):
        problems.append(Problem("time_limit", f"{time_limit:g} is no number of seconds above 0"))
    if not 0 <= seed < 2**31:
        problems.append(Problem("seed", f"{seed} is not between 0 and {2**31 - 1}"))
    if ride_limit is not None and ride_limit < 1:
        problems.append(Problem("ride_limit", f"{ride_limit} is no number of rides above 0"))
    if not 0 <= slack[0] <= MOST_SLACK:
        problems.append(Problem("slack", f"{slack[0]:g} is no number of minutes from 0 to {MOST_SLACK:g}"))
    if not (math.isfinite(slack[1]) and slack[1] >= 0):
        problems.append(Problem("slack_percent", f"{slack[1]:g} is no percentage from 0"))
    if not (math.isfinite(gap_percent) and gap_percent >= 0):
        problems.append(Problem("gap_percent", f"{gap_percent:g} is no percentage from 0"))
    on = None
    try:
        on = _date(tariff_date)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    return on


def _date(value: datetime.date | str | None) -> datetime.date | None:
    if not isinstance(value, str):
        return value
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise InputError([Problem("tariff_date", f'"{value}" is no date such as "2026-03-17"')]) from None
