"""One strategy's account. Exact by construction: cash plus cost equals deposits plus realised.

Cost basis includes the fees paid on the way in; realised profit is after fees on the way out.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.borrow import Loan
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.market import InstrumentId, MarketId
from chalicelib.domain.money import ZERO, round_money
from chalicelib.domain.order import RestingOrder
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
