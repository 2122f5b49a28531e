"""The ledger: accounts of a finished plan, for payer, operators and patients."""

from sharedride.ledger.accounts import RideAccount, RouteAccount, TripAccount
from sharedride.ledger.build import Ledger, ledger
from sharedride.ledger.kpis import Kpis, PayerBill
from sharedride.ledger.operators import OperatorAccount
from sharedride.ledger.patients import PatientAccount
from sharedride.ledger.shared_rate import SharedRate

__all__ = [
    "Kpis",
    "Ledger",
    "OperatorAccount",
    "PatientAccount",
    "PayerBill",
    "RideAccount",
    "RouteAccount",
    "SharedRate",
    "TripAccount",
    "ledger",
]
