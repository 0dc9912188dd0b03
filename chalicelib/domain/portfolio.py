"""One strategy's account. Exact by construction: cash plus cost equals deposits plus realised.

Cost basis includes the fees paid on the way in; realised profit is after fees on the way out.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.borrow import Loan
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.market import InstrumentId, MarketId
from chalicelib.domain.money import ZERO, round_money
from chalicelib.domain.order import Fill, Purpose, RestingOrder, Settlement, Side
from chalicelib.domain.protection import Protection
from chalicelib.domain.pulse import Pulse


@dataclass(frozen=True, slots=True)
class Position:
    """Contracts of one instrument held; ``mark`` is what one would fetch (the bid).

    ``high`` is the best mark so far, for a trailing stop. ``exits`` are the rules of this position
    where an operator set some; otherwise its strategy's hold. ``mid`` lies halfway between bid and
    ask when last seen, where both were shown; ``closes_at`` is when its market ends, as far as that
    was ever listed. Both are for people: nothing is decided by them.

    A short position (spot only) has a negative size and a negative cost, which is what its sale
    brought in; its mark is what one would pay (the ask), its ``high`` the lowest so far, and
    ``loan`` what borrowing the units has cost. ``unwind`` says why a leg has to be given up as soon
    as its venue lets it be sold.
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
    loan: Loan | None = None
    unwind: str = ""
    mid: Decimal | None = None
    closes_at: datetime | None = None

    @property
    def is_short(self) -> bool:
        """Whether it was sold without being held, and has to be bought back."""
        return self.size < 0

    @property
    def value(self) -> Decimal:
        """What the position is worth at its mark, less its loan; at cost until first marked."""
        worth = self.cost if self.mark is None else round_money(self.mark * self.size)
        return worth if self.loan is None else worth - self.loan.accrued

    @property
    def owed(self) -> Decimal:
        """Dollars that buying a short position back takes, or that it brought in if more."""
        if not self.is_short:
            return ZERO
        return -min(self.cost, self.value)


@dataclass(frozen=True, slots=True)
class Account:
    """A strategy's cash and positions. ``version`` is 0 until the account was first stored.

    ``rebates`` are what venues promised for fills that rested: counted apart, in no other number.
    ``starting_cash`` is all that was paid in; ``funded`` is how much of it came after the opening.
    """

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
    rebates: Decimal = ZERO
    funded: Decimal = ZERO

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
        rebates: Decimal,
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
            rebates,
            self.funded,
        )

    def imbalance(self) -> Decimal:
        """Exactly zero in a sound account; anything else is a defect of ours."""
        held = sum((p.cost for p in self.positions.values()), ZERO)
        return self.cash + held - self.starting_cash - self.realised


def apply_fill(account: Account, fill: Fill) -> Account:
    """Book a fill: cash, position, cost basis, realised profit and fees move together.

    A fill on the other side of what is held gives it up; what an entry trades beyond that opens
    the opposite position. Raises ValueError when a fill gives up what is not held or spends what
    is not there: the gate and the matcher never produce one, so it would be a defect.
    """
    held = account.positions.get(fill.instrument_id)
    if held is None or held.is_short is (fill.side is Side.SELL):
        return _add(account, held, fill)
    if fill.size <= abs(held.size):
        return _give_up(account, held, fill)
    if fill.purpose is not Purpose.ENTRY:
        raise ValueError(f"{fill.strategy} would sell more {fill.instrument_id} than it holds")
    closing, opening = _split(fill, abs(held.size))
    return _add(replace(_give_up(account, held, closing), trades=account.trades), None, opening)


def _add(account: Account, held: Position | None, fill: Fill) -> Account:
    """Open a position or add to it: a purchase, or a sale of borrowed units."""
    if fill.side is Side.SELL and not fill.opens_short:
        raise ValueError(f"{fill.strategy} would sell more {fill.instrument_id} than it holds")
    sign = -1 if fill.opens_short else 1
    cost = fill.value * sign + fill.fee
    if cost > account.cash:
        raise ValueError(f"{fill.strategy} would spend {cost} of {account.cash}")
    loan = Loan(ZERO, fill.occurred_at) if fill.opens_short else None
    added = Position(
        fill.instrument_id,
        fill.market_id,
        fill.title,
        fill.size * sign + (held.size if held else ZERO),
        cost + (held.cost if held else ZERO),
        held.opened_at if held else fill.occurred_at,
        held.mark if held else None,
        held.marked_at if held else None,
        held.high if held else None,
        held.exits if held else None,
        held.loan if held else loan,
        held.unwind if held else "",
        held.mid if held else None,
        held.closes_at if held else None,
    )
    return account.booked(
        account.cash - cost,
        {**account.positions, fill.instrument_id: added},
        account.realised,
        account.fees + fill.fee,
        account.trades + 1,
        account.rebates + fill.rebate,
    )


def _give_up(account: Account, held: Position, fill: Fill) -> Account:
    """Sell what is held, or buy back what was sold short and pay for the loan of it."""
    if fill.side is Side.SELL:
        received = fill.value - fill.fee
    else:
        received = -(fill.value + fill.fee + fill.loan_fee)
    if -received > account.cash:
        raise ValueError(f"{fill.strategy} would spend {-received} of {account.cash}")
    reduced = _reduce(account, held, fill.size, received, fill.fee, fill.loan_fee, 1)
    return replace(reduced, rebates=account.rebates + fill.rebate) if fill.rebate else reduced


def _split(fill: Fill, size: Decimal) -> tuple[Fill, Fill]:
    """The part of a fill that closes ``size`` and the part beyond; value and fee go by size."""
    value, fee = (round_money(part * size / fill.size) for part in (fill.value, fill.fee))
    closing = replace(fill, size=size, value=value, fee=fee)
    opening = replace(
        fill,
        size=fill.size - size,
        value=fill.value - value,
        fee=fill.fee - fee,
        loan_fee=ZERO,
        rebate=ZERO,
    )
    return closing, opening


def apply_settlement(account: Account, settlement: Settlement) -> Account:
    """Replace a position, or the part of it that was merged, by what was paid for it."""
    held = account.positions[settlement.instrument_id]
    if settlement.size > held.size:
        raise ValueError(f"{settlement.strategy} would settle more than it holds of {held.title}")
    return _reduce(account, held, settlement.size, settlement.value)


def released_cost(held: Position, size: Decimal) -> Decimal:
    """The share of the cost basis that goes with ``size`` contracts, in dollars."""
    whole = abs(held.size)
    return held.cost if size == whole else round_money(held.cost * size / whole)


def _reduce(
    account: Account,
    held: Position,
    size: Decimal,
    received: Decimal,
    fee: Decimal = ZERO,
    loan_fee: Decimal = ZERO,
    trades: int = 0,
) -> Account:
    """Give up ``size`` contracts for ``received``, releasing their share of the cost basis."""
    positions = dict(account.positions)
    released = released_cost(held, size)
    if size == abs(held.size):
        del positions[held.instrument_id]
    else:
        positions[held.instrument_id] = replace(
            held,
            size=held.size + size if held.is_short else held.size - size,
            cost=held.cost - released,
            loan=held.loan.less(loan_fee) if held.loan else None,
        )
    return account.booked(
        account.cash + received,
        positions,
        account.realised + received - released,
        account.fees + fee,
        account.trades + trades,
        account.rebates,
    )
