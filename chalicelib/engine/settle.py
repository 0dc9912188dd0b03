"""Pay out positions in resolved markets, and mark the rest. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.book import Quote
from chalicelib.domain.booking import apply_settlement
from chalicelib.domain.market import InstrumentId, Market, Resolution
from chalicelib.domain.money import ZERO, round_money
from chalicelib.domain.order import Settlement
from chalicelib.domain.portfolio import Account, Position
from chalicelib.engine.gate import MOST_TRADES
from chalicelib.engine.identity import trade_id


def settle(
    account: Account, resolutions: Iterable[Resolution], cycle_id: int
) -> tuple[Account, list[Settlement]]:
    """Replace positions in resolved markets by their payout; what is too many waits a cycle."""
    settled: list[Settlement] = []
    for resolution in resolutions:
        for position in list(account.positions.values()):
            payout = resolution.payouts.get(position.instrument_id)
            if payout is None or len(settled) == MOST_TRADES:
                continue
            settlement = _settlement(account, position, payout, resolution, cycle_id)
            account = apply_settlement(account, settlement)
            settled.append(settlement)
    return account, settled


def _settlement(
    account: Account, position: Position, payout: Decimal, resolution: Resolution, cycle_id: int
) -> Settlement:
    value = round_money(payout * position.size)
    return Settlement(
        trade_id(cycle_id, account.strategy, position.instrument_id, -1),
        cycle_id,
        account.strategy,
        position.instrument_id,
        position.market_id,
        position.size,
        payout,
        value,
        value - position.cost,
        resolution.known_at,
        resolution.source,
        position.title,
    )


def mark(account: Account, quotes: Mapping[InstrumentId, Quote], at: datetime) -> Account:
    """Value every position at its bid (a short at its ask), and remember the highest equity so far.

    A quoted instrument without a bid is worth nothing now; one that is not quoted at all keeps
    its last mark, whose age then shows.
    """
    marked = revalue(account, quotes, at)
    equity = marked.equity
    return replace(marked, peak=equity) if equity > account.peak else marked


def revalue(account: Account, quotes: Mapping[InstrumentId, Quote], at: datetime) -> Account:
    """Value every position at its bid of now; the peak is left to the end of the cycle."""
    marked = {
        instrument_id: _marked(position, quotes.get(instrument_id), at)
        for instrument_id, position in account.positions.items()
    }
    if all(marked[instrument_id] is held for instrument_id, held in account.positions.items()):
        return account
    return replace(account, positions=marked)


def _marked(position: Position, quote: Quote | None, at: datetime) -> Position:
    if quote is None or position.marked_at == at:
        return position
    price, high = _best(position, quote)
    if price is None:
        return position
    return Position(
        position.instrument_id,
        position.market_id,
        position.title,
        position.size,
        position.cost,
        position.opened_at,
        price,
        at,
        high,
        position.exits,
        position.loan,
        position.unwind,
        _mid(quote),
        position.closes_at,
    )


def _best(position: Position, quote: Quote) -> tuple[Decimal | None, Decimal | None]:
    """What giving it up would fetch per contract, and the best of that so far.

    A short position is marked at the ask; without one its last mark stays, for nobody offers.
    """
    if position.is_short:
        ask = quote.ask
        low = (
            ask
            if position.high is None or (ask or position.high) < position.high
            else position.high
        )
        return ask, low
    bid = quote.bid if quote.bid is not None else ZERO
    return bid, bid if position.high is None or bid > position.high else position.high


def _mid(quote: Quote) -> Decimal | None:
    """Halfway between bid and ask; None unless both are shown."""
    if quote.bid is None or quote.ask is None:
        return None
    return (quote.bid + quote.ask) / 2


def note_ends(account: Account, market_of: Mapping[InstrumentId, Market]) -> Account:
    """Note when each held market ends; one that is listed no more keeps the last that was known."""
    changed = {
        instrument_id: replace(position, closes_at=market.closes_at)
        for instrument_id, position in account.positions.items()
        if (market := market_of.get(instrument_id)) is not None
        and market.closes_at != position.closes_at
    }
    return replace(account, positions={**account.positions, **changed}) if changed else account
