"""What an account must be, worked out from its committed trades alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from chalicelib.domain.money import ZERO, round_money
from chalicelib.domain.order import Fill, Settlement, Side

StoredAccount = Mapping[str, Any]
"""An account as it stands in its row, read without the product's own code."""


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

    def equity(self, account: StoredAccount) -> Decimal:
        """Our cash and sizes at the account's marks."""
        held = account["positions"]
        values = (_value(size, held.get(name)) for name, size in self.sizes.items())
        return self.cash + sum(values, ZERO)

    def objections(self, account: StoredAccount) -> Iterator[tuple[str, str]]:
        """What the stored account has that its trades do not explain: invariant and detail."""
        name, cash = account["strategy"], Decimal(account["cash"])
        held = account["positions"]
        sizes = {instrument: Decimal(position["size"]) for instrument, position in held.items()}
        cost = sum((Decimal(position["cost"]) for position in held.values()), ZERO)
        kept = Decimal(account["starting_cash"]) + Decimal(account["realised"])
        if cash + cost != kept:
            yield "I1", f"{name} holds {cash} dollars and {cost} at cost, which must be {kept}"
        if cash != self.cash:
            yield "I1", f"{name} holds {cash} dollars, its trades say {self.cash}"
        if sizes != self.sizes:
            yield "I2", f"{name} holds other positions than its trades add up to"
        if cash < 0 or any(size <= 0 for size in sizes.values()):
            yield "I4", f"{name} has {cash} dollars or a position of zero or less"
        if account["version"] != self.commits:
            yield "I5", f"{name} is at version {account['version']} after {self.commits} commits"


def _value(size: Decimal, position: Mapping[str, Any] | None) -> Decimal:
    if position is None:
        return ZERO
    mark = position["mark"]
    return Decimal(position["cost"]) if mark is None else round_money(Decimal(mark) * size)
