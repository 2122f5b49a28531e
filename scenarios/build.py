"""Write the scenario days, byte for byte the same each time; ``--check`` compares instead."""

import argparse
import sys
from pathlib import Path

from belfort import belfort_company
from belfort_day import belfort_day
from tutorial import tutorial

from sharedride.synth.layout import day_text

HERE = Path(__file__).parent
SCENARIOS = {
    "tutorial.json": tutorial,
    "belfort-company.json": belfort_company,
    "belfort-day.json": belfort_day,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if a file differs from what is built")
    check = parser.parse_args().check
    stale = []
    for name, scenario in SCENARIOS.items():
        content = day_text(scenario()).encode()
        file = HERE / name
        if not check:
            file.write_bytes(content)
        elif not file.is_file() or file.read_bytes() != content:
            stale.append(name)
    if stale:
        print(f"differs from what build.py writes: {', '.join(stale)}", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
