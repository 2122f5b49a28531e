"""``python -m benchmarks``: run the comparison, draw it, keep the published instances."""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.peers import NAMES
from benchmarks.suites import SUITES


def main() -> int:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    run = commands.add_parser("run", help="run peers on instances and save table, plots and figures")
    run.add_argument("--suite", choices=SUITES, default="pipeline")
    run.add_argument("--instances", nargs="+", help="instead of the suite's, such as dense-company-300-1")
    run.add_argument("--peers", nargs="+", choices=NAMES)
    run.add_argument("--seconds", type=float, help="our time limit, instead of the one for the size")
    run.add_argument("--times", nargs="+", type=float, help="multiples of our limit a peer gets")
    run.add_argument("--gap-percent", type=float, help="gap at which our search ends")
    run.add_argument("--seed", type=int, default=0)
    run.add_argument("--cores", type=int, default=2)
    run.add_argument("--name", help="folder under benchmarks/results/; one that is there is completed")

    draw = commands.add_parser("draw", help="make table and plots of a folder of results anew")
    draw.add_argument("folder", type=Path)

    commands.add_parser("instances", help="write the published instances, the same bytes each time")

    day = commands.add_parser("day", help="write any instance as day.json")
    day.add_argument("instance")
    day.add_argument("-o", "--output", type=Path, required=True)

    best = commands.add_parser(
        "best", help="check a plan of a published instance and keep it if it is better"
    )
    best.add_argument("instance")
    best.add_argument("plan", type=Path)
    best.add_argument("--by", required=True, help="who found it, and with what")

    solve = commands.add_parser("solve", help="plan published instances ourselves and keep what is better")
    solve.add_argument("instances", nargs="*", help="all of them if none is named")
    solve.add_argument("--seconds", type=float, help="time limit, instead of the one for the size")
    solve.add_argument("--seed", type=int, default=0)

    exact = commands.add_parser("exact", help="compare bound and plan with a plain arc model on medium days")
    exact.add_argument("--days", type=int, default=50)
    exact.add_argument("--first", type=int, default=200, help="seed of the first day")
    exact.add_argument("--seconds", type=float, default=10.0)
    exact.add_argument("--output", type=Path)

    cluster = commands.add_parser("cluster", help="what Dask costs: the same plans there and on processes")
    cluster.add_argument("--plans", type=int, default=200)
    cluster.add_argument("--seconds", type=float, default=5.0)

    profile = commands.add_parser("profile", help="where the time of one plan goes")
    profile.add_argument("instance")
    profile.add_argument("--seconds", type=float, default=60.0)
    profile.add_argument("--seed", type=int, default=0)

    one = commands.add_parser("one", help="one run; what run starts for each row")
    for name in ("instance", "peer", "seconds", "seed", "cores", "gap", "output"):
        one.add_argument(name)
    options = parser.parse_args()

    match options.command:
        case "run":
            return _run(options)
        case "draw":
            from benchmarks.report import report

            report(options.folder)
        case "instances":
            from benchmarks.instances import write

            for file in write():
                print(file)
        case "day":
            from benchmarks.generate import Spec
            from benchmarks.instances import text
            from sharedride.report.files import write_whole

            write_whole(options.output, text(Spec.of(options.instance)))
        case "best":
            from benchmarks.best import keep

            print(keep(options.instance, options.plan, options.by))
        case "solve":
            from benchmarks.best import solve as plan_and_keep

            published = SUITES["published"]
            for instance in options.instances or published.instances:
                seconds = options.seconds or published.seconds(instance)
                print(plan_and_keep(instance, seconds, options.seed), flush=True)
        case "exact":
            from benchmarks.exact import compare

            return compare(options.first, options.days, options.seconds, options.output)
        case "cluster":
            from benchmarks.cluster import overhead

            print(overhead(options.plans, options.seconds))
        case "profile":
            from benchmarks.profile import profile as profiled

            print(profiled(options.instance, options.seconds, options.seed))
        case "one":
            from benchmarks.measure import measure

            numbers = (float(options.seconds), int(options.seed), int(options.cores))
            row = measure(options.instance, options.peer, *numbers, gap_percent=float(options.gap))
            Path(options.output).write_text(json.dumps(row), encoding="utf-8")
    return 0


def _run(options: argparse.Namespace) -> int:
    import datetime

    from benchmarks.report import report
    from benchmarks.run import RESULTS, run

    suite = SUITES[options.suite]
    if options.instances:
        suite = replace(suite, instances=tuple(options.instances))
    if options.peers:
        suite = replace(suite, peers=tuple(options.peers))
    if options.seconds:
        suite = replace(suite, limit=options.seconds)
    if options.gap_percent is not None:
        suite = replace(suite, gap_percent=options.gap_percent)
    if options.times:
        suite = replace(suite, multiples=tuple(options.times))
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    folder = RESULTS / (options.name or f"{today}-{options.suite}")
    known = folder / "results.json"
    rows = json.loads(known.read_text(encoding="utf-8"))["rows"] if known.exists() else []
    run(
        suite,
        folder,
        seed=options.seed,
        cores=options.cores,
        say=lambda text: print(text, flush=True),
        rows=rows,
    )
    report(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
