"""When a Polymarket result is final, and what it pays. Pure.

Two witnesses have to agree: the catalogue's final prices, and the exchange's winner or, where the
exchange does not have the market any more, the payouts of the venue's data service. Prices of a
closed market other than 1 and 0, or one half each, are not a result: before 2023 the venue had
markets of another kind, and closed markets waiting for the oracle show their last prices.
"""

from datetime import datetime
from decimal import Decimal

from chalicelib.domain.market import Resolution
from chalicelib.domain.money import ONE, ZERO
from chalicelib.domain.quarantine import DISPUTED, Quarantined
from chalicelib.venues.payload import read_model
from chalicelib.venues.polymarket.parse import VENUE, instrument_id_of, market_id_of
from chalicelib.venues.polymarket.schemas import (
    ClobMarket,
    GammaMarket,
    GammaState,
    OracleStatus,
    PositionStatus,
    ResolutionRow,
)

HALF = Decimal("0.5")
SOURCE = "polymarket: catalogue and exchange agree"
OTHER_SOURCE = "polymarket: catalogue and data service agree"
MILLIONTH = Decimal("0.000001")


def read_candidate(raw: object, path: str) -> GammaMarket | None:
    """Read a catalogue entry; None unless the catalogue by itself calls it finished."""
    if not read_model(GammaState, raw, path).closed:
        return None
    wire = read_model(GammaMarket, raw, path)
    return wire if _looks_final(wire) else None


def _looks_final(wire: GammaMarket) -> bool:
    oracle_is_done = wire.uma_resolution_status in (None, OracleStatus.RESOLVED)
    position_is_done = wire.resolution_status in (None, PositionStatus.RESOLVED)
    prices = sorted(wire.outcome_prices)
    is_result = prices in ([ZERO, ONE], [HALF, HALF])
    tokens = wire.clob_token_ids
    is_binary = len(tokens) == len(set(tokens)) == len(prices)
    return oracle_is_done and position_is_done and is_result and is_binary


def contested(raw: object, path: str) -> Quarantined | None:
    """Note a catalogue entry whose result somebody objects to."""
    wire = read_model(GammaMarket, raw, path)
    status = wire.uma_resolution_status
    if status is None or not status.is_contested:
        return None
    reason = f"the oracle's status is {status}; positions stay until it is resolved"
    return Quarantined(VENUE, wire.condition_id, DISPUTED, reason)


def confirm(wire: GammaMarket, raw: object, path: str, seen_at: datetime) -> Resolution | None:
    """Return the result when the exchange's answer ``raw`` agrees with it, otherwise None."""
    exchange = read_model(ClobMarket, raw, path)
    payouts = dict(zip(wire.clob_token_ids, wire.outcome_prices, strict=True))
    if not (_same_market(wire, exchange) and exchange.closed and _agrees(exchange, payouts)):
        return None
    return _resolution(wire, seen_at, SOURCE)


def confirm_by_row(wire: GammaMarket, row: ResolutionRow, seen_at: datetime) -> Resolution | None:
    """Return the result when the data service's row agrees with it, otherwise None."""
    payouts = tuple(payout * MILLIONTH for payout in row.payouts or ())
    if row.status is not OracleStatus.RESOLVED or payouts != wire.outcome_prices:
        return None
    return _resolution(wire, seen_at, OTHER_SOURCE)


def _resolution(wire: GammaMarket, seen_at: datetime, source: str) -> Resolution:
    paid = zip(wire.clob_token_ids, wire.outcome_prices, strict=True)
    return Resolution(
        market_id=market_id_of(wire.condition_id),
        payouts={instrument_id_of(token): payout for token, payout in paid},
        known_at=seen_at,
        source=source,
    )


def _same_market(wire: GammaMarket, exchange: ClobMarket) -> bool:
    tokens = {token.token_id for token in exchange.tokens}
    return exchange.condition_id in (None, wire.condition_id) and tokens == set(wire.clob_token_ids)


def _agrees(exchange: ClobMarket, payouts: dict[str, Decimal]) -> bool:
    if HALF in payouts.values():
        is_even = exchange.is_50_50_outcome or all(t.price == HALF for t in exchange.tokens)
        return is_even and len({token.winner for token in exchange.tokens}) == 1
    return all(token.winner == (payouts[token.token_id] == ONE) for token in exchange.tokens)
