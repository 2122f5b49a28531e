"""One table and three plots from a folder of results."""

import json
from pathlib import Path
from typing import Any

from benchmarks.figures import ours, over, reached, summary
from sharedride.report.files import write_whole

Json = dict[str, Any]
NOTHING = "–"

COLUMNS = (
    "instance", "peer", "limit s", "served", "lawful €", "over ours", "km", "vehicles", "shared",
    "as it is €", "unlawful", "bound", "gap", "s", "MB", "reached s",
)  # fmt: skip

LEGEND = (
    "* *lawful*: the plan once every ride that breaks a rule is taken apart and its trips are inserted anew;",
    "  *over ours* compares these, where both serve as many trips.",
    "* *as it is*: the peer's own plan; *unlawful*: patients in rides that break a rule.",
    "* *reached*: when our search was as good as the peer's lawful plan, and how many times shorter that is.",
)


def report(folder: Path) -> None:
    """Write ``table.md`` and the plots beside ``results.json``, and print the table."""
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    text = table(results)
    write_whole(folder / "table.md", text.encode())
    print(text)
    try:
        from benchmarks.plots import draw
    except ModuleNotFoundError as error:
        print(f"no plots: {error.name} is missing, pip install -e '.[benchmarks]'")
        return
    for file in draw(results, folder):
        print(file)


def table(results: Json) -> str:
    """Return the table as Markdown, with date, machine, versions and what each peer holds."""
    from benchmarks.peers import peer

    rows = results["rows"]
    base = ours(rows)
    computer, releases = results["machine"], results["versions"]
    load = computer.get("load_before")
    busy = ""
    if load is not None and load > 0.5:
        busy = f" **The machine was busy (load {load:g} before the first run): do not quote these figures.**"
    lines = [
        f"# Benchmark of {results['date']}",
        "",
        f"{computer['processor']}, {computer['cores']} cores, {computer['memory_gb']} GB, "
        f"{computer['system']}; {results['protocol']['cores']} cores allowed, seed "
        f"{results['protocol']['seed']}. "
        + ", ".join(f"{name} {release}" for name, release in releases.items())
        + "."
        + busy,
        "",
        *LEGEND,
        "",
        f"| {' | '.join(COLUMNS)} |",
        "|---|---|" + "--:|" * (len(COLUMNS) - 2),
    ]
    lines += [_line(row, base.get(row["instance"])) for row in rows]
    lines += ["", *_summary(rows)]
    lines += ["", "What each peer's model holds, and what it cannot express:", ""]
    for name in dict.fromkeys(row["peer"] for row in rows):
        try:
            each = peer(name)
            lines.append(f"* **{name}** holds {each.holds}; breaks: {each.breaks}.")
        except ImportError as error:
            lines.append(f"* **{name}** is not installed: {error}.")
    return "\n".join(lines) + "\n"


def _summary(rows: list[Json]) -> list[str]:
    """One line for each peer and time limit: on how many days ours costs less, and by how much."""
    lines = [
        "| peer | its time over ours | days | it serves fewer | compared | ours cheaper | mean over ours "
        "| least over ours | days reached | median times shorter |",
        "|---|" + "--:|" * 9,
    ]
    for each in summary(rows):
        shares = [NOTHING if each[key] is None else f"{each[key]:+.1%}" for key in ("mean", "least")]
        shorter = NOTHING if each["shorter"] is None else f"{each['shorter']:,.0f}×"
        counts = [str(each[key]) for key in ("instances", "fewer", "compared", "cheaper")]
        cells = [each["peer"], f"{each['multiple']:g}×", *counts, *shares, str(each["reached"]), shorter]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _line(row: Json, base: Json | None) -> str:
    head = f"| {row['instance']} | {row['peer']} | {row['limit']:g} |"
    if "error" in row:
        return f"{head} {NOTHING} | {row['error'].replace('|', '/')} |" + f" {NOTHING} |" * 11
    raw, lawful = row["raw"], row["lawful"]
    dearer = None if row is base else over(row, base)
    bound, gap = row["bound"], None
    if bound is not None and raw["cost"]:
        gap = (raw["cost"] - bound) / raw["cost"]
    when = reached(base, row) if base is not None and row is not base else None
    shorter = f" ({row['seconds'] / when:,.0f}×)" if when else ""
    cells = [
        f"{lawful['served']}/{row['trips']}",
        f"{lawful['cost']:,.0f}",
        NOTHING if dearer is None else f"{dearer:+.1%}",
        f"{lawful['km']:,.0f}",
        str(lawful["vehicles"]),
        NOTHING if lawful["shared_rate"] is None else f"{lawful['shared_rate']:.0%}",
        f"{raw['cost']:,.0f}",
        f"{raw['patients_concerned'] / max(1, raw['served']):.0%}" if raw["violations"] else "0",
        NOTHING if bound is None else f"{bound:,.0f}",
        NOTHING if gap is None else f"{gap:.2%}",
        f"{row['seconds']:.1f}",
        str(row["memory_mb"]),
        NOTHING if when is None else f"{when:.1f}{shorter}",
    ]
    return f"{head} {' | '.join(cells)} |"
