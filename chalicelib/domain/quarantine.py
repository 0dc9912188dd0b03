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

FOREIGN = "foreign"
"""It bears the name of something else, or of another venue."""

TERMS = "impossible-terms"
"""A market whose tick, sizes or outcomes cannot be."""

DUPLICATE = "duplicate"
"""Two markets list the same instrument, so that nobody knows whose terms hold."""

UNLISTED = "unlisted"
"""A price of something that is in no market of the same answer, or that nobody asked for."""

TIME = "impossible-time"
"""Stamped after it was seen, or in no time zone."""

STALE = "stale"
"""Older than such data may be."""

BOUNDS = "out-of-bounds"
"""A price that cannot be: a contract outside 0 to 1, or not a finite positive number."""

SIZE = "impossible-size"
"""A size that cannot be."""

CROSSED = "crossed"
"""The best bid reaches the best ask: the two sides were read at two moments."""

SIDES = "sides-disagree"
"""The prices of both outcomes of a market contradict each other."""

GROUP = "group-sum"
"""Outcomes of which one wins are bid for as if several did."""

JUMP = "jump"
"""Far from the price of a minute ago; believed as soon as a second look agrees."""

OUTLIER = "cross-venue"
"""Far from what other sources say of the same asset."""

THIN = "thin"
"""Below the operator's floor of volume or liquidity."""

NOT_BAD = frozenset({THIN, UNANSWERED, "not-dollars"})
"""Codes that say nothing against the data: left out by choice, or not there."""
