"""The fronts as one SVG picture: plans as points, the proven limit as a line, what no plan can be shaded."""

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from sharedride.tradeoffs.front import envelope

if TYPE_CHECKING:
    from sharedride.tradeoffs.frontier import Front, Frontier

WIDTH, HEIGHT = 520, 420
LEFT, RIGHT, TOP, BOTTOM = 76, 20, 56, 56
BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#555555"

_WORDS = {
    "saving": ("Payer's bill against running cost", "running cost (€)", "payer's bill (€)"),
    "sharing": ("Shared rate against km", "km driven", "shared trips (% of served)"),
}


def picture(frontier: "Frontier") -> str:
    """Draw the fronts side by side; no script, no font and nothing else from elsewhere."""
    panels = [_panel(front, number * WIDTH) for number, front in enumerate(frontier.fronts)]
    width = WIDTH * len(panels)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT + 30}" role="img" '
        'font-family="sans-serif" font-size="13">\n'
        f"<title>{escape('What can be had together on ' + frontier.date)}</title>\n"
        f'<rect width="{width}" height="{HEIGHT + 30}" fill="#ffffff"/>\n'
        + "\n".join(panels)
        + f'\n<circle cx="{LEFT}" cy="{HEIGHT + 10}" r="5" fill="{BLUE}"/>'
        f'<text x="{LEFT + 12}" y="{HEIGHT + 14}">a plan, by its number</text>'
        f'<path d="M{LEFT + 190} {HEIGHT + 10}h26" stroke="{ORANGE}" stroke-width="2" '
        'stroke-dasharray="6 4"/>'
        f'<text x="{LEFT + 224}" y="{HEIGHT + 14}">proven: no plan in the shaded area</text>\n</svg>\n'
    )


def _panel(front: "Front", offset: float) -> str:
    title, x_name, y_name = _WORDS[front.axes.name]
    served = max(front.points[0].figures.served, 1)
    # The search keeps figures low; people read a rate upwards.
    scale = -100.0 / served if front.axes.y == "shared" else 1.0
    points = [front.axes.xy(point.figures) for point in front.points]
    xs = [x for x, _ in points] + ([front.least_x] if front.least_x is not None else [])
    low, high = _room(xs)
    limit = envelope(front.lines, max(low, front.least_x or low), high)
    shown = [(x, scale * y) for x, y in points]
    bound = [(x, scale * y) for x, y in limit]
    ys = [y for _, y in shown]
    span = max(max(ys) - min(ys), 0.02 * max(abs(max(ys)), 1.0))
    # A limit far off would press the plans into one line.
    bottom, top = _room(ys + [y for _, y in bound if min(ys) - span <= y <= max(ys) + span])

    def at(x: float, y: float) -> tuple[float, float]:
        across = offset + LEFT + (x - low) / (high - low) * (WIDTH - LEFT - RIGHT)
        return across, HEIGHT - BOTTOM - (y - bottom) / (top - bottom) * (HEIGHT - TOP - BOTTOM)

    parts = [f'<text x="{offset + LEFT}" y="28" font-size="16" font-weight="bold">{escape(title)}</text>']
    x0, y0 = at(low, bottom)
    x1, y1 = at(high, top)
    for x in _ticks(low, high):
        px, _ = at(x, bottom)
        parts.append(f'<path d="M{px:.1f} {y0:.1f}V{y1:.1f}" stroke="#e5e5e5"/>')
        parts.append(f'<text x="{px:.1f}" y="{y0 + 18:.1f}" text-anchor="middle">{x:g}</text>')
    for y in _ticks(bottom, top):
        _, py = at(low, y)
        parts.append(f'<path d="M{x0:.1f} {py:.1f}H{x1:.1f}" stroke="#e5e5e5"/>')
        parts.append(f'<text x="{x0 - 8:.1f}" y="{py + 4:.1f}" text-anchor="end">{y:g}</text>')
    parts += _limit(front, [at(x, min(max(y, bottom), top)) for x, y in bound], (x0, y0, x1, y1), scale)
    parts.append(f'<path d="M{x0:.1f} {y1:.1f}V{y0:.1f}H{x1:.1f}" fill="none" stroke="{GREY}"/>')
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in (at(*point) for point in shown))
    parts.append(f'<path d="M{path}" fill="none" stroke="{BLUE}" stroke-width="1" opacity="0.5"/>')
    for point, (x, y) in zip(front.points, shown, strict=True):
        px, py = at(x, y)
        parts.append(f'<circle cx="{px:.1f}" cy="{py:.1f}" r="5" fill="{BLUE}"/>')
        parts.append(f'<text x="{px + 8:.1f}" y="{py - 8:.1f}">{point.plan}</text>')
    middle = (y0 + y1) / 2
    parts.append(
        f'<text x="{(x0 + x1) / 2:.1f}" y="{y0 + 40:.1f}" text-anchor="middle">{escape(x_name)}</text>'
    )
    parts.append(
        f'<text transform="translate({offset + 18:.1f} {middle:.1f}) rotate(-90)" text-anchor="middle">'
        f"{escape(y_name)}</text>"
    )
    return "\n".join(parts)


def _limit(
    front: "Front",
    corners: Sequence[tuple[float, float]],
    frame: tuple[float, float, float, float],
    scale: float,
) -> list[str]:
    """The proven limit, and the area beyond it shaded."""
    if not corners:
        return []
    x0, y0, _, y1 = frame
    edge = y0 if scale > 0 else y1
    far = y1 if scale > 0 else y0
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in corners)
    start = corners[0][0]
    if front.least_x is None:
        area = f"M{start:.1f} {edge:.1f}L{line}V{edge:.1f}Z"
    else:
        # Left of the least x there is nothing either.
        area = f"M{x0:.1f} {edge:.1f}V{far:.1f}H{start:.1f}L{line}V{edge:.1f}Z"
        line = f"{start:.1f} {far:.1f}L{line}"
    return [
        f'<path d="{area}" fill="{ORANGE}" opacity="0.10"/>',
        f'<path d="M{line}" fill="none" stroke="{ORANGE}" stroke-width="2" stroke-dasharray="6 4"/>',
    ]


def _room(values: Sequence[float]) -> tuple[float, float]:
    """The range of values with some room on both sides."""
    low, high = min(values), max(values)
    margin = 0.08 * (high - low) or 0.02 * max(abs(high), 1.0)
    return low - margin, high + margin


def _ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers between two values."""
    rough = (high - low) / most
    power = 10.0 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    first = ceil(low / step)
    return [round(step * k, 10) for k in range(first, floor(high / step) + 1)]
