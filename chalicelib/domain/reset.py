"""An account that was started again: the one event in a trade log that is not a trade."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Reset:
    """What came before it no longer counts towards the account, and stays in the log.

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
