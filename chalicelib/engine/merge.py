"""Merge complete pairs into dollars; point out markets that stay without a result. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.domain.booking import apply_settlement, released_cost
from chalicelib.domain.market import InstrumentId, Market, MarketId
from chalicelib.domain.money import ONE, round_money
from chalicelib.domain.order import Refusal, Settlement
from chalicelib.domain.portfolio import Account, Position
from chalicelib.engine.identity import trade_id

MERGE = "merge"
"""The source of a settlement that no market paid: the pair itself is worth its dollar."""

PAYOUT_STEP = Decimal("0.0001")
MERGE_NUMBER = -2
"""Keeps a merge's id apart from the trades' (from 0) and the settlements' (-1)."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Both sides of one market, held by one account."""

    first: Position
    second: Position

    @property
    def size(self) -> Decimal:
        """Contracts held of both."""
        return min(self.first.size, self.second.size)


def merge_pairs(
    account: Account,
    markets: Mapping[MarketId, Market],
    cycle_id: int,
    at: datetime,
    room: int,
) -> tuple[Account, list[Settlement]]:
    """Give up pairs at one dollar each, without a fee; ``room`` is the most bookings to make.

    The dollar is split between the two sides in the ratio of what they cost, so that neither
    shows a profit that the other one paid for.
    """
    booked: list[Settlement] = []
    for pair in _pairs(account, markets):
        if len(booked) + 2 > room:
            break
        for settlement in _merge(account.strategy, pair, cycle_id, at):
            account = apply_settlement(account, settlement)
            booked.append(settlement)
    return account, booked


def overdue(
    account: Account, market_of: Mapping[InstrumentId, Market], at: datetime, hours: int
) -> list[Refusal]:
    """What is held in markets that ended, or were last quoted, so many hours ago without a result.

    Their capital is locked, and only the venue can free it.
    """
    found = []
    for instrument_id, held in sorted(account.positions.items()):
        market = market_of.get(instrument_id)
        since = held.marked_at if market is None else market.closes_at
        if since is None or at - since <= timedelta(hours=hours):
            continue
        what = "ended" if market is not None else "was last listed"
        reason = (
            f"its market {what} at {since:%Y-%m-%d %H:%M} UTC and has no final result; "
            f"{held.cost:.2f} dollars stay locked"
        )
        found.append(Refusal(account.strategy, instrument_id, "unresolved", reason))
    return found


def _pairs(account: Account, markets: Mapping[MarketId, Market]) -> Iterable[Pair]:
    """Every pair once; a market of more than two outcomes has none."""
    for market_id in sorted({p.market_id for p in account.positions.values()}):
        market = markets.get(market_id)
        if market is None or len(market.outcomes) != 2:
            continue
        yes, no = market.outcomes
        first = account.positions.get(yes.instrument_id)
        second = account.positions.get(no.instrument_id)
        if first and second and yes.complement == no.instrument_id:
            yield Pair(first, second)


def _merge(strategy: str, pair: Pair, cycle_id: int, at: datetime) -> Iterable[Settlement]:
    size = pair.size
    costs = [released_cost(held, size) for held in (pair.first, pair.second)]
    share = (costs[0] / sum(costs)).quantize(PAYOUT_STEP)
    value = round_money(share * size)
    parts = ((pair.first, share, value), (pair.second, ONE - share, size - value))
    for (held, payout, paid), cost in zip(parts, costs, strict=True):
        yield Settlement(
            trade_id(cycle_id, strategy, held.instrument_id, MERGE_NUMBER),
            cycle_id,
            strategy,
            held.instrument_id,
            held.market_id,
            size,
            payout,
            paid,
            paid - cost,
            at,
            MERGE,
            held.title,
        )
