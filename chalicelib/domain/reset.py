"""What an operator does to an account as a whole: the events of a trade log that are no trades."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Reset:
    """An account that was started again. What came before it no longer counts, and stays logged.

    ``cycle_id`` is the last cycle that had booked into the account, ``version`` the account's
    version that the reset made. ``written_off`` is the cost of the positions that were dropped.
    """

    reset_id: str
    cycle_id: int
    strategy: str
    version: int
    starting_cash: Decimal
    written_off: Decimal
    at: datetime
    actor: str
    reason: str

    @property
    def event_id(self) -> str:
        """Its name, which no other event has."""
        return self.reset_id


@dataclass(frozen=True, slots=True)
class Funding:
    """Dollars paid into an account that goes on, or out of it where ``amount`` is negative.

    ``cycle_id`` and ``version`` are as in a reset.
    """

    funding_id: str
    cycle_id: int
    strategy: str
    version: int
    amount: Decimal
    at: datetime
    actor: str
    reason: str

    @property
    def event_id(self) -> str:
        """Its name, which no other event has."""
        return self.funding_id


AccountEvent: TypeAlias = Reset | Funding
