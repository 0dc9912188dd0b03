"""What was set aside instead of being traded on, and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Something a venue said that is not believed.

    ``subject`` is the venue's name for it (a market, an instrument, a call), ``code`` a word that
    is counted by, ``reason`` says it in full. UNREADABLE is the parsers' code.
    """

    venue: str
    subject: str
    code: str
    reason: str


UNREADABLE = "unreadable"
"""A parser refused it: not a number, out of its range, or not what the venue's format allows."""

UNANSWERED = "unanswered"
"""One of several calls failed; what it was asked for is missing, the rest is there."""

DISPUTED = "disputed"
"""The venue has a result that is contested or being corrected: nothing is paid on it yet."""
