"""Errors for people: what is wrong, where, and what would be right, all of them at once."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with an input, with the path to it and the remedy in the message."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class InputError(ValueError):
    """An input that cannot be used; carries every problem found, not the first one only."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class RideLimitExceeded(RuntimeError):
    """The day holds more lawful rides than the limit allows to keep."""
