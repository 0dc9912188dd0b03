"""The operator's switch. Anything that cannot be read as a valid control means KILLED."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.order import Purpose

CONTROL_SCHEMA = 1


class ControlState(StrEnum):
    """What the product may book.

    RUNNING trades. PAUSED opens nothing but still closes and settles. FLATTENING closes everything
    at book prices and then books nothing. KILLED books nothing.
    """

    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    FLATTENING = "FLATTENING"
    KILLED = "KILLED"


@dataclass(frozen=True, slots=True)
class Control:
    """The switch as read. ``version`` 0 means that no valid row was found."""

    state: ControlState
    version: int
    reason: str
    actor: str
    changed_at: datetime | None
    schema: int = CONTROL_SCHEMA

    def allows(self, purpose: Purpose) -> bool:
        """Whether an order with this purpose may be booked."""
        if self.state is ControlState.RUNNING:
            return True
        if self.state is ControlState.FLATTENING:
            return purpose is Purpose.FLATTEN
        return self.state is ControlState.PAUSED and purpose is not Purpose.ENTRY

    @property
    def allows_settlement(self) -> bool:
        """Whether a resolved market may pay out into an account."""
        return self.state is not ControlState.KILLED


def killed_because(reason: str) -> Control:
    """The control that stands in for one that is missing or cannot be read."""
    return Control(ControlState.KILLED, 0, reason, "system", None)
