"""The plan in figures: trips and shared rates, driving, bills, operators."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table

from sharedride.ledger import Ledger, OperatorAccount, PayerBill, SharedRate
from sharedride.report.tables import plain_table
from sharedride.report.text import NOTHING, count, euros, km, percent


def figures(accounts: Ledger) -> Iterator[RenderableType]:
    """Yield the tables and lines of the key figures."""
    yield _shared(accounts)
    yield ""
    yield _driving(accounts)
    yield ""
    yield _bills(accounts)
    yield ""
    yield _operators(accounts)


def _shared(accounts: Ledger) -> Table:
    kpis = accounts.kpis
    table = plain_table("Served", "trips", "shared", "rate", "amount", "of it shared", "rate")
    kinds = [(name, rate) for name, rate in (("VSL", kpis.vsl), ("taxi", kpis.taxi)) if rate.trips]
    for name, rate in [*kinds, ("all", kpis.all)]:
        table.add_row(name, *_shared_cells(rate))
    return table


def _shared_cells(rate: SharedRate) -> tuple[str, ...]:
    if not rate.trips:
        return ("0",) + (NOTHING,) * 5
    numbers = (str(rate.trips), str(rate.shared), percent(rate.rate))
    return (*numbers, euros(rate.amount), euros(rate.shared_amount), percent(rate.rate_amount))


def _driving(accounts: Ledger) -> str:
    kpis = accounts.kpis
    empty = f" ({percent(kpis.empty_km / kpis.km, 0)})" if kpis.km else ""
    return (
        f"Driving   {km(kpis.km)}: {km(kpis.loaded_km)} loaded, {km(kpis.empty_km)} empty{empty}\n"
        f"          {kpis.vehicles_used} of {count(len(accounts.day.vehicles), 'vehicle')} used, "
        f"{kpis.work_hours:.1f} h driving and service, {kpis.duty_hours:.1f} h on duty, "
        f"{kpis.co2_kg:,.0f} kg CO2"
    )


def _bills(accounts: Ledger) -> Table:
    kpis = accounts.kpis
    table = plain_table("Payer", "each alone", "as planned", "saving", "")
    for name, bill in (
        ("operators as they are", kpis.payer),
        ("if all were certified", kpis.payer_all_certified),
        ("if none were certified", kpis.payer_none_certified),
    ):
        table.add_row(name, *_bill_cells(bill))
    return table


def _bill_cells(bill: PayerBill) -> tuple[str, ...]:
    share = percent(bill.saving / bill.solo) if bill.solo else NOTHING
    return euros(bill.solo), euros(bill.plan), euros(bill.saving), share


def _operators(accounts: Ledger) -> Table:
    kpis = accounts.kpis
    table = plain_table(
        "Operator", "vehicles", "VSL shared", "taxi shared", "revenue", "running cost", "margin"
    )
    for account in kpis.by_operator:
        table.add_row(accounts.day.operators[account.operator].id, *_operator_cells(account))
    if len(kpis.by_operator) > 1:
        money = (kpis.revenue, kpis.running_cost, kpis.margin)
        table.add_row(
            "all", str(kpis.vehicles_used), _of(kpis.vsl), _of(kpis.taxi), *map(euros, money), style="bold"
        )
    return table


def _operator_cells(account: OperatorAccount) -> tuple[str, ...]:
    money = (account.revenue, account.running_cost, account.margin)
    return str(account.vehicles), _of(account.vsl), _of(account.taxi), *map(euros, money)


def _of(rate: SharedRate) -> str:
    return f"{rate.shared} of {rate.trips}" if rate.trips else NOTHING
