"""Every key figure of the plan, recomputed."""

from collections.abc import Sequence

from sharedride.checking.book import Book
from sharedride.checking.tolerance import CO2_KG, HOURS, METRES, RATE, SECOND, money
from sharedride.checking.totals import PayerTotals, Served, Totals, shared_rate
from sharedride.checking.violation import Findings, Rule
from sharedride.day.model import VehicleType
from sharedride.document import Kpis, OperatorShare, PayerFigures


def check_kpis(book: Book, kpis: Kpis, totals: Totals, served: Sequence[Served], found: Findings) -> None:
    """Note every key figure that routes and trips do not bear out."""
    metres = METRES * max(totals.stops, 1)
    euros = money(totals.served)
    costs = money(totals.vehicles + 1)
    clocks = HOURS + 2 * SECOND / 60 * max(totals.vehicles, 1)
    figures: list[tuple[str, float, float, float]] = [
        ("trips", kpis.trips, totals.trips, 0),
        ("served", kpis.served, totals.served, 0),
        ("shared", kpis.shared, totals.shared, 0),
        ("km", kpis.km, totals.km, metres),
        ("loaded_km", kpis.loaded_km, totals.loaded_km, metres),
        ("empty_km", kpis.empty_km, totals.km - totals.loaded_km, metres),
        ("vehicles_used", kpis.vehicles_used, totals.vehicles, 0),
        ("work_hours", kpis.work_hours, totals.work_hours, HOURS),
        ("duty_hours", kpis.duty_hours, totals.duty_hours, clocks),
        ("co2_kg", kpis.co2_kg, totals.co2_kg, CO2_KG),
        ("operator.revenue", kpis.operator.revenue, totals.declared.plan, euros),
        ("operator.running_cost", kpis.operator.running_cost, totals.running_cost, costs),
        ("operator.margin", kpis.operator.margin, totals.margin, euros + costs),
        *_payer("payer", kpis.payer, totals.declared, euros),
        *_payer("payer.all_certified", kpis.payer.all_certified, totals.all_certified, euros),
        *_payer("payer.none_certified", kpis.payer.none_certified, totals.none_certified, euros),
    ]
    for key, value, exact, tolerance in figures:
        if abs(value - exact) > tolerance:
            message = f"{key} is {exact:.6g} by routes and trips, not {value:.6g}"
            found.add(Rule.KPI, f"kpis.{key}", message, value=value, limit=exact)
    _rates("kpis", kpis, served, found)
    _by_operator(book, kpis.by_operator, served, found)


def _payer(
    path: str, figures: PayerFigures, totals: PayerTotals, tolerance: float
) -> list[tuple[str, float, float, float]]:
    return [
        (f"{path}.solo", figures.solo, totals.solo, tolerance),
        (f"{path}.plan", figures.plan, totals.plan, tolerance),
        (f"{path}.saving", figures.saving, totals.saving, tolerance),
    ]


def _rates(path: str, figures: Kpis | OperatorShare, served: Sequence[Served], found: Findings) -> None:
    vsl, taxi = VehicleType.VSL, VehicleType.TAXI
    rates = [
        ("shared_rate", figures.shared_rate, shared_rate(served)),
        ("shared_rate_vsl", figures.shared_rate_vsl, shared_rate(served, vsl)),
        ("shared_rate_taxi", figures.shared_rate_taxi, shared_rate(served, taxi)),
        ("shared_rate_amount", figures.shared_rate_amount, shared_rate(served, amount=True)),
        ("shared_rate_amount_vsl", figures.shared_rate_amount_vsl, shared_rate(served, vsl, amount=True)),
        ("shared_rate_amount_taxi", figures.shared_rate_amount_taxi, shared_rate(served, taxi, amount=True)),
    ]
    for key, value, exact in rates:
        if value is None and not type(figures).model_fields[key].is_required():
            continue
        if not _agree(value, exact):
            shown = ["nothing" if rate is None else f"{rate:.4f}" for rate in (exact, value)]
            message = f"{key} is {shown[0]} by the served trips, not {shown[1]}"
            found.add(Rule.KPI, f"{path}.{key}", message, value=value, limit=exact)


def _agree(value: float | None, exact: float | None) -> bool:
    if value is None or exact is None:
        return value is exact
    return abs(value - exact) <= RATE


def _by_operator(
    book: Book, shares: Sequence[OperatorShare], served: Sequence[Served], found: Findings
) -> None:
    listed: set[str] = set()
    for index, share in enumerate(shares):
        path = f"kpis.by_operator[{index}]"
        if share.operator not in book.operators:
            found.add(Rule.UNKNOWN_ID, f"{path}.operator", f"the day has no operator {share.operator}")
            continue
        if share.operator in listed:
            found.add(Rule.KPI, f"{path}.operator", f"operator {share.operator} is listed twice")
        listed.add(share.operator)
        own = [item for item in served if item.carried.operator.id == share.operator]
        shared = sum(item.carried.shared for item in own)
        for key, value, exact in (("trips", share.trips, len(own)), ("shared", share.shared, shared)):
            if value != exact:
                message = f"operator {share.operator} has {exact} {key} here, not {value}"
                found.add(Rule.KPI, f"{path}.{key}", message, value=value, limit=exact)
        _rates(path, share, own, found)
    for operator in sorted({item.carried.operator.id for item in served} - listed):
        message = f"operator {operator} serves trips and is not listed"
        found.add(Rule.KPI, "kpis.by_operator", message, limit=operator)
