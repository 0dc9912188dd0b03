"""Rules about quotes that belong together: both sides of a market, and groups of which one wins."""

from collections.abc import Iterable
from decimal import Decimal

from chalicelib.domain.book import OrderBook, Quote
from chalicelib.domain.market import Market, MarketKind
from chalicelib.domain.money import ONE, ZERO
from chalicelib.domain.quality import QualityRules
from chalicelib.domain.quarantine import GROUP, SIDES
from chalicelib.validation.look import Look
from chalicelib.validation.standing import Standing

Price = Decimal | None


def judge_sides(standing: Standing, markets: Iterable[Market], look: Look) -> None:
    """Doubt both sides where they contradict each other."""
    rules, quotes = look.rules, standing.quotes
    for market in markets:
        if len(market.outcomes) != 2 or market.kind is not MarketKind.BINARY:
            continue
        first, second = market.outcomes
        one, other = quotes.get(first.instrument_id), quotes.get(second.instrument_id)
        if one is None or other is None or first.complement is None:
            continue
        gap = _gap(market, one, other)
        if gap and gap > (most := _most_apart(market, one, other, rules)):
            words = f"both sides miss a dollar by {gap:f}, at most {most:f} is taken"
            for outcome in market.outcomes:
                standing.doubt(outcome.instrument_id, SIDES, words)


def _gap(market: Market, one: Quote, other: Quote) -> Decimal:
    """How far what both sides show is from a dollar."""
    if market.mirrored:
        return mirror_gap((one.bid, one.ask), (other.bid, other.ask))
    if one.bid is None or one.ask is None or other.bid is None or other.ask is None:
        return ZERO
    return abs((one.bid + one.ask + other.bid + other.ask) / 2 - ONE)


def mirror_gap(one: tuple[Price, Price], other: tuple[Price, Price]) -> Decimal:
    """A bid for one side is an offer of the other, so that bid and ask add up to a dollar."""
    gap = ZERO
    for bid, ask in ((one[0], other[1]), (other[0], one[1])):
        if bid is not None and ask is not None and (total := bid + ask) != ONE:
            gap = max(gap, abs(total - ONE))
    return gap


def _most_apart(market: Market, one: Quote, other: Quote, rules: QualityRules) -> Decimal:
    """Two books of their own may leave something between them, but not much."""
    if market.mirrored:
        return most_of_mirror(market, one, other, rules)
    return Decimal("Infinity") if rules.pair_gap is None else rules.pair_gap


def most_of_mirror(
    market: Market, one: Quote | OrderBook, other: Quote | OrderBook, rules: QualityRules
) -> Decimal:
    """Ticks, and what prices may move between the two moments."""
    if rules.mirror_ticks is None:
        return Decimal("Infinity")
    between = abs((one.occurred_at - other.occurred_at).total_seconds())
    return rules.mirror_ticks * market.tick + rules.mirror_drift * Decimal(f"{between:.3f}")


def judge_groups(standing: Standing, markets: Iterable[Market], look: Look) -> None:
    """Doubt whole groups whose first outcomes are bid for as if more than one won.

    Offers are no evidence: a venue may have listed a part of the group only.
    """
    excess = look.rules.group_excess
    if excess is None:
        return
    bids: dict[str, Decimal] = {}
    grouped: dict[str, list[Market]] = {}
    for market in markets:
        group = market.exclusive_group
        if group is None or not market.is_tradable:
            continue
        grouped.setdefault(group, []).append(market)
        quote = standing.quotes.get(market.outcomes[0].instrument_id)
        if quote is not None and quote.bid is not None:
            bids[group] = bids.get(group, ZERO) + quote.bid
    for group, total in bids.items():
        if total > ONE + excess:
            words = f"bids in {group} add up to {total:f}, one of them pays 1"
            for outcome in (o for market in grouped[group] for o in market.outcomes):
                standing.doubt(outcome.instrument_id, GROUP, words)
