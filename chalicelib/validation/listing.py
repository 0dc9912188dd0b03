"""Which of the listed markets can be: names, terms, and no instrument in two of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from chalicelib.domain.market import Market, MarketId, MarketKind
from chalicelib.domain.money import MOST_CONTRACTS, ONE, ZERO
from chalicelib.domain.quarantine import DUPLICATE, FOREIGN, TERMS
from chalicelib.validation.findings import Findings

Fault: TypeAlias = tuple[str, str]
"""A code, and words."""

MOST_DOLLARS = Decimal(10**15)


def believed_markets(
    venue: str, listed: Mapping[MarketId, Market], findings: Findings
) -> dict[MarketId, Market]:
    """The markets that can be."""
    believed: dict[MarketId, Market] = {}
    prefix = f"{venue}:"
    for key, market in listed.items():
        fault = _name_fault(key, market, venue, prefix) or _terms_fault(market)
        if fault is None:
            believed[key] = market
        else:
            findings.add(key, *fault)
    for market_id, words in _listing_the_same(believed.values()).items():
        del believed[market_id]
        findings.add(market_id, DUPLICATE, words)
    return believed


def _listing_the_same(markets: Iterable[Market]) -> dict[MarketId, str]:
    """Markets that share an instrument: nobody knows whose terms hold for it."""
    listed = list(markets)
    names = [outcome.instrument_id for market in listed for outcome in market.outcomes]
    if len(set(names)) == len(names):
        return {}
    twice = {name for name, times in Counter(names).items() if times > 1}
    return {
        market.market_id: f"{outcome.instrument_id} is listed by another market too"
        for market in listed
        for outcome in market.outcomes
        if outcome.instrument_id in twice
    }


def _name_fault(key: MarketId, market: Market, venue: str, prefix: str) -> Fault | None:
    if market.market_id != key or market.venue != venue or not key.startswith(prefix):
        return FOREIGN, f"it is listed as {market.market_id} of {market.venue}"
    names = [outcome.instrument_id for outcome in market.outcomes]
    for outcome in market.outcomes:
        own, other = outcome.instrument_id, outcome.complement
        if not own.startswith(prefix):
            return FOREIGN, f"its outcome {own} belongs to another venue"
        if other is not None and (other == own or other not in names):
            return TERMS, f"the other side {other} is not among its outcomes"
    return None if names else (TERMS, "it has no outcome")


def _terms_fault(market: Market) -> Fault | None:
    """A step or size of zero would divide by nothing, one of a billion would order it."""
    highest = ONE if market.kind is MarketKind.BINARY else MOST_CONTRACTS
    try:
        if not ZERO < market.tick < highest:
            return TERMS, f"its tick is {market.tick}, expected 0 to {highest:f}"
        for size in (market.size_step, market.min_size):
            if not ZERO < size <= MOST_CONTRACTS:
                return TERMS, f"one of its sizes is {size}"
        for dollars in (market.min_notional, market.volume_24h, market.liquidity):
            if dollars is not None and not ZERO <= dollars <= MOST_DOLLARS:
                return TERMS, f"one of its amounts is {dollars} dollars"
    except InvalidOperation:
        return TERMS, "one of its terms is not a number"
    return None
