"""What planning a day answers."""

from dataclasses import dataclass, field
from pathlib import Path

from sharedride.document import PlanDocument
from sharedride.errors import Problem
from sharedride.ledger import Ledger
from sharedride.planning.solution import Solution
from sharedride.report.files import write_whole


@dataclass(frozen=True)
class Result:
    """A plan with its proof, its accounts and what a reader must be told. Prints as a summary.

    Attributes
    ----------
    document
        The plan as the file format holds it: ids, clock times as text, rounded figures.
    solution
        The plan as the search left it: indices into the day, minutes from midnight, unrounded.
    ledger
        Every account of the plan.
    warnings
        What in the day is lawful and yet probably a slip.
    notes
        Limits the search met, sources of the tariffs, assumptions.
    """

    document: PlanDocument
    solution: Solution
    ledger: Ledger = field(repr=False)
    warnings: tuple[Problem, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What any reader of the figures must be told."""
        return self.solution.notes + self.ledger.notes

    def write(self, path: str | Path) -> None:
        """Write ``plan.json``, whole or not at all.

        Raises
        ------
        InputError
            When the file cannot be written; what was there before is untouched.
        """
        write_whole(Path(path), self.document.to_json().encode("utf-8"))

    def __str__(self) -> str:
        from sharedride.report.summary import summary_text

        return summary_text(self)
