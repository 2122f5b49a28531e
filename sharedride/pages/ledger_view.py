"""Both ledgers: what the payer is billed, and what is left to the operators."""

from dataclasses import dataclass

from sharedride.ledger import Ledger, OperatorAccount, PayerBill, RideAccount, SharedRate
from sharedride.ledger.patients import loses_third_party_payment
from sharedride.pages.facts import Facts
from sharedride.report.attention import attention_lists
from sharedride.report.text import NOTHING, euros, percent

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class LedgerView:
    """Tables of text, and the rides and trips where one side gains and the other loses.

    Attributes
    ----------
    lists
        Title and rows of every list that is not empty.
    """

    payer: Rows
    operators: Rows
    malus_share: str
    lists: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True)
class RideLine:
    """A ride's account as the vehicle's panel shows it."""

    payer_gain: float
    operator_gain: float


def ledger_view(facts: Facts) -> LedgerView:
    """Return the accounts of payer and operators."""
    accounts = facts.ledger
    kpis = accounts.kpis
    bills = (
        ("as declared", kpis.payer),
        ("if all were certified", kpis.payer_all_certified),
        ("if none were certified", kpis.payer_none_certified),
    )
    # Who is not served stands at the head of the page.
    found = [(title, tuple(rows)) for title, rows in attention_lists(facts.document, accounts)[1:]]
    found.append(("Trips whose fare the patient advances after refusing to share", _advanced(facts)))
    return LedgerView(
        payer=tuple((name, *_bill(bill)) for name, bill in bills),
        operators=_operators(accounts),
        malus_share=percent(accounts.book.malus.shared_share, 0),
        lists=tuple((title, rows) for title, rows in found if rows),
    )


def ride_line(account: RideAccount) -> RideLine:
    """Return what a ride gains over its trips driven one by one."""
    return RideLine(account.payer_gain, round(account.operator_gain, 2) + 0.0)


def _bill(bill: PayerBill) -> tuple[str, ...]:
    share = percent(bill.saving / bill.solo) if bill.solo else NOTHING
    return euros(bill.solo), euros(bill.plan), euros(bill.saving), share


def _operators(accounts: Ledger) -> Rows:
    day = accounts.day
    rows = [
        (
            day.operators[account.operator].id,
            "yes" if day.operators[account.operator].certified else "no",
            *_operator(account),
        )
        for account in accounts.operators
        if account.vehicles
    ]
    kpis = accounts.kpis
    if len(rows) > 1:
        money = (euros(kpis.revenue), euros(kpis.running_cost), euros(kpis.margin))
        shares = (_of(kpis.vsl), _of(kpis.taxi), percent(kpis.all.rate), percent(kpis.all.rate_amount))
        rows.append(("all", "", str(kpis.vehicles_used), *shares, f"{kpis.km:,.0f}", *money))
    return tuple(rows)


def _operator(account: OperatorAccount) -> tuple[str, ...]:
    return (
        str(account.vehicles),
        _of(account.vsl),
        _of(account.taxi),
        percent(account.all.rate),
        percent(account.all.rate_amount),
        f"{account.km:,.0f}",
        euros(account.revenue),
        euros(account.running_cost),
        euros(account.margin),
    )


def _of(rate: SharedRate) -> str:
    return f"{rate.shared} of {rate.trips}" if rate.trips else NOTHING


def _advanced(facts: Facts) -> tuple[tuple[str, str], ...]:
    """By trip: this page names no patient."""
    return tuple(
        (facts.trip(trip.trip).id, euros(trip.fare))
        for trip in facts.ledger.trips
        if loses_third_party_payment(facts.trip(trip.trip))
    )
