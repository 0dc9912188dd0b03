"""What an account must be, worked out from its committed trades alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from chalicelib.domain.money import ZERO, round_money
from chalicelib.domain.order import Fill, Settlement, Side
from chalicelib.domain.portfolio import Account


@dataclass
class Shadow:
    """Cash and positions of one strategy, with the number of its commits."""

    cash: Decimal
    sizes: dict[str, Decimal] = field(default_factory=dict)
    commits: int = 0
    last_cycle: int = -1

    def book(self, trade: Fill | Settlement) -> None:
        """Move cash and contracts as one trade did."""
        if isinstance(trade, Settlement):
            self._move(trade.instrument_id, -trade.size, trade.value)
        elif trade.side is Side.BUY:
            self._move(trade.instrument_id, trade.size, -trade.value - trade.fee)
        else:
            self._move(trade.instrument_id, -trade.size, trade.value - trade.fee)

    def _move(self, instrument_id: str, size: Decimal, cash: Decimal) -> None:
        self.cash += cash
        left = self.sizes.get(instrument_id, ZERO) + size
        if left:
            self.sizes[instrument_id] = left
        else:
            self.sizes.pop(instrument_id, None)

    def equity(self, account: Account) -> Decimal:
        """Our cash and sizes at the account's marks."""
        return self.cash + sum(
            (self._value(name, size, account) for name, size in self.sizes.items()), ZERO
        )

    def _value(self, name: str, size: Decimal, account: Account) -> Decimal:
        held = account.positions.get(name)
        if held is None:
            return ZERO
        return held.cost if held.mark is None else round_money(held.mark * size)

    def objections(self, account: Account) -> Iterator[tuple[str, str]]:
        """What the stored account has that its trades do not explain: invariant and detail."""
        name = account.strategy
        if account.imbalance() != 0:
            yield "I1", f"{name} is out of balance by {account.imbalance()}"
        if account.cash != self.cash:
            yield "I1", f"{name} holds {account.cash} dollars, its trades say {self.cash}"
        if {k: p.size for k, p in account.positions.items()} != self.sizes:
            yield "I2", f"{name} holds other positions than its trades add up to"
        if account.cash < 0 or any(p.size <= 0 for p in account.positions.values()):
            yield "I4", f"{name} has {account.cash} dollars or a position of zero or less"
        if account.version != self.commits:
            yield "I5", f"{name} is at version {account.version} after {self.commits} commits"
