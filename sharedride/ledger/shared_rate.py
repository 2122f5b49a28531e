"""The shared rate as the payer counts it."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum

from sharedride.ledger.accounts import TripAccount


@dataclass(frozen=True, slots=True)
class SharedRate:
    """Shared trips out of all trips, by number and by amount.

    Each patient of a shared ride counts once, and the denominator is all trips, not only those that may
    be shared: so the payer's table counts, whose rates this reproduces.

    Attributes
    ----------
    trips, shared
        Numbers of trips.
    amount, shared_amount
        What they cost the payer, in euros.
    """

    trips: int
    shared: int
    amount: float = 0.0
    shared_amount: float = 0.0

    @classmethod
    def of(cls, accounts: Iterable[TripAccount]) -> "SharedRate":
        """Count served trips."""
        accounts = list(accounts)
        shared = [account.fare for account in accounts if account.shared]
        return cls(
            trips=len(accounts),
            shared=len(shared),
            amount=round(fsum(account.fare for account in accounts), 2),
            shared_amount=round(fsum(shared), 2),
        )

    @property
    def rate(self) -> float | None:
        """Shared fraction of the trips, ``None`` without any trip."""
        return self.shared / self.trips if self.trips else None

    @property
    def rate_amount(self) -> float | None:
        """Shared fraction of the amount, ``None`` without any amount."""
        return self.shared_amount / self.amount if self.amount else None
