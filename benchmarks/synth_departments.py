"""Make a day of every département twice, read it back, and say how large it is and how long it took.

``python benchmarks/synth_departments.py`` writes ``benchmarks/results/synth_departments.csv``.
"""

import csv
import datetime
import sys
import time
from pathlib import Path

from sharedride.day import day_warnings
from sharedride.day.read import parse_day
from sharedride.synth import default_assumptions, synth_day, territory
from sharedride.synth.geography import departments

DATE = datetime.date(2026, 3, 17)
RESULTS = Path(__file__).parent / "results" / "synth_departments.csv"
COLUMNS = (
    "department",
    "name",
    "trips",
    "vehicles",
    "operators",
    "cars_added",
    "seconds",
    "cpu_seconds",
    "valid",
    "warnings",
    "same_bytes",
)


def main() -> int:
    """Make, read back, write the table; 1 if any day differs the second time."""
    assumed = default_assumptions()
    rows = []
    for code, department in departments().items():
        start, work = time.perf_counter(), time.process_time()
        made = synth_day(territory(code, assumed), DATE)
        text = made.text.encode()
        seconds, cpu = time.perf_counter() - start, time.process_time() - work
        day = parse_day(text)
        again = synth_day(territory(code, assumed), DATE).text.encode()
        rows.append(
            {
                "department": code,
                "name": department.name,
                "trips": len(day.trips),
                "vehicles": len(day.vehicles),
                "operators": len(day.operators),
                "cars_added": made.cars_added,
                "seconds": f"{seconds:.1f}",
                "cpu_seconds": f"{cpu:.1f}",
                "valid": "yes",
                "warnings": len(day_warnings(day)),
                "same_bytes": "yes" if again == text else "no",
            }
        )
        print(code, *(rows[-1][key] for key in COLUMNS[2:]), file=sys.stderr)
    with RESULTS.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    slowest = max(rows, key=lambda row: float(str(row["seconds"])))
    same = sum(row["same_bytes"] == "yes" for row in rows)
    print(
        f"{len(rows)} valid days, {sum(int(str(row['trips'])) for row in rows):,} trips; "
        f"{same} with the same bytes again; "
        f"slowest {slowest['department']}: {slowest['seconds']} s, {slowest['cpu_seconds']} s of work"
    )
    return 0 if same == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
