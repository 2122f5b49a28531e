import re
from dataclasses import replace

import pytest

from sharedride.day.model import Day
from sharedride.planning.solution import Objective, Route, Solution, Status
from sharedride.report.alone import alone_reasons
from sharedride.report.assemble import assemble
from sharedride.report.proof import proof
from sharedride.report.result import Result
from sharedride.report.summary import summary_text
from sharedride.rules import rules_of
from sharedride.travel import travel_table
from tests.ledger.plans import day_of, outbound, route
from tests.report.by_hand import ROUTE, accounts, solution, tutorial


def result(day: Day, plan: Solution, unserved: dict[int, tuple[str, str]] | None = None) -> Result:
    kept = accounts(day, *plan.routes)
    alone = alone_reasons(day, travel_table(day), rules_of(day), plan)
    return Result(assemble(day, plan, kept, sha256="", unserved=unserved or {}, alone=alone), plan, kept)


@pytest.fixture(scope="module")
def text() -> str:
    return str(result(tutorial(), solution(ROUTE)))


def row(text: str, *words: str) -> str:
    """The one line that holds all the words."""
    lines = [line for line in text.splitlines() if all(word in line for word in words)]
    assert len(lines) == 1, f"{words}: {lines}"
    return lines[0]


def test_the_tutorial_reads_as_derived_by_hand(text: str) -> None:
    """Trips, rates by number and amount, km, bill, saving and margin stand where one looks for them."""
    assert text.splitlines()[0] == "Tuesday 17 March 2026: 6 of 6 trips served"
    assert "152.00 €: proven best" in text
    assert " ".join(row(text, "VSL ", "%").split()) == "VSL 6 2 33.3 % 175.10 € 53.48 € 30.5 %"
    assert "128.0 km: 64.0 km loaded, 64.0 km empty (50 %)" in text
    assert "1 of 2 vehicles used" in text
    assert re.findall(r"[\d.]+ (?:€|%)", row(text, "operators as they are")) == [
        "183.64 €",
        "175.10 €",
        "8.54 €",
        "4.7 %",
    ]
    assert row(text, "op1").split()[-2:] == ["23.10", "€"]
    assert row(text, "2 INCOMPATIBLE")


def test_every_tariff_of_low_confidence_is_named(text: str) -> None:
    """Whatever the ledger notes about tariffs and assumptions is printed."""
    flat = " ".join(text.split())
    for note in accounts(tutorial(), ROUTE).notes:
        assert note in flat


def test_the_summary_keeps_to_its_width() -> None:
    """No line is wider than asked, none ends in blanks, and no word is lost in a narrow terminal."""
    answer = result(tutorial(), solution(ROUTE))
    wide, narrow = summary_text(answer, 200), summary_text(answer, 80)
    assert max(map(len, narrow.splitlines())) <= 80
    assert all(line == line.rstrip() for line in narrow.splitlines())
    assert narrow.split() == wide.split()


def test_the_sheets_name_every_stop_with_who_gets_on_and_off() -> None:
    """With routes asked for, each vehicle's stops follow, places by name and trips by id."""
    sheet = summary_text(result(tutorial(), solution(ROUTE)), routes=True)
    assert "v1  VSL of op1: 6 trips, 128.0 km, 64.0 km empty" in sheet
    stop = " ".join(row(sheet, "09:26", "09:30").split())
    assert stop == "09:26 09:30 Hôpital Nord Franche-Comté a-out, b-out"


def test_what_needs_a_decision_is_listed() -> None:
    """Trips not served with the reason, dearer shared trips, and operators under the malus threshold."""
    km = [[0.0, 9.0, 9.0, 9.0], [9.0, 0.0, 20.0, 30.0], [9.0, 20.0, 0.0, 20.0], [9.0, 30.0, 20.0, 0.0]]
    day = day_of(
        dict.fromkeys(["depot", "far", "near", "care"]),
        km,
        [outbound("t0", "far"), outbound("t1", "near"), outbound("[t2]", "far"), outbound("t3", "far")],
    )
    shared = route(day, 0, (1, (0,), ()), (2, (1,), ()), (3, (), (0, 1)))
    alone = route(day, 0, (1, (3,), ()), (3, (), (3,)))
    told = str(result(day, solution(shared), {2: ("NO_VEHICLE", "all are taken"), 3: ("TIME", "too late")}))
    assert "Not served (2)" in told
    assert row(told, "[t2]").split(maxsplit=1)[1].strip() == "NO_VEHICLE: all are taken"
    assert "Shared trips that cost the payer more than alone" in told
    assert "47.98 €, alone 45.45 €: detour 10.0 km, aboard with t1" in row(told, "  t0  ")
    assert "share too few" not in told
    malus = str(result(day, solution(alone), dict.fromkeys([0, 1, 2], ("TIME", ""))))
    assert "0 of 1 VSL trip shared, 5 % are asked" in row(malus, "  op1  ", "malus")


def test_long_lists_are_cut_and_say_so() -> None:
    """A list shows a few rows and how many more there are; all of them when asked for."""
    day = tutorial()
    unserved = {trip: ("NO_VEHICLE", f"reason {trip}") for trip in range(6)}
    answer = result(day, solution(value=0.0, bound=0.0), unserved)
    assert len(re.findall(r"reason \d", summary_text(answer))) == 3
    assert "... and 3 more, shown with --all" in summary_text(answer)
    assert len(re.findall(r"reason \d", summary_text(answer, everything=True))) == 6


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "Running cost 152.00 €: proven best, no plan that serves as many trips has less."),
        (
            {"status": Status.FEASIBLE, "bound": 150.0},
            "Running cost 152.00 €: best found. Proven: no plan that serves as many trips has less than "
            "150.00 € (gap 1.32 %).",
        ),
        (
            {"status": Status.INTERRUPTED, "objective": Objective.SHARED, "value": 4.0, "bound": 6.0},
            "Shared trips 4: stopped by you, the best plan so far. Proven: no plan that serves as many trips "
            "has more than 6 (gap 50.00 %).",
        ),
        (
            {"status": Status.FEASIBLE, "bound": None, "notes": ("Too many rides.",)},
            "Running cost 152.00 €: best found. How far it is from the best is not proven: Too many rides.",
        ),
    ],
)
def test_the_proof_is_told_in_a_sentence(changes: dict[str, object], told: str) -> None:
    """What is proven, how far the plan may be from the best, or why that is not known."""
    plan: Solution = replace(solution(ROUTE), **changes)  # type: ignore[arg-type]
    assert proof(plan, 6, 6) == (told,)


@pytest.mark.parametrize(
    ("bound", "told"),
    [
        (None, "Whether any plan could serve more trips is not proven."),
        (5, "Proven: no plan serves more than 5 trips."),
        (4, "Proven: no plan serves more than 4 trips."),
    ],
)
def test_trips_left_over_are_told_with_what_is_proven(bound: int | None, told: str) -> None:
    """A plan that leaves trips says whether more could have been served."""
    assert proof(solution(ROUTE, served_bound=bound), 4, 6)[1:] == (told,)


def test_notes_of_the_search_are_never_silent() -> None:
    """A limit the search met is printed even where a bound is proven."""
    routes: tuple[Route, ...] = (ROUTE,)
    told = str(result(tutorial(), solution(*routes, notes=("A limit was reached.",))))
    assert row(told, "A limit was reached.")
