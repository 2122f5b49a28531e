"""Observed, modelled, reachable as one SVG picture, départements side by side."""

from collections.abc import Callable
from statistics import fmean, stdev
from xml.sax.saxutils import escape

from sharedride.practice.account import Account
from sharedride.practice.compare import WAYS, Comparison

LEFT, RIGHT, TOP, BOTTOM, HEIGHT, GAP = 64, 16, 44, 40, 240, 14
SLOT = 104
COLOURS = {"observed": "#555555", "practice": "#e69f00", "company": "#56b4e9", "pooled": "#0072b2"}
NAMES = {
    "observed": "observed (payer, 2024)",
    "practice": "modelled practice",
    "company": "optimum in companies",
    "pooled": "optimum pooled",
}
_PANELS: tuple[tuple[str, Callable[[Account], float]], ...] = (
    ("Shared VSL trips, % of VSL trips", lambda account: 100.0 * account.vsl_rate),
    (
        "Payer's saving against riding alone, euros per 100 trips",
        lambda a: 100.0 * a.saving / max(1, a.trips),
    ),
    ("Km driven per trip", lambda account: account.km / max(1, account.trips)),
)


def chart(comparison: Comparison) -> str:
    """Draw means over the seeds, with one standard deviation to each side where there are several.

    No script, no font and nothing else from elsewhere.
    """
    width = LEFT + RIGHT + SLOT * len(comparison.departments)
    height = len(_PANELS) * (HEIGHT + TOP + BOTTOM) + 40
    panels = [_panel(comparison, number, width) for number in range(len(_PANELS))]
    shown = ["observed", *(way for way in WAYS if any(getattr(case, way) for case in comparison.cases))]
    legend = []
    for number, name in enumerate(shown):
        x = LEFT + number * 210
        legend.append(f'<rect x="{x}" y="{height - 28}" width="14" height="14" fill="{COLOURS[name]}"/>')
        legend.append(f'<text x="{x + 20}" y="{height - 16}">{escape(NAMES[name])}</text>')
    width = max(width, LEFT + 210 * len(shown))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="sans-serif" font-size="13">\n'
        "<title>Observed, modelled and reachable sharing by département</title>\n"
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n'
        + "\n".join([*panels, *legend])
        + "\n</svg>\n"
    )


def _panel(comparison: Comparison, number: int, width: int) -> str:
    title, figure = _PANELS[number]
    top = number * (HEIGHT + TOP + BOTTOM) + TOP
    bars: list[list[tuple[str, float, float]]] = []
    for each in comparison.departments:
        mine: list[tuple[str, float, float]] = []
        if number == 0:
            mine.append(("observed", 100.0 * each.observed, 0.0))
        for way in WAYS:
            accounts = [getattr(c, way) for c in comparison.cases if c.department == each.department]
            values = [figure(account) for account in accounts if account is not None]
            if values:
                mine.append((way, fmean(values), stdev(values) if len(values) > 1 else 0.0))
        bars.append(mine)
    most = max((value + spread for mine in bars for _, value, spread in mine), default=1.0)
    low = min(0.0, min((value - spread for mine in bars for _, value, spread in mine), default=0.0))
    step = _step(most - low)

    def at(value: float) -> float:
        return top + HEIGHT * (most - value) / max(1e-9, most - low)

    parts = [f'<text x="{LEFT}" y="{top - 14}" font-size="15" font-weight="bold">{escape(title)}</text>']
    tick = step * round(low / step)
    while tick <= most:
        parts.append(f'<path d="M{LEFT} {at(tick):.1f}H{width - RIGHT}" stroke="#e5e5e5"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>')
        tick = round(tick + step, 10)
    for place, (each, mine) in enumerate(zip(comparison.departments, bars, strict=True)):
        wide = (SLOT - GAP) / max(1, len(mine))
        for k, (name, value, spread) in enumerate(mine):
            x = LEFT + SLOT * place + GAP / 2 + k * wide
            y, base = sorted((at(value), at(0.0)))
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide - 2:.1f}" height="{base - y:.1f}" '
                f'fill="{COLOURS[name]}"/>'
            )
            if spread:
                middle = x + wide / 2 - 1
                parts.append(
                    f'<path d="M{middle:.1f} {at(value - spread):.1f}V{at(value + spread):.1f}" '
                    'stroke="#000000" stroke-width="1.2"/>'
                )
        x = LEFT + SLOT * (place + 0.5)
        parts.append(
            f'<text x="{x:.1f}" y="{top + HEIGHT + 18}" text-anchor="middle">{each.department}</text>'
        )
    parts.append(f'<path d="M{LEFT} {at(0.0):.1f}H{width - RIGHT}" stroke="#555555"/>')
    return "\n".join(parts)


def _step(span: float) -> float:
    """A round step that cuts a span into some five."""
    power = 1e-3
    while True:
        for factor in (1, 2, 5):
            if span / (power * factor) <= 6:
                return power * factor
        power *= 10
