"""One strategy's account. Exact by construction: cash plus cost equals deposits plus realised.

Cost basis includes the fees paid on the way in; realised profit is after fees on the way out.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.exits import ExitRules
from chalicelib.domain.market import InstrumentId, MarketId
from chalicelib.domain.money import ZERO, round_money
from chalicelib.domain.order import Fill, RestingOrder, Settlement, Side
from chalicelib.domain.protection import Protection
from chalicelib.domain.pulse import Pulse


@dataclass(frozen=True, slots=True)
class Position:
    """Contracts of one instrument held; ``mark`` is what one would fetch (the bid).

    ``high`` is the best mark so far, for a trailing stop. ``exits`` are the rules of this position
    where an operator set some; otherwise its strategy's hold.
    """

    instrument_id: InstrumentId
    market_id: MarketId
    title: str
    size: Decimal
    cost: Decimal
    opened_at: datetime
    mark: Decimal | None = None
    marked_at: datetime | None = None
    high: Decimal | None = None
    exits: ExitRules | None = None

    @property
    def value(self) -> Decimal:
        """What the position is worth at its mark; at cost until it was first marked."""
        return self.cost if self.mark is None else round_money(self.mark * self.size)


@dataclass(frozen=True, slots=True)
class Account:
    """A strategy's cash and positions. ``version`` is 0 until the account was first stored."""

    strategy: str
    starting_cash: Decimal
    cash: Decimal
    positions: dict[InstrumentId, Position] = field(default_factory=dict)
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    trades: int = 0
    peak: Decimal = ZERO
    version: int = 0
    last_cycle: int = -1
    orders: dict[str, RestingOrder] = field(default_factory=dict)
    pulse: Pulse = field(default_factory=Pulse)
    protections: tuple[Protection, ...] = ()

    @classmethod
    def opening(cls, strategy: str, starting_cash: Decimal) -> "Account":
        """A new account that holds nothing but its starting cash."""
        return cls(strategy, starting_cash, starting_cash, peak=starting_cash)

    @property
    def equity(self) -> Decimal:
        """Cash plus every position at its mark."""
        return self.cash + sum((p.value for p in self.positions.values()), ZERO)

    @property
    def drawdown(self) -> Decimal:
        """How far equity lies below its highest value so far, as a share of that value."""
        return (self.peak - self.equity) / self.peak if self.peak > 0 else ZERO

    def booked(
        self,
        cash: Decimal,
        positions: dict[InstrumentId, Position],
        realised: Decimal,
        fees: Decimal,
        trades: int,
    ) -> "Account":
        """The account after a booking, which moves these and nothing else."""
        return Account(
            self.strategy,
            self.starting_cash,
            cash,
            positions,
            realised,
            fees,
            trades,
            self.peak,
            self.version,
            self.last_cycle,
            self.orders,
            self.pulse,
            self.protections,
        )

    def imbalance(self) -> Decimal:
        """Exactly zero in a sound account; anything else is a defect of ours."""
        held = sum((p.cost for p in self.positions.values()), ZERO)
        return self.cash + held - self.starting_cash - self.realised


def apply_fill(account: Account, fill: Fill) -> Account:
    """Book a fill: cash, position, cost basis, realised profit and fees move together.

    Raises ValueError when the fill sells what is not held or spends what is not there: the gate
    and the matcher never produce such a fill, so it would be a defect, not a refusal.
    """
    if fill.side is Side.BUY:
        return _apply_buy(account, fill)
    return _apply_sell(account, fill)


def _apply_buy(account: Account, fill: Fill) -> Account:
    spent = fill.value + fill.fee
    if spent > account.cash:
        raise ValueError(f"{fill.strategy} would spend {spent} of {account.cash}")
    held = account.positions.get(fill.instrument_id)
    bought = Position(
        fill.instrument_id,
        fill.market_id,
        fill.title,
        fill.size + (held.size if held else ZERO),
        spent + (held.cost if held else ZERO),
        held.opened_at if held else fill.occurred_at,
        held.mark if held else None,
        held.marked_at if held else None,
        held.high if held else None,
        held.exits if held else None,
    )
    return account.booked(
        account.cash - spent,
        {**account.positions, fill.instrument_id: bought},
        account.realised,
        account.fees + fill.fee,
        account.trades + 1,
    )


def _apply_sell(account: Account, fill: Fill) -> Account:
    held = account.positions.get(fill.instrument_id)
    if held is None or held.size < fill.size:
        raise ValueError(f"{fill.strategy} would sell more {fill.instrument_id} than it holds")
    received = fill.value - fill.fee
    return _reduce(account, held, fill.size, received, fill.fee, 1)


def apply_settlement(account: Account, settlement: Settlement) -> Account:
    """Replace a position, or the part of it that was merged, by what was paid for it."""
    held = account.positions[settlement.instrument_id]
    if settlement.size > held.size:
        raise ValueError(f"{settlement.strategy} would settle more than it holds of {held.title}")
    return _reduce(account, held, settlement.size, settlement.value)


def released_cost(held: Position, size: Decimal) -> Decimal:
    """The share of the cost basis that goes with ``size`` contracts, in dollars."""
    return held.cost if size == held.size else round_money(held.cost * size / held.size)


def _reduce(
    account: Account,
    held: Position,
    size: Decimal,
    received: Decimal,
    fee: Decimal = ZERO,
    trades: int = 0,
) -> Account:
    """Give up ``size`` contracts for ``received``, releasing their share of the cost basis."""
    positions = dict(account.positions)
    released = released_cost(held, size)
    if size == held.size:
        del positions[held.instrument_id]
    else:
        positions[held.instrument_id] = replace(
            held, size=held.size - size, cost=held.cost - released
        )
    return account.booked(
        account.cash + received,
        positions,
        account.realised + received - released,
        account.fees + fee,
        account.trades + trades,
    )
