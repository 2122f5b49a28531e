"""What is run together: instances, time limits and how often a peer's limit is ours."""

from dataclasses import dataclass

from benchmarks.generate import Spec
from benchmarks.instances import PUBLISHED
from benchmarks.peers import NAMES

LIMITS = {50: 10.0, 100: 20.0, 300: 60.0, 1000: 120.0, 2000: 300.0, 10_000: 600.0}
"""Seconds we may take, by the most trips: what a dispatcher waits."""


@dataclass(frozen=True)
class Suite:
    """Instances, the peers beside us, the multiples of our time limit each peer gets, and the gap in percent
    at which our search ends.
    """

    instances: tuple[str, ...]
    peers: tuple[str, ...]
    multiples: tuple[float, ...]
    limit: float | None = None
    gap_percent: float = 0.0

    def seconds(self, instance: str) -> float:
        """Our time limit on an instance."""
        if self.limit is not None:
            return self.limit
        trips = Spec.of(instance).trips
        return next(seconds for most, seconds in LIMITS.items() if trips <= most)


def _grid(sizes: tuple[int, ...]) -> tuple[str, ...]:
    kinds = [(area, layout) for area in ("dense", "rural") for layout in ("company", "pooled")]
    return tuple(f"{area}-{layout}-{size}-1" for size in sizes for area, layout in kinds)


SUITES = {
    "pipeline": Suite(_grid((50, 100)), NAMES, (1.0,), 10.0),
    "small": Suite(_grid((50, 100, 300)), NAMES, (1.0, 10.0)),
    "full": Suite(_grid((50, 100, 300, 800, 2000, 4000)), NAMES, (1.0, 10.0)),
    "growth": Suite(
        tuple(
            f"growing-borders-{size}-{seed}"
            for size, seeds in ((250, 2), (500, 2), (1000, 2), (2000, 1), (4000, 1))
            for seed in range(1, seeds + 1)
        ),
        ("sharedride",),
        (1.0,),
        600.0,
        3.0,
    ),
    "region": Suite(("growing-borders-8000-1",), ("sharedride",), (1.0,), 600.0),
    "published": Suite(tuple(spec.name for spec in PUBLISHED), ("sharedride",), (1.0,)),
}
