"""What was set aside instead of being traded on, and why."""

from collections.abc import Mapping
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
UNANSWERED = "unanswered"
DISPUTED = "disputed"
FOREIGN = "foreign"
TERMS = "impossible-terms"
DUPLICATE = "duplicate"
UNLISTED = "unlisted"
TIME = "impossible-time"
STALE = "stale"
BOUNDS = "out-of-bounds"
SIZE = "impossible-size"
CROSSED = "crossed"
SIDES = "sides-disagree"
GROUP = "group-sum"
JUMP = "jump"
OUTLIER = "cross-venue"
THIN = "thin"
NOT_DOLLARS = "not-dollars"
NOT_LISTED = "not-listed"
PAYOUT = "impossible-payout"

MEANINGS: Mapping[str, str] = {
    UNREADABLE: "a parser refused it: no number, out of range, or not what the format allows",
    UNANSWERED: "one of several calls failed; what it asked for is missing, the rest is there",
    DISPUTED: "the venue has a result that is contested or corrected: nothing is paid on it yet",
    FOREIGN: "it bears the name of something else, or of another venue",
    TERMS: "a market whose tick, sizes, dollars or outcomes cannot be",
    DUPLICATE: "two markets list the same instrument, or two results tell of the same market",
    UNLISTED: "a price of something that no market lists, or a book or result nobody asked for",
    TIME: "stamped after it was seen, or in no time zone",
    STALE: "older than such data may be",
    BOUNDS: "no price, or one that cannot be: a contract costs more than 0 and less than 1",
    SIZE: "a size that cannot be",
    CROSSED: "the bid reaches the ask: the two sides were read at two moments",
    SIDES: "the prices of both outcomes of a market contradict each other",
    GROUP: "outcomes of which one wins are bid for as if several did",
    JUMP: "far from the price of a minute ago; believed when the next look agrees",
    OUTLIER: "far from what other sources say of the same asset",
    THIN: "below the operator's floor of volume or liquidity",
    NOT_DOLLARS: "quoted in a currency that the ledger does not count in",
    PAYOUT: "a result that does not pay the market's outcomes a dollar together",
    NOT_LISTED: "asked for by name, and the venue does not list it",
}
"""Every code with what it means: what an operator reads."""

NOT_BAD = frozenset({DISPUTED, NOT_DOLLARS, THIN, UNANSWERED})
"""Codes that say nothing against the data: left out by choice, or not there."""
