"""Plan small synthetic days under several policies, for the notebooks."""

from collections.abc import Iterator, Sequence
from math import fsum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as parquet

from sharedride.study import Policy, Study, run_study

DEPARTMENT, DATE = "90", "2026-03-17"
Row = dict[str, Any]


class SmallDays:
    """The plans of a study of small days: rows of the tables ``plans`` and ``trips`` of docs/studies.md."""

    def __init__(
        self, policies: Sequence[Policy], objectives: Sequence[str], *, trips: int, seeds: Sequence[int]
    ) -> None:
        study = Study(
            schema="sharedride/study/1",
            name="notebook",
            days={"departments": [DEPARTMENT], "dates": [DATE], "seeds": seeds, "trips": trips},
            objectives=objectives,
            # They take a tenth of a second each: the limit is for machines that do much else.
            plan={"time_limit": 120},
            policies=policies,
        )
        with TemporaryDirectory() as folder:
            report = run_study(study, folder)
            self.trips: list[Row] = parquet.read_table(Path(folder) / "trips.parquet").to_pylist()
        self.plans: list[Row] = report.plans
        self.days = len(seeds)
        proven = sum(plan["status"] == "optimal" for plan in self.plans)
        served = sum(plan["served"] for plan in self.plans)
        print(f"{self.days} days of about {trips} trips, {report.total} plans: {proven} of them proven best,")
        print(f"{len(report.failures)} failed or were refused by the checker; ", end="")
        print(f"{served} of {sum(plan['trips'] for plan in self.plans)} trips served.")
        if report.checked.pairs:
            print(f"{report.checked.pairs} pairs of a looser and a stricter rule on one day: ", end="")
            print(f"{len(report.checked.breaches)} times the looser one came out worse.")

    def total(self, column: str, policy: str, objective: str) -> float:
        """Sum of a column over the days, under a policy."""
        return fsum(
            plan[column] for plan in self.plans if plan["policy"] == policy and plan["objective"] == objective
        )

    def mean(self, column: str, policy: str, objective: str) -> float:
        """The same per day."""
        return self.total(column, policy, objective) / self.days

    def of(self, policy: str, objective: str, seed: int) -> Iterator[Row]:
        """Served trips of a day under a policy."""
        for trip in self.trips:
            key = trip["policy"], trip["objective"], trip["seed"]
            if trip["served"] and key == (policy, objective, seed):
                yield trip

    @property
    def notes(self) -> str:
        """What any reader of the figures must be told: sources of tariffs, assumptions."""
        notes = dict.fromkeys(note for plan in self.plans for note in plan["notes"])
        return "\n".join(f"* {note}" for note in notes)
