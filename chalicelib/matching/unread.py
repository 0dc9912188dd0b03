"""What a reader answers when it cannot read: a reason, never a guess."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unread:
    """A question that was not read, and why, in words."""

    reason: str
