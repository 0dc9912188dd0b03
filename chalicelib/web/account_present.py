"""Accounts and positions as they go over the wire. Pure."""

from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.domain.cycle import Config
from chalicelib.domain.money import ZERO
from chalicelib.domain.portfolio import Account, Position
from chalicelib.web import wire

SIX_PLACES = Decimal("0.000001")
OUT_OF_SIGHT = timedelta(hours=1)
"""A position without a price for so long cannot be sold: only a result frees what it cost."""


def account_view(account: Account, config: Config, at: datetime | None) -> wire.AccountView:
    """An account with its totals; ``at`` is the market's clock, None before the first cycle."""
    setting = config.setting(account.strategy)
    held = account.positions.values()
    unrealised = sum((p.value - p.cost for p in held), ZERO)
    return wire.AccountView(
        strategy=account.strategy,
        starting_cash=account.starting_cash,
        cash=account.cash,
        equity=account.equity,
        profit=account.equity - account.starting_cash,
        realised=account.realised,
        unrealised=unrealised,
        fees=account.fees,
        trades=account.trades,
        positions=len(account.positions),
        drawdown=account.drawdown.quantize(SIX_PLACES),
        locked=sum((p.cost for p in held if locked_since(p, at) is not None), ZERO),
        enabled=setting.enabled,
        paused=setting.paused,
        version=account.version,
    )


def locked_since(position: Position, at: datetime | None) -> datetime | None:
    """When a position's market ended, or was last quoted, while it waits for its result."""
    if at is None:
        return None
    if position.closes_at is not None and position.closes_at <= at:
        return position.closes_at
    seen = position.marked_at
    return seen if seen is not None and at - seen > OUT_OF_SIGHT else None


def position_view(strategy: str, position: Position, at: datetime | None) -> wire.PositionView:
    """A position with its averages."""
    return wire.PositionView(
        strategy=strategy,
        instrument_id=position.instrument_id,
        market_id=position.market_id,
        title=position.title,
        size=position.size,
        cost=position.cost,
        average_cost=(position.cost / position.size).quantize(SIX_PLACES),
        mark=position.mark,
        mid=position.mid,
        marked_at=position.marked_at,
        value=position.value,
        unrealised=position.value - position.cost,
        opened_at=position.opened_at,
        high=position.high,
        exits=None if position.exits is None else position.exits.model_dump(mode="json"),
        loan=None if position.loan is None else position.loan.accrued,
        closes_at=position.closes_at,
        locked_since=locked_since(position, at),
    )
