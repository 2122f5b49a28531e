"""By hand: ``python -m tests.changing.run 1000`` holds that many random event sequences to the rules."""

import sys
import traceback

from tests.changing.sequences import happens, planned_day


def main() -> None:
    """Run sequences 0 to N - 1, twenty on each random day, and print what came of them."""
    sequences = int(sys.argv[1])
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    done = refused = failed = 0
    for number in range(first, first + sequences):
        if number % 20 == 0 or number == first:
            day, plan = planned_day(1000 + number // 20)
        try:
            some, others = happens(number, day, plan)
            done, refused = done + some, refused + others
        except Exception:
            failed += 1
            print(f"sequence {number}:", *traceback.format_exc().splitlines()[-4:], sep="\n", flush=True)
    print(f"{sequences} sequences, {done} replans, {refused} event lists refused, {failed} failed")


if __name__ == "__main__":
    main()
