"""What an account must be, worked out from its committed trades alone."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from chalicelib.domain.order import Fill, Purpose, Settlement, Side

StoredAccount = Mapping[str, Any]
"""An account as it stands in its row, read without the product's own code."""

ZERO, MICRO = Decimal(0), Decimal("0.000001")


@dataclass
class Holding:
    """Contracts of one instrument, and the dollars that they cost with fees."""

    size: Decimal = ZERO
    cost: Decimal = ZERO


@dataclass
class Shadow:
    """One strategy's account from its trades, with the number of its commits."""

    cash: Decimal
    holdings: dict[str, Holding] = field(default_factory=dict)
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    entered: Counter[int] = field(default_factory=Counter)
    """Entries by cycle."""
    commits: int = 0
    last_cycle: int = -1
    restarted_at: int = -1
    """The step at which an operator last started the account again."""

    def restart(self, cash: Decimal) -> None:
        """Begin again with this cash, as a reset does; commits go on counting."""
        self.cash, self.holdings = cash, {}
        self.realised = self.fees = ZERO
        self.entered.clear()

    def book(self, trades: Sequence[Fill | Settlement]) -> None:
        """Move cash, contracts and their cost as the trades of one commit did.

        The settlements backwards, because their order must not matter; then the fills.
        """
        for trade in reversed(trades):
            if isinstance(trade, Settlement):
                self._give_up(trade.instrument_id, trade.size, trade.value)
        for trade in trades:
            if isinstance(trade, Fill):
                self._fill(trade)

    def _fill(self, fill: Fill) -> None:
        self.fees += fill.fee
        self.entered[fill.cycle_id] += fill.purpose is Purpose.ENTRY
        if fill.side is Side.SELL:
            self._give_up(fill.instrument_id, fill.size, fill.value - fill.fee)
            return
        holding = self.holdings.setdefault(fill.instrument_id, Holding())
        holding.size += fill.size
        holding.cost += fill.value + fill.fee
        self.cash -= fill.value + fill.fee

    def _give_up(self, instrument_id: str, size: Decimal, received: Decimal) -> None:
        holding = self.holdings.get(instrument_id, Holding())
        released = holding.cost
        if size != holding.size and holding.size:
            share = holding.cost * size / holding.size
            released = share.quantize(MICRO, ROUND_HALF_EVEN)
        self.cash += received
        self.realised += received - released
        left = Holding(holding.size - size, holding.cost - released)
        if left.size:
            self.holdings[instrument_id] = left
        else:
            self.holdings.pop(instrument_id, None)

    def equity(self, account: StoredAccount) -> Decimal:
        """Our cash and sizes at the account's marks."""
        held = account["positions"]
        values = (_value(own, held.get(name)) for name, own in self.holdings.items())
        return self.cash + sum(values, ZERO)

    def cost(self) -> Decimal:
        """Dollars at cost in all that is held."""
        return sum((holding.cost for holding in self.holdings.values()), ZERO)

    def objections(self, account: StoredAccount) -> Iterator[tuple[str, str]]:
        """What the stored account has that its trades do not explain: invariant and detail."""
        name, cash = account["strategy"], Decimal(account["cash"])
        held = account["positions"]
        sizes = {instrument: Decimal(position["size"]) for instrument, position in held.items()}
        costs = {instrument: Decimal(position["cost"]) for instrument, position in held.items()}
        cost = sum(costs.values(), ZERO)
        kept = Decimal(account["starting_cash"]) + Decimal(account["realised"])
        if cash + cost != kept:
            yield "I1", f"{name} holds {cash} dollars and {cost} at cost, which must be {kept}"
        if cash != self.cash:
            yield "I1", f"{name} holds {cash} dollars, its trades say {self.cash}"
        if sizes != {instrument: own.size for instrument, own in self.holdings.items()}:
            yield "I2", f"{name} holds other positions than its trades add up to"
        if cash < 0 or any(size <= 0 for size in sizes.values()):
            yield "I4", f"{name} has {cash} dollars or a position of zero or less"
        if account["version"] != self.commits:
            yield "I5", f"{name} is at version {account['version']} after {self.commits} commits"
        yield from self._of_cost(account, costs)

    def _of_cost(
        self, account: StoredAccount, costs: Mapping[str, Decimal]
    ) -> Iterator[tuple[str, str]]:
        name = account["strategy"]
        for instrument, cost in costs.items():
            own = self.holdings.get(instrument)
            if own is not None and own.cost != cost:
                yield "I17", f"{name} has {instrument} at a cost of {cost}, it cost {own.cost}"
        booked = Decimal(account["realised"]), Decimal(account["fees"])
        if booked != (self.realised, self.fees):
            yield "I17", f"{name} has {booked} realised and in fees, not {self.realised, self.fees}"


def _value(own: Holding, position: Mapping[str, Any] | None) -> Decimal:
    if position is None:
        return ZERO
    if position["mark"] is None:
        return Decimal(position["cost"])
    return (Decimal(position["mark"]) * own.size).quantize(MICRO, ROUND_HALF_EVEN)
